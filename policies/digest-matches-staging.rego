# METADATA
# title: Protected environments get what the environment below runs
# description: |
#   What reaches production should have run in staging first. An image that is new to a protected environment
#   must be one that the environment below it runs already: the same digest of the same repository or, where
#   one of the two is not pinned, the same tag. Charts and Git or OCI references are held to the same by their
#   versions.
#
#   With a base revision, only what the change brings is judged, and staging counts as the base revision has it:
#   a change cannot bring an image to both at once. Without one nobody can tell a version that staging has not seen
#   from one that it has left behind, so what differs is a warning.
# custom:
#   severity: error
#   help: promote what the environment below runs, or bring this version there first
#   example: |
#     # staging                          # production
#     images:                            images:
#       - name: registry.example/api       - name: registry.example/api
#         digest: sha256:1111...             digest: sha256:2222...   # staging does not run it: found
#   settings:
#     min_soak:
#       description: for how many hours the environment below must have run it, by the history of the base branch
#       default: 0
#       minimum: 0
#     mirrors:
#       description: repositories of protected environments that mirror others, by prefix, such as `eu.example/prod` for `eu.example/staging`
#       default: {}
#       additionalProperties: {type: string}
package gate.digest_matches_staging

import data.gate.lib

settings := data.gate.settings["digest-matches-staging"]

# A change must not bring it. In a tree as it is, production may just lag behind: then it is worth a look.
deny contains finding if {
	lib.has_base
	some finding in strangers
}

warn contains finding if {
	not lib.has_base
	some finding in strangers
}

warn contains {
	"msg": sprintf("%s runs whatever fits `%s` of %s `%s`", [version.at.environment, version.version, kinds[version.what], version.name]),
	"at": version.at,
	"help": "name one version, so that a change decides what runs",
} if {
	some [version, lower] in new_versions
	is_range(version.version)
}

deny contains {
	"msg": sprintf("%s has run `%s` at `%s` since %s only, which is less than %d hours", [names(lower), image.repository, lib.version(image), since, settings.min_soak]),
	"at": image.at,
	"help": "promote it when it has run there for long enough",
} if {
	some [image, lower, soaked] in unsoaked
	not soaked.cut
	since := soaked.since
}

deny contains {
	"msg": sprintf("nothing tells whether %s has run `%s` at `%s` for %d hours: history ends at %s", [names(lower), image.repository, lib.version(image), settings.min_soak, soaked.since]),
	"at": image.at,
	"help": "run `git fetch --unshallow`, or check out with `fetch-depth: 0`",
} if {
	some [image, lower, soaked] in unsoaked
	soaked.cut
}

# What is promoted later is held against nothing, either: that is how the app is laid out. Once it should be told.
warn contains {
	"msg": sprintf("%s is new, and no environment below it runs `%s`: nothing tells whether its images were tried", [environment.name, input.app]),
	"at": {"environment": environment.name},
	"help": "give the app an environment below, or have someone look who knows these images",
} if {
	lib.has_base
	some environment in lib.protected
	environment.base == null
	count(environment.images) > 0
	count(lib.below(environment)) == 0
}

# Images that are new to a protected environment and that no environment below has run for long enough, each with
# the one that has run it for longest.
unsoaked contains [image, lower, longest] if {
	settings.min_soak > 0
	some [image, lower] in new_images
	runs(lower, image)
	times := [soaked |
		some environment in lower
		some soaked in environment.soak
		soaked.repository == original_of(image.repository)
		same(soaked, image)
	]
	first := min([soaked.since | some soaked in times])
	some longest in times
	longest.since == first
	hours(first) < settings.min_soak
}

hours(since) := (time.parse_rfc3339_ns(input.now) - time.parse_rfc3339_ns(since)) / 3600000000000

strangers contains {"msg": message(image, lower), "at": image.at} if {
	some [image, lower] in new_images
	not runs(lower, image)
}

strangers contains {"msg": version_message(version, staged, lower), "at": version.at} if {
	some [version, lower] in new_versions
	not is_range(version.version)
	staged := {other.version |
		some environment in lower
		some other in staged_in(environment).versions
		other.what == version.what
		other.name == version.name
		other.version != null
	}
	count(staged) > 0
	not version.version in staged
}

# What protected environments run and do not run on the base revision, with the environments below.
new_images := [[image, lower] |
	some [upper, lower] in steps
	known := {key | some old in upper.base.images; key := [old.repository, old.tag, old.digest]}
	some image in upper.images
	image.valid
	not [image.repository, image.tag, image.digest] in known
]

new_versions := [[version, lower] |
	some [upper, lower] in steps
	known := {key | some old in upper.base.versions; key := [old.what, old.name, old.version]}
	some version in upper.versions
	version.version != null
	not [version.what, version.name, version.version] in known
]

# Protected environments with those below.
steps := [[upper, lower] |
	some upper in lib.protected
	lower := lib.below(upper)
	count(lower) > 0
]

# A range of versions, as Helm and Flux write it.
is_range(version) if regex.match(`[<>=^~*|, ]|(^|\.)[xX](\.|$)`, version)

# Whether one of the environments runs it: the same digest or, where one is not pinned, the same tag.
runs(environments, image) if {
	original := original_of(image.repository)
	some environment in environments
	some other in staged_in(environment).images
	other.repository == original
	same(other, image)
}

same(a, b) if {
	a.digest != null
	a.digest == b.digest
}

same(a, b) if {
	null in [a.digest, b.digest]
	tag_of(a) == tag_of(b)
}

tag_of(image) := image.tag if {
	image.tag != null
} else := "latest" if {
	image.digest == null
}

# What an environment runs on the base revision or, without one, at all.
staged_in(environment) := environment.base if {
	lib.has_base
} else := environment

# How the environments run the image's repository.
staged_versions(image, environments) := {version |
	some environment in environments
	some other in staged_in(environment).images
	other.repository == original_of(image.repository)
	version := lib.version(other)
}

original_of(repository) := original if {
	fitting := {count(prefix): prefix |
		some prefix, _ in settings.mirrors
		startswith(concat("", [repository, "/"]), concat("", [prefix, "/"]))
	}
	prefix := fitting[max(object.keys(fitting))]
	original := concat("", [settings.mirrors[prefix], trim_prefix(repository, prefix)])
} else := repository

message(image, lower) := sprintf("%s runs `%s` at `%s`, but %s", [image.at.environment, image.repository, lib.version(image), instead(image, lower)])

instead(image, lower) := sprintf("%s gets it with the same change", [names(lower)]) if {
	some environment in lower
	some other in environment.images
	other.repository == original_of(image.repository)
	same(other, image)
} else := sprintf("%s runs %s", [names(lower), lib.quoted(sort(versions))]) if {
	versions := staged_versions(image, lower)
	count(versions) > 0
} else := sprintf("%s runs this digest from %s", [names(lower), lib.quoted(sort(others))]) if {
	image.digest != null
	others := {other.repository |
		some environment in lower
		some other in staged_in(environment).images
		other.digest == image.digest
	}
	count(others) > 0
} else := sprintf("%s runs nothing from there", [names(lower)])

version_message(version, staged, lower) := sprintf("%s runs %s `%s` at `%s`, but %s runs %s", [version.at.environment, kinds[version.what], version.name, version.version, names(lower), lib.quoted(sort(staged))])

kinds := {"chart": "the chart", "git-ref": "the Git repository", "oci-ref": "the OCI artifact", "operator": "the operator"}

names(environments) := lib.sentence(sort({environment.name | some environment in environments}))
