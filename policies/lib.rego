# METADATA
# title: What policies share
# description: |
#   Functions for policies: `import data.gate.lib`, then `lib.below(environment)`. What the input says already, such as
#   images, references and versions, is not repeated here. `environment` is one of `input.environments`, `resource` one
#   of its `resources`, `image` one of its `images`. Names that begin with `_` may change.
package gate.lib

# The environments in which a mistake is expensive.
protected := [environment | some environment in input.environments; environment.protected]

# Whether there is a base revision to compare with.
has_base if input.change != null

# The environments one step below in the order of promotion: those of the same cluster, or all where no cluster fits.
# Those that cannot be rendered are left out, and nothing stands in for them.
below(environment) := [lower |
	some lower in _named(_step_down[environment.name])
	_fits(environment, lower)
]

# Of the environments one step below those that cannot be rendered, as `input.unrenderable` has them.
unrenderable_below(environment) := [lower |
	some lower in _broken(_step_down[environment.name])
	_fits(environment, lower)
]

# The environments one step above, as in `below`.
above(environment) := [upper |
	some name, lower in _step_down
	lower == environment.name
	some upper in _named(name)
	_fits(environment, upper)
]

# The pods that a resource describes, wherever it does: a Pod itself, the template of a Deployment or CronJob, of a
# custom resource. A list of `{"spec", "labels", "path"}`, `path` leading to the `spec`.
pods(resource) := [pod |
	walk(resource, [path, spec])
	is_array(spec.containers)
	labels := array.concat(array.slice(path, 0, count(path) - 1), ["metadata", "labels"])
	pod := {"spec": spec, "labels": object.get(resource, labels, {}), "path": path}
]

# The containers of those pods, init containers and ephemeral ones included: a list of `{"container", "field", "path"}`.
# `field` is the list that holds it, `path` leads to it, for `at`.
containers(resource) := [found |
	some pod in pods(resource)
	some field in ["initContainers", "containers", "ephemeralContainers"]
	some index, container in pod.spec[field]
	found := {"container": container, "field": field, "path": array.concat(pod.path, [field, index])}
]

# The resources that fit `wanted`, an object with some of `apiVersion`, `kind`, `namespace` and `name`. A namespace that
# is not written is null. A generated ConfigMap or Secret has its hash in its name.
find(environment, wanted) := [resource |
	some resource in environment.resources
	object.subset(_identity(resource), wanted)
]

# Whether there is such a resource: `lib.exists(environment, {"kind": "ConfigMap", "name": "app"})`.
exists(environment, wanted) if count(find(environment, wanted)) > 0

# Whether a selector chooses what has these labels: `matchLabels` of a workload, or all of a Service's `selector`. An
# empty one chooses nothing, as in a Service.
selects(selector, labels) if {
	count(selector) > 0
	object.subset(labels, selector)
}

# A quantity of Kubernetes as a number, to compare with others: 0.5 for `500m`, 1073741824 for `1Gi`. Undefined for text
# that is none.
quantity(value) := value if is_number(value)

quantity(value) := _decimal(parts[1], parts[2]) * _factors[parts[3]] if {
	parts := _quantity(value)
	_factors[parts[3]]
} else := _decimal(parts[1], parts[2]) / _fractions[parts[3]] if {
	parts := _quantity(value)
} else := to_number(value) if {
	is_string(value)
	regex.match(`^[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+$`, value)
}

# The host of an image's repository: `docker.io` for `nginx`. Undefined for an image that is invalid.
registry(image) := split(image.repository, "/")[0] if is_string(image.repository)

# A version of an image in a few letters: its tag, the beginning of its digest.
version(image) := sprintf("%s@%s", [image.tag, _digest_start(image.digest)]) if {
	image.tag != null
	image.digest != null
} else := _digest_start(image.digest) if {
	image.digest != null
} else := image.tag if {
	image.tag != null
} else := "latest"

