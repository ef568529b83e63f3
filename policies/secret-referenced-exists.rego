# METADATA
# title: Secrets and ConfigMaps that are referred to exist
# description: |
#   A pod that refers to a Secret or ConfigMap that is not there does not start. Each one that a container, a
#   volume, a service account or an Ingress refers to, and the key where one is named, must be rendered with the
#   app or be made by something that is: an ExternalSecret, a SealedSecret, a Certificate, a chart. What another app has in
#   the same environment, cluster and namespace is there, too.
#
#   What is neither, because somebody puts it into the cluster by hand, belongs into `secrets.provided`: as long
#   as no environment makes it, that is a warning. An `optional` reference may lead nowhere.
#
#   A variable that the environment below has and the protected one lacks is a warning.
# custom:
#   severity: error
#   help: add it to the overlay, correct the name, or list it under `secrets.provided` in gate.yaml
#   example: |
#     env:
#       - name: PASSWORD
#         valueFrom:
#           secretKeyRef: {name: db, key: passwort}   # the Secret has the key `password`: found
package gate.secret_referenced_exists

import data.gate.lib

# Where a lower environment has it, where only the key is missing, and where the change asks for it first,
# somebody forgot it.
deny contains {"msg": message(reference), "at": reference.at} if {
	some index, references in lost
	some reference in references
	forgotten(index, reference)
}

# What no environment makes may well be put into the clusters by hand: that is worth one question each.
warn contains {
	"msg": sprintf("`%s`%s is made by nothing here: %s needs it", [name, keys(found), lib.name_of(found[0].at.resource)]),
	"at": found[0].at,
	"help": "if it exists in the cluster, list it under `secrets.provided` in gate.yaml; if not, add it",
} if {
	some index, names in nowhere
	some name in names
	found := [lost[index][place] | some place in places[index][name]]
}

warn contains {"msg": message(reference), "at": reference.at} if {
	some environment in input.environments
	not environment.protected
	some reference in environment.references
	missing(reference)
	reference.exists
}

warn contains {
	"msg": sprintf("`%s` is set in %s, but not for container `%s` in %s", [variable.name, variable.lower, variable.container, variable.upper]),
	"at": variable.at,
	"help": sprintf("set it in %s too, or give it to both environments in the base", [variable.upper]),
} if {
	some variable in input.missing_variables
	some environment in lib.protected
	environment.name == variable.upper
}

missing(reference) if {
	not reference.optional
	not reference.found
	reference.produced_by == null
	not reference.name in input.provided
	not sprintf("%v/%s", [reference.namespace, reference.name]) in input.provided
}

# What each protected environment misses. Here and below, environments are named by their places, and what many
# references ask for is gathered once.
lost := {index: [reference | some reference in environment.references; missing(reference)] |
	some index, environment in input.environments
	environment.protected
}

forgotten(_, reference) if reference.exists

forgotten(_, reference) if reference.taken

forgotten(index, reference) if [reference.kind, reference.name] in had_below[index]

forgotten(index, reference) if {
	lib.has_base
	not [reference.kind, reference.name, reference.key] in asked_before[index]
}

# What a lower environment asks for and has.
had_below := {index: {[other.kind, other.name] | some lower in lib.below(environment); some other in lower.references; not missing(other)} |
	some index, environment in input.environments
	environment.protected
}

# What the base revision asks for. What is new there brings along what other protected environments ask for.
asked_before := {index: asked(environment) |
	some index, environment in input.environments
	environment.protected
}

asked(environment) := {[other.kind, other.name, other.key] | some other in environment.base.references} if {
	environment.base != null
} else := asked_in_protected

asked_in_protected := {[other.kind, other.name, other.key] | some environment in lib.protected; some other in environment.base.references}

# What nothing makes, as `Secret/db`.
nowhere := {index: {label(reference) | some reference in references; not forgotten(index, reference)} |
	some index, references in lost
}

# Where in `lost` the references to it are.
places[index][text] contains place if {
	some index, references in lost
	some place, reference in references
	text := label(reference)
}

label(reference) := sprintf("%s/%s", [reference.kind, reference.name])

keys(references) := sprintf(" (%s)", [lib.quoted(named)]) if {
	named := sort({reference.key | some reference in references; reference.key != null})
	count(named) > 0
} else := ""

message(reference) := sprintf("`%s/%s` has no key `%s`", [reference.kind, reference.name, reference.key]) if {
	reference.exists
} else := sprintf("`%s/%s`%s is taken away by this change, and %s needs it", [reference.kind, reference.name, key(reference), lib.name_of(reference.at.resource)]) if {
	reference.taken
} else := sprintf("`%s/%s`%s does not exist: %s needs it, and nothing here renders or produces it", [reference.kind, reference.name, key(reference), lib.name_of(reference.at.resource)])

key(reference) := sprintf(" with the key `%s`", [reference.key]) if {
	reference.key != null
} else := ""
