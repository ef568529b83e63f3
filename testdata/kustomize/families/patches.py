"""The text of patches: where it stands, how it begins and how it ends."""
from .common import CONFIG_MAP, DEPLOYMENT, case, top

MERGE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  text: %s
    a=1
    b=2
"""
OPS = """\
- op: add
  path: /data/text
  value: %s
    a=1
    b=2
"""


def indented(text, by):
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


def write():
    for name, header, tail in [("Clip", "|", ""), ("Strip", "|-", ""), ("Keep", "|+", "\n\n"), ("Folded", ">", ""),
                               ("FoldedKeep", ">+", "\n")]:
        for form, text in [("Merge", MERGE), ("Ops", OPS)]:
            text = text % header + tail
            target = "" if form == "Merge" else "  target: {kind: ConfigMap, name: settings}\n"
            inline = f"resources: [cm.yaml]\npatches:\n- patch: |+\n{indented(text, 4)}{target}"
            case(f"patch-text.InlineEndsIn{form}{name}", top(inline, cm__yaml=CONFIG_MAP),
                 shows="white space around a patch that is written in place goes, the end of a block in it too")
            path = f"resources: [cm.yaml]\npatches:\n- path: p.yaml\n{target}"
            case(f"patch-text.FileEndsIn{form}{name}", top(path, cm__yaml=CONFIG_MAP, p__yaml=text))
    text = MERGE % "|"
    case("patch-text.InlineInClippedBlock", top(f"resources: [cm.yaml]\npatches:\n- patch: |\n{indented(text, 4)}",
         cm__yaml=CONFIG_MAP))
    case("patch-text.PatchesStrategicMergeKeepsTheEnd", top("resources: [cm.yaml]\npatchesStrategicMerge:\n- |-\n"
         + indented(text, 2), cm__yaml=CONFIG_MAP), shows="the block around it has no last line end")
    case("patch-text.PatchesStrategicMergeKeepsTheEndOfABlock", top("resources: [cm.yaml]\npatchesStrategicMerge:\n"
         "- |\n" + indented(text, 2), cm__yaml=CONFIG_MAP))
    case("patch-text.PatchesJson6902KeepsTheEnd", top("resources: [cm.yaml]\npatchesJson6902:\n- target: {version: v1, "
         "kind: ConfigMap, name: settings}\n  patch: |\n" + indented(OPS % "|", 4), cm__yaml=CONFIG_MAP))
    case("patch-text.PluginIsTrimmedToo", top("resources: [cm.yaml]\ntransformers: [t.yaml]\n", cm__yaml=CONFIG_MAP,
         t__yaml="apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: it}\npatch: |\n" + indented(text, 2)))
    case("patch-text.IndentedAtItsStart", top("resources: [cm.yaml]\npatches:\n- patch: \"  apiVersion: v1\\n  kind: "
         "ConfigMap\\n  metadata: {name: settings}\\n  data: {x: y}\"\n", cm__yaml=CONFIG_MAP),
         shows="only the first line loses its indentation, and then the lines do not fit")
    case("patch-text.BlankLinesAtItsStart", top("resources: [cm.yaml]\npatches:\n- patch: |\n\n\n" + indented(text, 4),
         cm__yaml=CONFIG_MAP))
    for name, first, second in [("Quoted", '"c"', "1"), ("Plain", "c", "1"), ("LikeNumber", '"5"', "1"), ("Lines", '"c\\nd"', "1")]:
        two = "".join(f"- patch: '{{apiVersion: v1, kind: ConfigMap, metadata: {{name: settings, labels: {{env: {value}}}}}}}'\n{target}"
                      for value, target in [(first, "  target: {kind: ConfigMap}\n"), (second, "")])
        case(f"patch-text.LabelsOfACopiedPatch{name}", top("resources: [cm.yaml]\npatches:\n" + two, cm__yaml=CONFIG_MAP),
             shows="with a target, labels lose the quotes that they have in the patch")
    case("patch-text.OnlySpaces", top("resources: [cm.yaml]\npatches:\n- patch: '   '\n", cm__yaml=CONFIG_MAP))
    case("patch-text.NoFinalLineEndInFile", top("resources: [cm.yaml]\npatches:\n- path: p.yaml\n",
         cm__yaml=CONFIG_MAP, p__yaml=text.removesuffix("\n")))
    case("patch-text.NoFinalLineEndInResource", top("resources: [cm.yaml]\n", cm__yaml=text.removesuffix("\n")))
