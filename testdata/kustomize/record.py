#!/usr/bin/env python3
"""Records what kustomize 5.8.1 does with the cases beside this file; README.md says what they are.

usage: record.py [--check] [NAME...]

Without names, all cases are recorded. With --check nothing is written, and the exit code is 1 where kustomize does
something else than what is recorded. `kustomize` is taken from PATH.
"""
import argparse, json, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "v5.8.1"


def build(case):
    """What kustomize prints for a case, or the message with which it fails."""
    settings = json.loads((case / "case.json").read_text())
    arguments = ["kustomize", "build"]
    if settings.get("load_restrictor") == "none":
        arguments += ["--load-restrictor", "LoadRestrictionsNone"]
    if settings.get("order") == "fifo":
        arguments += ["--reorder", "none"]
    # Deep in a directory of its own, because a base may be looked for above.
    with tempfile.TemporaryDirectory(prefix="recorded") as temporary:
        top = Path(temporary).resolve() / "tree"
        if (case / "files").is_dir():
            shutil.copytree(case / "files", top, symlinks=True)
        else:
            top.mkdir()
        root = settings.get("root", "").strip("/") or "."
        result = subprocess.run([*arguments, root], cwd=top, capture_output=True, timeout=60)
        if result.returncode == 0:
            return result.stdout, None
        lines = result.stderr.decode(errors="replace").replace(str(top), "").splitlines()
        # A crash goes on with the state of all threads.
        lines = [line for line in lines if not line.startswith("# Warning:")]
        stacks = ("goroutine ", "runtime stack:", "runtime: sp=")
        end = next((at for at, line in enumerate(lines) if line.startswith(stacks)), len(lines))
        message = "\n".join(lines[:end]).strip()
        return None, message.removeprefix("Error: ") or "kustomize dies"


def recorded(case):
    expected = case / "expected.yaml"
    settings = json.loads((case / "case.json").read_text())
    return expected.read_bytes() if expected.exists() else None, settings.get("error")


def record(case):
    output, error = build(case)
    settings = json.loads((case / "case.json").read_text())
    settings.pop("error", None)
    expected = case / "expected.yaml"
    if error is None:
        expected.write_bytes(output)
    else:
        expected.unlink(missing_ok=True)
        settings["error"] = error
    (case / "case.json").write_text(json.dumps(settings, indent=1, ensure_ascii=False) + "\n")


def check(case):
    output, error = build(case)
    known_output, known_error = recorded(case)
    return output == known_output and (error is None) == (known_error is None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    version = subprocess.run(["kustomize", "version"], capture_output=True, text=True).stdout.strip()
    if version != VERSION:
        sys.exit(f"record.py: kustomize {VERSION} is needed, and this is {version or 'unknown'}")
    cases = sorted(path.parent for path in HERE.glob("*/case.json"))
    if arguments.names:
        cases = [case for case in cases if case.name in arguments.names]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check if arguments.check else record, cases))
    if arguments.check:
        failed = [case.name for case, same in zip(cases, results) if not same]
        print("\n".join([*failed, f"{len(cases) - len(failed)} of {len(cases)} are as recorded"]))
        sys.exit(bool(failed))
    print(f"{len(cases)} recorded")


if __name__ == "__main__":
    main()
