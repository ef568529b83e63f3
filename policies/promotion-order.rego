# METADATA
# title: What an app depends on is promoted before it
# description: |
#   An app says what it needs by the annotation `gate.dev/depends-on` on any of its resources, `commonAnnotations` of
#   the kustomization included: a list of names of apps, in which `db` may stand for `payments/db` beside
#   `payments/api`. Flux's Kustomizations and HelmReleases say it by `dependsOn`. What is named must exist, and must
#   not lead in a circle. A change that takes something away is held to that in every app that depends on it.
#
#   A change that brings a new image to a protected environment, or the app for the first time, needs there what it
#   depends on, at the version that the environment below runs: else that is promoted before it or together with it.
#
#   In one render, Argo CD's sync waves must not apply what is needed after what needs it: Secrets and ConfigMaps or
#   what makes them, namespaces, definitions of kinds, and the Applications that an Application's annotation names. What
#   the environment has already is there before any wave. Without a base revision nothing tells what it has, and a
#   namespace that comes too late is a warning: it fails the first sync only.
# custom:
#   severity: error
#   help: correct the name, or add what is missing
#   example: |
#     commonAnnotations:
#       gate.dev/depends-on: payments/db, paymnets/auth   # there is no such app: found
#   settings:
#     annotation:
#       description: the annotation that names what an app depends on
#       default: gate.dev/depends-on
#       type: string
#     external:
#       description: what exists without being in the repository, as globs of names such as `Kustomization/flux-*`
#       default: []
#       items: {type: string}
package gate.promotion_order

import data.gate.lib

settings := data.gate.settings["promotion-order"]

deny contains {"msg": sprintf("`%s` depends on `%s`, which does not exist%s", [needed.subject, needed.name, meant(needed)]), "at": needed.at} if {
	some needed in input.depends_on
	needed.found == false
	not lib.matches(settings.external, needed.name)
}

deny contains {
	"msg": sprintf("`%s` depends on `%s`, which the change takes out of %s", [needed.subject, needed.app, needed.environment]),
	"at": needed.at,
	"help": "leave it there, or take the dependency away before",
} if {
	some needed in input.depends_on
	needed.taken
	not lib.matches(settings.external, needed.name)
}

# A circle is the same in every environment that has it: it is told of the last one.
deny contains {
	"msg": sprintf("`%s` depends on itself: %s", [chain[0], concat(" → ", quoted(chain))]),
	"at": at[count(at) - 1],
	"help": "take one of the dependencies away: nothing in the circle can be the first",
} if {
	some chain in {needed.cycle | some needed in input.depends_on; count(needed.cycle) > 0}
	at := [needed.at | some needed in input.depends_on; needed.cycle == chain]
}

warn contains {
	"msg": sprintf("%s does not run `%s`, which `%s` depends on: promote `%s` before or together with it", [needed.environment, needed.app, needed.subject, needed.app]),
	"at": needed.at,
	"help": "bring what is needed there first, or with the same change",
} if {
	some needed in promoted
	not needed.here
}

warn contains {
	"msg": sprintf("%s runs `%s` at `%s` and %s at %s, and `%s` depends on it: promote `%s` before or together with it", [needed.environment, needed.app, lib.version(image), needed.lower.environment, lib.quoted(sort(ahead)), needed.subject, needed.app]),
	"at": needed.at,
	"help": "the app was tried below with the newer version of what it needs",
} if {
	some needed in promoted
	some image in needed.images
	same := [other | some other in needed.lower.images; other.repository == image.repository]
	count(same) > 0
	ahead := {lib.version(other) | some other in same}
	not lib.version(image) in ahead
}

deny contains {
	"msg": sprintf("`%s` of sync wave %d needs `%s`, which comes in the later wave %d", [pair.resource, pair.wave, pair.needs, pair.needs_wave]),
	"at": pair.at,
	"key": sprintf("%s %s", [pair.resource, pair.needs]),
	"help": "give what is needed the same wave or an earlier one; without the annotation it is 0",
} if {
	some pair in late
	not pair.existed
	not may_exist(pair)
}

warn contains {
	"msg": sprintf("`%s` of sync wave %d needs `%s`, which comes in the later wave %d: the first sync fails", [pair.resource, pair.wave, pair.needs, pair.needs_wave]),
	"at": pair.at,
	"key": sprintf("%s %s", [pair.resource, pair.needs]),
	"help": "give what is needed the same wave or an earlier one; without the annotation it is 0",
} if {
	some pair in late
	may_exist(pair)
}

# A namespace outlives what is in it; without a base revision it may well be there.
may_exist(pair) if {
	not lib.has_base
	startswith(pair.needs, "Namespace/")
}

late contains pair if {
	some environment in input.environments
	some pair in environment.needs
	pair.needs_wave > pair.wave
}

deny contains {
	"msg": sprintf("the sync wave `%s` is no integer: Argo CD takes it for 0", [wave.text]),
	"at": wave.at,
	"help": "write a whole number in quotes, such as \"-1\"",
} if {
	some environment in input.environments
	some wave in environment.waves
	wave.wave == null
}

# What apps depend on that the change brings to protected environments: new there, or with a new image.
promoted := [needed |
	lib.has_base
	some environment in lib.protected
	brings(environment)
	some needed in input.depends_on
	needed.environment == environment.name
	needed.app != null
]

brings(environment) if environment.base == null

brings(environment) if {
	before := {key | some image in environment.base.images; key := [image.repository, image.tag, image.digest]}
	some image in environment.images
	not [image.repository, image.tag, image.digest] in before
}

meant(needed) := sprintf("; did you mean `%s`?", [needed.nearest]) if {
	needed.nearest != null
} else := ""

quoted(words) := [sprintf("`%s`", [word]) | some word in words]
