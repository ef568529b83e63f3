# METADATA
# title: Frozen environments do not change
# description: |
#   While a freeze window of `gate.yaml` is active, no change may alter what its environments run. Changes that
#   render to the same resources pass: comments, moved files, other environments.
#
#   A window of the kind `allow` is the other way round: its environments are frozen outside of it. One that denies
#   goes before one that allows. Windows may also be imported, from an Argo CD AppProject or from GitLab. Of Argo
#   CD's selectors `applications` chooses apps; `namespaces` and `clusters` are not known before a merge and count as
#   fitting. Its `manualSync` is about a button in Argo CD, not about a merge, and lifts nothing here.
#
#   Without a base revision nobody can tell what changes, so an active window is only noted.
# custom:
#   severity: error
#   help: wait until the window ends, or add a waiver with a reason and an end to the base branch
#   example: |
#     freeze:
#       - {name: year-end, environments: [production], start: 2026-12-20T00:00, end: 2027-01-04T06:00, timezone: Europe/Berlin}
#       - {name: office, kind: allow, environments: [production], schedule: "0 9 * * MON-FRI", duration: 8h, timezone: Europe/Berlin}
#       - {import: argocd/project.yaml, environments: [production]}
package gate.freeze_window

import data.gate.lib

deny contains {
	"msg": sprintf("%s is frozen %s, and this change alters `%s` there%s", [environment.name, windows(environment), input.app, opening(environment)]),
	"at": {"environment": environment.name},
} if {
	lib.has_base
	some environment in input.environments
	count(environment.freeze) > 0
	environment.changed
}

warn contains {
	"msg": sprintf("%s is frozen %s%s", [environment.name, windows(environment), opening(environment)]),
	"at": {"environment": environment.name},
	"severity": "info",
} if {
	not lib.has_base
	some environment in input.environments
	count(environment.freeze) > 0
}

windows(environment) := lib.sentence([sprintf("%s (%s`%s`)", [end(window), side(window), window.name]) | some window in environment.freeze])

end(window) := sprintf("until %s", [window.until_local]) if {
	window.until_local != null
} else := "without end"

# A window that allows freezes while it does not hold.
side(window) := "outside " if {
	window.kind == "allow"
} else := ""

# When it opens, where that is not when the last window ends.
opening(environment) := "" if {
	environment.freeze[0].opens != null
	environment.freeze[0].opens == environment.freeze[0].until
} else := sprintf("; it opens %s", [environment.freeze[0].opens_local]) if {
	environment.freeze[0].opens != null
} else := "; no opening is in sight"
