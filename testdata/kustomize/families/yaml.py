"""YAML that parsers disagree about."""
from .common import CONFIG_MAP, DEPLOYMENT, case, config_map, overlay, top

TEXTS = {
    "TabAfterColon": "a:\tb\n", "TabsAfterColon": "a:\t\t b\n", "TabAfterQuotedKey": '"k":\tv\n', "TabBeforeQuotes": "a:\t'b'\n",
    "TabBeforeBlock": "a:\t|\n  x\n", "TabBeforeAnchor": "a:\t&x y\nb: *x\n", "TabBeforeComment": "a: b\t# c\n",
    "TabBeforeFlow": "a:\t{}\n".replace("{}", "'{}'"), "TabInFlow": "a: b\nc: '\td'\n", "TabAtLineEnd": "a: b\t\nc: d\n",
    "TabAfterNumber": "a:\t'1'\n", "TabBeforeDash": "a:\t-b\n", "TabInPlain": "a: b\tc\n", "TabTwoLines": "a:\tb\nc:\td\n",
    "EscapedSlash": 'a: "x\\/y"\n', "EscapedApostrophe": 'a: "x\\\'y"\n', "EscapedApostrophes": 'a: "\\\'x\\\\\\\'"\nb: c\n',
    "EscapedBackslashSlash": 'a: "x\\\\/y"\n', "EscapedSlashInKey": '"x\\/y": a\n', "EscapedSurrogates": 'a: "\\ud83d\\ude00"\n',
    "EscapedTab": 'a: "x\\\ty"\n', "EscapedUnknown": 'a: "\\q"\n', "EscapedLineEnd": 'a: "x\\\n  y"\n',
    "SlashInSingleQuotes": "a: 'x\\/y'\n", "NextLine": "a: \"x\\Ny\"\n", "NextLineInPlain": "a: x\u0085y\n",
    "NoBreakSpace": "a: x\u00a0y\n", "ByteOrderMarkInside": "a: \"x\ufeffy\"\n", "NullTag": "a: !!null ''\n",
    "StringTag": "a: !!str 5\n", "BinaryTag": "a: !!binary aGk=\n", "OwnTag": "a: !mine b\n", "IntTagOnText": "a: !!int x\n",
    "FloatTag": "a: !!float 1\n", "BoolTagOnYes": "a: !!bool yes\n", "AliasBeforeAnchor": "a: *x\nb: &x y\n",
    "AliasOfItself": "a: &x [*x]\n", "AnchorTwice": "a: &x b\nc: &x d\ne: *x\n", "AnchorWithQuote": "a: &\"x b\n",
    "DocumentEnd": "a: b\n...\n", "DirectiveInside": "a: b\n%x: y\n", "QuestionMark": "? a\n: b\n", "KeyTooFar": "a: b\n   c: d\n",
    "KeyTwice": "a: b\na: c\n", "KeyTwiceInQuotes": "a: b\n'a': c\n", "MergeKey": "a: b\n<<: {c: d}\n",
    "MergeKeyList": "a: b\n<<: [{c: d}, {c: e, f: g}]\n", "MergeKeyTwice": "<<: {a: b}\n<<: {c: d}\n",
    "MergeKeyOfText": "a: b\n<<: c\n", "UnclosedQuote": "a: 'b\n", "UnclosedFlow": "a: [b\n",
    "ConflictMarker": "<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> theirs\n", "ReservedAt": "a: @b\n", "ReservedBacktick": "a: `b`\n",
    "Percent": "a: %b\n", "TemplateBraces": "a: {{ b }}\n", "ColonInPlain": "a: b: c\n", "HashInPlain": "a: b#c\n",
    "DashAlone": "a: -\n", "FoldedBlock": "a: >\n  x\n  y\n\n   z\nb: c\n", "BlockWithIndicator": "a: |2\n    x\n   y\n",
    "BlockKeepsEnd": "a: |+\n  x\n\n\nb: c\n", "BlockOfBlankLines": "a: |\n\n\nb: c\n", "QuotedOverLines": "a: 'x\n\n  y'\n",
    "PlainOverLines": "a: x\n  y\n\n  z\n", "LongKey": "k" * 200 + ": b\n", "KeyOverLimit": "k" * 1100 + ": b\n",
}
LISTS = {
    "EmptyAfterFlow": "- {name: A, value: x}\n- name: B\n  value:\n", "EmptyBeforeFlow": "- name: B\n  value:\n- {name: A}\n",
    "EmptyInFlow": "- {name: A, value: }\n", "EmptyInNestedFlow": "- [{name: A, value: }]\n",
    "EmptyAfterNestedFlow": "- [a]\n- name: B\n  value:\n", "EmptyAfterEmptyMap": "- {}\n- from:\n", "NullInFlow": "- {a: null, b: ~}\n",
    "EmptyInDeeperBlock": "- {a: b}\n- x:\n    y:\n      z:\n", "EmptyItem": "- {a: b}\n-\n", "EmptyItemFirst": "-\n- {a: b}\n",
    "EmptyInListOfLists": "- - {a: b}\n  - c:\n", "NullTagInFlow": "- {a: !!null ''}\n",
    "TabAfterDash": "-\tx\n", "TabAfterDashSpace": "- \tx\n", "TabAfterTwoDashes": "- -\tx\n", "TabBetweenItems": "- x\n\t\n- y\n",
    "TimeInFlow": "[2001-12-14t21:59:43.10-05:00, 2001-12-14T21:59:43Z, 2001-12-14]\n", "TimeInBlock": "- 2001-12-14t21:59:43.10-05:00\n",
    "NumbersInFlow": "[0o7, 1_000, .5, 1e3, 0x1F]\n", "ColonInFlow": "[a:b, 'c: d', \"e\": f]\n", "WordsInFlow": "[yes, no, ~, Null]\n",
    "TrailingCommaInFlow": "[a, ]\n", "EmptyEntryInFlow": "[a, , b]\n",
    "CommentInFlow": "[a, # b\n c]\n", "FlowAtParentsColumn": "[\na\n]\n",
}


