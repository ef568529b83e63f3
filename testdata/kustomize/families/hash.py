"""The hash that the names of generated objects end in, and who asks for it."""
from .common import CONFIG_MAP, case, config_map, overlay, top

NEEDS = "internal.config.kubernetes.io/needsHashSuffix"


def write():
    for value in ["enabled", "disabled", "true"]:
        case(f"hash.AnnotatedConfigMap{value.capitalize()}", top("resources: [cm.yaml]\n",
             cm__yaml=config_map("settings", annotations="{%s: '%s'}" % (NEEDS, value))))
    case("hash.AnnotatedSecret", top("resources: [s.yaml]\n", s__yaml="apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations: "
         "{%s: enabled}\nstringData: {a: b}\n" % NEEDS))
    case("hash.AnnotatedByPatch", top("resources: [cm.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n"
         "      name: settings\n      annotations: {%s: enabled}\n" % NEEDS, cm__yaml=CONFIG_MAP))
    case("hash.JsonPatchLeavesTheAnnotation", top("resources: [cm.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"add\", "
         "\"path\": \"/metadata/annotations\", \"value\": {\"p\": \"b\"}}]'\n",
         cm__yaml=config_map("settings", annotations="{%s: enabled}" % NEEDS)))
    case("hash.AnnotatedByCommonAnnotations", top("resources: [cm.yaml]\ncommonAnnotations: {%s: enabled}\n" % NEEDS, cm__yaml=CONFIG_MAP))
    case("hash.AnnotationTakesItFromGenerated", top("configMapGenerator: [{name: a, literals: [x=1], options: {annotations: {%s: "
         "disabled}}}]\n" % NEEDS))
    case("hash.PatchTakesItFromGenerated", top("configMapGenerator: [{name: a, literals: [x=1]}]\npatches:\n- patch: |\n    apiVersion: v1\n"
         "    kind: ConfigMap\n    metadata: {name: a, annotations: {%s: null}}\n" % NEEDS))
    case("hash.MergedIntoAnnotated", overlay("resources: [cm.yaml]\n", "configMapGenerator: [{name: settings, behavior: merge, literals: "
         "[x=1]}]\n", cm__yaml=config_map("settings", annotations="{%s: enabled}" % NEEDS)), root="overlay")
    case("hash.MergedIntoWritten", overlay("resources: [cm.yaml]\n", "configMapGenerator: [{name: settings, behavior: merge, literals: "
         "[x=1]}]\n", cm__yaml=CONFIG_MAP), root="overlay")
    for name, text in [("Literals", "literals: [a=1]"), ("Empty", ""), ("Escaped", "literals: ['a=<&>\u2028']"),
                       ("Emoji", "literals: [a=\U0001F600]"), ("Binary", "files: [b.bin]"), ("Immutable", "literals: [a=1]\n  options: "
                       "{immutable: true}"), ("Labels", "literals: [a=1]\n  options: {labels: {x: u}, annotations: {z: w}}")]:
        for kind, field in [("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")]:
            case(f"hash.{kind}{name}", {"kustomization.yaml": f"{field}:\n- name: a\n  {text}\n", "b.bin": b"\xff\x00\x01"})
    for name, text in [("One", "x\\Ny"), ("Two", "x\\N\\Ny"), ("Spaces", "x \\N y"), ("Last", "x\\N")]:
        case(f"hash.NextLine{name}", top(f'configMapGenerator: [{{name: a, literals: ["k={text}"]}}]\n'),
             shows="U+0085 is folded before the hash is made")
    case("hash.SecretType", top("secretGenerator: [{name: a, type: kubernetes.io/tls, literals: [a=1]}]\n"))
    case("hash.AfterTransformers", top("configMapGenerator: [{name: a, literals: [x=1]}]\nnamePrefix: p-\ncommonLabels: {l: m}\n"),
         shows="labels and names do not count")
    case("hash.AfterPatch", top("configMapGenerator: [{name: a, literals: [x=1]}]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: "
         "ConfigMap\n    metadata: {name: a}\n    data: {x: '2'}\n"), shows="the patched data counts")
