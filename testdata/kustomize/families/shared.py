"""Labels and annotations that one transformer added in several places are one value."""
from .common import DEPLOYMENT, SERVICE, case, overlay, top

CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: tick, image: tick}]
"""

LABELS = "labels:\n- pairs: {env: a}\n  includeSelectors: true\n"
COMMON_LABELS = "commonLabels: {env: a}\n"
ANNOTATIONS = "commonAnnotations: {note: a}\n"
PATCH = "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n"
TEMPLATE = "    spec:\n      template:\n        metadata:\n          "
JSON = "patches:\n- target: {kind: Deployment}\n  patch: |\n    - op: add\n      path: /metadata/labels/other\n      value: x\n"
TRANSFORMER = """\
apiVersion: builtin
kind: %s
metadata: {name: it}
%s
fieldSpecs:
- path: %s
"""


def base(field):
    return "resources: [d.yaml]\n" + field


def write():
    for name, lower in [("Labels", LABELS), ("CommonLabels", COMMON_LABELS)]:
        for kind, upper in [
            ("Labels", "labels:\n- pairs: {env: b}\n"),
            ("LabelsOfTemplates", "labels:\n- pairs: {env: b}\n  includeTemplates: true\n"),
            ("CommonLabels", "commonLabels: {env: b}\n"),
            ("Patch", PATCH + "      labels: {env: b}\n"),
            ("PatchOfTemplate", PATCH + TEMPLATE + "labels: {env: b}\n"),
            ("PatchOfBoth", PATCH + "      labels: {env: b}\n" + TEMPLATE + "labels: {env: c}\n"),
            ("PatchToNumber", PATCH + "      labels: {env: 5}\n"),
            ("PatchToNull", PATCH + "      labels: {env: null}\n"),
            ("PatchReplacingLabels", PATCH + "      labels: {$patch: replace, env: b}\n"),
            ("JsonPatchBefore", JSON + "labels:\n- pairs: {env: b}\n"),
            ("JsonPatchOfLabel", "patches:\n- target: {kind: Deployment}\n  patch: |\n"
             "    - {op: replace, path: /metadata/labels/env, value: b}\n"),
            ("PatchOfTarget", "patches:\n- target: {kind: Deployment}\n" + PATCH.split("\n", 1)[1].replace("- ", "  ", 1)
             + "      labels: {env: b}\n"),
        ]:
            case(f"shared.{name}Then{kind}", overlay(base(lower), upper, d__yaml=DEPLOYMENT), root="overlay",
                 shows="a label of the base in metadata, selector and template changes as one")
    replacement = ("replacements:\n- sourceValue: new\n  targets:\n  - select: {kind: Deployment}\n"
                   "    fieldPaths: [%s]\n")
    case("shared.Replacement", overlay(base(LABELS), replacement % "metadata.labels.env", d__yaml=DEPLOYMENT),
         root="overlay")
    case("shared.ReplacementOfSelector", overlay(base(LABELS), replacement % "spec.selector.matchLabels.env",
         d__yaml=DEPLOYMENT), root="overlay")
    case("shared.ReplacementTwice", overlay(base(LABELS), replacement % "metadata.labels.env, spec.template.metadata"
         ".labels.env" + "    options: {delimiter: '-', index: 9}\n", d__yaml=DEPLOYMENT), root="overlay",
         shows="the second path finds what the first wrote")
    case("shared.TwoEntries", top(base("labels:\n- pairs: {env: a}\n  includeSelectors: true\n- pairs: {env: b}\n"),
         d__yaml=DEPLOYMENT))
    case("shared.LabelsAndCommonLabels", top(base(LABELS + "commonLabels: {env: b}\n"), d__yaml=DEPLOYMENT))
    case("shared.OnlyWithinAnObject", overlay("resources: [d.yaml, s.yaml]\n" + LABELS,
         PATCH + "      labels: {env: b}\n", d__yaml=DEPLOYMENT, s__yaml=SERVICE), root="overlay")
    case("shared.Service", overlay("resources: [s.yaml]\n" + LABELS, "labels:\n- pairs: {env: b}\n",
         s__yaml=SERVICE), root="overlay", shows="selector of a Service")
    case("shared.CronJob", overlay(base(LABELS), "labels:\n- pairs: {env: b}\n", d__yaml=CRON_JOB), root="overlay")
    case("shared.LabelTransformer", overlay(base(LABELS), "transformers: [t.yaml]\n", d__yaml=DEPLOYMENT)
         | {"overlay/t.yaml": TRANSFORMER % ("LabelTransformer", "labels: {env: b}", "spec/selector/matchLabels")},
         root="overlay")
    for kind, word in [("PrefixTransformer", "prefix"), ("SuffixTransformer", "suffix")]:
        case(f"shared.{kind}", overlay(base(LABELS), "transformers: [t.yaml]\n", d__yaml=DEPLOYMENT)
             | {"overlay/t.yaml": TRANSFORMER % (kind, f"{word}: x-", "metadata/labels/env")}, root="overlay")
    case("shared.PrefixTwice", overlay(base(LABELS), "transformers: [t.yaml]\n", d__yaml=DEPLOYMENT)
         | {"overlay/t.yaml": TRANSFORMER % ("PrefixTransformer", "prefix: x-", "metadata/labels/env")
            + "- path: spec/selector/matchLabels/env\n"}, root="overlay")
    case("shared.Var", overlay(base("labels:\n- pairs: {env: $(NAME)}\n  includeSelectors: true\n"
         "vars:\n- name: NAME\n  objref: {apiVersion: apps/v1, kind: Deployment, name: web}\n"), "", d__yaml=DEPLOYMENT),
         root="overlay", shows="vars are looked for in metadata.labels only, and change the selector")
    case("shared.LabelThatWasThere", overlay(base(LABELS), "labels:\n- pairs: {env: b}\n",
         d__yaml=DEPLOYMENT.replace("  name: web\nspec", "  name: web\n  labels: {env: x}\nspec")), root="overlay",
         shows="the label in metadata was the manifest's, the others are one")
    case("shared.QuotedLabelThatWasThere", overlay(base(LABELS), PATCH + TEMPLATE + "labels: {env: 5}\n",
         d__yaml=DEPLOYMENT.replace("  name: web\nspec", "  name: web\n  labels: {env: 'x'}\nspec")), root="overlay")
    case("shared.LabelLikeNumber", overlay(base(LABELS.replace("env: a", "env: '1'")), PATCH
         + "      labels: {env: 2}\n", d__yaml=DEPLOYMENT), root="overlay")
    for kind, upper in [
        ("CommonAnnotations", "commonAnnotations: {note: b}\n"),
        ("Patch", PATCH + "      annotations: {note: b}\n"),
        ("PatchOfTemplate", PATCH + TEMPLATE + "annotations: {note: b}\n"),
        ("Prefix", "namePrefix: p-\ntransformers: [t.yaml]\n"),
    ]:
        more = {"overlay/t.yaml": TRANSFORMER % ("AnnotationsTransformer", "annotations: {note: b}",
                                                 "metadata/annotations")} if kind == "Prefix" else {}
        case(f"shared.AnnotationsThen{kind}", overlay(base(ANNOTATIONS), upper, d__yaml=DEPLOYMENT) | more,
             root="overlay")
    case("shared.AnnotationsThenPrefixAndPatch", overlay(base(ANNOTATIONS), "resources: [../middle]\n"
         + PATCH + TEMPLATE + "annotations: {note: b}\n", d__yaml=DEPLOYMENT)
         | {"overlay/kustomization.yaml": "resources: [../middle]\n" + PATCH + TEMPLATE + "annotations: {note: b}\n",
            "middle/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\n"}, root="overlay",
         shows="what kustomize remembers in annotations of its own leaves the others alone")
    case("shared.AnnotationsThenBuildMetadata", overlay(base(ANNOTATIONS), "buildMetadata: [transformerAnnotations]\n"
         "namePrefix: p-\ntransformers: [t.yaml]\n", d__yaml=DEPLOYMENT)
         | {"overlay/t.yaml": TRANSFORMER % ("AnnotationsTransformer", "annotations: {note: b}",
                                             "metadata/annotations")}, root="overlay",
         shows="annotations that say what transformed an object are set with all others anew")
    case("shared.AnnotationsOfCronJobAfterNamespace", overlay(base(ANNOTATIONS + "namespace: ns\n"),
         "namespace: other\ntransformers: [t.yaml]\n", d__yaml=CRON_JOB)
         | {"overlay/t.yaml": TRANSFORMER % ("AnnotationsTransformer", "annotations: {note: b}",
                                             "spec/jobTemplate/metadata/annotations")}, root="overlay")
