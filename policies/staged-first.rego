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
#
#   Patches, replicas and other edits that apply to parts that cannot be seen are reported whenever a change makes them differ
#   from those of the environment below, because no other policy can see their result.
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
#     resources:
#       description: how many altered resources of one app are told one by one
#       default: 3
#       minimum: 0
package gate.staged_first

import data.gate.lib

settings := data.gate.settings["staged-first"]

# Classes that another policy judges.
elsewhere := {"image", "chart-version", "git-revision"}

# One finding for each resource.
warn contains finding(sprintf("%s, %s", [altered(found), untried(told(found))]), first(found)) if {
	some step in steps
	count(resources[step]) <= settings.resources
	some resource in resources[step]
	found := asked[array.concat(step, [resource])]
}

# Where many are altered at once, one for all of them.
warn contains finding(sprintf("%d resources change in %s, first `%s`, %s", [count(resources[step]), step[0], lib.name_of(one.resource), untried(mixed(one))]), one) if {
	some step in steps
	count(resources[step]) > settings.resources
	one := first(asked[array.concat(step, [min(resources[step])])])
}

# The result of an edit cannot be seen, so every entry counts. `digest-matches-staging` judges the images.
warn contains object.union({"msg": sprintf("%s changes parts that cannot be seen in %s, %s", [entry(one), one.upper, alone(one)]), "at": one.at}, weight) if {
	some one in input.unstaged_edits
	one.kind_of == "only-upper"
	protected[one.upper]
	not one.field in {"images", "imageTags"}
}

warn contains object.union({"msg": without(one), "at": {"environment": one.upper}}, weight) if {
	some one in input.unstaged_edits
	one.kind_of == "only-lower"
	protected[one.upper]
}

alone(one) := sprintf("which %s gets with the same change: it has not run there", [one.lower]) if {
	one.together
} else := sprintf("as nothing in %s does", [one.lower])

without(one) := sprintf("%s does not change parts that cannot be seen any more, neither in %s nor in %s: nothing has run without it", [entry(one), one.upper, one.lower]) if {
	one.together
} else := sprintf("%s changes parts that cannot be seen in %s, and in %s not any more", [entry(one), one.lower, one.upper])

entry(one) := sprintf("`%s` for `%s`", [one.field, one.of]) if {
	one.of != null
} else := sprintf("`%s`", [one.field])

finding(msg, one) := object.union({"msg": msg, "at": one.at}, weight)

weight := {"severity": "error"} if {
	settings.configuration == "error"
} else := {}

# What is to be told: by environment, whether the one below gets it too, and resource.
asked[key] contains one if {
	some one in input.unstaged
	protected[one.upper]
	not one.expected
	not one.allowed
	not one.class in elsewhere
	is_asked(one)
	key := [one.upper, one.together, sprintf("%s %v", [lib.name_of(one.resource), one.resource.namespace])]
}

steps := {array.slice(key, 0, 2) | some key, _ in asked}

resources[step] contains key[2] if {
	some key, _ in asked
	step := array.slice(key, 0, 2)
}

first(found) := [one | some one in found; one.field == min({other.field | some other in found})][0]

protected[environment.name] if some environment in lib.protected

is_asked(one) if one.together

is_asked(_) if settings.configuration == "error"

# What is said of it in short.
told(found) := first(found) if {
	count(found) == 1
} else := mixed(first(found))

# One of several, which need not all come or go.
mixed(one) := object.union(one, {"kind_of": "changed"})

untried(one) := sprintf("as %s does with the same change: nothing has run without it", [one.lower]) if {
	one.together
	one.kind_of == "only-lower"
} else := sprintf("which %s gets with the same change: it has not run there", [one.lower]) if {
	one.together
} else := sprintf("which %s runs", [one.lower]) if {
	one.kind_of == "only-lower"
} else := sprintf("which %s does not run", [one.lower])

altered(found) := sprintf("%s %s `%s`", [one.upper, verbs[one.kind_of], lib.name_of(one.resource)]) if {
	one := first(found)
	count(one.path) == 0
} else := sprintf("%d fields of `%s` change in %s, first `%s`", [count(found), lib.name_of(one.resource), one.upper, one.field]) if {
	count(found) > 1
	one := first(found)
} else := sprintf("%s loses `%s`", [one.upper, one.field]) if {
	one := first(found)
	one.kind_of == "only-lower"
} else := sprintf("%s gets `%s` as %s", [one.upper, one.field, lib.shown(one.upper_value)]) if {
	one := first(found)
}

verbs := {"changed": "changes", "only-lower": "loses", "only-upper": "gets"}
