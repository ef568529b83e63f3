"""Fields whose names differ in case only are one field to Go's JSON decoder, and are filled again."""
from .common import CONFIG_MAP, DEPLOYMENT, case, top

HEAD = "resources: [d.yaml]\n"
D1, D2 = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def two(name, text, shows="", **files):
    case(f"casing.{name}", top(HEAD + text, d__yaml=DEPLOYMENT, **files), shows)


def write():
    image = "registry.example.com/web"
    two("ImagesKeepWhatTheSecondDoesNotSet", f"images: [{{name: {image}, newName: b, digest: '{D1}'}}]\n"
        f"Images: [{{name: {image}, newName: a}}]\n", "`Images` sorts before `images`, which is filled last")
    two("ImagesEmptyThenFilled", f"images: []\nImages: [{{name: {image}, newTag: a}}]\n")
    two("ImagesNullThenFilled", f"images: null\nImages: [{{name: {image}, newTag: a}}]\n")
    two("ImagesShorterSecond", f"Images: [{{name: x, newTag: a}}, {{name: {image}, newTag: a}}]\nimages: [{{name: q}}]\n",
        "the list has as many entries as the second time")
    two("ImagesLongerSecond", f"Images: [{{name: {image}, newTag: a}}]\nimages: [{{}}, {{name: {image}, tagSuffix: -b}}]\n")
    two("PatchTargetIsAddedToAPatch", "patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: x}\n"
        "    spec: {replicas: 7}\nPatches:\n- target: {kind: Deployment}\n")
    two("TargetsAreOne", "patches:\n- patch: '[{\"op\": \"add\", \"path\": \"/spec/paused\", \"value\": true}]'\n"
        "  target: {kind: Deployment}\nPATCHES:\n- target: {name: none}\n", "kind and name come from different fields")
    two("WithinAnEntry", f"images: [{{name: {image}, newTag: a, newtag: b, NEWTAG: c}}]\n")
    two("Strings", "namePrefix: a-\nnameprefix: b-\nNAMEPREFIX: c-\n", "the one that sorts last counts")
    two("StringAndNull", "namePrefix: a-\nnameprefix:\n", "null leaves a string alone")
    two("StringAndEmpty", "namePrefix: a-\nnameprefix: ''\n")
    two("LabelsOfBoth", "commonLabels: {a: x, b: x}\nCommonLabels: {b: q, c: q}\n", "maps of strings gather keys")
    two("LabelsWhoseKeysDiffer", "commonLabels: {env: a, ENV: b}\n", "keys of labels are the user's")
    two("WrongTypeThatIsOverwritten", "namePrefix: true\nnameprefix: b-\n")
    two("LabelsAndNull", "commonLabels: null\nCommonLabels: {b: q}\n", "null empties a map")
    two("AnnotationsOfBoth", "commonAnnotations: {a: x}\ncommonannotations: {a: q, c: q}\n")
    two("Pairs", "labels:\n- pairs: {a: x}\n  Pairs: {b: q}\n  includeSelectors: true\n  includeselectors: false\n")
    two("LabelEntries", "labels: [{pairs: {a: x}}]\nLabels: [{pairs: {b: q}, includeTemplates: true}]\n")
    two("Resources", "Resources: [nothing.yaml]\n", "lists of strings are filled from the start")
    two("ResourcesBoth", "Resources: [s.yaml, t.yaml]\n", "the longer list is cut", s__yaml=CONFIG_MAP, t__yaml=CONFIG_MAP)
    two("Replicas", "replicas: [{name: web, count: 3}]\nReplicas: [{name: x, count: 5}]\n")
    two("ReplicasCountOfTheFirst", "replicas: [{name: web}]\nReplicas: [{count: 5}]\n")
    two("Generator", "configMapGenerator: [{name: x, literals: [a=1]}]\nConfigMapGenerator: [{name: q, literals: [b=2, c=3], "
        "options: {disableNameSuffixHash: true}}]\n")
    two("GeneratorOptions", "generatorOptions: {labels: {a: x}}\nGeneratorOptions: {labels: {b: q}, disableNameSuffixHash: true}\n"
        "configMapGenerator: [{name: x}]\n")
    two("Replacements", "replacements:\n- sourceValue: new\n  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]\n"
        "  Targets: [{fieldPaths: [spec.paused], options: {create: true}}]\n")
    two("LongS", f"imageſ: [{{name: {image}, newTag: a}}]\n", "U+017F counts as an s")
    two("LongSBeside", f"imageſ: [{{newTag: a}}]\nimages: [{{name: {image}}}]\n")
    two("KelvinSign", "\u212aind: Component\napiVersion: kustomize.config.k8s.io/v1beta1\n", "U+212A counts as a k")
    two("OtherLetters", f"ímages: [{{name: {image}, newTag: a}}]\n", "an accent is another letter")
    two("KindInUpperCase", "KIND: Kustomization\nAPIVERSION: kustomize.config.k8s.io/v1beta1\n")
    two("Configurations", "configurations: [c.yaml]\nnamePrefix: p-\n", "in files of `configurations` too",
        c__yaml="NamePrefix: [{path: metadata/labels/a, create: true}]\nnameprefix: [{path: spec/strategy, create: true}]\n")
    two("Plugin", "transformers: [t.yaml]\n", "in plugins too", t__yaml="apiVersion: builtin\nkind: ReplicaCountTransformer\n"
        "metadata: {name: it}\nreplica: {name: web, count: 2}\nReplica: {count: 3}\nfieldSpecs: [{path: spec/replicas}]\n")
    two("ReplacementsFile", "replacements: [{path: r.yaml}]\n", r__yaml="- sourceValue: new\n  Targets: [{select: {kind: Deployment}}]\n"
        "  targets: [{fieldPaths: [spec.paused], options: {create: true}}]\n")
    two("ResourcesKeepTheirKeys", "resources: [d.yaml, s.yaml]\n", "resources are not read so", s__yaml=CONFIG_MAP + "Data: {b: c}\n")
    two("SameKeyTwice", "namePrefix: a-\nnamePrefix: b-\n")
