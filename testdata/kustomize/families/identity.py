"""Two objects that come to have one identity."""
from .common import DEPLOYMENT, case, config_map, overlay, top

REPLACE = ("replacements:\n- sourceValue: a\n  targets: [{select: {kind: %s, name: b}, fieldPaths: [metadata.name]}]\n")
RENAME = ("patches:\n- target: {kind: %s, name: b}\n  options: {allowNameChange: true}\n  patch: |\n"
          "    {apiVersion: %s, kind: %s, metadata: {name: a}}\n")
OPS = "patches:\n- target: {kind: %s, name: b}\n  patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"a\"}]'\n"


def named(text, name):
    return text.replace("  name: web\n", f"  name: {name}\n", 1)


def write():
    kinds = {
        "ConfigMap": ("v1", config_map("a"), config_map("b")),
        "Deployment": ("apps/v1", named(DEPLOYMENT, "a"), named(DEPLOYMENT, "b")),
        "Widget": ("example.com/v1", *("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: %s}\n" % name
                                       for name in "ab")),
        "Role": ("rbac.authorization.k8s.io/v1", *("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: "
                                                   "{name: %s}\nrules: []\n" % name for name in "ab")),
    }
    for kind, (version, a, b) in kinds.items():
        for how, text in [("Replacement", REPLACE % kind), ("Rename", RENAME % (kind, version, kind)), ("JsonPatch", OPS % kind)]:
            head = "resources: [a.yaml, b.yaml]\n"
            case(f"identity.{kind}{how}", top(head + text, a__yaml=a, b__yaml=b),
                 shows="two objects of one identity in what is rendered")
            if kind in ("ConfigMap", "Widget"):
                case(f"identity.{kind}{how}InBase", overlay(head + text, "", a__yaml=a, b__yaml=b), root="overlay")
                case(f"identity.{kind}{how}InComponent", top(head + "components: [part]\n", a__yaml=a, b__yaml=b)
                     | {"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + text})
    a, b = kinds["ConfigMap"][1:]
    case("identity.HashesTellApart", top("configMapGenerator: [{name: a, literals: [x=1]}, {name: b, literals: [x=2]}]\n"
         + REPLACE % "ConfigMap"), shows="one identity until the hashes are added")
    case("identity.HashesTellApartInComponent", top("configMapGenerator: [{name: a, literals: [x=1]}, {name: b, "
         "literals: [x=2]}]\ncomponents: [part]\n") | {"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/"
         "v1alpha1\nkind: Component\n" + REPLACE % "ConfigMap"})
    case("identity.ReplacedNamespace", top("resources: [a.yaml, b.yaml]\nreplacements:\n- sourceValue: x\n  targets: "
         "[{select: {kind: ConfigMap}, fieldPaths: [metadata.namespace], options: {create: true}}]\n", a__yaml=a,
         b__yaml=config_map("a", namespace="other")))
    case("identity.NamespaceJoins", top("resources: [a.yaml, b.yaml]\nnamespace: x\n", a__yaml=a,
         b__yaml=config_map("a", namespace="other")))
    case("identity.PrefixesTellApart", overlay("resources: [a.yaml, b.yaml]\n" + REPLACE % "ConfigMap", "namePrefix: p-\n",
         a__yaml=a, b__yaml=b), root="overlay")
    case("identity.SecondResource", top("resources: [a.yaml, b.yaml]\n", a__yaml=a, b__yaml=a))
    case("identity.SecondResourceOfOtherVersion", top("resources: [a.yaml, b.yaml]\n", a__yaml=a,
         b__yaml=a.replace("v1", "v2")), shows="the version is part of the identity")
    case("identity.DefaultNamespaceIsNone", top("resources: [a.yaml, b.yaml]\n", a__yaml=a,
         b__yaml=config_map("a", namespace="default")))
