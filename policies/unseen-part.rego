# METADATA
# title: What cannot be seen is named
# description: |
#   A remote base, a chart, a program or a file that is made before the build brings resources that cannot be seen here:
#   nothing is fetched, and nothing is run. What stands around such a part is judged, and of the part itself its version,
#   as images are. Each one is told as information.
#
#   In a protected environment, a part without a fixed version is a warning: what runs there can change without a change
#   here. Under `render`, `unknown: error` in gate.yaml refuses to judge an overlay that has such parts.
# custom:
#   severity: info
#   help: commit what it brings, at a fixed version, to have it judged
#   example: |
#     resources:
#       - https://github.com/example/platform//base?ref=v1.4.0   # it is not fetched: found
#   settings:
#     branches:
#       description: versions that are branches, and so can move
#       default: [HEAD, develop, main, master, trunk]
#       items: {type: string}
package gate.unseen_part

import data.gate.lib

settings := data.gate.settings["unseen-part"]

warn contains {"msg": message(part), "key": key(part), "at": part.at} if {
	some environment in input.environments
	some part in environment.unseen
	not moves(environment, part)
}

warn contains {
	"msg": sprintf("%s, and it %s: what runs in %s can change without a change here", [message(part), open, environment.name]),
	"key": key(part),
	"at": part.at,
	"severity": "warning",
	"help": "name a tag, a commit or a version",
} if {
	some environment in input.environments
	some part in environment.unseen
	moves(environment, part)
	open := looseness(part)
}

moves(environment, part) if {
	environment.protected
	looseness(part)
}

looseness(part) := "names no version" if {
	part.what in {"remote", "chart"}
	part.version == null
	not is_here(part)
} else := sprintf("follows the branch `%s`", [part.version]) if {
	part.what == "remote"
	part.version in settings.branches
}

# A chart that the repository holds.
is_here(part) if {
	part.what == "chart"
	contains(part.name, "/")
}

message(part) := sprintf("%s %s", [named(part), reasons[part.what]])

named(part) := sprintf("`%s` at `%s`", [part.name, part.version]) if {
	part.version != null
} else := sprintf("`%s`", [part.name])

# Another version of it is no other part.
key(part) := sprintf("%s %s", [part.what, part.name])

reasons := {
	"chart": "is a chart: what Helm renders of it is not judged",
	"file": "is not in the repository: Git ignores it, and what it adds is not judged",
	"program": "is left to a program: what it does is not judged",
	"remote": "is remote: what it brings is not judged",
}
