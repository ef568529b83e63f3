#!/usr/bin/env python3
"""Random kustomizations, rendered by gate and by kustomize 5.8.1, which is taken from PATH.

usage: kustomize.py [--gate GATE] [--seed N] [--count N] [--keep DIRECTORY]

Every case follows from its seed. A case on which the two differ is printed, and kept with --keep; the exit code is 1
then. Differences that docs/kustomize.md names are counted apart.
"""
import argparse, json, os, random, shutil, subprocess, sys, tempfile
from pathlib import Path

VALUES = ["plain", "yes", "off", "y", "null", "~", "0x1F", "0o17", "0777", "1e3", "1_000", "12:30", "1.10", ".5", "-1", "2020-01-01",
          "2001-12-14t21:59:43.10-05:00", "=", "", " lead", "trail ", "a: b", "a #b", "#c", "- x", "?", "*star", "%pct", "{brace}",
          "a,b", "it's", 'say "hi"', "back\\slash", "tab\there", "two\nlines", "two\nlines\n", "end\n\n", " lead\nmore", "ünï",
          "\U0001F600", "w " * 60, "https://example.com/a?b=c&d=<e>", "$(NAME)", "a\u2028b", "\u00a0x", ".nan", "1e-7", "---", "a\\nb"]
INNER = ["a:\n  b: c\n", "a: {b: c}\nd: [1, x]\n", "# top\na:\n  # in\n  b: c # end\nl:\n- n: x\n  v: 1\n", "a:\n    b: 'c'\n    e: \"f\"\n\nz: 1\n",
         "a:\n  b: 5\nlit: |\n  one\n   two\n", '{"a": {"b": "c"}, "d": [1]}', "a:\n  b:\nc: ~\n", "a:\n  b: >-\n    x\n    y\n"]
DIGEST = "sha256:" + "ab" * 32


