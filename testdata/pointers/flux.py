#!/usr/bin/env python3
"""Writes the cases `flux-*` beside this file and records what Flux makes of them.

usage: flux.py [--check]

`flux-oracle` is taken from PATH: a program around Flux's own packages that prints what kustomize-controller hands to the
apply for one Kustomization (`flux-oracle -repo DIR -file FILE [-vars FILE]`). With --check nothing is written, and the
exit code is 1 where Flux does something else than what is recorded. README.md says what a case is.
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: registry.example.com/web:1.0}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\ndata:\n"
RESOURCES = "resources: [deployment.yaml, service.yaml]\n"
APP = {"app/kustomization.yaml": RESOURCES, "app/deployment.yaml": DEPLOYMENT, "app/service.yaml": SERVICE}
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
CASES = {}
# The classes of errors, by what Flux says; classes.tsv has what gate says.
CLASSES = [
    ("component-path", "must be local and relative"), ("path-missing", "kustomization path not found"), ("generate-decode", "failed to decode Kubernetes YAML"),
    ("variable-name", "var name is invalid"), ("substitute-from-missing", "substitute from"), ("substitute-parse", "variable substitution failed"),
    ("substitute-yaml", "YAMLToJSON"), ("two-of-one", "in Replace: id matched"), ("encrypted", "is SOPS encrypted"), ("type", "cannot unmarshal"),
    ("duplicate", "already registered id"), ("no-match", "no resource matches"), ("two-kustomizations", "multiple kustomization files"),
    ("is-component", "expected kind != 'Component'"), ("missing", "no such file"), ("patch", "unable to parse SM or JSON patch"),
]


def case(name, spec="", files=None, variables=None, app="", path="./app", version="v1", namespace="shop"):
    """A case: what `spec` says besides path and source, and the files of the repository."""
    tree = dict(APP if files is None else files)
    if app:
        tree["app/kustomization.yaml"] = RESOURCES + app
    place = f"  path: {path}\n" if path is not None else ""
    home = f"  namespace: {namespace}\n" if namespace else ""
    pointer = (f"apiVersion: kustomize.toolkit.fluxcd.io/{version}\nkind: Kustomization\nmetadata:\n  name: web\n{home}spec:\n"
               f"  interval: 5m\n  prune: true\n{place}  sourceRef: {{kind: GitRepository, name: flux-system}}\n{spec}")
    CASES[f"flux-{name}"] = (pointer, tree, variables)


def text(name, data, substitute="{name: web, empty: \"\", lines: \"a\\nb\"}", **more):
    """A case of one ConfigMap whose data is substituted."""
    lines = "".join(f"  {line}\n" for line in data.splitlines())
    case(name, f"  postBuild: {{substitute: {substitute}}}\n", {"app/kustomization.yaml": "resources: [text.yaml]\n",
         "app/text.yaml": TEXT + lines}, **more)


case("plain")
case("order-is-that-of-the-file", files={"app/kustomization.yaml": "resources: [service.yaml, deployment.yaml, ns.yaml]\n",
     "app/deployment.yaml": DEPLOYMENT, "app/service.yaml": SERVICE, "app/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"})
case("order-of-sort-options", app="sortOptions: {order: legacy}\n")
case("old-version", version="v1beta2")
case("old-version-patches-are-dropped", "  patchesStrategicMerge:\n  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
     "spec: {replicas: 9}}\n", version="v1beta1")
case("names-replace-those-of-the-file", "  targetNamespace: live\n  namePrefix: a-\n  nameSuffix: -b\n", app="namespace: old\nnamePrefix: old-\nnameSuffix: -old\n")
case("empty-names-leave-those-of-the-file", '  targetNamespace: ""\n  namePrefix: ""\n', app="namespace: old\nnamePrefix: old-\n")
case("patches-come-last", "  patches:\n  - patch: |\n      - {op: replace, path: /spec/replicas, value: 7}\n    target: {kind: Deployment, name: web}\n",
     app="patches:\n- patch: '[{op: replace, path: /spec/replicas, value: 3}]'\n  target: {kind: Deployment}\n")
case("patch-of-a-selector", "  patches:\n  - patch: |\n      apiVersion: v1\n      kind: Service\n      metadata: {name: any}\n      spec: {type: NodePort}\n"
     "    target: {labelSelector: app=web}\n  - patch: '[{op: add, path: /metadata/annotations, value: {a: b}}]'\n    target: {annotationSelector: none}\n")
case("patch-options-are-dropped", "  patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: other}\n"
     "    target: {kind: Deployment}\n    options: {allowNameChange: true}\n")
case("patch-of-nothing", "  patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: nobody}\n      spec: {replicas: 2}\n")
case("images-new", "  images:\n  - {name: registry.example.com/web, newName: mirror.example.com/web, newTag: \"2\"}\n")
case("images-tag-over-digest", "  images:\n  - {name: registry.example.com/web, newTag: \"2\"}\n", app="images:\n- {name: registry.example.com/web, "
     "newName: mirror.example.com/web, digest: sha256:" + "ab" * 32 + "}\n")
case("images-digest-over-tag", "  images:\n  - {name: registry.example.com/web, digest: sha256:" + "cd" * 32 + "}\n", app="images:\n- {name: "
     "registry.example.com/web, newTag: \"2\", tagSuffix: -x}\n")
case("images-new-name-only", "  images:\n  - {name: registry.example.com/web, newName: other/web}\n", app="images:\n- {name: registry.example.com/web, newTag: \"2\"}\n")
case("images-of-one-name-twice", "  images:\n  - {name: registry.example.com/web, newTag: \"3\"}\n", app="images:\n- {name: registry.example.com/web, "
     "newTag: \"1\"}\n- {name: registry.example.com/web, newTag: \"2\"}\n")
component = {**APP, "more/kustomization.yaml": COMPONENT + "nameSuffix: -more\n"}
case("components", "  components: [../more]\n", component)
case("components-missing", "  components: [../none]\n", component)
case("components-missing-ignored", "  components: [../none, ../more]\n  ignoreMissingComponents: true\n", component)
for name, where in [("remote", "https://example.com/a"), ("absolute", "/more"), ("file", "file:///more"), ("git", "git@example.com:a/b")]:
    case(f"components-{name}", f"  components: ['{where}']\n  ignoreMissingComponents: true\n", component)
case("build-metadata", "  buildMetadata: [originAnnotations]\n", app="buildMetadata: [managedByLabel]\n")
case("no-resources-get-origins", files={"app/kustomization.yaml": "configMapGenerator:\n- {name: a, literals: [b=c]}\nbuildMetadata: [managedByLabel]\n"})
case("old-bases-get-origins", files={"app/kustomization.yaml": "bases: [../base]\n", "base/kustomization.yaml": "resources: [s.yaml]\n", "base/s.yaml": SERVICE})
case("unknown-fields-are-dropped", app="colour: blue\nimages:\n- {name: registry.example.com/web, newTag: \"2\", colour: blue}\nreplacements:\n- source: {kind: Service, "
     "name: web, colour: red}\n  targets:\n  - select: {kind: Deployment, colour: red}\n    fieldPaths: [metadata.labels.app]\n    colour: red\n")
case("key-of-another-case", app="Images:\n- {name: registry.example.com/web, newTag: \"2\"}\nNAMEPREFIX: a-\n")
case("key-twice", app="namePrefix: a-\nnamePrefix: b-\n")
case("numbers-become-text", app="namePrefix: 5\ncommonLabels: {a: 5, b: 1.10, c: true, d: 1e10, e: ~}\nimages:\n- {name: registry.example.com/web, newTag: 1.20}\n")
case("numbers-become-text-inside", app="configMapGenerator:\n- name: 1\n  literals: [a=1]\n  options: {labels: {a: 1}}\nresources: [service.yaml, 5]\n")
case("wrong-type", app="namePrefix: {a: b}\n")
case("wrong-type-of-a-flag", app="labels: [{pairs: {a: b}, includeSelectors: \"true\"}]\n")
case("text-where-numbers-are", app="replicas: [{name: web, count: \"5\"}]\n")
case("yaml-1-1-words", app="commonAnnotations: {a: yes, b: \"off\", c: 0x1F, d: 012, e: 1:30}\n")
case("file-above", files={"app/kustomization.yaml": "resources: [../shared/service.yaml]\n", "shared/service.yaml": SERVICE})
case("path-missing", path="./none")
case("path-climbs", path="../../app")
case("path-empty", files={"deployment.yaml": DEPLOYMENT, "kustomization.yaml": "resources: [deployment.yaml]\n"}, path=None)
case("other-kustomization-name", files={"app/kustomization.yml": "resources: [s.yaml]\n", "app/s.yaml": SERVICE})
case("two-kustomizations", files={**APP, "app/Kustomization": RESOURCES})
generated = {"app/b.yaml": SERVICE, "app/a/x.yml": DEPLOYMENT, "app/notes.txt": "x", "app/deep/er/c.yaml": TEXT + "  a: b\n"}
case("generated", files=generated)
case("generated-with-kustomization-below", files={**generated, "app/deep/kustomization.yaml": "namePrefix: p-\nresources: [er/c.yaml]\n"})
case("generated-of-nothing", files={"app/notes.txt": "x"})
case("generated-with-options", "  namePrefix: a-\n  targetNamespace: live\n  images: [{name: registry.example.com/web, newTag: \"5\"}]\n", generated)
case("generated-with-comments-only", files={**generated, "app/c.yaml": "# nothing\n"})
case("generated-with-values", files={**generated, "app/values.yaml": "replicas: 2\n"})
case("generated-with-component", files={**generated, "app/comp/kustomization.yaml": COMPONENT + "nameSuffix: -c\n"})
case("generated-twice-the-same", files={**generated, "app/again.yaml": SERVICE})
case("generated-with-hidden-files", files={**generated, "app/.hidden/d.yaml": TEXT.replace("text", "hidden") + "  a: b\n", "app/.e.yaml": TEXT.replace("text", "dot") + "  a: b\n"})
case("source-ignored", files={**generated, "app/values.yaml": "a: b\n", ".sourceignore": "/app/values.yaml\n"})
case("source-ignored-in-place", files={**generated, "app/values.yaml": "a: b\n", "app/deep/values.yaml": "a: b\n", "app/.sourceignore": "# helm\nvalues.yaml\n"})
case("source-ignored-and-brought-back", files={**generated, "app/deep/values.yaml": "a: b\n", ".sourceignore": "deep/\n!app/deep/er/c.yaml\n"})
case("source-ignored-by-name-below", files={**generated, "app/deep/er/values.yaml": "a: b\n", ".sourceignore": "app/**/values.yaml\n"})
case("source-ignores-a-resource", files={**APP, ".sourceignore": "service.yaml\n"})
case("default-exclusions", files={**APP, "app/kustomization.yaml": "configMapGenerator:\n- {name: a, files: [logo.png]}\n", "app/logo.png": "x"})
case("default-exclusions-off", files={**APP, "app/kustomization.yaml": "configMapGenerator:\n- {name: a, files: [logo.png]}\n", "app/logo.png": "x", ".sourceignore": "none\n"})
case("common-metadata", "  commonMetadata:\n    labels: {app: other, team: shop}\n    annotations: {note: \"5\"}\n")
case("common-metadata-is-not-substituted", "  commonMetadata: {labels: {a: \"${name}\"}}\n  postBuild: {substitute: {name: web}}\n")
for field in ["labels", "annotations"]:
    case(f"common-metadata-makes-text-of-{field}", f"  commonMetadata: {{{field}: {{team: shop}}}}\n  postBuild: {{substitute: {{n: \"5\", t: \"true\", e: \"\"}}}}\n",
         {"app/kustomization.yaml": "resources: [text.yaml]\n", "app/text.yaml": TEXT.replace("{name: text}", "{name: text, labels: {a: '${n}', b: '${t}', c: "
          "'${e}', d: 'x'}, annotations: {a: '${n}', b: '${t}', c: '${e}', d: 'x'}}") + "  a: b\n"})
case("kustomize-objects-are-left-out", files={**APP, "app/kustomization.yaml": "resources: [service.yaml, k.yaml]\n",
     "app/k.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: k}\n"})
sops = {"app/kustomization.yaml": "resources: [s.yaml]\n", "app/s.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: 'ENC[x]'}\nsops: {mac: x}\n"}
case("encrypted-secret", files=sops)
case("encrypted-secret-decrypted", "  decryption: {provider: sops}\n", sops)
case("encrypted-configmap", files={**sops, "app/s.yaml": sops["app/s.yaml"].replace("Secret", "ConfigMap").replace("stringData", "data")})
text("variables", "a: ${name}\nb: ${none}\nc: ${none:=d}\nd: x${name}y${name^^}\ne: $${name}\nf: $name\ng: ${lines}\nh: ${empty:-z}")
text("variables-change-types", "a: ${n}\nb: \"${n}\"\nc: x${n}\nd: ${t}\ne: ${none}\nf: ${f}\ng: ${d}\nh: ${s}", "{n: \"5\", t: \"yes\", f: \"1.10\", d: \"2020-01-01\", s: \"1e3\"}")
text("variables-bring-quotes", "a: ${quote}${n}${quote}", "{n: \"5\", quote: '\"'}")
text("variables-bring-yaml", "a: ${map}\nb: ${list}", "{map: '{c: d}', list: '[e, f]'}")
text("variables-in-keys", "${name}: a\nb-${name}: c")
text("variables-break-yaml", "a: ${bad}", "{bad: 'x: y'}")
text("variables-none", "a: ${name}\nb: $$x", "{}")
text("variables-bad-name", "a: b", "{a-b: c}")
for name, value in [("open", "${name"), ("dash", "${name-x}"), ("empty", "${}"), ("array", "${a[@]}"), ("slice", "${name:1:}"), ("slashes", "${name//}")]:
    text(f"variables-parse-{name}", f"a: 'x {value}'")
case("variables-always", "  postBuild: {substituteStrategy: Always}\n", {"app/kustomization.yaml": "resources: [text.yaml]\n", "app/text.yaml": TEXT + "  a: x${none:=y}\n"})
case("variables-make-two-of-one", "  postBuild: {substitute: {name: b}}\n", {"app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": TEXT.replace("text", '"${name}"')
     + "  a: b\n---\n" + TEXT.replace("text", "b") + "  a: b\n"})
case("variables-take-a-name", "  postBuild: {substitute: {name: b}}\n", {"app/kustomization.yaml": "resources: [a.yaml, s.yaml]\n", "app/a.yaml": TEXT.replace("text", '"${none}"')
     + "  a: b\n", "app/s.yaml": SERVICE})
sources = "  postBuild:\n    substituteFrom:\n    - {kind: ConfigMap, name: one}\n    - {kind: Secret, name: two%s}\n    substitute: {c: inline}\n"
values = "ConfigMap/shop/one: {a: \"1\", b: \"1\", c: \"1\"}\n"
letters = {"app/kustomization.yaml": "resources: [text.yaml]\n", "app/text.yaml": TEXT + "  v: x-${a}-${b}-${c}\n"}
case("variables-from", sources % "", letters, values + "Secret/shop/two: {b: \"2\\n\", c: \"2\"}\n")
case("variables-from-missing", sources % "", letters, values)
case("variables-from-missing-optional", sources % ", optional: true", letters, values)
case("variables-from-another-namespace", sources % "", letters, values + "Secret/other/two: {b: \"2\"}\n")
case("variables-from-home-of-flux", sources % ", optional: true", letters, values.replace("shop", "flux-system"), namespace=None)
switch = "kustomize.toolkit.fluxcd.io/substitute"
for field in ["labels", "annotations"]:
    case(f"variables-switched-off-by-{field}", "  postBuild: {substituteFrom: [{kind: ConfigMap, name: none}]}\n", {"app/kustomization.yaml": "resources: [text.yaml]\n",
         "app/text.yaml": TEXT.replace("{name: text}", f"{{name: text, {field}: {{{switch}: disabled}}}}") + "  v: x${a}\n"})
case("variables-of-generators", "  postBuild: {substitute: {name: web}}\n", {"app/kustomization.yaml": "configMapGenerator:\n- {name: a, literals: ['b=${name}']}\n"
     "secretGenerator:\n- {name: s, literals: ['b=${name}']}\n"})
case("children-are-substituted", "  postBuild: {substitute: {stage: prod}}\n", {"app/kustomization.yaml": "resources: [child.yaml]\n", "app/child.yaml":
     "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: child, namespace: flux-system}\nspec: {path: './apps/${stage}', prune: true}\n"})
case("awkward-values-stay", "  postBuild: {substitute: {a: b}}\n", {"app/kustomization.yaml": "resources: [text.yaml]\n", "app/text.yaml": TEXT + "".join(
     f"  k{n}: {value}\n" for n, value in enumerate(['"1:30"', '"012"', '"~"', '"2020-01-01"', '"1e3"', '"yes"', '" lead"', '"a: b"', '"a #b"', '"{a}"', '"x\\ny\\n"',
                                                       '"x\\ty"', '"%a"', '"@a"', '"é€"', '"- a"', '"?"', '"!x"', '"|"', '"\'"']))})


def record(name, pointer, tree, variables):
    """What Flux makes of a case: what it prints, or its error."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary).resolve()
        repo = root / "repo"
        for path, content in tree.items():
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).write_text(content)
        # The object is not part of what it points at.
        (repo / "zz-pointer.yaml").write_text(pointer)
        arguments = ["flux-oracle", "-repo", str(repo), "-file", "zz-pointer.yaml"]
        if variables:
            (root / "vars.yaml").write_text(variables)
            arguments += ["-vars", str(root / "vars.yaml")]
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
        if result.returncode == 0:
            return result.stdout, None
        message = result.stderr.replace(str(root), "")
        return None, next(name for name, part in CLASSES if part in message) + "\n" + message


def main():
    check = sys.argv[1:] == ["--check"]
    differ = []
    for name, (pointer, tree, variables) in CASES.items():
        output, error = record(name, pointer, tree, variables)
        home = HERE / name
        file, content = ("expected.yaml", output) if error is None else ("expected.error", error)
        if check:
            known = home / file
            if not known.is_file() or known.read_text() != content:
                differ.append(name)
            continue
        shutil.rmtree(home, ignore_errors=True)
        for path, text in tree.items():
            (home / "repo" / path).parent.mkdir(parents=True, exist_ok=True)
            (home / "repo" / path).write_text(text)
        (home / "pointer.yaml").write_text(pointer)
        if variables:
            (home / "vars.yaml").write_text(variables)
        (home / file).write_text(content)
    print(f"{len(CASES)} {'compared' if check else 'recorded'}", *differ)
    sys.exit(bool(differ))


main()
