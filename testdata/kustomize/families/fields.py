"""Every field of a kustomization, and every option that it has."""
from .common import CONFIG_MAP, DEPLOYMENT, SERVICE, case, config_map, overlay, top

ALL = "resources: [d.yaml, s.yaml, cm.yaml]\n"
OBJECTS = {"d.yaml": DEPLOYMENT, "s.yaml": SERVICE, "cm.yaml": CONFIG_MAP}
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def on_all(name, text, **files):
    case(f"field.{name}", {"kustomization.yaml": ALL + text} | OBJECTS | {key.replace("__", "."): value for key, value in files.items()})


def write():
    for field in ["resources", "components", "configurations", "crds", "generators", "transformers", "validators", "patchesStrategicMerge",
                  "patchesJson6902", "patches", "images", "replicas", "replacements", "vars", "labels", "configMapGenerator",
                  "secretGenerator", "buildMetadata", "helmCharts"]:
        for name, value in [("Null", ""), ("Empty", " []"), ("Text", " x"), ("Map", " {a: b}"), ("Number", " 5"), ("ListOfNumbers", " [5]"),
                            ("ListOfNull", " [null]")]:
            text = f"{field}:{value}\n"
            head = "" if field == "resources" else "resources: [cm.yaml]\n"
            case(f"type.{field}{name}", top(head + text, cm__yaml=CONFIG_MAP))
    for field in ["namespace", "namePrefix", "nameSuffix", "apiVersion", "kind"]:
        for name, value in [("Null", ""), ("EmptyText", " ''"), ("Number", " 5"), ("Boolean", " yes"), ("List", " [a]"), ("Map", " {a: b}")]:
            case(f"type.{field}{name}", top(f"resources: [cm.yaml]\n{field}:{value}\n", cm__yaml=CONFIG_MAP))
    for field in ["commonLabels", "commonAnnotations", "generatorOptions", "metadata", "openapi", "sortOptions", "helmGlobals"]:
        for name, value in [("Null", ""), ("Empty", " {}"), ("List", " [a]"), ("Text", " x"), ("UnknownKey", " {x: {y: z}}")]:
            case(f"type.{field}{name}", top(f"resources: [cm.yaml]\n{field}:{value}\n", cm__yaml=CONFIG_MAP))
    for entry in ["images", "replicas", "labels", "patches", "patchesJson6902", "configMapGenerator", "secretGenerator", "replacements", "vars"]:
        case(f"type.{entry}UnknownKey", top(f"resources: [cm.yaml]\n{entry}: [{{nothing: x}}]\n", cm__yaml=CONFIG_MAP))
        case(f"type.{entry}EmptyEntry", top(f"resources: [cm.yaml]\n{entry}: [{{}}]\n", cm__yaml=CONFIG_MAP))
    on_all("NamePrefix", "namePrefix: p-\n")
    on_all("NameSuffix", "nameSuffix: -s\n")
    on_all("NamePrefixAndSuffix", "namePrefix: p-\nnameSuffix: -s\n")
    on_all("Namespace", "namespace: ns\n")
    on_all("CommonLabels", "commonLabels: {a: b}\n")
    on_all("CommonAnnotations", "commonAnnotations: {a: b}\n")
    for options in ["", "includeSelectors: true", "includeTemplates: true", "includeSelectors: true, includeTemplates: true",
                    "fields: [{path: spec/own, create: true}]", "fields: [{path: spec/own, create: true, kind: Service}]",
                    "fields: [{path: spec/own, create: false}]", "fields: [{path: spec/own, create: true, group: apps, version: v1}]"]:
        name = "".join(c for c in options.title() if c.isalnum())
        on_all(f"Labels{name}", f"labels: [{{pairs: {{a: b}}, {options}}}]\n")
    on_all("LabelsWithoutPairs", "labels: [{includeSelectors: true}]\n")
    on_all("LabelsTwoEntries", "labels: [{pairs: {a: b}}, {pairs: {c: d}, includeTemplates: true}]\n")
    image = "registry.example.com/web"
    for name, entry in [("NewName", "newName: x/y"), ("NewTag", "newTag: v2"), ("Digest", "digest: 'sha256:%s'" % ("1" * 64)), ("TagSuffix", "tagSuffix: -x"),
                        ("NewTagAndDigest", "newTag: v2, digest: 'sha256:%s'" % ("1" * 64)), ("Nothing", ""), ("NewNameAndTag", "newName: x/y, newTag: v2"),
                        ("NewTagAndSuffix", "newTag: v2, tagSuffix: -x"), ("EmptyTag", "newTag: ''")]:
        on_all(f"Images{name}", f"images: [{{name: {image}, {entry}}}]\n")
        on_all(f"ImageTags{name}", f"imageTags: [{{name: {image}, {entry}}}]\n")
    on_all("ImagesOtherName", "images: [{name: other, newTag: x}]\n")
    on_all("ImagesByExpression", "images: [{name: registry.*/web, newTag: x}]\n")
    on_all("ImagesWithoutName", "images: [{newTag: x}]\n")
    on_all("ImagesTwiceInARow", f"images: [{{name: {image}, newName: b}}, {{name: b, newTag: c}}]\n")
    on_all("Replicas", "replicas: [{name: web, count: 5}]\n")
    on_all("ReplicasZero", "replicas: [{name: web, count: 0}]\n")
    on_all("ReplicasWithoutCount", "replicas: [{name: web}]\n")
    on_all("ReplicasUnknown", "replicas: [{name: nothing, count: 1}]\n")
    on_all("ReplicasText", "replicas: [{name: web, count: '5'}]\n")
    on_all("ReplicasNegative", "replicas: [{name: web, count: -1}]\n")
    for kind, field in [("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")]:
        files = {"a.txt": "text\n", "e.env": "A=1\n# note\nB=two words\nC\n", "b.bin": b"\xff\xfe\x00"}
        for name, entry in [("Literals", "literals: [a=b, \"c='d'\", e=]"), ("Files", "files: [a.txt, other=a.txt]"), ("Envs", "envs: [e.env]"),
                            ("Env", "env: e.env"), ("Binary", "files: [b.bin]"), ("All", "literals: [a=b], files: [a.txt], envs: [e.env]"),
                            ("RepeatedKey", "literals: [a=b, a=c]"), ("BadLiteral", "literals: [a]"), ("MissingFile", "files: [none.txt]"),
                            ("Namespace", "namespace: ns, literals: [a=b]"), ("NoHash", "literals: [a=b], options: {disableNameSuffixHash: true}"),
                            ("Labels", "literals: [a=b], options: {labels: {l: m}, annotations: {note: o}}"), ("Immutable", "literals: [a=b], options: "
                            "{immutable: true}"), ("UnknownBehavior", "literals: [a=b], behavior: unknown"), ("MergeNothing", "literals: [a=b], behavior: merge"),
                            ("WithoutName", "literals: [a=b]")]:
            entry = entry if name == "WithoutName" else "name: g, " + entry
            case(f"generator.{kind}{name}", {"kustomization.yaml": f"{field}: [{{{entry}}}]\n"} | files)
        for behavior in ["create", "replace", "merge"]:
            case(f"generator.{kind}{behavior.capitalize()}OfBase", {"base/kustomization.yaml": f"{field}: [{{name: g, literals: [a=1, b=2], options: "
                 "{labels: {l: m}}}]\n", "over/kustomization.yaml": f"resources: [../base]\n{field}: [{{name: g, behavior: {behavior}, literals: [b=3, c=4]}}]\n"},
                 root="over")
        for name, options in [("NoHash", "disableNameSuffixHash: true"), ("Labels", "labels: {l: m}"), ("Annotations", "annotations: {note: o}"),
                              ("Immutable", "immutable: true")]:
            case(f"generator.{kind}Options{name}", top(f"{field}: [{{name: g, literals: [a=1]}}]\ngeneratorOptions: {{{options}}}\n"))
            case(f"generator.{kind}Options{name}Overridden", top(f"{field}: [{{name: g, literals: [a=1], options: {{labels: {{l: own}}, annotations: "
                 f"{{n: own}}, disableNameSuffixHash: false, immutable: false}}}}]\ngeneratorOptions: {{{options}}}\n"))
    case("generator.SecretType", top("secretGenerator: [{name: g, type: kubernetes.io/tls, literals: [tls.crt=a]}]\n"))
    for order in ["legacy", "fifo"]:
        on_all(f"SortOptions{order.capitalize()}", f"sortOptions: {{order: {order}}}\n")
    on_all("SortOptionsUnknown", "sortOptions: {order: other}\n")
    on_all("SortOptionsFirst", "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Service], orderLast: [ConfigMap]}}\n")
    on_all("SortOptionsFirstWithFifo", "sortOptions: {order: fifo, legacySortOptions: {orderFirst: [Service]}}\n")
    for option in ["originAnnotations", "transformerAnnotations", "managedByLabel", "unknown"]:
        on_all(f"BuildMetadata{option[0].upper()}{option[1:]}", f"buildMetadata: [{option}]\nnamePrefix: p-\n")
    on_all("Metadata", "metadata: {name: x, labels: {a: b}}\n")
    on_all("ConfigurationsNamePrefix", "configurations: [c.yaml]\nnamePrefix: p-\n", c__yaml="namePrefix: [{path: metadata/labels/x, create: true}]\n")
    for field, path, use in [("nameSuffix", "metadata/labels/x", "nameSuffix: -s"), ("namespace", "spec/ns", "namespace: n"), ("commonLabels", "spec/l",
                             "commonLabels: {a: b}"), ("labels", "spec/l", "labels: [{pairs: {a: b}}]"), ("templateLabels", "spec/l", "labels: [{pairs: {a: b}, "
                             "includeTemplates: true}]"), ("commonAnnotations", "spec/l", "commonAnnotations: {a: b}"), ("images", "spec/image", "images: "
                             "[{name: x, newTag: y}]"), ("replicas", "spec/replicas", "replicas: [{name: web, count: 2}]")]:
        for create in ["true", "false"]:
            on_all(f"Configurations{field[0].upper()}{field[1:]}Create{create.capitalize()}", f"configurations: [c.yaml]\n{use}\n",
                   c__yaml=f"{field}: [{{path: {path}, kind: Service, create: {create}}}]\n")
    on_all("ConfigurationsNameReference", "configurations: [c.yaml]\nnamePrefix: p-\n", c__yaml="nameReference:\n- kind: ConfigMap\n  version: v1\n  "
           "fieldSpecs: [{path: data/mode, kind: ConfigMap}]\n")
    on_all("ConfigurationsUnknownField", "configurations: [c.yaml]\n", c__yaml="nothing: []\n")
    on_all("ConfigurationsConflict", "configurations: [c.yaml]\nnamePrefix: p-\n", c__yaml="commonLabels: [{path: metadata/labels, create: false}]\n")
    on_all("Components", "components: [part]\n", **{"part/kustomization__yaml": COMPONENT + "namePrefix: p-\n"})
    on_all("ComponentsOfTwo", "components: [part, other]\nnameSuffix: -s\n", **{"part/kustomization__yaml": COMPONENT + "namePrefix: p-\n",
           "other/kustomization__yaml": COMPONENT + "namePrefix: q-\nresources: [x.yaml]\n", "other/x__yaml": config_map("x")})
    on_all("ComponentsOfBase", "components: [part]\n", **{"part/kustomization__yaml": "namePrefix: p-\n"})
    on_all("ComponentsOfFile", "components: [cm.yaml]\n")
    case("field.ResourcesOfComponent", {"kustomization.yaml": "resources: [part]\n", "part/kustomization.yaml": COMPONENT + "namePrefix: p-\n"})
    case("field.Bases", {"over/kustomization.yaml": "bases: [../base]\n", "base/kustomization.yaml": "resources: [cm.yaml]\n", "base/cm.yaml": CONFIG_MAP}, root="over")
    case("field.BasesAndResources", {"over/kustomization.yaml": "bases: [../base]\nresources: [cm.yaml]\n", "over/cm.yaml": config_map("b"),
         "base/kustomization.yaml": "resources: [cm.yaml]\n", "base/cm.yaml": CONFIG_MAP}, root="over")
    case("field.Cycle", {"kustomization.yaml": "resources: [a]\n", "a/kustomization.yaml": "resources: [..]\n"})
    case("field.NoKustomization", {"cm.yaml": CONFIG_MAP})
    case("field.TwoKustomizations", {"kustomization.yaml": "resources: [cm.yaml]\n", "kustomization.yml": "resources: [cm.yaml]\n", "cm.yaml": CONFIG_MAP})
    for name in ["kustomization.yml", "Kustomization"]:
        case(f"field.Named_{name.replace('.', '_')}", {name: "resources: [cm.yaml]\n", "cm.yaml": CONFIG_MAP})
    case("field.FileAbove", {"over/kustomization.yaml": "resources: [../cm.yaml]\n", "cm.yaml": CONFIG_MAP}, root="over")
    case("field.FileAboveAllowed", {"over/kustomization.yaml": "resources: [../cm.yaml]\n", "cm.yaml": CONFIG_MAP}, root="over", restrict="none")
    case("field.MissingResource", top("resources: [none.yaml]\n"))
    case("field.UnknownField", top("resources: [cm.yaml]\nnothing: x\n", cm__yaml=CONFIG_MAP))
    case("field.KindUnknown", top("kind: Other\nresources: [cm.yaml]\n", cm__yaml=CONFIG_MAP))
    case("field.ApiVersionUnknown", top("apiVersion: example.com/v1\nresources: [cm.yaml]\n", cm__yaml=CONFIG_MAP))
    case("field.ResourceWithoutKind", top("resources: [x.yaml]\n", x__yaml="apiVersion: v1\nmetadata: {name: a}\n"))
    case("field.ResourceWithoutName", top("resources: [x.yaml]\n", x__yaml="apiVersion: v1\nkind: ConfigMap\n"))
    case("field.ResourceIsText", top("resources: [x.yaml]\n", x__yaml="text\n"))
    case("field.ResourceIsList", top("resources: [x.yaml]\n", x__yaml="- a\n"))
    case("field.List", top("resources: [x.yaml]\n", x__yaml="apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
         "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"))
    case("field.FifoOrder", {"kustomization.yaml": ALL} | OBJECTS, order="fifo")
    for name, text in [("Matching", "{name: w.*, kind: Deployment}"), ("NoMatch", "{name: none}"), ("Group", "{group: apps}"), ("Version", "{version: v1}"),
                       ("Namespace", "{namespace: default}"), ("Everything", "{}"), ("PartOfName", "{name: we}"), ("Alternatives", "{name: web|settings}"),
                       ("BadExpression", "{name: '*'}"), ("BadGroup", "{group: '('}"), ("Annotations", "{annotationSelector: a=b}")]:
        on_all(f"PatchesTarget{name}", f"patches:\n- target: {text}\n  patch: '[{{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {{\"x\": \"y\"}}}}]'\n")
        on_all(f"PatchesTarget{name}Merge", f"patches:\n- target: {text}\n  patch: '{{apiVersion: v1, kind: X, metadata: {{name: x, labels: {{x: y}}}}}}'\n")
    for name, text in [("NeitherPathNorPatch", "[{target: {kind: Deployment}}]"), ("Both", "[{path: p.yaml, patch: '{}'}]"), ("NoTarget", "[{patch: '[{\"op\": "
                       "\"remove\", \"path\": \"/x\"}]'}]"), ("MissingFile", "[{path: none.yaml}]"), ("Path", "[p.yaml]"), ("NotFound", "[{patch: '{apiVersion: v1, "
                       "kind: ConfigMap, metadata: {name: none}}'}]"), ("OtherShape", "[{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, "
                       "data: [a]}'}]"), ("UnknownOption", "[{path: p.yaml, options: {other: true}}]")]:
        on_all(f"Patches{name}", f"patches: {text}\n", p__yaml="{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n")
    for name, ops in [("Add", '{"op": "add", "path": "/data/x", "value": "y"}'), ("Remove", '{"op": "remove", "path": "/data/mode"}'), ("RemoveMissing", '{"op": "remove", '
                      '"path": "/data/none"}'), ("Replace", '{"op": "replace", "path": "/data/mode", "value": "y"}'), ("ReplaceMissing", '{"op": "replace", "path": '
                      '"/data/none", "value": "y"}'), ("ReplaceBelowMissing", '{"op": "replace", "path": "/none/none", "value": "y"}'), ("Move", '{"op": "move", "from": '
                      '"/data/mode", "path": "/data/other"}'), ("Copy", '{"op": "copy", "from": "/data/mode", "path": "/data/other"}'), ("CopyMissing", '{"op": "copy", '
                      '"from": "/data/none", "path": "/data/other"}'), ("Test", '{"op": "test", "path": "/data/mode", "value": "plain"}'), ("TestFails", '{"op": "test", '
                      '"path": "/data/mode", "value": "x"}'), ("Unknown", '{"op": "other", "path": "/data/mode"}'), ("NoPath", '{"op": "add", "value": "x"}')]:
        on_all(f"PatchesOp{name}", f"patches:\n- target: {{kind: ConfigMap}}\n  patch: '[{ops}]'\n")
        on_all(f"PatchesJson6902Op{name}", f"patchesJson6902:\n- target: {{version: v1, kind: ConfigMap, name: settings}}\n  patch: '[{ops}]'\n")
    source = "source: {kind: ConfigMap, name: settings, fieldPath: data.mode"
    for name, entry in [("Source", source + "}, targets: [{select: {kind: Service}, fieldPaths: [spec.type], options: {create: true}}]"), ("SourceValue", "sourceValue: x, "
                        "targets: [{select: {kind: Service}, fieldPaths: [metadata.name]}]"), ("SourceMissing", "source: {kind: None}, targets: [{select: {kind: Service}}]"),
                        ("FieldMissing", "sourceValue: x, targets: [{select: {kind: Service}, fieldPaths: [spec.none]}]"), ("NoTarget", "sourceValue: x"), ("Both", "sourceValue: "
                        "x, " + source + "}, targets: [{select: {kind: Service}}]"), ("Reject", "sourceValue: x, targets: [{select: {name: web}, reject: [{kind: Service}], "
                        "fieldPaths: [spec.type], options: {create: true}}]"), ("SelectNothing", "sourceValue: x, targets: [{select: {kind: None}, fieldPaths: [spec.type]}]"),
                        ("Delimiter", "sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.image], options: {delimiter: ':', "
                        "index: 1}}]"), ("SourceDelimiter", source + ", options: {delimiter: l, index: 1}}, targets: [{select: {kind: Service}, fieldPaths: [spec.type], options: "
                        "{create: true}}]"), ("Wildcard", "sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.*.image']}]"),
                        ("ByKey", "sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=web].image']}]"),
                        ("ByIndexTooHigh", "sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.7.image]}]")]:
        on_all(f"Replacements{name}", f"replacements: [{{{entry}}}]\n")
