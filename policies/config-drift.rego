# METADATA
# title: Environments differ only where they are meant to
# description: |
#   Staging can only vouch for production as far as the two are alike. Differences that environments usually have
#   (names, hosts, identifiers, more replicas in production) are expected; those under `drift.allow` are allowed.
#   Each other difference is worth a look: a probe that one side lacks, a variable that was forgotten, a resource
#   on one side only, a value that names the other environment.
#
#   Images and versions are left to `digest-matches-staging`. A resource with many differences is told in one.
# custom:
#   severity: warning
#   help: make the environments alike, best by moving the value into the base, or allow the difference under `drift.allow` in gate.yaml
#   example: |
#     # staging                         # production
#     readinessProbe:                   # no probe: found
#       httpGet: {path: /healthz}
#   settings:
#     fields:
#       description: how many differences of one resource are told one by one
#       default: 5
package gate.config_drift

import data.gate.lib

settings := data.gate.settings["config-drift"]

# Classes that another policy judges.
elsewhere := {"image", "chart-version", "git-revision"}

warn contains object.union({"msg": message(drift), "at": drift.at}, identity(drift)) if {
	some _, found in unexpected
	count(found) <= settings.fields
	some drift in found
}

# A resource that is on one side only is one difference. There may be many: they need no gathering.
warn contains {"msg": message(drift), "at": drift.at} if {
	some drift in input.drift
	count(drift.path) == 0
	is_unexpected(drift)
}

# A resource that differs all over is one finding: it was written twice, or it is of another version.
warn contains {
	"msg": sprintf("`%s` differs in %d fields between %s and %s, first in `%s`", [lib.name_of(first.resource), count(found), first.lower, first.upper, first.field]),
	"at": first.at,
	"key": {spot(drift) | some drift in found},
} if {
	some _, found in unexpected
	count(found) > settings.fields
	fields := sort([drift.field | some drift in found])
	some first in found
	first.field == fields[0]
}

# An item of a list is known by what it is: others may move it.
identity(drift) := {"key": spot(drift)} if {
	is_item(drift)
} else := {}

# The field that differs, whatever its place in lists whose items have no names; for a whole item, with what it is.
spot(drift) := sprintf("%s %s %s", [field(drift), json.marshal(drift.lower_value), json.marshal(drift.upper_value)]) if {
	is_item(drift)
} else := field(drift)

is_item(drift) if is_number(drift.path[count(drift.path) - 1])

field(drift) := regex.replace(drift.field, `\[[0-9]+\]`, "[]")

# The differences to be told, by the resource that they are in.
unexpected[resource] contains drift if {
	some drift in input.drift
	count(drift.path) > 0
	is_unexpected(drift)
	resource := sprintf("%s %s %v", [drift.upper, lib.name_of(drift.resource), drift.resource.namespace])
}

is_unexpected(drift) if {
	not drift.expected
	not drift.allowed
	not drift.class in elsewhere
	not forgotten(drift)
}

# A variable that `secret-referenced-exists` names.
forgotten(drift) if {
	drift.class == "environment-variable"
	drift.kind_of == "only-lower"
	drift.lower_value.name in missing[drift.resource]
}

# A container's variables, each of which it names.
forgotten(drift) if {
	drift.kind_of == "only-lower"
	drift.path[count(drift.path) - 1] == "env"
	named := missing[drift.resource]
	every variable in drift.lower_value {
		variable.name in named
	}
}

# The variables that `secret-referenced-exists` names, by the resource that lacks them.
missing[resource] contains variable.name if {
	some variable in input.missing_variables
	resource := variable.resource
}

message(drift) := sprintf("`%s` is only in %s, not in %s", [lib.name_of(drift.resource), drift.lower, drift.upper]) if {
	count(drift.path) == 0
	drift.kind_of == "only-lower"
} else := sprintf("`%s` is only in %s, not in %s", [lib.name_of(drift.resource), drift.upper, drift.lower]) if {
	count(drift.path) == 0
} else := sprintf("`%s` names %s: it is %s in %s", [drift.field, drift.lower, lib.shown(drift.upper_value), drift.upper]) if {
	drift.class == "wrong-environment"
} else := sprintf("`%s` is %s in %s, and not set in %s", [drift.field, lib.shown(drift.lower_value), drift.lower, drift.upper]) if {
	drift.kind_of == "only-lower"
} else := sprintf("`%s` is %s in %s, and not set in %s", [drift.field, lib.shown(drift.upper_value), drift.upper, drift.lower]) if {
	drift.kind_of == "only-upper"
} else := sprintf("`%s` is %s in %s, but %s in %s", [drift.field, lib.shown(drift.lower_value), drift.lower, lib.shown(drift.upper_value), drift.upper])
