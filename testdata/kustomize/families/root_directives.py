"""`$patch` at the top of a patch, and where it stands otherwise."""
from .common import DEPLOYMENT, case, config_map, top


def write():
    cm = config_map("settings", "a: b\nc: d")
    for word in ["replace", "delete", "merge", "unknown"]:
        body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  labels: {x: y}\n$patch: %s\ndata: {a: new}\n" % word
        inline = "".join(f"    {line}\n" for line in body.splitlines())
        case(f"root-directive.{word.capitalize()}", top("resources: [cm.yaml]\npatches:\n- patch: |\n" + inline, cm__yaml=cm))
        case(f"root-directive.{word.capitalize()}OfTarget", top("resources: [cm.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n"
             + inline, cm__yaml=cm))
        case(f"root-directive.{word.capitalize()}StrategicMerge", top("resources: [cm.yaml]\npatchesStrategicMerge: [p.yaml]\n",
             cm__yaml=cm, p__yaml=body))
        case(f"root-directive.{word.capitalize()}Renaming", top("resources: [cm.yaml]\npatches:\n- target: {kind: ConfigMap}\n  options: "
             "{allowNameChange: true, allowKindChange: true}\n  patch: |\n" + inline.replace("name: settings", "name: other"), cm__yaml=cm))
    for place, path in [("Metadata", "metadata"), ("Data", "data")]:
        for word in ["replace", "delete"]:
            more = "{name: settings, $patch: %s, labels: {z: w}}" % word if place == "Metadata" else "{name: settings}"
            data = "{a: new, $patch: %s}" % word if place == "Data" else "{a: new}"
            case(f"root-directive.{word.capitalize()}In{place}", top("resources: [cm.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: "
                 f"ConfigMap\n    metadata: {more}\n    data: {data}\n", cm__yaml=config_map("settings", "a: b\nc: d", labels="{x: y}")))
    case("root-directive.ReplaceThenPatch", top("resources: [cm.yaml]\npatches:\n- patch: |\n    {apiVersion: v1, kind: ConfigMap, metadata: "
         "{name: settings}, $patch: replace}\n- patch: |\n    {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: e}}\n",
         cm__yaml=cm))
