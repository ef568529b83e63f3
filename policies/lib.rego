# METADATA
# title: What policies share
# description: |
#   Helpers for policies, as `data.gate.lib`. Lists are indexed by key where policies would join them.
package gate.lib

# The environments in which a mistake is expensive.
protected := [environment | some environment in input.environments; environment.protected]

# Whether there is a base revision to compare with.
has_base if input.change != null

# The environments one step below: those of the same cluster, or all where no cluster fits.
below(environment) := same if {
	same := [lower | some lower in one_below(environment); lower.cluster == environment.cluster]
	count(same) > 0
} else := one_below(environment)

one_below(environment) := [lower | some lower in input.environments; lower.name == name] if {
	name := step_down[environment.name]
} else := []

# For each environment the name of the one before it in the order of promotion.
step_down := {upper: lower |
	some index, environment in input.environments
	lower := input.environments[index - 1].name
	upper := environment.name
	lower != upper
}

# A resource as people write it.
name_of(resource) := sprintf("%s/%s", [resource.kind, resource.name])

# Words in a sentence: `a`, `b` and `c`.
sentence(words) := text if {
	count(words) < 2
	text := concat("", words)
} else := sprintf("%s and %s", [concat(", ", array.slice(words, 0, last)), words[last]]) if {
	last := count(words) - 1
}

quoted(words) := sentence([sprintf("`%s`", [word]) | some word in words])

# A version of an image in a few letters: its tag, the beginning of its digest.
version(image) := sprintf("%s@%s", [image.tag, digest_start(image.digest)]) if {
	image.tag != null
	image.digest != null
} else := digest_start(image.digest) if {
	image.digest != null
} else := image.tag if {
	image.tag != null
} else := "latest"

digest_start(digest) := sprintf("%s…", [substring(digest, 0, 19)])

# What makes a container the same in two revisions or environments.
container_key(image) := [image.at.resource.kind, image.at.resource.name, image.containers_field, image.container]

# Whether a text fits one of the globs; `*` ends at `/`, `**` does not.
matches(globs, text) if {
	some pattern in globs
	glob.match(pattern, ["/"], text)
}
