"""Manifests that many cases share, and the writing of a case."""
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
WRITTEN = set()

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0
        env:
        - name: MODE
          value: plain
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
"""

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: plain
"""


def config_map(name, data="a: b", **metadata):
    """A ConfigMap whose data is one line or several."""
    more = "".join(f"  {key}: {value}\n" for key, value in metadata.items())
    lines = "".join(f"  {line}\n" if line else "\n" for line in data.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{more}data:\n{lines}"


def case(name, files, shows="", root=".", order="legacy", restrict="root-only"):
    """Writes a case; `files` maps paths to text or bytes. What is recorded stays until it is recorded again."""
    assert name not in WRITTEN, name
    WRITTEN.add(name)
    directory = HERE / name
    tree = directory / "files"
    shutil.rmtree(tree, ignore_errors=True)
    for path, content in files.items():
        path = tree / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    known = directory / "case.json"
    old = json.loads(known.read_text()) if known.exists() else {}
    settings = {"shows": shows} if shows else {}
    settings |= {"root": root, "order": order, "load_restrictor": restrict}
    if "error" in old:
        settings["error"] = old["error"]
    known.write_text(json.dumps(settings, indent=1, ensure_ascii=False) + "\n")


def top(kustomization, **files):
    """A tree of one directory; in names of files, `__` stands for a dot."""
    return {"kustomization.yaml": kustomization} | {name.replace("__", "."): text for name, text in files.items()}


def overlay(base, overlay, **files):
    """A base and an overlay over it; the files are the base's."""
    tree = {"overlay/kustomization.yaml": "resources: [../base]\n" + overlay, "base/kustomization.yaml": base}
    return tree | {"base/" + name.replace("__", "."): text for name, text in files.items()}
