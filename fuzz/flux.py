#!/usr/bin/env python3
"""Random trees of kustomize.py under random Flux Kustomizations, rendered by gate and by Flux's own packages: `flux-oracle`
from PATH, see testdata/pointers/README.md.

usage: flux.py [--gate GATE] [--seed N] [--count N] [--keep DIRECTORY]

Every case follows from its seed. A case on which the two differ is printed, and kept with --keep; the exit code is 1
then.
"""
import argparse, json, shutil, sys, tempfile
from pathlib import Path

import kustomize

VALUES = ["info", "5", "1.10", "true", "yes", "", "a: b", "x y", "null", "2020-01-01", "0x1F", '"', "'", "{a: b}", "- x", "#c", "é", "1:30", "w " * 50]
FORMS = ["${a}", "${b}", "x-${a}", "${a}-${b}", "${none}", "${none:-d}", "${a^^}", "${#a}", "${a/i/o}", "$${a}", "$a", "$$", "${a:1:2}", "${q}${a}${q}",
         "${none:=${b}}", "${a-x}", "${"]


class Pointed(kustomize.Case):
    """A tree and a Kustomization that points into it."""

    def pointed(self):
        top = self.make()
        spec = {"interval": "5m", "prune": True, "path": f"./{top}", "sourceRef": {"kind": "GitRepository", "name": "flux-system"}}
        if self.p(.2):
            for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"]:
                self.files.pop(f"{top}/{name}", None)
        if self.p(.3):
            spec["targetNamespace"] = self.pick("live", "other", "")
        if self.p(.2):
            spec["namePrefix"] = self.pick("p-", "")
        if self.p(.2):
            spec["nameSuffix"] = "-s"
        if self.p(.3):
            spec["images"] = [{key: value for key, value in {"name": self.pick("nginx", "reg.io:5000/x", "reg.io/a/b"), "newName": self.pick("m.io/n", ""),
                               "newTag": self.pick("2", ""), "digest": self.pick(kustomize.DIGEST, "", "")}.items() if value} for _ in range(self.pick(1, 2))]
        if self.p(.3):
            spec["patches"] = [{"patch": self.pick('- op: add\n  path: /metadata/annotations\n  value: {by: flux}\n', "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  "
                                "name: any\ndata:\n  k: patched\n"), "target": {"kind": self.pick("ConfigMap", "Deployment", "Nothing")}}]
        if self.p(.2):
            spec["components"] = [self.pick("../part0", "../part1", "../none")]
            spec["ignoreMissingComponents"] = self.p(.7)
        if self.p(.1):
            spec["buildMetadata"] = ["originAnnotations"]
        if self.p(.3):
            spec["commonMetadata"] = {self.pick("labels", "annotations"): {self.pick("app", "team"): self.pick("x", "5", "${a}")}}
        if self.p(.7):
            spec["postBuild"] = {"substitute": {"a": self.pick(*VALUES), "b": self.pick(*VALUES), "q": '"'}} if self.p(.9) else {"substituteStrategy": "Always"}
            for path in sorted(self.files):
                if path.endswith(".yaml") and self.p(.6):
                    self.files[path] = self.files[path].replace(self.pick(b"info", b"nginx", b" v1", b"plain"), b" " + self.pick(*FORMS).encode())
        return top, {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "k", "namespace": "flux-system"}, "spec": spec}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", default="gate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    counts = {}
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        case = Pointed(seed)
        _, pointer = case.pointed()
        tree = Path(tempfile.mkdtemp(prefix="flux-fuzz"))
        for path, data in case.files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(data)
        (tree / "pointer.yaml").write_text(json.dumps(pointer, indent=1, ensure_ascii=False))
        theirs = kustomize.run(["flux-oracle", "-file", "pointer.yaml", "-repo"], tree)
        ours = kustomize.run([arguments.gate, "render", "--pointer", f"{tree.name}/pointer.yaml"], tree)
        if theirs[0] == 0 and ours[0] == 0:
            verdict = "same" if theirs[1] == ours[1] else "differ"
        elif theirs[0] and ours[0]:
            verdict = "both refuse"
        elif any(known in ours[2] for known in kustomize.KNOWN):
            verdict = "known"
        else:
            verdict = "gate refuses" if ours[0] else "gate accepts"
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict in ("differ", "gate refuses", "gate accepts"):
            print(f"{seed}: {verdict}: {(ours[2] or theirs[2])[-300:]!r}", flush=True)
            if arguments.keep:
                place = Path(arguments.keep) / str(seed)
                shutil.copytree(tree, place, dirs_exist_ok=True)
                (place / "flux.out").write_bytes(theirs[1] or theirs[2].encode())
                (place / "gate.out").write_bytes(ours[1] or ours[2].encode())
        shutil.rmtree(tree)
    print(counts)
    sys.exit(any(verdict in counts for verdict in ("differ", "gate refuses", "gate accepts")))


if __name__ == "__main__":
    main()
