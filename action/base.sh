#!/usr/bin/env bash
# Prints the commit that the checked-out change is to be compared with, from what GitHub says about the event.
# Where it cannot be known this fails and says how to mend it: comparing with the wrong commit would hide findings.
#
# Reads GITHUB_EVENT_NAME, GITHUB_BASE_REF and the GATE_EVENT_* variables that action.yml sets.
set -euo pipefail

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

# The commit that $1 names, if this checkout has it.
commit() {
  git rev-parse --verify --quiet --end-of-options "$1^{commit}"
}

merge_base() {
  git merge-base "$1" HEAD 2>/dev/null ||
    fail "HEAD and \`$1\` have no common commit in this checkout: give actions/checkout \`fetch-depth: 0\`"
}

pull_request() {
  local head second
  head=$(commit HEAD) || fail 'there is no commit here: run actions/checkout first'
  if [[ "$head" == "$GATE_EVENT_PULL_HEAD" ]]; then
    merge_base "refs/remotes/origin/$GITHUB_BASE_REF"
    return
  fi
  # The parents are read from the commit itself, as a shallow checkout hides them. The merge commit that GitHub
  # made has the pull request's head as second parent; any other commit here is not what is to be merged. Its
  # first parent is the base: `pull_request.base.sha` of the event is often older.
  mapfile -t parents < <(git cat-file commit HEAD | sed -n '/^$/q; s/^parent //p')
  second=${parents[1]:-}
  if [[ ${#parents[@]} -ne 2 || "$second" != "$GATE_EVENT_PULL_HEAD" ]]; then
    fail "HEAD is neither the pull request's head nor its merge with the base: let actions/checkout use its default \`ref\`, or give this action a \`base\`"
  fi
  commit "${parents[0]}" ||
    fail 'the base commit is not in this checkout: give actions/checkout `fetch-depth: 2`'
}

push() {
  if [[ "$GATE_EVENT_BEFORE" =~ ^0+$ ]]; then
    # A new branch: what it changes is what the default branch does not have.
    merge_base "refs/remotes/origin/$GATE_EVENT_DEFAULT_BRANCH"
    return
  fi
  commit "$GATE_EVENT_BEFORE" ||
    fail "the commit before the push, \`$GATE_EVENT_BEFORE\`, is not in this checkout: give actions/checkout \`fetch-depth: 0\`"
}

case "$GITHUB_EVENT_NAME" in
  pull_request)
    pull_request
    ;;
  merge_group)
    commit "$GATE_EVENT_GROUP_BASE" ||
      fail "the merge group's base, \`$GATE_EVENT_GROUP_BASE\`, is not in this checkout: give actions/checkout \`fetch-depth: 0\`"
    ;;
  push)
    push
    ;;
  *)
    fail "the event \`$GITHUB_EVENT_NAME\` says nothing about a base: give this action a \`base\`, or \`base: none\` to judge the tree as it is"
    ;;
esac
