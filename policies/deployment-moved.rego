# METADATA
# title: Production is applied from where it was, to where it was
# description: |
#   A pointer of Flux or Argo CD says which directory of which repository a cluster gets, and at which revision. A change of
#   that can take a protected environment away from what this repository is judged for: to another repository or branch, to
#   the directory of another environment, to another cluster. It is an error, unless an environment below has been applied from
#   there on the base revision. Another cluster, a pointer that is suspended, another object of Flux that stands for a source,
#   and another tag where the environment below follows a branch, are warnings.
#
#   Where a change takes an app out of a protected environment, that is a warning, too.
# custom:
#   severity: error
#   help: change the environment below first, in a change of its own
#   example: |
#     # clusters/production/apps.yaml, a Kustomization of Flux
#     spec:
#       path: ./apps/staging   # was ./apps/production: found
package gate.deployment_moved

import data.gate.lib

# Another repository or revision than the one that is judged.
deny contains {
	"msg": sprintf("%s is applied from the %s `%s` with this change%s", [environment.name, field, said.value, was(environment, field)]),
	"key": sprintf("%s %s", [field, said.value]),
	"at": said.at,
} if {
	some [environment, field, said] in told
	field in {"repository", "revision"}
	not is_object(environment, field)
	not was_below(environment, field, said.value)
}

# Flux names an object for it, which may stand for the same repository.
warn contains {
	"msg": sprintf("%s is applied from the source `%s` with this change%s", [environment.name, said.value, was(environment, field)]),
	"key": sprintf("%s %s", [field, said.value]),
	"at": said.at,
	"severity": "warning",
} if {
	some [environment, field, said] in told
	is_object(environment, field)
	not was_below(environment, field, said.value)
}

is_object(environment, "repository") if environment.pointer.kind == "Kustomization"

# Where the environment below follows a branch, nothing tells what of it a tag holds.
warn contains {
	"msg": sprintf("%s is applied from `%s` with this change%s: what that brings is not in this tree", [environment.name, said.value, was(environment, "version")]),
	"key": sprintf("version %s", [said.value]),
	"at": said.at,
	"severity": "warning",
	"help": sprintf("judge what comes with it: `gate check --head %s`", [said.value]),
} if {
	some [environment, "version", said] in told
	every lower in lib.below(environment) {
		lower.base != null
		lower.base.pointer != null
		count(values(lower.base.pointer, "version")) == 0
	}
}

# The directory of another environment.
deny contains {
	"msg": sprintf("%s is applied from `%s` with this change, which is named after %s%s", [environment.name, said.value, other.name, was(environment, "path")]),
	"key": sprintf("path %s", [said.value]),
	"at": said.at,
	"help": sprintf("let it name a directory of %s, or one that is for no environment", [environment.name]),
} if {
	some [environment, "path", said] in told
	some other in input.environments
	other.name != environment.name
	names(said.value, other)
	not names(said.value, environment)
}

warn contains {
	"msg": sprintf("%s goes to the cluster `%s` with this change, and went to %s", [environment.name, said.value, lib.quoted(old)]),
	"key": sprintf("destination %s", [said.value]),
	"at": said.at,
	"severity": "warning",
	"help": sprintf("see to it that what was there before is what %s needs", [environment.name]),
} if {
	some [environment, "destination", said] in told
	old := before(environment, "destination")
	count(old) > 0
}

warn contains {
	"msg": sprintf("%s gets no changes any more: this one suspends what applies it", [environment.name]),
	"key": "suspend",
	"at": said.at,
	"severity": "warning",
	"help": "take `suspend` away when changes may reach it again",
} if {
	some [environment, "suspend", said] in told
}

warn contains {
	"msg": sprintf("the change takes %s out of %s%s", [input.app, environment.name, stays(environment)]),
	"key": "removed",
	"at": {"environment": environment.name},
	"severity": "warning",
	"help": "make sure that nothing there is needed any more: what is applied is taken away with it",
} if {
	some environment in lib.protected
	environment.removed
}

stays(environment) := sprintf(", and leaves it in %s", [lib.sentence(sort(lower))]) if {
	lower := {one.name | some one in lib.below(environment); not one.removed}
	count(lower) > 0
} else := ""

# What the pointers of protected environments say that those of the base did not.
told := [[environment, said.field, said] |
	some environment in lib.protected
	environment.base != null
	environment.base.pointer != null
	environment.pointer != null
	some said in environment.pointer.says
	not said.value in values(environment.base.pointer, said.field)
]

before(environment, field) := sort(values(environment.base.pointer, field))

was(environment, field) := sprintf(", and was from %s", [lib.quoted(old)]) if {
	old := [value | some other in alike(field); some value in before(environment, other)]
	count(old) > 0
} else := ""

# A source says the one or the other.
alike(field) := ["revision", "version"] if {
	field in {"revision", "version"}
} else := [field]

was_below(environment, field, value) if {
	some lower in lib.below(environment)
	lower.base != null
	lower.base.pointer != null
	value in values(lower.base.pointer, field)
}

values(pointer, field) := {said.value | some said in pointer.says; said.field == field}

names(path, environment) if {
	some step in split(path, "/")
	step in environment.names
}