def write():
    for name, text in TEXTS.items():
        case(f"yaml.{name}", top("resources: [cm.yaml]\n", cm__yaml=config_map("settings", text)))
        if name.startswith(("Tab", "Escaped", "Unclosed", "Conflict", "NextLine", "KeyTwice", "MergeKeyO", "MergeKeyL", "IntTag", "BoolTag", "AnchorWith")):
            labels = "".join(f"  {line}\n" for line in text.splitlines())
            case(f"yaml.{name}InKustomization", top("resources: [cm.yaml]\ncommonAnnotations:\n" + labels, cm__yaml=CONFIG_MAP))
    for name, text in LISTS.items():
        inner = "".join(f"  {line}\n" for line in text.splitlines())
        case(f"yaml-list.{name}", top("resources: [w.yaml]\n", w__yaml="apiVersion: example.com/v1\nkind: Widget\nmetadata: "
             f"{{name: w}}\nspec:\n{inner}"))
    widget = '{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"a": [1]}}\n'
    patch = "patches:\n- patch: |\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata:\n      name: w\n    spec:\n"
    case("yaml-list.EmptyPatchedIntoJson", top("resources: [w.json]\n" + patch + "      l:\n      - x:\n      m:\n        n:\n"
         "        - o: p\n          q:\n", w__json=widget), shows="between brackets, what is left out is a pair of quotes")
    case("yaml-list.NullPatchedIntoJson", top("resources: [w.json]\n" + patch + "      l:\n      - x: null\n", w__json=widget))
    case("yaml-list.EmptyPatchedIntoFlow", top("resources: [w.yaml]\n" + patch + "      l:\n      - x:\n", w__yaml="apiVersion: "
         "example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {a: [1]}\n"))
    case("yaml-list.EmptyPatchedIntoEmptyFlow", top("resources: [w.yaml]\n" + patch + "      l:\n      - x:\n", w__yaml="apiVersion: "
         "example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {}\n"))
    case("yaml-list.FlowPatchedIntoBlock", top("resources: [w.yaml]\npatches:\n- patch: '{apiVersion: example.com/v1, kind: Widget, "
         "metadata: {name: w}, spec: {l: [{x: }]}}'\n", w__yaml="apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
         "spec:\n  a: 1\n"))
    case("yaml-list.EmptyPatchedIntoJsonThenJsonPatch", overlay("resources: [w.json]\n" + patch + "      l:\n      - x:\n",
         "patches:\n- target: {kind: Widget}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec/z\", \"value\": 1}]'\n", w__json=widget),
         root="overlay")
    # Block scalars cannot stand between brackets, and nothing else starts as they do.
    for name, text in [("BlockInFlowMap", 'a: {b: "x", c: |\n    d}\n'), ("FoldedInFlowMap", "a: {b: >-\n    d}\n"), ("BlockInFlowList", "a: [b, |\n    c]\n"),
                       ("FoldedInFlowList", "a: [>, b]\n"), ("BlockAsFlowKey", "a: {|: b}\n"), ("BlockInFlowPair", "a: [b: |c]\n"),
                       ("BlockInNestedFlow", "a: {b: [{c: |d}]}\n"), ("FoldedWithTagInFlow", "a: {b: !!str >\n    c}\n"), ("BlockWithAnchorInFlow", "a: {b: &x |\n    c}\n"),
                       ("QuestionMarkInFlowText", "a: {b: http://x?c=d}\n"), ("QuestionMarkInFlowKey", "a: {b?c: d}\n"), ("QuestionMarkEndsFlowText", "a: [b?]\n"),
                       ("FlowKeyAboveColon", "a: {b\n  : c}\n"), ("QuotedFlowKeyAboveColon", "a: {\"b\"\n  : c}\n"), ("FlowKeyOverLines", "a: {b\n  c: d}\n"),
                       ("QuotedFlowKeyOverLines", "a: [\"b\n  c\": d]\n"), ("CommentedFlowKeyAboveColon", "a: {b # c\n  : d}\n"),
                       ("ExplicitFlowKeyAboveColon", "a: {? b\n  : c}\n"), ("FlowTextOverLines", "a: {b: c\n  d, e: [f\n  g]}\n"),
                       ("FlowColonBeforeBracket", "a: [b:[c]]\n"), ("FlowColonBeforeBrace", "a: {b:{c: d}}\n"), ("FlowTagBeforeBracket", "a: [!!str]\n"),
                       ("FlowTagBeforeBrace", "a: {b: !c}\n"), ("FlowTagAlone", "a: [!!str , !!null , ! ]\n"), ("FlowAnchorAlone", "a: [&b , c]\n"),
                       ("PipeInsideFlowText", "a: {b: c|d, e: f > g, h: '|'}\n"), ("BlockBehindFlow", "a: {b: c}\nd: |\n  e\n")]:
        case(f"yaml.{name}", top("resources: [w.yaml]\n", w__yaml="apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n" + text))
    case("yaml.BlockInFlowKustomization", top("resources: [cm.yaml]\ncommonAnnotations: {a: |\n  b}\n", cm__yaml=CONFIG_MAP))
    case("yaml.BlockInFlowPatchEntry", top("resources: [cm.yaml]\npatches: [{patch: |\n  b}]\n", cm__yaml=CONFIG_MAP))
    case("yaml.BlockInFlowConfiguration", top("resources: [cm.yaml]\nconfigurations: [c.yaml]\n", cm__yaml=CONFIG_MAP, c__yaml="namePrefix: [{path: |\n  a}]\n"))
    for name, mark in [("Block", "|"), ("Folded", ">")]:
        case(f"yaml.{name}InFlowPatch", top("resources: [cm.yaml]\npatches: [{path: p.yaml}]\n", cm__yaml=CONFIG_MAP,
             p__yaml=f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{a: {mark}\n  b}}\n"))
        case(f"yaml.{name}InFlowJsonPatch", top("resources: [cm.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n", cm__yaml=CONFIG_MAP,
             p__yaml=f"- {{op: add, path: /data/a, value: {mark}\n  b}}\n"))
    for name, text in [("Utf16LittleEndian", "\ufeff" + CONFIG_MAP), ("Utf16BigEndian", "\ufeff" + CONFIG_MAP)]:
        code = "utf-16-le" if "Little" in name else "utf-16-be"
        case(f"yaml.{name}", top("resources: [cm.yaml]\n", cm__yaml=text.encode(code)))
    case("yaml.Utf16Kustomization", {"kustomization.yaml": "\ufeffresources: [cm.yaml]\nnamePrefix: ü-\n".encode("utf-16-le"),
                                     "cm.yaml": CONFIG_MAP})
    case("yaml.Utf16Patch", top("resources: [cm.yaml]\npatches: [{path: p.yaml}]\n", cm__yaml=CONFIG_MAP,
         p__yaml=("\ufeff" + CONFIG_MAP.replace("plain", "ü")).encode("utf-16-le")))
    case("yaml.Utf16TwoDocuments", top("resources: [cm.yaml]\n", cm__yaml=("\ufeff" + CONFIG_MAP + "---\n"
         + CONFIG_MAP.replace("settings", "other")).encode("utf-16-le")), shows="only the first is read")
    case("yaml.Utf8ByteOrderMark", top("\ufeffresources: [cm.yaml]\n", cm__yaml="\ufeff" + CONFIG_MAP))
    case("yaml.CarriageReturns", top("resources: [cm.yaml]\r\n", cm__yaml=CONFIG_MAP.replace("\n", "\r\n") + "  x: |\r\n    y\r\n"))
    case("yaml.NotUtf8", top("resources: [cm.yaml]\n", cm__yaml=CONFIG_MAP.encode() + b"  x: \xff\n"))
    for name, text in [("Comment", CONFIG_MAP + "--- # next\n" + CONFIG_MAP.replace("settings", "b")), ("Text", CONFIG_MAP + "--- x\n"),
                       ("Spaces", CONFIG_MAP + "---   \n" + CONFIG_MAP.replace("settings", "b")), ("FourDashes", CONFIG_MAP + "----\n"),
                       ("Empty", "---\n---\n" + CONFIG_MAP + "---\n---\n"), ("OnlyComments", "# a\n---\n# b\n"),
                       ("Last", CONFIG_MAP + "---"), ("Directive", "%YAML 1.1\n---\n" + CONFIG_MAP), ("End", CONFIG_MAP + "...\n---\n"
                       + CONFIG_MAP.replace("settings", "b"))]:
        case(f"yaml-documents.{name}", top("resources: [cm.yaml]\n", cm__yaml=text))
