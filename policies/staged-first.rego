# METADATA
# title: Configuration reaches production after staging
# description: |
#   What a change alters in a protected environment should have run in the environment below it first, configuration as
#   well as images. A base or a directory that both environments share brings a change to both at once: then nothing has
#   tried it when it reaches production.
#
#   What the environment below runs is what the base revision renders. Differences that environments usually have, and those
#   that are allowed under `drift.allow`, are not asked about; images and versions are left to `digest-matches-staging`. What a
#   change gives to the protected environment alone is a difference between the two: `config-drift` tells it. With
#   `configuration: error`, this policy refuses both.
# custom:
#   severity: warning
#   help: change the environment below first, in a change of its own
#   example: |
#     # base/deployment.yaml, which staging and production share
#     terminationGracePeriodSeconds: 5   # was 30: both get it at once, found
#   settings:
#     configuration:
#       description: what becomes of configuration that the environment below has not run, `warning` or `error`
#       default: warning
#       enum: [warning, error]
#     fields:
#       description: how many alterations of one resource are told one by one
#       default: 5
#       minimum: 0
package gate.staged_first

import data.gate.lib

settings := data.gate.settings["staged-first"]

# Classes that another policy judges.
elsewhere := {"image", "chart-version", "git-revision"}

warn contains object.union({"msg": sprintf("%s, %s", [altered(one), untried(one)]), "at": one.at}, weight) if {
	some _, found in asked
	count(found) <= settings.fields
	some one in found
}

# A resource that is altered all over is one finding.
warn contains object.union(
	{
		"msg": sprintf("%d fields of `%s` change in %s, first `%s`, %s", [count(found), lib.name_of(first.resource), first.upper, first.field, untried(first)]),
		"at": first.at,
	},
	weight,
) if {
	some _, found in asked
	count(found) > settings.fields
	fields := sort([one.field | some one in found])
	some first in found
	first.field == fields[0]
}

weight := {"severity": "error"} if {
	settings.configuration == "error"
} else := {}

# What is to be told, by the resource that it is in.
asked[resource] contains one if {
	some one in input.unstaged
	protected[one.upper]
	not one.expected
	not one.allowed
	not one.class in elsewhere
	is_asked(one)
	resource := sprintf("%s %s %v %v", [one.upper, lib.name_of(one.resource), one.resource.namespace, one.together])
}

protected[environment.name] if some environment in lib.protected

is_asked(one) if one.together

is_asked(_) if settings.configuration == "error"

untried(one) := sprintf("which %s gets with the same change: it has not run there", [one.lower]) if {
	one.together
} else := sprintf("which %s does not run", [one.lower])

altered(one) := sprintf("%s %s `%s`", [one.upper, verbs[one.kind_of], lib.name_of(one.resource)]) if {
	count(one.path) == 0
} else := sprintf("%s loses `%s`", [one.upper, one.field]) if {
	one.kind_of == "only-lower"
} else := sprintf("%s gets `%s` as %s", [one.upper, one.field, shown(one.upper_value)])

verbs := {"changed": "changes", "only-lower": "loses", "only-upper": "gets"}

# A value in a sentence; long ones are cut.
shown(value) := sprintf("`%s`", [cut(value)]) if {
	is_string(value)
} else := sprintf("`%s`", [cut(json.marshal(value))])

cut(text) := sprintf("%s…", [substring(text, 0, 60)]) if {
	count(text) > 61
} else := text