class Case:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.files, self.objects, self.generated = {}, [], []
        # Whether text that looks like something else is always in quotes, as kustomizations want it.
        self.strict = False

    def p(self, chance):
        return self.r.random() < chance

    def pick(self, *items):
        return self.r.choice(items)

    def value(self):
        return self.r.choice(VALUES) if self.p(.4) else self.pick("a", "b", "info", "v1", "8080")

    # YAML of some style.

    def scalar(self, value, indent, flow=False):
        if value is None:
            return self.pick("null", "~", "" if not flow or self.p(.5) else "null")
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return str(value)
        simple = value and all(c.isalnum() or c in "-./_" for c in value) and value.isascii()
        if simple and self.p(.8) and (value[0].isalpha() and value not in ("yes", "off", "y", "null") or not self.strict and self.p(.3)):
            return value
        lines = value.split("\n")
        fits = "\n" in value and not flow and "\t" not in value and not value.startswith((" ", "\n")) and all(32 <= ord(c) < 127 or c == "\n" for c in value)
        if fits and self.p(.6):
            chomp = "-" if not value.endswith("\n") else "+" if value.endswith("\n\n") else ""
            body = lines[:-1] if value.endswith("\n") else lines
            return "|" + chomp + "\n" + "\n".join("  " * indent + line if line else "" for line in body)
        if "\n" not in value and all(32 <= ord(c) < 127 for c in value) and self.p(.4):
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=self.p(.3) and all(ord(c) < 0x10000 for c in value))

    def flow(self, value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {self.flow(inner)}" for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(inner) for inner in value) + "]"
        return self.scalar(value, 0, True)

    def small(self, value):
        return len(json.dumps(value)) < 60 and "\\n" not in json.dumps(value)

    def dump(self, value, indent=0):
        pad = "  " * indent
        if isinstance(value, (dict, list)) and (not value or self.small(value) and self.p(.12) and indent):
            return " " + self.flow(value) + "\n"
        if isinstance(value, dict):
            lines = []
            for key, inner in value.items():
                gap = "\t" if self.p(.01) and isinstance(inner, str) and inner.isalnum() else ""
                lines.append(f"{pad}{key}:{gap}{self.dump(inner, indent + 1)}")
            return ("\n" if indent else "") + "".join(lines)
        if isinstance(value, list):
            at = max(indent - (1 if self.p(.6) else 0), 0)
            out = "\n" if indent else ""
            for item in value:
                text = self.dump(item, at + 1)
                out += "  " * at + "-" + (" " + text.lstrip("\n").lstrip(" ") if text.startswith("\n") else text)
            return out
        return " " + self.scalar(value, indent) + (" # note" if self.p(.02) and not (isinstance(value, str) and "\n" in value) else "") + "\n"

    # Objects.

    def labels(self, *more):
        keys = [key for key in ("app", "env", "tier") if self.p(.4)] + list(more)
        return {key: self.pick("web", "a", "b", "1", "yes") if self.p(.8) else self.value() for key in keys}

    def metadata(self, name):
        found = {"name": name}
        if self.p(.15):
            found["namespace"] = self.pick("ns", "default")
        if self.p(.5):
            found["labels"] = self.labels()
        if self.p(.4):
            found["annotations"] = {"note": self.value()}
            if self.p(.08):
                found["annotations"]["internal.config.kubernetes.io/needsHashSuffix"] = self.pick("enabled", "disabled")
        return found

    def container(self, name=None):
        found = {"name": name or self.pick("app", "side"), "image": self.pick("nginx", "nginx:1.2", "reg.io/a/b:1@" + DIGEST, "reg.io:5000/x:y")}
        if self.p(.4):
            found["env"] = [{"name": f"E{at}", "value": self.pick(self.value(), None)} for at in range(self.r.randint(1, 3))]
        if self.p(.3):
            found["env"] = found.get("env", []) + [{"name": "C", "valueFrom": {"configMapKeyRef": {"name": self.pick("conf", "gen"), "key": "k"}}}]
        if self.p(.2):
            found["ports"] = [{"containerPort": 80, **({"protocol": "TCP"} if self.p(.5) else {})}]
        return found

    def pods(self):
        spec = {"containers": [self.container(name) for name in ["app", "side"][: self.r.randint(1, 2)]]}
        if self.p(.2):
            spec["volumes"] = [{"name": "v", **self.pick({"emptyDir": {}}, {"configMap": {"name": "conf"}}, {"emptyDir": None})}]
        template = {"spec": spec}
        if self.p(.7):
            template["metadata"] = {"labels": self.labels("app")}
            if self.p(.3):
                template["metadata"]["annotations"] = {"note": self.value()}
        return template

    def object(self, name):
        kind = self.pick("Deployment", "Deployment", "Deployment", "StatefulSet", "CronJob", "Service", "ConfigMap", "ConfigMap", "Secret", "Widget", "PodDisruptionBudget", "NetworkPolicy")
        found = {"apiVersion": {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "CronJob": "batch/v1", "Widget": "example.com/v1",
                                "PodDisruptionBudget": "policy/v1", "NetworkPolicy": "networking.k8s.io/v1"}.get(kind, "v1"), "kind": kind, "metadata": self.metadata(name)}
        if kind in ("Deployment", "StatefulSet"):
            found["spec"] = {"replicas": 1, "template": self.pods()}
            if self.p(.8):
                found["spec"]["selector"] = {"matchLabels": self.labels("app")}
            if kind == "StatefulSet" and self.p(.5):
                found["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "d"}, "spec": {}}]
            if self.p(.2):
                found["spec"]["template"]["spec"]["affinity"] = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchLabels": self.labels("app")}, "topologyKey": "x"}]}}
        elif kind == "CronJob":
            found["spec"] = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": self.pods()}}}
        elif kind == "Service":
            found["spec"] = {"ports": [{"port": 80}], **({"selector": self.labels("app")} if self.p(.8) else {})}
        elif kind == "ConfigMap":
            found["data"] = {"k": self.value(), "file.yaml": self.r.choice(INNER)}
        elif kind == "Secret":
            found["stringData"] = {"k": self.value()}
        elif kind == "Widget":
            found["spec"] = {"list": [{"name": "a", "v": self.pick(self.value(), None)}, {"name": "b", "w": None}, [1, "x"]], "empty": self.pick({}, [], None)}
        elif kind == "PodDisruptionBudget":
            found["spec"] = {"selector": {"matchLabels": self.labels("app")}}
        else:
            found["spec"] = {"podSelector": {"matchLabels": self.labels("app")}}
        return found

    # Kustomizations.

    def patch(self):
        target = self.r.choice(self.objects)
        kind, name = target["kind"], target["metadata"]["name"]
        where = {"kind": kind, "name": name}
        if self.p(.35):
            ops = [{"op": "add", "path": "/metadata/annotations", "value": {"p": self.value()}},
                   {"op": "add", "path": "/metadata/labels", "value": {"env": self.pick("c", "5")}},
                   {"op": "replace", "path": "/metadata/labels/env", "value": "c"},
                   {"op": "test", "path": "/metadata/name", "value": name},
                   {"op": "add", "path": "/extra", "value": {"x": [1, None, self.value()], "y": self.value()}}]
            ops = self.r.sample(ops, self.r.randint(1, 2))
            text = self.pick(json.dumps(ops), json.dumps(ops, ensure_ascii=False), json.dumps(ops, indent=2), self.dump(ops),
                             self.flow(ops) if self.p(.2) else self.dump(ops), "--- # ops\n" + self.dump(ops) if self.p(.3) else self.dump(ops))
            return {"target": where, "patch": text}
        body = {"apiVersion": target["apiVersion"], "kind": kind, "metadata": {"name": name}}
        if "namespace" in target["metadata"]:
            body["metadata"]["namespace"] = target["metadata"]["namespace"]
        if self.p(.5):
            body["metadata"]["labels"] = self.pick({"env": self.pick("c", 5, None, "yes")}, self.labels("env"), {"$patch": "replace", "env": "d"})
        if self.p(.3):
            body["metadata"]["annotations"] = {"note": self.pick(self.value(), None, 5)}
        if kind in ("Deployment", "StatefulSet") and self.p(.7):
            template = {}
            if self.p(.5):
                template["metadata"] = {"labels": {"env": self.pick("c", "d", None)}}
            if self.p(.6):
                template["spec"] = {"containers": [self.container()]}
            body["spec"] = {"template": template}
            if self.p(.3):
                body["spec"]["selector"] = {"matchLabels": {"env": self.pick("c", "e")}}
        elif kind == "ConfigMap":
            body["data"] = {"k": self.pick(self.value(), None), "last": self.pick("x\n", "x\ny\n\n", self.value())}
        elif kind == "Widget":
            body["spec"] = {"list": [{"x": None}], "new": {"l": [{"y": None}]}}
        if self.p(.03):
            body["$patch"] = self.pick("replace", "delete", "merge")
        found = {"patch": self.dump(body)}
        if self.p(.3):
            found["target"] = self.pick(where, {"kind": kind}, {"name": name + ".*"}, {"labelSelector": "app=web"})
        if self.p(.1):
            found["options"] = {self.pick("allowNameChange", "allowKindChange"): True}
        return found

    def replacement(self):
        source, target = self.r.choice(self.objects), self.r.choice(self.objects)
        found = {"targets": [{"select": {"kind": target["kind"]}, "fieldPaths": [self.pick(
            "metadata.labels.env", "metadata.annotations.note", "data.k", "data.file\\.yaml.a.b", "data.file\\.yaml.a.new", "data.file\\.yaml.d.0",
            "data.file\\.yaml.l.[n=x].v", "spec.selector.matchLabels.env", "spec.template.spec.containers.*.image", "metadata.name")]}]}
        if self.p(.85):
            found["targets"][0]["options"] = self.pick({"create": True}, {"create": True}, {"create": True}, {"create": True}, {"create": True}, {"delimiter": ":", "index": self.pick(0, 1, -1)})
        if self.p(.6):
            return {"sourceValue": self.pick("new", "5", "true", self.value().replace("\n", " ") or "x", "1.10"), **found}
        return {"source": {"kind": source["kind"], "name": source["metadata"]["name"], "fieldPath": self.pick("metadata.name", "metadata.name", "metadata.name", "kind", "metadata.labels.app")}, **found}

    def cased(self, found):
        """The same with a field in another case, or written twice."""
        out = {}
        for key, value in found.items():
            if key in ("resources", "components", "apiVersion", "kind"):
                out[key] = value
            elif self.p(.03):
                out[self.pick(key.upper(), key.capitalize(), key.replace("s", "ſ"))] = value
            else:
                out[key] = value
                if self.p(.02):
                    out[key[0].upper() + key[1:]] = value
        return out

    def kustomization(self, component=False):
        found = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"} if component else {}
        pairs = lambda: self.pick({"env": self.pick("a", "b", "5", "yes", "")}, {"env": "a", "tier": "x"}, {"app": "z"})
        if self.p(.5):
            found["labels"] = [{"pairs": pairs(), **self.pick({}, {"includeSelectors": True}, {"includeSelectors": True}, {"includeTemplates": True},
                                {"fields": [{"path": "spec/own/labels", "create": self.p(.5)}]})} for _ in range(self.r.randint(1, 2))]
        if self.p(.25):
            found["commonLabels"] = pairs()
        if self.p(.3):
            found["commonAnnotations"] = {"note": self.value(), **({"other": "x"} if self.p(.3) else {})}
        if self.p(.2):
            found["namePrefix"] = self.pick("p-", "q-")
        if self.p(.15):
            found["nameSuffix"] = "-s"
        if self.p(.2):
            found["namespace"] = self.pick("ns", "other")
        if self.p(.25):
            found["images"] = [{"name": self.pick("nginx", "reg.io/a/b", "reg.io:5000/x"), **self.pick({"newTag": "9"}, {"newName": "m/x"}, {"digest": DIGEST}, {"tagSuffix": "-t"})}]
        scalable = [one["metadata"]["name"] for one in self.objects if one["kind"] in ("Deployment", "StatefulSet")]
        if scalable and self.p(.1):
            found["replicas"] = [{"name": self.r.choice(scalable), "count": 3}]
        if self.p(.3):
            name = self.pick("gen", "conf")
            entry = {"name": name, "literals": ["k=" + self.value().replace("\n", " "), "x=1"]}
            if name in self.generated:
                entry["behavior"] = self.pick("merge", "replace")
            self.generated.append(name)
            if self.p(.3):
                entry["options"] = self.pick({"disableNameSuffixHash": True}, {"labels": {"env": "g"}}, {"immutable": True})
            found["configMapGenerator"] = [entry]
        if self.p(.6):
            found["patches"] = [self.patch() for _ in range(self.r.randint(1, 2))]
        if self.p(.3):
            found["replacements"] = [self.replacement() for _ in range(self.r.randint(1, 2))]
        if self.p(.05):
            found["buildMetadata"] = self.pick(["originAnnotations"], ["transformerAnnotations"], ["managedByLabel"])
        if self.p(.08):
            found["transformers"] = [self.dump({"apiVersion": "builtin", **self.pick(
                {"kind": "LabelTransformer", "metadata": {"name": "t"}, "labels": {"env": "t"}, "fieldSpecs": [{"path": self.pick("metadata/labels", "spec/selector/matchLabels")}]},
                {"kind": "PrefixTransformer", "metadata": {"name": "t"}, "prefix": "x-", "fieldSpecs": [{"path": "metadata/labels/env"}, {"path": "spec/selector/matchLabels/env"}]},
                {"kind": "AnnotationsTransformer", "metadata": {"name": "t"}, "annotations": {"note": "t"}, "fieldSpecs": [{"path": "metadata/annotations", "create": True}]})})]
        return self.cased(found)

    def make(self):
        depth = self.r.randint(1, 3)
        before = None
        for level in range(depth):
            directory = ["base", "middle", "top"][level]
            resources = [f"../{before}"] if before else []
            for at in range(self.r.randint(1, 2) if level == 0 else self.r.randint(0, 1)):
                objects = [self.object(f"{self.pick('web', 'db', 'conf')}{'' if self.p(.5) else at}{level}") for _ in range(self.r.randint(1, 2))]
                self.objects += objects
                as_json = self.p(.08)
                text = "\n---\n".join(json.dumps(one) for one in objects) if as_json else "---\n".join(self.dump(one) for one in objects)
                data = ("\ufeff" + text).encode("utf-16-le") if self.p(.01) else text.encode()
                self.files[f"{directory}/r{at}.yaml"] = data
                resources.append(f"r{at}.yaml")
            found = self.kustomization()
            found["resources"] = resources
            if self.p(.12):
                part = self.kustomization(True)
                self.strict = True
                self.files[f"part{level}/kustomization.yaml"] = self.dump(part).lstrip("\n").encode()
                self.strict = False
                found["components"] = [f"../part{level}"]
            self.strict = True
            self.files[f"{directory}/kustomization.yaml"] = self.dump(found).lstrip("\n").encode()
            self.strict = False
            before = directory
        return before

    def write(self, tree):
        for path, data in self.files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(data)


def run(command, directory):
    try:
        result = subprocess.run([*command, directory.name], cwd=directory.parent, capture_output=True, timeout=60)
        return result.returncode, result.stdout, result.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return 124, b"", "timeout"


# What must not come of a trial.
DIFFERENT = ("differ", "gate refuses", "gate accepts")

# What gate says where it differs by intention; docs/kustomize.md has the reasons.
KNOWN = ["how it would do that is not reproduced", "is known of ConfigMaps and Secrets only"]


def compare(description, trial):
    """Runs trials and counts what comes of them: `trial(seed, tree, gate)` fills a tree, and gives the directory to work on and
    the two commands, theirs and gate's."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", default="gate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    counts = {}
    try:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            verdict = judge(arguments, trial, seed)
            counts[verdict] = counts.get(verdict, 0) + 1
            if (seed - arguments.seed + 1) % 1000 == 0:
                print(seed + 1 - arguments.seed, counts, file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        pass
    print(counts)
    sys.exit(any(verdict in counts for verdict in DIFFERENT))


def judge(arguments, trial, seed):
    """What comes of one trial; where the two differ it is printed, and kept where that is asked for."""
    tree = Path(tempfile.mkdtemp(prefix="gate-fuzz"))
    directory, theirs, ours = trial(seed, tree, arguments.gate)
    theirs, ours = run(theirs, directory), run(ours, directory)
    if theirs[0] == 0 and ours[0] == 0:
        verdict = "same" if theirs[1] == ours[1] else "differ"
    elif theirs[0] and ours[0]:
        verdict = "both refuse"
    elif any(known in ours[2] for known in KNOWN):
        verdict = "known"
    else:
        verdict = "gate refuses" if ours[0] else "gate accepts"
    if verdict in DIFFERENT:
        print(f"{seed}: {verdict}: {(ours[2] or theirs[2])[-300:]!r}", flush=True)
        if arguments.keep:
            place = Path(arguments.keep) / str(seed)
            shutil.copytree(tree, place, dirs_exist_ok=True)
            (place / "TOP").write_text(str(directory.relative_to(tree)))
            (place / "theirs.out").write_bytes(theirs[1] or theirs[2].encode())
            (place / "gate.out").write_bytes(ours[1] or ours[2].encode())
    shutil.rmtree(tree)
    return verdict


def trial(seed, tree, gate):
    case = Case(seed)
    top = case.make()
    case.write(tree)
    return tree / top, ["kustomize", "build"], [gate, "render"]


if __name__ == "__main__":
    compare(__doc__, trial)
