"""Replacements that lead into YAML which the text of a scalar holds."""
from .common import case, top

HEAD = """\
resources: [source.yaml, target.yaml]
replacements:
- source: {kind: ConfigMap, name: source, fieldPath: data.%s}
  targets:
  - select: {kind: ConfigMap, name: target}
    fieldPaths: ['data.config\\.yaml.%s']
"""
SOURCE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: source}
data:
  word: new
  number: "5"
  sentence: "a: b #c"
  lines: "one\\ntwo\\n"
  empty: ""
  quote: it's
  boolean: "true"
  unicode: "ü \\u2028 \\U0001F600"
"""

TEXTS = {
    "Plain": ("a:\n  b: c\n", "a.b"),
    "Deep": ("a:\n    b:\n        c: d\n        e: f\n", "a.b.c"),
    "Number": ("a: 5\n", "a"),
    "Boolean": ("a: true\n", "a"),
    "Null": ("a: null\nb: c\n", "b"),
    "LeftOut": ("a:\nb: c\n", "b"),
    "SingleQuoted": ("a: 'x'\nb: 'it''s'\n", "a"),
    "DoubleQuoted": ("a: \"x\"\nb: \"t\\tab \\u00e9 \\x07\"\n", "a"),
    "Literal": ("a: |\n    one\n\n      two\nb: c\n", "b"),
    "LiteralStrip": ("a: |-\n  one\nb: |+\n  two\n\nc: d\n", "c"),
    "LiteralItself": ("a: |\n  one\nb: c\n", "a"),
    "List": ("l:\n  - a: 1\n    b: 2\n  - a: 3\n", "l.0.b"),
    "ListAtItsKey": ("l:\n- a\n- b\n", "l.1"),
    "ListByKey": ("l:\n- n: x\n  v: 1\n- n: y\n  v: 2\n", "l.[n=y].v"),
    "ListAll": ("l:\n- n: x\n  v: 1\n- n: y\n  v: 2\n", "l.*.v"),
    "ListOfLists": ("l:\n-   - a\n    - b\n-   - c\n", "l.0.1"),
    "Flow": ("a: {b: c,  d: [1, \"2\", '3']}\n", "a.b"),
    "FlowItem": ("a: {b: c, d: [1, 2]}\n", "a.d.0"),
    "FlowOverLines": ("a: {b: c,\n    d: e}\nf: [\n  g\n  ]\n", "a.b"),
    "FlowEmpty": ("a: {}\nb: []\nc: d\n", "c"),
    "QuotedKeys": ("\"a\": b\n'c d': e\n", "a"),
    "KeysOfKinds": ("5: x\ntrue: y\non: z\na: b\n", "a"),
    "BlankLines": ("a: b\n\n\nc: d\n", "c"),
    "CommentsAbove": ("# one\n# two\na: b\nc:\n  # three\n  d: e\n", "c.d"),
    "CommentsBehind": ("a: b   # one\nc: 'd' #two\ne: {f: g} # three\nh: [i] # four\n", "a"),
    "CommentsInLists": ("l:\n# one\n- a # two\n# three\n- b\n", "l.0"),
    "CommentsInListsOfMaps": ("l:\n  # one\n  - a: 1 # two\n    # three\n    b: 2\n  # four\n  - a: 3\n", "l.0.b"),
    "DocumentStart": ("---\na: b\n", "a"),
    "NoLineEnd": ("a: b", "a"),
    "LongLine": ("a: " + "word " * 40 + "end\nb: c\n", "b"),
    "Dates": ("a: 2020-01-01\nb: c\n", "b"),
    "Octal": ("a: 0777\nb: 1_000\nc: 1.0\nd: .5\ne: x\n", "e"),
    "Words": ("a: yes\nb: off\nc: ~\nd: Null\ne: x\n", "e"),
}


def write():
    for name, (text, path) in TEXTS.items():
        lines = "".join(f"    {line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
        target = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: target}}\ndata:\n  config.yaml: |\n{lines}"
        case(f"inner-yaml.{name}", top(HEAD % ("word", path), source__yaml=SOURCE, target__yaml=target),
             shows="the text is written anew, its styles and comments stay")
    target = ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: |\n    plain: x\n"
              "    number: 1\n    single: 'x'\n    double: \"x\"\n    literal: |\n      x\n    flow: {plain: x, number: 1}\n"
              "    nothing: null\n    empty:\n")
    for value in ["number", "sentence", "lines", "empty", "quote", "boolean", "unicode"]:
        for place in ["plain", "number", "single", "double", "literal", "flow.plain", "flow.number", "nothing"]:
            name = value.capitalize() + "Into" + "".join(part.capitalize() for part in place.split("."))
            case(f"inner-yaml.{name}", top(HEAD % (value, place), source__yaml=SOURCE, target__yaml=target))
    create = "    options: {create: true}\n"
    for name, path in [("Field", "new"), ("FieldDeep", "a.b.new"), ("Item", "l.1"), ("ItemByKey", "l.[n=x].v"),
                       ("FieldInFlow", "f.new")]:
        target = ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: |\n    a:\n      b:\n"
                  "        c: d\n    l:\n    - n: y\n    f: {g: h}\n")
        case(f"inner-yaml.Creates{name}", top(HEAD % ("word", path) + create, source__yaml=SOURCE, target__yaml=target))
        case(f"inner-yaml.Creates{name}Number", top(HEAD % ("number", path) + create, source__yaml=SOURCE,
             target__yaml=target))
    case("inner-yaml.Missing", top(HEAD % ("word", "nothing"), source__yaml=SOURCE, target__yaml=target))
    case("inner-yaml.TwoDocuments", top(HEAD % ("word", "a"), source__yaml=SOURCE, target__yaml="apiVersion: v1\nkind: "
         "ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: \"a: b\\n---\\nc: d\\n\"\n"))
    case("inner-yaml.QuotedText", top(HEAD % ("word", "a"), source__yaml=SOURCE, target__yaml="apiVersion: v1\nkind: "
         "ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: \"a:   b\\nc: d\\n\"\n"))
    case("inner-yaml.DelimiterIsIgnored", top(HEAD % ("word", "a") + "    options: {delimiter: '-', index: 0}\n",
         source__yaml=SOURCE, target__yaml="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: "
         "|\n    a: b-c\n"))
    case("inner-yaml.Json", top(HEAD % ("number", "a"), source__yaml=SOURCE, target__yaml="apiVersion: v1\nkind: "
         "ConfigMap\nmetadata: {name: target}\ndata:\n  config.yaml: '{\"a\": 1, \"b\": \"<\"}'\n"))
