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
#   help: promote what the environment below runs (`gate promote`), or bring this version there first
#   example: |
#     # staging                          # production
#     images:                            images:
#       - name: registry.example/api       - name: registry.example/api
#         digest: sha256:1111...             digest: sha256:2222...   # staging does not run it: found
#   settings:
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
	some finding in strangers | strange_versions
}

warn contains finding if {
	not lib.has_base
	some finding in strangers | strange_versions
}

warn contains {"msg": sprintf("%s runs whatever fits `%s` of %s `%s`", [version.at.environment, version.version, kinds[version.what], version.name]), "at": version.at, "help": "name one version, so that a change decides what runs"} if {
	some upper in lib.protected
	count(lib.below(upper)) > 0
	some version in upper.versions
	version.version != null
	is_range(version.version)
	is_new_version(upper, version)
}

strangers contains {"msg": message(image, lower, staged), "at": image.at} if {
	some upper in lib.protected
	lower := lib.below(upper)
	count(lower) > 0
	staged := images_of(lower)
	some image in upper.images
	image.valid
	is_new(upper, image)
	not runs(object.get(staged, original_of(image.repository), set()), image)
}

strange_versions contains {"msg": version_message(version, lower, staged), "at": version.at} if {
	some upper in lib.protected
	lower := lib.below(upper)
	count(lower) > 0
	staged := versions_of(lower)
	some version in upper.versions
	version.version != null
	not is_range(version.version)
	is_new_version(upper, version)
	staged[version.what][version.name]
	not version.version in staged[version.what][version.name]
}

# A range of versions, as Helm and Flux write it.
is_range(version) if regex.match(`[<>=^~*|, ]|(^|\.)[xX](\.|$)`, version)

# What environments run on the base revision where there is one, by repository.
images_of(environments) := {repository: found |
	some environment in environments
	some image in before(environment).images
	repository := image.repository
	found := {other |
		some environment_ in environments
		some other in before(environment_).images
		other.repository == repository
	}
}

versions_of(environments) := {what: names |
	some environment in environments
	some version in before(environment).versions
	what := version.what
	names := {name: versions |
		some environment_ in environments
		some named in before(environment_).versions
		named.what == what
		name := named.name
		versions := {other.version |
			some environment__ in environments
			some other in before(environment__).versions
			other.what == what
			other.name == name
		}
	}
}

before(environment) := object.union({"images": [], "versions": []}, environment.base) if {
	lib.has_base
	environment.base != null
} else := {"images": [], "versions": []} if {
	lib.has_base
} else := environment

# Whether the base revision does not run it here.
is_new(upper, image) if {
	every old in before_of(upper).images {
		not same(old, image)
	}
}

is_new_version(upper, version) if {
	every old in before_of(upper).versions {
		[old.what, old.name, old.version] != [version.what, version.name, version.version]
	}
}

# As `before`, but nothing where there is no base.
before_of(environment) := before(environment) if {
	lib.has_base
} else := {"images": [], "versions": []}

same(a, b) if {
	a.repository == b.repository
	a.tag == b.tag
	a.digest == b.digest
}

runs(images, image) if {
	some other in images
	image.digest != null
	other.digest == image.digest
}

runs(images, image) if {
	some other in images
	null in {image.digest, other.digest}
	tag_of(other) == tag_of(image)
}

tag_of(image) := image.tag if {
	image.tag != null
} else := "latest" if {
	image.digest == null
}

original_of(repository) := original if {
	fitting := {count(prefix): prefix |
		some prefix, _ in settings.mirrors
		startswith(concat("", [repository, "/"]), concat("", [prefix, "/"]))
	}
	prefix := fitting[max(object.keys(fitting))]
	original := concat("", [settings.mirrors[prefix], trim_prefix(repository, prefix)])
} else := repository

message(image, lower, staged) := sprintf("%s runs `%s` at `%s`, but %s", [image.at.environment, image.repository, lib.version(image), instead(image, lower, staged)])

instead(image, lower, staged) := sprintf("%s gets it with the same change", [names(lower)]) if {
	lib.has_base
	some environment in lower
	some other in environment.images
	same(object.union(other, {"repository": image.repository}), image)
	other.repository == original_of(image.repository)
} else := sprintf("%s runs %s", [names(lower), lib.quoted(sort([lib.version(other) | some other in staged[original]]))]) if {
	original := original_of(image.repository)
	staged[original]
} else := sprintf("%s runs this digest from %s", [names(lower), lib.quoted(others)]) if {
	image.digest != null
	others := sort([repository | some repository, images in staged; some other in images; other.digest == image.digest])
	count(others) > 0
} else := sprintf("%s runs nothing from there", [names(lower)])

version_message(version, lower, staged) := sprintf("%s runs %s `%s` at `%s`, but %s runs %s", [version.at.environment, kinds[version.what], version.name, version.version, names(lower), lib.quoted(sort([other | some other in staged[version.what][version.name]; other != null]))])

kinds := {"chart": "the chart", "git-ref": "the Git repository", "oci-ref": "the OCI artifact", "operator": "the operator"}

names(environments) := lib.sentence(sort({environment.name | some environment in environments}))
