"""JSON 6902 patches: what is read as JSON, what as YAML, and how `test` compares."""
from .common import CONFIG_MAP, DEPLOYMENT, case, top

PATCH = "resources: [d.yaml]\npatches:\n- path: p\n  target: {kind: Deployment}\n"
OLD = "resources: [d.yaml]\npatchesJson6902:\n- path: p\n  target: {group: apps, version: v1, kind: Deployment, name: web}\n"

TEXTS = {
    "UnquotedKeys": "[{op: replace, path: /spec/replicas, value: 3}]",
    "TrailingComma": '[{"op": "replace", "path": "/spec/replicas", "value": 3},]',
    "TrailingCommaInObject": '[{"op": "replace", "path": "/spec/replicas", "value": 3,}]',
    "Comment": '[{"op": "replace", "path": "/spec/replicas", "value": 3}] # why',
    "CommentInside": '[\n# why\n{"op": "replace", "path": "/spec/replicas", "value": 3}]',
    "SingleQuotes": "[{'op': 'replace', 'path': '/spec/replicas', 'value': 3}]",
    "UnquotedValue": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": word}}]',
    "SpaceBefore": ' [{op: replace, path: /spec/replicas, value: 3}]',
    "LineBefore": '\n[{op: replace, path: /spec/replicas, value: 3}]',
    "CommentBefore": '# why\n[{op: replace, path: /spec/replicas, value: 3}]',
    "SeparatorBefore": '---\n[{op: replace, path: /spec/replicas, value: 3}]',
    "TextBehind": '[{"op": "replace", "path": "/spec/replicas", "value": 3}]\n---\n',
    "Tabs": '[\n\t{\n\t\t"op": "replace",\t"path": "/spec/replicas", "value": 3\n\t}\n]',
    "LeadingZero": '[{"op": "replace", "path": "/spec/replicas", "value": 03}]',
    "PlusSign": '[{"op": "replace", "path": "/spec/replicas", "value": +3}]',
    "Hexadecimal": '[{"op": "replace", "path": "/spec/replicas", "value": 0x3}]',
    "NotANumber": '[{"op": "replace", "path": "/spec/replicas", "value": NaN}]',
    "Exponent": '[{"op": "replace", "path": "/spec/replicas", "value": 3e0}]',
    "Fraction": '[{"op": "replace", "path": "/spec/replicas", "value": 3.0}]',
    "BigNumber": '[{"op": "replace", "path": "/spec/replicas", "value": 12345678901234567890123}]',
    "RepeatedKey": '[{"op": "remove", "op": "replace", "path": "/spec/replicas", "value": 3}]',
    "Pair": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "\\ud83d\\ude00"}}]',
    "PairInKey": '[{"op": "add", "path": "/metadata/annotations", "value": {"\\ud83d\\ude00": "a"}}]',
    "PairInPath": '[{"op": "add", "path": "/metadata/\\ud83d\\ude00", "value": "a"}]',
    "HalfOfAPair": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "x\\ud83dy"}}]',
    "OtherHalfOfAPair": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "\\ude00\\ud83d"}}]',
    "Escapes": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "\\/\\b\\f\\n\\r\\t\\"\\\\\\u00e9"}}]',
    "YamlEscape": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "\\x41"}}]',
    "LineEndInText": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b\nc"}}]',
    "ControlCharacter": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b\tc"}}]',
    "YesIsText": '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "yes"}}]',
    "Empty": "[]",
    "Null": "[null]",
    "Object": '{"op": "replace", "path": "/spec/replicas", "value": 3}',
    "YamlSeparatorComment": "--- # why\n- {op: replace, path: /spec/replicas, value: 3}\n",
    "YamlSeparatorSpace": "---   \n- {op: replace, path: /spec/replicas, value: 3}\n",
    "YamlAnchor": "&a\n- {op: replace, path: /spec/replicas, value: 3}\n",
    "YamlAnchorOnTheLine": "&a [{op: replace, path: /spec/replicas, value: 3}]\n",
    "YamlTag": "!!seq\n- {op: replace, path: /spec/replicas, value: 3}\n",
    "YamlPair": '- {"op": "add", "path": "/metadata/annotations", "value": {"a": "\\ud83d\\ude00"}}\n',
    "YamlEmoji": '- {op: add, path: /metadata/annotations, value: {a: "\\U0001F600"}}\n',
    "YamlSecondDocument": "- {op: replace, path: /spec/replicas, value: 3}\n---\n- {op: remove, path: /spec}\n",
    "YamlTrailingComma": "- {op: replace, path: /spec/replicas, value: 3,}\n",
    "YamlEmptyFirstDocument": "---\n---\n- {op: replace, path: /spec/replicas, value: 3}\n",
    "DashOnly": "-\n  op: replace\n  path: /spec/replicas\n  value: 3\n",
}

TESTS = {
    "EscapedLetter": ('"\\u00fc"', "ü"), "Letter": ('"ü"', "ü"), "Fraction": ("1.0", 1), "Integer": ("1", 1),
    "Exponent": ("1e0", 1), "LessThan": ('"<"', "<"), "LessThanEscaped": ('"\\u003c"', "<"), "Slash": ('"\\/"', "/"),
    "BigInteger": ("1000000000000000000000", 1000000000000000000000), "Half": ("0.5", 0.5), "HalfWithZero": ("0.50", 0.5),
    "Spaces": ('{ "a" : [ 1 , 2 ] }', {"a": [1, 2]}), "OddInside": ('{"a": "\\u0041"}', {"a": "A"}),
    "OtherOrder": ('{"b": 1, "a": 2}', {"a": 2, "b": 1}), "Null": ("null", None), "LineSeparator": ('"\u2028"', "\u2028"),
}


def write():
    for name, text in TEXTS.items():
        case(f"json6902-text.{name}", top(PATCH, d__yaml=DEPLOYMENT, p=text), shows="a file")
        if name in ("UnquotedKeys", "TrailingComma", "SpaceBefore", "Pair", "YamlSeparatorComment", "SeparatorBefore",
                    "Comment", "RepeatedKey", "Object", "Null"):
            case(f"json6902-text.{name}InPatchesJson6902", top(OLD, d__yaml=DEPLOYMENT, p=text))
            inline = PATCH.replace("path: p\n", "patch: |\n" + "".join(f"    {line}\n" for line in text.strip("\n").split("\n")))
            case(f"json6902-text.{name}InPlace", top(inline, d__yaml=DEPLOYMENT))
    import json
    for name, (raw, value) in TESTS.items():
        manifest = CONFIG_MAP + "x: " + json.dumps(value, ensure_ascii=False) + "\n"
        for form, text in [("Json", '[{"op": "test", "path": "/x", "value": %s}]' % raw),
                           ("Yaml", "- op: test\n  path: /x\n  value: %s\n" % raw)]:
            case(f"json6902-test.{name}In{form}", top("resources: [d.yaml]\npatches:\n- path: p\n  target: {kind: "
                 "ConfigMap}\n", d__yaml=manifest, p=text), shows="`test` compares the text of JSON")
