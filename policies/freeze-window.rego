# METADATA
# title: Frozen environments do not change
# description: |
#   While a freeze window of `gate.yaml` is active, no change may alter what its environments run. Changes that
#   render to the same resources pass: comments, moved files, other environments.
#
#   Without a base revision nobody can tell what changes, so an active window is only noted.
# custom:
#   severity: error
#   help: wait until the window ends, or add a waiver with a reason and an end to the base branch
#   example: |
#     freeze:
#       - {name: year-end, environments: [production], start: 2026-12-20T00:00, end: 2027-01-04T06:00, timezone: Europe/Berlin}
package gate.freeze_window

import data.gate.lib

deny contains {
	"msg": sprintf("%s is frozen %s, and this change alters `%s` there", [environment.name, windows(environment), input.app]),
	"at": {"environment": environment.name},
} if {
	lib.has_base
	some environment in input.environments
	count(environment.freeze) > 0
	environment.changed
}

warn contains {
	"msg": sprintf("%s is frozen %s", [environment.name, windows(environment)]),
	"at": {"environment": environment.name},
	"severity": "info",
} if {
	not lib.has_base
	some environment in input.environments
	count(environment.freeze) > 0
}

windows(environment) := lib.sentence([sprintf("until %s (`%s`)", [window.until, window.name]) | some window in environment.freeze])