# What makes a container the same in two revisions; of an image, as `input` has it. Images that stand outside of
# containers may have one in common.
container_key(image) := [resource.kind, object.get(resource, "namespace", null), resource.name, image.containers_field, image.container] if {
	resource := image.at.resource
}

# The `at` of a finding: `lib.at(environment, resource, ["spec", "replicas"])`. An empty path is the resource.
at(environment, resource, path) := {
	"environment": environment.name,
	"resource": {
		"kind": resource.kind,
		"namespace": object.get(resource, ["metadata", "namespace"], null),
		"name": resource.metadata.name,
	},
	"path": path,
}

# A resource as people write it, from its `kind` and `name`: `Deployment/api`. Takes what facts call `resource`.
name_of(resource) := sprintf("%s/%s", [resource.kind, resource.name])

# Words in a sentence: `a, b and c`.
sentence(words) := text if {
	count(words) < 2
	text := concat("", words)
} else := sprintf("%s and %s", [concat(", ", array.slice(words, 0, last)), words[last]]) if {
	last := count(words) - 1
}

# The same, each word between backticks.
quoted(words) := sentence([sprintf("`%s`", [word]) | some word in words])

# Formats a value for a message: in backticks, as JSON unless it is a string, shortened if it is long.
shown(value) := sprintf("`%s`", [_cut(value)]) if {
	is_string(value)
} else := sprintf("`%s`", [_cut(json.marshal(value))])

# Whether a text fits one of the globs; `*` ends at `/`, `**` does not.
matches(globs, text) if {
	some pattern in globs
	glob.match(pattern, ["/"], text)
}

_named(name) := [environment | some environment in input.environments; environment.name == name]

_broken(name) := [environment | some environment in input.unrenderable; environment.name == name]

# Where none is of its cluster, all are beside it.
_fits(environment, other) if other.cluster == environment.cluster

_fits(environment, other) if {
	clusters := {one.cluster | some one in array.concat(_named(other.name), _broken(other.name))}
	not environment.cluster in clusters
}

# For each environment the name of the one before it in the order of promotion.
_step_down := {upper: _order[index - 1] | some index, upper in _order}

# The names of those that the app has.
_order := [name | some name in input.order; count(_named(name)) + count(_broken(name)) > 0] if {
	input.order
} else := _as_listed

_as_listed := [environment.name |
	some index, environment in input.environments
	not _follows(index, environment.name)
]

_follows(index, name) if input.environments[index - 1].name == name

_identity(resource) := {
	"apiVersion": object.get(resource, "apiVersion", null),
	"kind": object.get(resource, "kind", null),
	"namespace": object.get(resource, ["metadata", "namespace"], null),
	"name": object.get(resource, ["metadata", "name"], null),
}

_quantity(value) := parts if {
	is_string(value)
	some parts in regex.find_all_string_submatch_n(`^([0-9]*)(\.[0-9]*)?([numkMGTPE]|[KMGTPE]i)?$`, value, 1)
	regex.match("^[.]?[0-9]", value)
}

# A number without a needless zero or point: JSON allows neither.
_decimal(whole, fraction) := to_number(concat("", [_or_zero(trim_left(whole, "0")), trim_right(trim_right(fraction, "0"), ".")]))

_or_zero(digits) := "0" if {
	digits == ""
} else := digits

_factors := {
	"": 1, "k": 1000, "M": 1000000, "G": 1000000000, "T": 1000000000000, "P": 1000000000000000, "E": 1000000000000000000,
	"Ki": 1024, "Mi": 1048576, "Gi": 1073741824, "Ti": 1099511627776, "Pi": 1125899906842624, "Ei": 1152921504606846976,
}

# Divisors, for 0.001 itself is not exact.
_fractions := {"m": 1000, "u": 1000000, "n": 1000000000}

_digest_start(digest) := sprintf("%s…", [substring(digest, 0, 19)])

_cut(text) := sprintf("%s…", [substring(text, 0, 60)]) if {
	count(text) > 61
} else := text
