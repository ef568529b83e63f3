"""Field specifications that are merged again: behind each component, and where a base is gathered."""
from .common import case, config_map

BASE = {"base/kustomization.yaml": "resources: [c.yaml]\n", "base/c.yaml": config_map("web")}
PART = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
CRD = ('{"example.com/v1.Foo": {"Schema": {"properties": {"kind": {"type": "string"}, "apiVersion": {"type": "string"},\n'
       ' "metadata": {"$ref": "meta"}}}},\n'
       ' "meta": {"Schema": {"properties": {"name": {"x-kubernetes-identity": ""}}}}}\n')
CONFLICTING = CRD.replace('"name": {', '"annotations": {"x-kubernetes-annotation": ""}, "name": {')


def tree(top, part=PART + "commonAnnotations: {z: z}\n", **files):
    more = {name.replace("__", ".").replace("_in_", "/"): text for name, text in files.items()}
    return {"top/kustomization.yaml": top, "comp/kustomization.yaml": part} | BASE | more


def write():
    narrow = "namePrefix: [{path: metadata/name, kind: Foo}]\n"
    prefixed = "resources: [../base]\nnamePrefix: q2-\n"
    both = prefixed + "components: [../comp]\n"
    there = "configurations: [cfg.yaml]\n"
    for name, text in [("Narrower", narrow), ("OfTheKind", narrow.replace("Foo", "ConfigMap")), ("OfTheVersion", narrow.replace("kind: Foo", "version: v2")),
                       ("OfTheGroup", narrow.replace("kind: Foo", "group: apps")), ("General", narrow.replace(", kind: Foo", "")),
                       ("OfOtherPath", narrow.replace("metadata/name", "metadata/labels/x")), ("Conflicting", narrow.replace("Foo", "Foo, create: true"))]:
        case(f"specifications.{name}WithComponent", tree(both + there, top_in_cfg__yaml=text), root="top")
        case(f"specifications.{name}InComponent", tree(both, PART + there + "namePrefix: q1-\nnameSuffix: -t\n", comp_in_cfg__yaml=text), root="top")
        case(f"specifications.{name}InBase", tree(both, **{"base/kustomization.yaml": "resources: [c.yaml]\n" + there + "namePrefix: q0-\n",
             "base_in_cfg__yaml": text}), root="top")
    case("specifications.NarrowerWithoutComponent", tree(prefixed + there, top_in_cfg__yaml=narrow), root="top")
    case("specifications.OfTheKindTwoComponents", tree(both.replace("../comp", "../comp, ../other") + there, PART + "namePrefix: q1-\n",
         top_in_cfg__yaml=narrow.replace("Foo", "ConfigMap"), other_in_kustomization__yaml=PART + "nameSuffix: -t\nnamePrefix: q1-\n"), root="top")
    case("specifications.NarrowerInSecondComponent", tree(both.replace("../comp", "../comp, ../other"), PART + "namePrefix: q1-\n",
         other_in_cfg__yaml=narrow, other_in_kustomization__yaml=PART + there + "namePrefix: q0-\n"), root="top")
    case("specifications.NarrowerInFirstComponent", tree(both.replace("../comp", "../comp, ../other"), PART + there + "namePrefix: q1-\n",
         comp_in_cfg__yaml=narrow, other_in_kustomization__yaml=PART + "namePrefix: q0-\n"), root="top")
    case("specifications.NarrowerInComponentOfComponent", tree(both, PART + "components: [../other]\nnamePrefix: q1-\n",
         other_in_cfg__yaml=narrow, other_in_kustomization__yaml=PART + there + "namePrefix: q0-\n"), root="top")
    for field, path, use in [("commonAnnotations", "metadata/annotations", "commonAnnotations: {a: b}"), ("commonLabels", "metadata/labels",
                             "commonLabels: {a: b}"), ("namespace", "metadata/namespace", "namespace: ns")]:
        text = f"{field}: [{{path: {path}, create: true, kind: Foo}}]\n"
        name = field[0].upper() + field[1:]
        case(f"specifications.{name}InComponent", tree(f"resources: [../base]\ncomponents: [../comp]\n{use}\n", PART + there + "nameSuffix: -t\n",
             comp_in_cfg__yaml=text), root="top")
        case(f"specifications.{name}WithComponent", tree(f"resources: [../base]\ncomponents: [../comp]\n{use}\n" + there, PART + "nameSuffix: -t\n",
             top_in_cfg__yaml=text), root="top")
    part = PART + "nameSuffix: -t\n"
    own = {"kustomization.yaml": "resources: [c.yaml]\nnamePrefix: q-\ncrds: [crd.json]\n", "c.yaml": config_map("web")}
    below = {"top/kustomization.yaml": prefixed} | {"base/" + name: text for name, text in own.items()}
    for which, crd in [("Crds", CRD), ("ConflictingCrds", CONFLICTING)]:
        case(f"specifications.{which}WithComponent", tree(both + "crds: [crd.json]\n", part, top_in_crd__json=crd), root="top")
        case(f"specifications.{which}InComponent", tree(both, part + "crds: [crd.json]\n", comp_in_crd__json=crd), root="top")
        case(f"specifications.{which}WithBase", tree(prefixed + "crds: [crd.json]\n", part, top_in_crd__json=crd), root="top")
        case(f"specifications.{which}WithoutBase", own | {"crd.json": crd})
        case(f"specifications.{which}InBase", below | {"base/crd.json": crd}, root="top")
