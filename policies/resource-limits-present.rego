# METADATA
# title: Containers say what they need and where they end
# description: |
#   A container without requests is placed anywhere and evicted first; one without a memory limit can take its
#   node down. Each container, init containers and sidecars included, must have the required requests and limits.
#   A request counts as given where its limit is, because Kubernetes takes the limit for it. Zero is no limit, and
#   text that is no quantity is none.
#
#   In protected environments this is an error, elsewhere a warning.
# custom:
#   severity: error
#   help: add `resources` to the container, or to a patch of the overlay
#   example: |
#     containers:
#       - name: api
#         resources:
#           requests: {cpu: 100m}     # no memory: found
#   settings:
#     require:
#       description: what a container must have; `memory` is short for both `requests.memory` and `limits.memory`
#       default: [requests.cpu, requests.memory, limits.memory]
#       items: {type: string, pattern: "^((requests|limits)[.])?[a-z0-9./-]+$"}
#     exempt:
#       description: containers that need none, as globs of their names such as `istio-*`
#       default: []
#       items: {type: string}
package gate.resource_limits_present

import data.gate.lib

settings := data.gate.settings["resource-limits-present"]

# Pairs of `requests` or `limits` and a resource.
required contains [side, name] if {
	some text in settings.require
	some side in ["requests", "limits"]
	startswith(text, concat("", [side, "."]))
	name := trim_prefix(text, concat("", [side, "."]))
}

required contains [side, text] if {
	some text in settings.require
	not startswith(text, "requests.")
	not startswith(text, "limits.")
	some side in ["requests", "limits"]
}

deny contains finding if {
	some finding in findings
	finding.at.environment in protected_names
}

warn contains finding if {
	some finding in findings
	not finding.at.environment in protected_names
}

protected_names contains environment.name if {
	some environment in lib.protected
}

findings contains {"msg": message(image, missing, before), "at": place(image, missing, before), "key": keys(image, missing)} if {
	some index, environment in input.environments
	some image in environment.images
	image.containers_field in {"containers", "initContainers"}
	image.container != null
	missing := required - given(image.resources)
	count(missing) > 0
	not lib.matches(settings.exempt, image.container)
	before := previous(index, image)
}

# What the base revision gives the containers of each environment, which is named by its place: many findings ask for it.
resources_before[key] contains image.resources if {
	some index, environment in input.environments
	some image in environment.base.images
	key := placed(index, image)
}

placed(index, image) := sprintf("%v", [[index, lib.container_key(image)]])

# What the container had; nothing where several are called alike and had different things.
previous(index, image) := [resources | some resources in found][0] if {
	found := resources_before[placed(index, image)]
	count(found) == 1
} else := null

# Each thing that a container lacks is an offence of its own.
keys(image, missing) := {sprintf("%s/%s %s.%s", [image.containers_field, image.container, side, name]) | some [side, name] in missing}

# What a container has, as in `required`.
given(resources) := {[side, name] | some name, value in resources.limits; above_zero[value]; some side in ["requests", "limits"]} | {["requests", name] | some name, value in resources.requests; above_zero[value]}

# The quantities above zero. Environments have most of them in common, and to match each once is what takes the time.
above_zero contains value if {
	some value in quantities
	is_number(value)
	value > 0
}

above_zero contains value if {
	some value in quantities
	is_string(value)
	regex.match(`^[+]?(0*[1-9][0-9]*([.][0-9]*)?|0*[.]0*[1-9][0-9]*)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$`, value)
}

quantities contains value if {
	some environment in input.environments
	some image in environment.images
	some side in ["requests", "limits"]
	some value in image.resources[side]
}

# The value that is missing, as that leads to what took it away: the only one, or the first that the base revision
# has; else all that the container says of them.
place(image, missing, before) := object.union(image.at, {"path": array.concat(container, field(missing, before))}) if {
	container := array.slice(image.at.path, 0, count(image.at.path) - 1)
}

field(missing, before) := array.concat(["resources"], only) if {
	count(missing) == 1
	some only in missing
} else := array.concat(["resources"], first) if {
	first := taken(missing, before)[0]
} else := ["resources"]

message(image, missing, before) := sprintf("container `%s` has no %s%s", [image.container, lib.sentence(words), removed(missing, before)]) if {
	words := [sprintf("%s %s", [name, singular[side]]) | some [side, name] in missing]
}

singular := {"requests": "request", "limits": "limit"}

# The values that the base revision has.
removed(missing, before) := sprintf("; the change removes %s", [lib.quoted(old)]) if {
	old := [sprintf("%s.%s: %v", [side, name, before[side][name]]) | some [side, name] in taken(missing, before)]
	count(old) > 0
} else := ""

# What is missing and the base revision has.
taken(missing, before) := [[side, name] | some [side, name] in missing; before[side][name] != null]
