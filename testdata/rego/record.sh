#!/usr/bin/env bash
# Asks OPA what expressions.txt and policies.txt give, and writes answers.tsv: the case, a tab, and its value as JSON,
# `undefined` or `error`. Builtin errors are errors. The tests only read what is recorded.
# Usage: testdata/rego/record.sh [path/to/opa]
set -euo pipefail
cd "$(dirname "$0")"
opa=${1:-opa}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

ask() {
  local name=$1 answer
  printf 'package case\n\n%s\n' "$2" >"$directory/case.rego"
  answer=$("$opa" eval --strict-builtin-errors --format=raw --input=input.json --data="$directory/case.rego" \
    'json.marshal(data.case.answer)' 2>/dev/null) || answer=error
  printf '%s\t%s\n' "$name" "${answer:-undefined}"
}

{
  printf '# recorded with OPA %s\n' "$("$opa" version | sed -n 's/^Version: //p')"
  while IFS= read -r line; do
    [[ -z $line || $line == '#'* ]] || ask "${line#! }" "answer := ${line#! }"
  done <expressions.txt
  name='' text=''
  while IFS= read -r line; do
    if [[ $line == '--- '* ]]; then
      [[ -z $name ]] || ask "$name" "$text"
      name=${line#--- } name=${name#! } text=''
    else
      text+=$line$'\n'
    fi
  done < <(cat policies.txt; echo '--- end')
} >"$directory/answers.tsv"
mv "$directory/answers.tsv" answers.tsv
