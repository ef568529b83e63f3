#!/usr/bin/env bash
# Runs gate in a step of GitHub Actions: annotations to standard output, the step summary, a JSON report.
# Exits as gate does: 0 passed, 1 failed, 2 could not judge, 3 nothing to judge.
#
# Reads the GATE_* variables that action.yml sets, and GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# An annotation, escaped as the runner decodes it.
fail() {
  local message=$1
  message=${message//'%'/'%25'}
  message=${message//$'\r'/'%0D'}
  message=${message//$'\n'/'%0A'}
  printf '::error title=gate::%s\n' "$message"
  output outcome incomplete
  exit 2
}

# A value with a line break could set other outputs.
output() {
  [[ "$2" != *[$'\r\n']* ]] || { echo "gate: output $1 holds a line break" >&2; exit 2; }
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

binary=$GATE_BINARY
if [[ -z "$binary" ]]; then
  command -v cargo >/dev/null || fail 'there is no cargo to build gate with: install Rust, or give this action a `binary`'
  # Built from its own directory: cargo and rustup obey configuration files of the directory they run in, and the
  # checkout that is judged may hold some.
  (cd "$here/.." && cargo build --release --locked --quiet --target-dir target) || fail 'gate could not be built'
  binary=$here/../target/release/gate
fi

report=$(mktemp "$RUNNER_TEMP/gate-XXXXXX.json")
arguments=(--format human --format github --format "summary=$GITHUB_STEP_SUMMARY" --format "json=$report")
[[ -z "$GATE_BASE" ]] || arguments+=("--base=$GATE_BASE")

code=0
"$binary" check "${arguments[@]}" -- "$GATE_PATH" 2>"$RUNNER_TEMP/gate-errors" || code=$?
# What kept gate from judging at all is in no report.
errors=$(cat "$RUNNER_TEMP/gate-errors")
[[ -s "$report" ]] || fail "${errors:-gate ended with $code before it could report}"
[[ -z "$errors" ]] || printf '%s\n' "$errors" >&2

outcomes=(passed failed incomplete nothing)
output outcome "${outcomes[code]:-incomplete}"
output report "$report"
exit "$code"
