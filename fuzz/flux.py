#!/usr/bin/env python3
"""Random trees of kustomize.py under random Flux Kustomizations, rendered by gate and by Flux's own packages: `flux-oracle`
from PATH, see testdata/pointers/README.md.

usage: flux.py [--gate GATE] [--seed N] [--count N] [--keep DIRECTORY]

Every case follows from its seed. A case on which the two differ is printed, and kept with --keep; the exit code is 1
then.
"""
import json

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


def trial(seed, tree, gate):
    case = Pointed(seed)
    _, pointer = case.pointed()
    case.write(tree)
    (tree / "pointer.yaml").write_text(json.dumps(pointer, indent=1, ensure_ascii=False))
    return tree, ["flux-oracle", "-file", "pointer.yaml", "-repo"], [gate, "render", "--pointer", str(tree / "pointer.yaml")]


if __name__ == "__main__":
    kustomize.compare(__doc__, trial)
