"""Texts that kustomize writes anew, which makes strings of them, in quotes where YAML 1.1 would read something else."""
from .common import DEPLOYMENT, case, overlay, top

LABELS = "{n: 5, b: true, nothing: null, d: 2020-01-01, s: x}"
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: c
  labels: %s
  annotations: %s
data: {n: 5, b: true, nothing: null, s: "7", t: 1.0}
binaryData: {x: 5, nothing: , y: aGk=}
""" % (LABELS, LABELS)
GENERATOR = "configMapGenerator:\n- name: c\n  behavior: %s\n  literals: [x=5, q=z]\n"
OPTIONS = '  options: {labels: {a: "5"}, annotations: {a: "6"}}\n'
PATCH = """\
patches:
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: c
      labels: {a: 8, n: 8, s: 8, nothing: 8}
      annotations: {a: 8, n: 8}
    data: {n: 8, s: 8, x: 8, q: 8, nothing: 8}
    binaryData: {x: 8}
"""
TEXTS = {
    "Map": "a: b", "FlowMap": "{a: b}", "FlowList": "[x]", "List": "- a", "Comment": "# c", "Space": " ",
    "CommentBehind": "x #y", "Anchor": "&a", "AnchorOfText": "&a b", "KeyAlone": "?", "Yes": "yes", "Empty": "",
    "Date": "2020-01-01", "Sexagesimal": "1:30", "Quotes": "'q'", "Alias": "*a", "Literal": "|",
}
KIND = "apiVersion: v1\nkind: Foo\nmetadata: {name: %s}\nspec:\n  a: b\n  sub: {k: v}\n  list: [{n: 1, m: {q: r}}, {n: 2, m: {q: s}}]\n"
WITHIN = {
    "NewField": ("spec", "spec.new"), "NewFieldBelow": ("spec", "spec.new.deep"), "ItsField": ("spec.sub", "spec.sub.new"),
    "EachItem": ("spec", "spec.list.*"), "FieldOfEachItem": ("spec.list", "spec.list.*.m"),
    "NewFieldOfEachItem": ("spec.list.0", "spec.list.*.new"), "NewItem": ("spec.list", "spec.list.[n=3]"),
    "Text": ("spec", "spec.a"), "TextOfEachItem": ("spec.list.0.n", "spec.list.*.n"), "Itself": ("spec.sub", "spec.sub"),
}
MERGE_KEYS = {
    "Quoted": "'<<': {a: b}", "QuotedText": "'<<': x", "QuotedBeforeOthers": '"<<": {a: b}\n  a: c', "Tagged": "!!str <<: {a: b}",
    "TaggedAsMerge": '!!merge "<<": {a: b}', "NonSpecific": "! <<: {a: b}", "Plain": "<<: {a: b}",
}
TAGGED = ["!!int '80'", "!!str '80'", "!!null ''", "! '80'", "!!timestamp '2020-01-01'"]


def write():
    for behavior in ["merge", "replace"]:
        for name, more in [("", ""), ("WithOptions", OPTIONS), ("ThenPatch", PATCH), ("WithOptionsThenPatch", OPTIONS + PATCH)]:
            case(f"generator.{behavior.capitalize()}IntoTypes{name}",
                 overlay("resources: [c.yaml]\n", GENERATOR % behavior + more, c__yaml=CONFIG_MAP), root="overlay",
                 shows="what is merged is written anew, as strings")
    case("generator.MergeUnties", {
        "base/kustomization.yaml": "commonAnnotations: {note: a}\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n",
        "middle/kustomization.yaml": 'resources: [../base]\ncommonLabels: {env: "5"}\n'
                                     "configMapGenerator: [{name: g, behavior: replace, literals: [a=c]}]\n",
        "top/kustomization.yaml": "resources: [../middle, c.yaml]\nlabels:\n- pairs: {env: b}\n  fields: "
                                  "[{path: spec/own/labels, create: true}]\n- pairs: {env: z}\n"
                                  "patches:\n- patch: |\n    kind: ConfigMap\n    apiVersion: v1\n"
                                  "    metadata: {name: g, labels: {env: y}}\n",
        "top/c.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n",
    }, root="top", shows="the annotation of the base has nothing to do with the label")
    for name, text in TEXTS.items():
        quoted = "'" + text.replace("'", "''") + "'"
        case(f"ambiguous.Label{name}", overlay(f"resources: [d.yaml]\ncommonLabels: {{env: {quoted}}}\n",
             "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n"
             "      labels: {env: 8}\n", d__yaml=DEPLOYMENT), root="overlay",
             shows="a number in the place of a label that kustomize wrote in quotes is a string")
    case("ambiguous.GeneratedData", top(
        "generatorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:\n- name: c\n  literals:\n"
        + "".join("  - '%s=%s'\n" % (name, text.replace("'", "''")) for name, text in TEXTS.items())
        + "patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: c}\n    data:\n"
        + "".join(f"      {name}: 8\n" for name in TEXTS)))
    for at, tagged in enumerate(TAGGED):
        name = ["Int", "String", "Null", "NonSpecific", "Timestamp"][at]
        for new_name, new in [("Int", "81"), ("Float", "8.0"), ("Bool", "true"), ("String", '"80"')]:
            case(f"tagged.{name}Then{new_name}", top(
                "resources: [c.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
                f"    metadata: {{name: c}}\n    data: {{t: {new}}}\n",
                c__yaml=f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  t: {tagged}\n"),
                shows="what stands in the place of a value with a tag gets a tag, and so keeps its type in quotes")
    for name, (source, target) in WITHIN.items():
        for select, kind in [("{kind: Foo, name: c}", ""), ("{kind: Foo}", "AndOthers")]:
            case(f"replacements.SourceHolds{name}{kind}", top(
                f"resources: [c.yaml]\nreplacements:\n- source: {{kind: Foo, name: c, fieldPath: '{source}'}}\n  targets:\n"
                f"  - select: {select}\n    fieldPaths: ['{target}']\n    options: {{create: true}}\n",
                c__yaml=KIND % "c" + "---\n" + KIND % "d"), shows="a value is copied as it is when its turn comes")
    for name, entry in MERGE_KEYS.items():
        manifest = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  {entry}\n"
        case(f"merge-key.{name}", top("resources: [c.yaml]\n", c__yaml=manifest),
             shows="what is no key to merge is taken out all the same")
        case(f"merge-key.{name}InPatch", top("resources: [c.yaml]\npatches: [{path: p.yaml}]\n", p__yaml=manifest,
             c__yaml="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {z: y}\n"))
    for name, flow in [("ColonInList", "[:a]"), ("ColonInMap", "{a: :b}"), ("MarkInMap", "{a: ?b}")]:
        case(f"flow.{name}", top("resources: [c.yaml]\n",
             c__yaml=f"apiVersion: v1\nkind: Foo\nmetadata: {{name: c}}\nspec: {flow}\n"))
