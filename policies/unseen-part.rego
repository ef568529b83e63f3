# METADATA
# title: What cannot be seen is named
# description: |
#   A remote base, a chart, a program or a file that is made before the build brings resources that cannot be seen here:
#   nothing is fetched, and nothing is run. What stands around such a part is judged, and of the part itself its version,
#   as images are. Each one is told as information.
#
#   In a protected environment, a part without a fixed version is a warning: what runs there can change without a change
#   here. A part that a change brings to it, or that comes with a new overlay, is an error where none of the environments
#   below has one of that name: nothing vouches for it. Of files that Git ignores this is asked only where the change takes
#   resources away, which may come back in them. A part that goes while the environment below has it is a warning, and so is
#   another tag or commit of the repository itself, from which Flux or Argo CD applies what another tree holds.
#   Under `render`, `unknown: error` in gate.yaml refuses to judge an overlay that has such parts.
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

# Nothing tells what it is, and nothing has tried it.
deny contains {
	"msg": sprintf("%s, and it is new in %s: %s", [message(part), environment.name, untried(environment)]),
	"key": key(part),
	"at": part.at,
	"severity": "error",
	"help": "bring it to the environment below first, or commit what it brings",
} if {
	some [environment, part] in parts
	is_unvouched(environment, part)
}

warn contains object.union(
	{
		"msg": concat(", and ", array.concat([message(part)], doubts(environment, part))),
		"key": key(part),
		"at": part.at,
	},
	weight(doubts(environment, part)),
) if {
	some [environment, part] in parts
	not is_unvouched(environment, part)
	not hides(environment, part)
}

parts := [[environment, part] |
	some environment in input.environments
	some part in environment.unseen
]

weight(found) := {} if count(found) == 0

weight(found) := {"severity": "warning", "help": "name a tag, a commit or a version"} if count(found) > 0

# An ignored file may bring back what the change removes, and nothing would show it.
deny contains {
	"msg": sprintf("%s, while the change takes %s away from %s: that may come back unseen", [message(part), lib.quoted(sort(gone)), environment.name]),
	"key": key(part),
	"at": part.at,
	"severity": "error",
	"help": "bring it to the environment below first, or commit the file",
} if {
	some [environment, part] in parts
	hides(environment, part)
	gone := taken_away(environment)
}

warn contains {
	"msg": sprintf("the change takes %s out of %s, and %s has it", [named(part), environment.name, lib.sentence(sort(names))]),
	"key": sprintf("without %s", [key(part)]),
	"at": {"environment": environment.name},
	"severity": "warning",
	"help": "take it out of the environment below first",
} if {
	some environment in lib.protected
	not environment.removed
	some part in environment.base.unseen
	part.what != "file"
	not has_alike(environment, part)
	names := {lower.name | some lower in lib.below(environment); has_alike(lower, part)}
	count(names) > 0
}

# A cluster that stays at a tag gets with the next one whatever has been merged since.
warn contains {
	"msg": sprintf("%s goes from `%s` to `%s` of %s: what that brings is not in this tree", [environment.name, other.version, part.version, part.name]),
	"key": sprintf("%s at %s", [key(part), part.version]),
	"at": part.at,
	"severity": "warning",
	"help": sprintf("judge what comes with it: `gate check --base %s --head %s`", [other.version, part.version]),
} if {
	some environment in lib.protected
	some part in environment.unseen
	some other in environment.base.unseen
	part.what == "source"
	[other.what, other.name] == [part.what, part.name]
	part.version != other.version
	is_string(part.version)
	is_string(other.version)
}

# Whether it has a part of that name, be it of another source.
has_alike(environment, part) if {
	some other in environment.unseen
	[other.what, other.name] == [part.what, part.name]
}

# A part that a protected environment gets, while none below it has one of that name.
is_unvouched(environment, part) if {
	part.what != "file"
	is_untried(environment, part)
}

# Whether what the change takes away may come back in a file.
hides(environment, part) if {
	part.what == "file"
	is_untried(environment, part)
	count(taken_away(environment)) > 0
}

is_untried(environment, part) if {
	is_new(environment, part)
	some lower in lib.below(environment)
	every other in lib.below(environment) {
		not vouches(other, environment, part)
	}
}

vouches(environment, _, part) if key(part) in known(environment)

# A file lies in the directory of its environment.
vouches(environment, upper, part) if {
	part.what == "file"
	some other in environment.base.unseen
	other.what == "file"
	trim_prefix(other.name, environment.path) == trim_prefix(part.name, upper.path)
}

# Where it has a version, `digest-matches-staging` says that the repository of a chart is another one.
vouches(environment, _, part) if {
	part.version != null
	some other in environment.base.unseen
	[other.what, other.name] == [part.what, part.name]
}

is_new(environment, part) if {
	lib.has_base
	environment.protected
	can_be_told(environment)
	not key(part) in known(environment)
}

can_be_told(environment) if environment.base != null

# An overlay that is new is held against the environments below it, unless the app is new there, too.
can_be_told(environment) if {
	environment.was == "new"
	some lower in lib.below(environment)
	lower.base != null
}

# The resources that the change takes away from an environment.
taken_away(environment) := {lib.name_of(one.resource) |
	some one in input.unstaged
	one.upper == environment.name
	one.kind_of == "only-lower"
	count(one.path) == 0
}

# What an environment has on the base revision.
known(environment) := {key(part) | some part in environment.base.unseen}

untried(environment) := sprintf("%s has nothing of it on the base revision", [lib.sentence(sort({lower.name | some lower in lib.below(environment)}))])

doubts(environment, part) := [sprintf("it %s: what runs in %s can change without a change here", [looseness(part), environment.name])] if {
	moves(environment, part)
} else := []

moves(environment, part) if {
	environment.protected
	looseness(part)
}

looseness(part) := "names no version" if {
	part.what in {"remote", "chart"}
	part.version == null
	not part.held
} else := sprintf("follows the branch `%s`", [part.version]) if {
	part.what == "remote"
	part.version in settings.branches
}

message(part) := sprintf("%s %s", [named(part), reasons[part.what]])

named(part) := sprintf("`%s` at `%s`", [part.name, part.version]) if {
	part.version != null
} else := sprintf("`%s`", [part.name])

# A part stays the same across its versions, but not where a chart comes from another repository.
key(part) := sprintf("%s %s", [part.what, part.name]) if {
	object.get(part, "source", null) == null
} else := sprintf("%s %s of %s", [part.what, part.name, part.source])

reasons := {
	"chart": "is a chart: what Helm renders of it is not judged",
	"file": "is not in the repository: Git ignores it, and what it adds is not judged",
	"program": "is left to a program: what it does is not judged",
	"remote": "is remote: what it brings is not judged",
	"source": "is not found in this repository: what it brings is not judged",
}
