#!/usr/bin/env python3
"""Records what Argo CD makes of the Applications in argo-*/, with kustomize 5.8.1 from PATH.

A case is a directory with `pointer.yaml` (the Application), `repo/` (the repository) and, where Argo CD is to have any,
`build-options`. Written here is `expected.yaml`, or `expected.error` with the class of the failure:

- Sources that kustomize builds are edited with the commands that Argo CD runs, in its order, and built.
- `links` has the links of the repository, a path and what it holds on each line.
- For sources of plain manifests, `objects` lists the files in the order in which Argo CD reads them, and behind `#` the
  document and behind `.` the entry of a List where it is not the first; kustomize prints them.
- Failures before any command, which have no reference, are written down by hand: an `expected.error` whose class is
  neither `edit` nor `build` is left as it is.
"""

import copy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).parent
FIXED = ("chart", "path", "repoURL", "targetRevision")


class Failed(Exception):
    """A command failed; the class says which."""


def run(kind, arguments, directory):
    done = subprocess.run(["kustomize", *arguments], cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(kind)
    return done.stdout


def lay(known, new):
    """What Go makes of a merged JSON document that it reads into what it knows already."""
    if new is None:
        return known
    if isinstance(new, dict):
        known = known if isinstance(known, dict) else {}
        laid = {key: lay(known.get(key), new.get(key)) for key in {**known, **new}}
        return {key: value for key, value in laid.items() if value is not None}
    if isinstance(known, list) and isinstance(new, list):
        return [lay(known[at] if at < len(known) else None, item) for at, item in enumerate(new)]
    return new


def expand(text, variables):
    """Go's os.Expand, as far as the cases need it."""
    def value(found):
        name = found.group(1) or found.group(2)
        return "$" if name == "$" else variables.get(name, "")
    return re.sub(r"\$(?:\{([^}]*)\}|(\$|[A-Za-z0-9_]+))", value, text)


def built(root, application, source, options):
    """What `kustomize build` prints for a source after its edits."""
    directory = root / source["path"]
    metadata = application["metadata"]
    namespace = metadata.get("namespace", "argocd")
    name = metadata["name"] if namespace == "argocd" else f"{namespace}_{metadata['name']}"
    for file in (".argocd-source.yaml", f".argocd-source-{name}.yaml"):
        if (directory / file).is_file():
            patch = yaml.safe_load((directory / file).read_text())
            source = lay(source, {key: value for key, value in patch.items() if key not in FIXED})
    spec = application["spec"]
    variables = {
        "ARGOCD_APP_NAME": name,
        "ARGOCD_APP_NAMESPACE": spec.get("destination", {}).get("namespace", ""),
        "ARGOCD_APP_PROJECT_NAME": spec.get("project") or "default",
        "ARGOCD_APP_SOURCE_PATH": source["path"],
        "ARGOCD_APP_SOURCE_REPO_URL": source["repoURL"],
        "ARGOCD_APP_SOURCE_TARGET_REVISION": source.get("targetRevision", ""),
    }
    given = source.get("kustomize") or {}

    def edit(*arguments):
        run("edit", ["edit", *arguments], directory)

    if given.get("namePrefix"):
        edit("set", "nameprefix", "--", given["namePrefix"])
    if given.get("nameSuffix"):
        edit("set", "namesuffix", "--", given["nameSuffix"])
    if given.get("images"):
        edit("set", "image", *(expand(image, variables) for image in given["images"]))
    if given.get("replicas"):
        edit("set", "replicas", *(f"{one['name']}={int(one.get('count') or 0)}" for one in given["replicas"]))
    if given.get("commonLabels"):
        flags = [("forceCommonLabels", "--force"), ("labelWithoutSelector", "--without-selector"),
                 ("labelIncludeTemplates", "--include-templates")]
        flags = [flag for field, flag in flags if given.get(field)]
        edit("add", "label", *flags, *(f"{k}:{expand(v, variables)}" for k, v in given["commonLabels"].items()))
    if given.get("commonAnnotations"):
        pairs = given["commonAnnotations"]
        if given.get("commonAnnotationsEnvsubst"):
            pairs = {key: expand(value, variables) for key, value in pairs.items()}
        flags = ["--force"] if given.get("forceCommonAnnotations") else []
        edit("add", "annotation", *flags, *(f"{key}:{value}" for key, value in pairs.items()))
    if given.get("namespace"):
        edit("set", "namespace", "--", given["namespace"])
    if given.get("patches"):
        files = [directory / file for file in ("kustomization.yaml", "kustomization.yml", "Kustomization")]
        file = next((file for file in files if file.is_file()), None)
        kustomization = yaml.safe_load(file.read_text()) if file else None
        if not isinstance(kustomization, dict) or not isinstance(kustomization.get("patches", []), list):
            raise Failed("edit")
        kustomization["patches"] = kustomization.get("patches", []) + copy.deepcopy(given["patches"])
        file.write_text(json.dumps(kustomization))
    components = given.get("components") or []
    if given.get("ignoreMissingComponents"):
        components = [component for component in components if (directory / component).exists()]
    if components:
        edit("add", "component", *components)
    return run("build", ["build", str(directory), *options], root)


def printed(root, listed):
    """Objects as kustomize prints them, one by one."""
    texts = []
    for line in listed.split():
        file, _, rest = line.partition("#")
        document, _, entry = rest.partition(".")
        documents = [one for one in yaml.safe_load_all((root / file).read_text()) if one is not None]
        found = documents[int(document or 0)]
        if entry:
            found = found["items"][int(entry)]
        with tempfile.TemporaryDirectory() as place:
            (pathlib.Path(place) / "object.yaml").write_text(yaml.safe_dump(found))
            (pathlib.Path(place) / "kustomization.yaml").write_text("resources: [object.yaml]\n")
            texts.append(run("build", ["build", "."], place))
    return "---\n".join(texts)


def record(case):
    error = case / "expected.error"
    if error.exists() and error.read_text().split("\n")[0] not in ("edit", "build"):
        return
    application = yaml.safe_load((case / "pointer.yaml").read_text())
    options = (case / "build-options").read_text().split() if (case / "build-options").exists() else []
    sources = application["spec"].get("sources") or [application["spec"]["source"]]
    listed = (case / "objects").read_text().split("\n\n") if (case / "objects").exists() else []
    texts = []
    for file in ("expected.yaml", "expected.error"):
        (case / file).unlink(missing_ok=True)
    try:
        for source in sources:
            if not source.get("path"):
                continue
            with tempfile.TemporaryDirectory() as place:
                root = pathlib.Path(os.path.realpath(place)) / "repo"
                shutil.copytree(case / "repo", root, symlinks=True)
                for line in (case / "links").read_text().splitlines() if (case / "links").exists() else []:
                    path, held = line.split(" ")
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).symlink_to(held)
                is_plain = bool(listed) and not source.get("kustomize")
                texts.append(printed(root, listed.pop(0)) if is_plain else built(root, application, source, options))
        (case / "expected.yaml").write_text("---\n".join(text for text in texts if text))
    except Failed as failed:
        error.write_text(f"{failed}\n")


version = subprocess.run(["kustomize", "version"], capture_output=True, text=True, check=True).stdout.strip()
if version != "v5.8.1":
    sys.exit(f"kustomize v5.8.1 should be in PATH, not {version}")
for found in sorted(HERE.glob("argo-*")):
    record(found)
