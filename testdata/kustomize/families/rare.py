"""What seldom meets: each case stands for a mechanism of kustomize that few use."""
from .common import CONFIG_MAP, DEPLOYMENT, SERVICE, case, config_map, overlay, top


def write():
    copy = ("patches:\n- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"copy\", \"from\": \"/metadata/name\", \"path\": "
            "\"/metadata/annotations\"}]'\n")
    case("rare.AnnotationsThatAreText", top("resources: [cm.yaml]\n" + copy, cm__yaml=CONFIG_MAP))
    case("rare.AnnotationsThatAreTextInABase", overlay("resources: [cm.yaml]\n" + copy, "namePrefix: p-\n", cm__yaml=CONFIG_MAP),
         root="overlay")
    case("rare.AnnotationsThatAreTextThenAnnotated", overlay("resources: [cm.yaml]\n" + copy, "commonAnnotations: {a: b}\n",
         cm__yaml=CONFIG_MAP), root="overlay")
    for value in ["1.10", "5", "true", "null", "0x1F", "1e3", "2020-01-01", "yes"]:
        name = value.replace(".", "_").replace("-", "_").capitalize()
        source = "replacements:\n- sourceValue: '%s'\n  targets: [{select: {kind: %s}, fieldPaths: [%s]}]\n"
        case(f"rare.NameReplacedBy{name}", top("resources: [cm.yaml]\n" + source % (value, "ConfigMap", "metadata.name"),
             cm__yaml=CONFIG_MAP))
        if value != "null":
            case(f"rare.PrefixedNameReplacedBy{name}", top("resources: [cm.yaml]\nnamePrefix: p-\n" + source % (value,
                 "ConfigMap", "metadata.name"), cm__yaml=CONFIG_MAP))
        case(f"rare.NamespaceReplacedBy{name}", top("resources: [cm.yaml]\nnamespace: ns\n" + source % (value, "ConfigMap",
             "metadata.namespace"), cm__yaml=CONFIG_MAP))
        case(f"rare.ImageReplacedBy{name}", top("resources: [d.yaml]\nimages: [{name: registry.example.com/web, newTag: x}]\n"
             + source % (value, "Deployment", "spec.template.spec.containers.0.image"), d__yaml=DEPLOYMENT))
        case(f"rare.LabelReplacedBy{name}", top("resources: [cm.yaml]\ncommonLabels: {a: b}\n" + source % (value, "ConfigMap",
             "metadata.labels.a"), cm__yaml=CONFIG_MAP))
        case(f"rare.ReplicasReplacedBy{name}", top("resources: [d.yaml]\nreplicas: [{name: web, count: 2}]\n" + source % (value,
             "Deployment", "spec.replicas"), d__yaml=DEPLOYMENT))
        case(f"rare.ReferenceReplacedBy{name}", overlay("resources: [cm.yaml, d.yaml]\n" , "nameSuffix: -s\n" + source % (value,
             "Deployment", "spec.template.spec.volumes.0.configMap.name"), cm__yaml=CONFIG_MAP, d__yaml=DEPLOYMENT
             + "      volumes: [{name: v, configMap: {name: settings}}]\n"), root="overlay")
        case(f"rare.GeneratedNameReplacedBy{name}", top("configMapGenerator: [{name: a, literals: [x=1]}]\n" + source % (value,
             "ConfigMap", "metadata.name")))
        case(f"rare.PrefixIs{name}", top(f"resources: [cm.yaml]\nnamePrefix: '{value}'\n", cm__yaml=config_map("'1'")))
    for notes in ["{note: null}", "null", "{}", "{note: 5}", "{note: }"]:
        name = {"{note: null}": "NullNote", "null": "Null", "{}": "Empty", "{note: 5}": "Number", "{note: }": "LeftOut"}[notes]
        for options in ["allowNameChange", "allowKindChange", ""]:
            head = f"  options: {{{options}: true}}\n" if options else ""
            case(f"rare.PatchWithAnnotations{name}{options.capitalize()}", top("resources: [cm.yaml]\npatches:\n- patch: |\n    apiVersion: "
                 f"v1\n    kind: ConfigMap\n    metadata: {{name: settings, annotations: {notes}}}\n" + head,
                 cm__yaml=config_map("settings", annotations="{note: a, other: b}")))
    for which in ["annotationSelector", "labelSelector"]:
        for name, text in [("Quote", "note\""), ("Spaces", "a b"), ("Comma", "a=b,"), ("Exists", "app"), ("NotExists", "!app"), ("In", "app in (web, x)"),
                           ("NotIn", "app notin (web)"), ("Greater", "n > 1"), ("Double", "app==web"), ("Unequal", "app!=web"), ("Empty", "")]:
            patch = "- op: add\n      path: /spec/paused\n      value: true\n"
            case(f"rare.{which[0].upper()}{which[1:]}{name}", top(f"resources: [d.yaml]\npatches:\n- target: {{{which}: '{text}'}}\n  patch: |\n    "
                 + patch, d__yaml=DEPLOYMENT.replace("  name: web\nspec", "  name: web\n  labels: {app: web, n: '2'}\n  annotations: {app: web}\nspec")))
    case("rare.OpenapiPathNullInABase", overlay("resources: [cm.yaml]\nopenapi: {path: null}\n", "", cm__yaml=CONFIG_MAP), root="overlay")
    case("rare.OpenapiPathNull", top("resources: [cm.yaml]\nopenapi: {path: null}\n", cm__yaml=CONFIG_MAP))
    case("rare.OpenapiEmptyMap", top("resources: [cm.yaml]\nopenapi: {}\n", cm__yaml=CONFIG_MAP))
    for name, text in [("Broken", "{"), ("List", "[]"), ("Empty", ""), ("OtherFields", "{\"a\": 1}"), ("NoDefinitions", "{\"definitions\": 5}")]:
        case(f"rare.OpenapiFile{name}", top("resources: [cm.yaml]\nopenapi: {path: o.json}\n", cm__yaml=CONFIG_MAP, o__json=text))
        case(f"rare.CrdsFile{name}", top("resources: [cm.yaml]\ncrds: [o.json]\n", cm__yaml=CONFIG_MAP, o__json=text))
    case("rare.CrdsFileIsYaml", top("resources: [cm.yaml]\ncrds: [o.yaml]\n", cm__yaml=CONFIG_MAP, o__yaml="example.com/v1.Widget:\n  Schema:\n    "
         "description: a\n"))
    case("rare.CrdsFileIsFlowYaml", top("resources: [cm.yaml]\ncrds: [o.yaml]\n", cm__yaml=CONFIG_MAP, o__yaml="{a: {Schema: {description: b}}}\n"))
    case("rare.TextInIntegerThenJsonPatch", top("resources: [d.yaml]\nreplacements:\n- sourceValue: many\n  targets: [{select: {kind: Deployment}, "
         "fieldPaths: [spec.replicas]}]\ntransformers: [t.yaml]\n", d__yaml=DEPLOYMENT, t__yaml="apiVersion: builtin\nkind: PatchTransformer\n"
         "metadata: {name: it}\ntarget: {kind: Deployment}\npatch: '[{\"op\": \"add\", \"path\": \"/spec/paused\", \"value\": true}]'\n"))
    case("rare.LabelsTwiceWithoutValue", top("resources: [cm.yaml]\n", cm__yaml="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  "
         "labels:\n  labels:\n"))
    for path in ["metadata/labels/*", "spec/*", "metadata/labels", "spec/template/0", "spec/template/-", "spec/[name=x]", "spec/-1", "*"]:
        name = "".join(c if c.isalnum() else "_" for c in path)
        case(f"rare.VarReference_{name}", top("resources: [d.yaml]\nconfigurations: [c.yaml]\nvars:\n- name: NAME\n  objref: {apiVersion: "
             "apps/v1, kind: Deployment, name: web}\n", d__yaml=DEPLOYMENT, c__yaml=f"varReference: [{{path: '{path}'}}]\n"))
        case(f"rare.PrefixPath_{name}", top("resources: [d.yaml]\nconfigurations: [c.yaml]\nnamePrefix: p-\n", d__yaml=DEPLOYMENT,
             c__yaml=f"namePrefix: [{{path: '{path}', kind: Deployment}}]\n"))
    # Plain text in the place of quoted text is a string, and stays of its type to what replaces it.
    for was in ["'a'", "a"]:
        for patched in ["5", "1.10", "true", "2020-01-01", "x"]:
            for value in ["6", "2.5", "false", "y", ""]:
                name = "".join(part.capitalize() for text in ["quoted" if was != "a" else "plain", patched, value or "nothing"]
                               for part in text.replace(".", "_").split("-"))
                case(f"rare.Replaced{name}", top("resources: [cm.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
                     f"    metadata: {{name: settings}}\n    data:\n      k: {patched}\nreplacements:\n- sourceValue: '{value}'\n  "
                     "targets: [{select: {kind: ConfigMap}, fieldPaths: [data.k]}]\n", cm__yaml=config_map("settings", f"k: {was}")))
    for kind in ["ConfigMap", "StatefulSet"]:
        for value in [".nan", ".inf", "{a: [-.inf]}"]:
            name = "".join(c for c in value if c.isalpha()).capitalize()
            case(f"rare.JsonPatchOf{kind}Adds{name}", top(f"resources: [cm.yaml]\npatches:\n- target: {{kind: {kind}}}\n  patch: |\n    "
                 f"- {{op: add, path: /extra, value: {value}}}\n", cm__yaml=CONFIG_MAP))
    json_object = '{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"list": [{"a": null}]}}\n'
    for name, patches in [("Merged", ""), ("JsonPatchedThenMerged", "- target: {kind: Widget}\n  patch: '[{op: add, path: /x, value: 1}]'\n")]:
        case(f"rare.LeftOutInJson{name}", top(f"resources: [w.json]\npatches:\n{patches}- patch: |\n    apiVersion: example.com/v1\n    kind: "
             "Widget\n    metadata: {name: w}\n    spec:\n      list:\n      - x:\n      other:\n        y:\n        z: [~]\n", w__json=json_object))
    for name, text in [("Question", "?"), ("Dash", "- x"), ("Hash", "#c"), ("Colon", "a: b"), ("Space", " lead"), ("Sexagesimal", "1:30"),
                       ("Lines", "a\\nb"), ("Plain", "plain"), ("OldBoolean", "y"), ("Date", "2020-01-01"), ("Tab", "a\\tb"), ("Percent", "%a")]:
        for value in ["8080", ".nan", "true"]:
            case(f"rare.MergedInto{name}ThatWasJson{value.strip('.').capitalize()}", top("resources: [cm.yaml]\npatches:\n- target: {kind: "
                 "ConfigMap}\n  patch: '[{op: add, path: /metadata/labels, value: {a: b}}]'\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n"
                 f"    metadata: {{name: settings}}\n    data: {{k: {value}}}\n", cm__yaml=config_map("settings", f'k: "{text}"')))
    for name, number in [("Large", "1e10"), ("Fraction", "1.50"), ("Small", "0.00001"), ("Seven", "1234567.0"), ("Whole", "5.0"), ("Hexadecimal", "0x1F")]:
        case(f"rare.PluginPrefixIs{name}", top("resources: [cm.yaml]\ntransformers: [t.yaml]\n", cm__yaml=CONFIG_MAP, t__yaml="apiVersion: builtin\nkind: "
             f"PrefixTransformer\nmetadata: {{name: it}}\nprefix: {number}\nfieldSpecs: [{{path: metadata/name}}]\n"))
        case(f"rare.LabelKeyIs{name}", top(f"resources: [cm.yaml]\ncommonLabels: {{{number}: a}}\n", cm__yaml=CONFIG_MAP))
        case(f"rare.JsonPatchKeyIs{name}", top("resources: [cm.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n    - {op: add, path: /data, value: "
             f"{{{number}: a}}}}\n", cm__yaml=CONFIG_MAP))
    for field, value in [("name", "a,b"), ("namespace", "a,b"), ("kind", "A,B")]:
        entry = {"name": "name", "namespace": "namespace"}.get(field)
        manifest = config_map("settings", namespace="n") if field != "kind" else CONFIG_MAP.replace("kind: ConfigMap", 'kind: "A,B"')
        manifest = manifest.replace({"name": "name: settings", "namespace": "namespace: n"}.get(field, "\0"), f'{entry}: "{value}"')
        case(f"rare.Comma{field.capitalize()}", top("resources: [cm.yaml]\n", cm__yaml=manifest))
        case(f"rare.Comma{field.capitalize()}Renamed", top("resources: [cm.yaml]\nnamePrefix: p-\n", cm__yaml=manifest))
        case(f"rare.Comma{field.capitalize()}Moved", overlay("resources: [cm.yaml]\n", "namespace: m\n", cm__yaml=manifest), root="overlay")
    for name, value in [("Null", "null"), ("Tilde", "~"), ("Nothing", ""), ("True", "true"), ("Word", "x")]:
        made = (f"resources: [d.yaml]\nreplacements:\n- sourceValue: '{value}'\n  targets: [{{select: {{kind: Deployment}}, fieldPaths: [data.k], "
                "options: {create: true}}]\n")
        for patch, data in [("Annotated", ""), ("Overwritten", "\n    data: {k: 5}"), ("Removed", "\n    data: {k: null}"), ("Map", "\n    data: {k: {a: b}}")]:
            case(f"rare.Made{name}{patch}", overlay(made, "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web, "
                 f"annotations: {{a: b}}}}{data}\n", d__yaml=DEPLOYMENT), root="overlay")
    for name, was in [("BracketList", "[{a: ~}]"), ("BlockList", "\n    - a: x"), ("EmptyList", "[]"), ("BracketMap", "{a: {b: ~}}"), ("BlockMap", "\n      a: {b: c}")]:
        is_list = name.endswith("List")
        manifest = f"apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: w}}\nspec:\n  l: {was}\n"
        for style, new in [("Block", "\n      - y:\n" if is_list else "\n        $patch: replace\n        y:\n        z: [~]\n"),
                           ("Brackets", " [{y: }]\n" if is_list else " {$patch: replace, y: , z: [a]}\n")]:
            case(f"rare.{name}ReplacedBy{style}", top("resources: [w.yaml]\npatches:\n- patch: |\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata: "
                 f"{{name: w}}\n    spec:\n      l:{new}", w__yaml=manifest))
    for name, source in [("SourceValue", "sourceValue: 'null'"), ("Tilde", "sourceValue: '~'"), ("Field", "source: {kind: ConfigMap, fieldPath: data.none}"),
                         ("PartOfField", "source: {kind: ConfigMap, fieldPath: data.text, options: {delimiter: ':', index: 1}}")]:
        case(f"rare.NullJoinedFrom{name}", top(f"resources: [cm.yaml, d.yaml]\nreplacements:\n- {source}\n  targets: [{{select: {{kind: Deployment}}, fieldPaths: "
             "[metadata.labels.a], options: {delimiter: ':', index: 1}}]\n", cm__yaml=config_map("settings", "none: ~\ntext: x:null"),
             d__yaml=DEPLOYMENT.replace("  name: web\nspec", "  name: web\n  labels: {a: 'x:y'}\nspec")))
    # What a merge may not change is written back without a type: only quotes that stand there then keep it text.
    merge = "patches:\n- target: {kind: ConfigMap}\n  patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: "
    for name, field, patch in [("Name", "name", "{name: 'x'}"), ("NamePlain", "name", "{name: x}"), ("NameReplacingQuoted", "name", "{$patch: replace, name: 'x'}"),
                               ("NameReplacingPlain", "name", "{$patch: replace, name: x}"), ("Namespace", "namespace", "{name: x, namespace: 'y'}"),
                               ("NamespaceOther", "namespace", "{name: x, labels: {a: b}}"), ("NamespaceNull", "namespace", "{name: x, namespace: null}")]:
        for value in ["5", "yes", "1.10", "x"]:
            what = value.replace(".", "_").capitalize()
            number = "resources: [cm.yaml]\nreplacements:\n- sourceValue: '%s'\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.%s], options: {create: true}}]\n"
            case(f"rare.MergedOver{name}{what}", overlay(number % (value, field), merge + patch + "\n", cm__yaml=CONFIG_MAP), root="overlay")
            case(f"rare.MergedOverQuoted{name}{what}", top("resources: [cm.yaml]\n" + merge + patch + "\n", cm__yaml=CONFIG_MAP.replace("  name: settings",
                 f"  name: '{value}'\n  namespace: '{value}'")))
    case("rare.MergedOverNameWithTag", top("resources: [cm.yaml]\n" + merge + "{name: x}\n", cm__yaml=config_map("!!str 5", namespace="!!str 5")))
    case("rare.MergedOverAnchoredName", top("resources: [cm.yaml]\n" + merge + "{name: x}\n", cm__yaml=config_map("&n '5'", namespace="*n", labels="{a: *n}")))
    case("rare.AbsoluteResource", top("resources: [/cm.yaml]\n", cm__yaml=CONFIG_MAP))
    case("rare.BaseAboveTheDirectory", {"deep/over/kustomization.yaml": "resources: [../../base]\n", "base/kustomization.yaml":
         "resources: [cm.yaml]\n", "base/cm.yaml": CONFIG_MAP}, root="deep/over")
    # A patch with a target is copied, and its name written without a type.
    for name, options in [("", ""), ("Renamed", "\n  options: {allowNameChange: true}")]:
        for patched, quotes in [("Same", "settings"), ("SameQuoted", '"settings"'), ("Other", "other"), ("Number", '"5"')]:
            for value in ["5", "2001-12-14t21:59:43.10-05:00"]:
                what = "Number" if value == "5" else "Time"
                case(f"rare.NameOfTargetedPatch{name}{patched}{what}", {"base/cm.yaml": CONFIG_MAP, "base/kustomization.yaml": "resources: [cm.yaml]\npatches:\n- "
                     f"patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: {quotes}\n  target: {{kind: ConfigMap}}{options}\n",
                     "top/kustomization.yaml": f"resources: [../base]\nreplacements:\n- {{sourceValue: '{value}', targets: [{{select: {{kind: ConfigMap}}, fieldPaths: "
                     "[metadata.name]}]}\n"}, root="top")
    # A time that comes into brackets is printed in quotes there, for its colons.
    for name, time in [("Time", "2001-12-14t21:59:43.10-05:00"), ("Date", "2001-12-14")]:
        for style, metadata in [("Brackets", " {name: settings}"), ("Block", "\n  name: settings")]:
            for kind, prefix in [("", ""), ("Prefixed", "namePrefix: a-\n")]:
                case(f"rare.{name}Into{style}{kind}", top(f"resources: [cm.yaml]\n{prefix}replacements:\n- {{sourceValue: '{time}', targets: [{{select: {{kind: ConfigMap}}}}]}}\n",
                     cm__yaml=f"apiVersion: v1\nkind: ConfigMap\nmetadata:{metadata}\ndata: {{a: b}}\n"))
