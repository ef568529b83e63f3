# METADATA
# title: Protected environments get what the environment below runs
# description: |
#   What reaches production should have run in staging first. An image that is new to a protected environment
#   must be one that the environment below it runs already: the same digest of the same repository or, where
#   one of the two is not pinned, the same tag. Charts and Git or OCI references are held to the same by their
#   versions, charts by the repository that they come from, too.
#
#   With a base revision, only what the change brings is judged, and staging counts as the base revision has it:
#   a change cannot bring an image to both at once. Without one nobody can tell a version that staging has not seen
#   from one that it has left behind, so what differs is a warning.
#
#   The history of the base branch tells more. What staging ran at any time `within` some days passes, also where
#   staging has moved on since, unless staging withdrew it: went back to what it ran before. What production itself
#   ran before is a rollback. Both are told as information. `min_soak` asks for hours in all: those that one of the
#   environments below has run it, whether it still does or not.
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
#       maximum: 87600
#     within:
#       description: for how many days it counts that the environment below ran it, once it has moved on
#       default: 30
#       minimum: 0
#       maximum: 3650
#     mirrors:
#       description: repositories of protected environments that mirror others, by prefix, such as `eu.example/prod` for `eu.example/staging`; `{environment}` stands for the names of an environment, as in `eu.example/app-{environment}` for itself
#       default: {}
#       additionalProperties: {type: string}
package gate.digest_matches_staging

import data.gate.lib

settings := data.gate.settings["digest-matches-staging"]

# A change must not bring it. In a tree as it is, production may just lag behind: then it is worth a look.
deny contains refusal(step, item) if {
	lib.has_base
	some [step, item] in strangers
	not excused(step, item)
}

warn contains finding(item, sprintf("%s, but %s", [runs(item), instead(step, item)])) if {
	not lib.has_base
	some [step, item] in strangers
}

# What history says for it. It is no judgement: it is there for those who read the change.
warn contains told(item, sprintf("rollback: %s ran %s until %s", [step.upper, name_at(item), until])) if {
	some [step, item] in strangers
	until := rolled_back(step, item)
}

warn contains told(item, sprintf("%s, which %s ran until %s", [runs(item), step.names, until])) if {
	some [step, item] in strangers
	not is_own(step, item)
	until := staged_until(step, item)
}

warn contains object.union(finding(item, sprintf("%s runs whatever fits `%s` of %s", [step.upper, item.version, item.label])), {"help": "name one version, so that a change decides what runs"}) if {
	some [step, item] in news
	is_range(item)
}

# What is left open is decided by nobody.
deny contains object.union(finding(item, sprintf("%s runs whatever is newest of %s: the change takes its version `%s` out", [step.upper, item.label, before])), {"help": "name the version, so that a change decides what runs"}) if {
	lib.has_base
	some [step, item] in news
	item.version == null
	before := max(base_versions[array.concat(step.id, item.home)])
}

deny contains object.union(finding(item, sprintf("%s, which is less than %d hours", [ran_only(step, item, times), settings.min_soak])), {"help": "promote it when it has run there for long enough"}) if {
	some [step, item, times] in unsoaked
	not times.cut
}

deny contains unread(item, sprintf("nothing tells whether %s has run %s for %d hours: history ends at %s", [step.names, name_at(item), settings.min_soak, times.first])) if {
	some [step, item, times] in unsoaked
	times.cut
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
	count(lib.unrenderable_below(environment)) == 0
}

refusal(step, item) := finding(item, sprintf("%s, but %s", [runs(item), reason])) if {
	reason := doubt(step, item)
} else := unread(item, sprintf("%s, but %s, and history ends at %s: nothing tells whether %s ran it before", [runs(item), instead(step, item), end, step.names])) if {
	end := history_ends(step)
} else := finding(item, sprintf("%s, but %s", [runs(item), instead(step, item)]))

finding(item, msg) := {"msg": msg, "at": item.at, "key": item.key}

told(item, msg) := object.union(finding(item, msg), {"severity": "info", "help": "nothing need be done"})

unread(item, msg) := object.union(finding(item, msg), {"help": "run `git fetch --unshallow`, or check out with `fetch-depth: 0`"})

runs(item) := sprintf("%s runs %s", [item.at.environment, name_at(item)])

name_at(item) := sprintf("%s at `%s`", [item.label, item.version])

# Protected environments, each with those right below: the names by which other rules know them.
steps := [step |
	some upper in lib.protected
	lower := lib.below(upper)
	broken := {environment.name | some environment in lib.unrenderable_below(upper)} | {environment.name | some environment in lower; object.get(environment, "was", "") == "unrenderable"}
	names := {environment.name | some environment in lower} | broken
	count(names) > 0
	step := {
		"upper": upper.name,
		"id": id(upper),
		"lower": [id(environment) | some environment in lower],
		"names": lib.sentence(sort(names)),
		"broken": broken,
	}
]

id(environment) := [environment.name, environment.cluster]

environments := {id(environment): environment | some environment in input.environments}

lower_ids := {lower | some step in steps; some lower in step.lower}

# What protected environments run and do not run on the base revision, each with its step.
news := [[step, item] |
	some step in steps
	upper := environments[step.id]
	known := {exact(image) | some image in upper.base.images} | {exact(version) | some version in upper.base.versions}
	new := {
		"images": [image | some image in upper.images; not exact(image) in known; not is_alike(step, image)],
		"versions": [version | some version in upper.versions; not exact(version) in known],
	}
	some item in items(upper, new)
]

# Whether an environment below runs the very same image, for which it need not be looked at any closer.
is_alike(step, image) if {
	settings.min_soak == 0
	some lower in step.lower
	array.concat(lower, exact(image)) in alike
}

alike := {array.concat(lower, exact(image)) | some lower in lower_ids; some image in staged_in(environments[lower]).images}

exact(one) := [one.repository, one.tag, one.digest] if {
	one.repository
} else := [one.what, one.name, object.get(one, "source", null), one.version]

# Of these what the environments below do not run.
strangers := [[step, item] |
	some [step, item] in news
	item.version != null
	not is_range(item)
	not is_staged(step, item)
	is_comparable(step, item)
]

is_staged(step, item) if {
	some lower in step.lower
	some ask in item.asks
	array.concat(lower, [item.what, item.name, ask]) in staged
}

# Images are all held to it. Of the rest, what only production has is held against nothing; where what names it is there
# below, under another name, it is no other thing.
is_comparable(step, item) if item.what == "image"

is_comparable(step, item) if count(staged_versions(step, item)) > 0

is_comparable(step, item) if {
	lib.has_base
	item.what != "image"
	some lower in step.lower
	homes[array.concat(lower, item.home)]
	not same_version_of_old_name(step, item, lower)
}

is_comparable(step, item) if {
	lib.has_base
	item.what != "image"
	count(step.broken) > 0
}

# Whether the two have always had names of their own for it, and now run the same version.
same_version_of_old_name(step, item, lower) if {
	array.concat(step.id, [item.what, item.name]) in base_names
	some [item.version, _] in homes[array.concat(lower, item.home)]
}

# A range of versions, as Helm and Flux write it.
is_range(item) if {
	item.what != "image"
	is_string(item.version)
	regex.match(`[<>=^~*|, ]|(^|\.)[xX](\.|$)`, item.version)
}

# What is known for it: it ran in production itself, or below.
excused(step, item) if is_own(step, item)

excused(step, item) if staged_until(step, item)

is_own(step, item) if is_open(spells_of(step.id, item))

is_own(step, item) if rolled_back(step, item)

# Until when a protected environment ran it itself, if it did not go back from it.
rolled_back(step, item) := last(own).until_text if {
	own := spells_of(step.id, item)
	count(own) > 0
	not is_open(own)
	not withdrawn(step.id, item)
}

# Until when an environment below ran it, recently enough, if it did not go back from it.
staged_until(step, item) := max(found) if {
	found := {last(own).until_text |
		some lower in step.lower
		own := spells_of(lower, item)
		count(own) > 0
		last(own).until > now - settings.within * 86400000000000
		not last(own).cut
		not withdrawn(lower, item)
	} | {input.now |
		some lower in step.lower
		is_open(spells_of(lower, item))
	}
	count(found) > 0
}

# What speaks against it: an environment below withdrew it, or cannot be asked.
doubt(step, item) := sprintf("%s withdrew it on %s", [lib.sentence(sort({name | some [name, _] in found})), max({date | some [_, date] in found})]) if {
	found := {[lower[0], date] |
		some lower in step.lower
		date := withdrawn(lower, item)
	}
	count(found) > 0
} else := sprintf("%s cannot be rendered%s, so nothing tells whether it runs %s", [lib.sentence(sort(step.broken)), when, item.label]) if {
	count(step.broken) > 0
	when := broken_when(step)
} else := sprintf("%s ran it until %s, which is longer ago than %d days", [step.names, max(found), settings.within]) if {
	found := {last(own).until_text |
		some lower in step.lower
		own := spells_of(lower, item)
		count(own) > 0
		not last(own).cut
	}
	count(found) > 0
}

broken_when(step) := " on the base revision" if {
	some lower in step.lower
	lower[0] in step.broken
} else := ""

# Where the history of an environment below ends too early.
history_ends(step) := max(ends) if {
	ends := {ran.from |
		some lower in step.lower
		ran := environments[lower].ran
		ran.cut
	}
	count(ends) > 0
}

# When an environment went back from something to what it had run before.
withdrawn(environment, item) := last(own).until_text if {
	own := spells_of(environment, item)
	count(own) > 0
	not is_open(own)
	some [before, back] in returned[array.concat(environment, [item.what, item.name])]
	before < last(own).from
	back >= last(own).until
}

is_open(own) if {
	some spell in own
	spell.until == null
}

# What environments have run: the times of each mark by which something is known again.
spells[key] contains spell if {
	some [environment, item, spell] in history
	some offer in item.offers
	key := array.concat(environment, [item.what, item.name, offer])
}

spells_of(environment, item) := {spell |
	some ask in item.asks
	some spell in spells[array.concat(environment, [item.what, item.name, ask])]
}

last(own) := [spell | some spell in own; spell.until == max({other.until | some other in own})][0]

history := [[key, item, spell] |
	some environment in input.environments
	ran := object.get(environment, "ran", null)
	ran != null
	key := id(environment)
	some item in items(environment, ran)
	spell := {
		"from": time.parse_rfc3339_ns(item.ran.from),
		"from_text": item.ran.from,
		"until": ns(item.ran.until),
		"until_text": item.ran.until,
		"cut": item.ran.cut,
	}
]

ns(time_or_null) := null if {
	time_or_null == null
} else := time.parse_rfc3339_ns(time_or_null)

# What came back: when each such version first came, and when it was there again.
returned[key] contains [before, back] if {
	some which, times in times_of
	some [back, null] in times
	before := min({from | some [from, _] in times})
	before < back
	key := array.slice(which, 0, 4)
}

times_of[which] contains [spell.from, spell.until] if {
	some [environment, item, spell] in history
	which := array.concat(environment, [item.what, item.name, item.identity])
}

# What runs below, but not for as long as it should, with the times of the environment that has run it for longest.
unsoaked := [[step, item, longest] |
	settings.min_soak > 0
	some [step, item] in news
	item.version != null
	is_tried(step, item)
	all := [times |
		some lower in step.lower
		own := spells_of(lower, item)
		count(own) > 0
		times := {
			"hours": sum(stretches(own)) / 3600000000000,
			"first": min({spell.from_text | some spell in own}),
			"open": null in {spell.until | some spell in own},
			"until": max({spell.until_text | some spell in own; spell.until != null} | {""}),
			"cut": true in {spell.cut | some spell in own},
		}
	]
	count(all) > 0
	most := max([times.hours | some times in all])
	most < settings.min_soak
	longest := [times | some times in all; times.hours == most][0]
]

is_tried(step, item) if is_staged(step, item)

is_tried(step, item) if {
	not is_own(step, item)
	staged_until(step, item)
}

# The nanoseconds of each time, less what those before it cover.
stretches(own) := [length |
	ordered := sort([[spell.from, end(spell)] | some spell in own])
	some index, [from, until] in ordered
	covered := max({from} | {before | some [_, before] in array.slice(ordered, 0, index)})
	length := max([0, until - covered])
]

end(spell) := spell.until if {
	spell.until != null
} else := now

now := time.parse_rfc3339_ns(input.now)

ran_only(step, item, times) := sprintf("%s has run %s since %s only", [step.names, name_at(item), times.first]) if {
	times.open
	times.until == ""
} else := sprintf("%s ran %s for %v hours only between %s and %s", [step.names, name_at(item), floor(times.hours), times.first, last_end(times)])

last_end(times) := input.now if {
	times.open
} else := times.until

# What an environment runs on the base revision or, without one, at all.
staged_in(environment) := environment.base if {
	lib.has_base
} else := environment

# Indexes of what runs below: with each image held against each, an app of thousands would take minutes.
staged_items := [[lower, item] |
	some lower in lower_ids
	environment := environments[lower]
	some item in items(environment, staged_in(environment))
]

staged := {mark | some lower in lower_ids; some mark in marks(environments[lower], staged_in(environments[lower]))}

coming := {mark | some lower in lower_ids; some mark in marks(environments[lower], environments[lower])}

# What is known of each thing that an environment runs.
marks(environment, held) := {mark |
	some image in held.images
	image.valid
	name := canonical(image.repository, environment)
	some offer in offers(image)
	mark := [environment.name, environment.cluster, "image", name, offer]
} | {[environment.name, environment.cluster, version.what, full_name(version, environment), version.version] |
	some version in held.versions
}

versions_below[key] contains item.version if {
	some [lower, item] in staged_items
	item.version != null
	key := array.concat(lower, [item.what, item.name])
}

digests_below[key] contains item.raw if {
	some [lower, item] in staged_items
	item.what == "image"
	key := array.concat(lower, [item.identity])
}

# By the objects that name them.
homes[key] contains [item.version, name_at(item)] if {
	some [lower, item] in staged_items
	item.version != null
	item.what != "image"
	key := array.concat(lower, item.home)
}

base_items := [[step.id, item] |
	some step in steps
	upper := environments[step.id]
	some item in items(upper, upper.base)
	item.what != "image"
]

base_names := {array.concat(upper, [item.what, item.name]) | some [upper, item] in base_items}

base_versions[key] contains item.version if {
	some [upper, item] in base_items
	item.version != null
	key := array.concat(upper, item.home)
}

staged_versions(step, item) := {version |
	some lower in step.lower
	some version in versions_below[array.concat(lower, [item.what, item.name])]
}

# Images and versions in one form. `offers` are the marks by which one that runs is known, `asks` those of which one
# that is to run wants one.
items(environment, held) := array.concat(
	[item |
		some image in held.images
		object.get(image, "valid", true)
		item := {
			"what": "image",
			"raw": image.repository,
			"name": canonical(image.repository, environment),
			"label": sprintf("`%s`", [image.repository]),
			"version": lib.version(image),
			"identity": identity(image),
			"key": sprintf("%s %s", [image.repository, identity(image)]),
			"offers": offers(image),
			"asks": asks(image),
			"at": object.get(image, "at", null),
			"ran": image,
		}
	],
	[item |
		some version in held.versions
		at := object.get(version, "at", {"resource": {"kind": "", "name": ""}})
		item := {
			"what": version.what,
			"raw": version.name,
			"name": full_name(version, environment),
			"label": label(version),
			"version": version.version,
			"identity": version.version,
			"key": sprintf("%s %s %v", [version.what, full_name(version, environment), version.version]),
			"offers": {version.version},
			"asks": {version.version},
			"home": [version.what, at.resource.kind, at.resource.name],
			"at": at,
			"ran": version,
		}
	],
)

# A chart is another one where it comes from another repository.
full_name(version, environment) := canonical(version.name, environment) if {
	object.get(version, "source", null) == null
} else := sprintf("%s of %s", [canonical(version.name, environment), canonical(version.source, environment)])

label(version) := sprintf("%s `%s`", [kinds[version.what], version.name]) if {
	object.get(version, "source", null) == null
} else := sprintf("%s `%s` of `%s`", [kinds[version.what], version.name, version.source])

# A digest tells more than a tag; where one of the two is not pinned, the tags have to do.
offers(image) := {image.digest, sprintf("%s, pinned", [image.tag])} if {
	image.digest != null
} else := {tag_of(image)}

asks(image) := {image.digest, image.tag} if {
	image.digest != null
} else := {tag_of(image), sprintf("%s, pinned", [tag_of(image)])}

identity(image) := image.digest if {
	image.digest != null
} else := tag_of(image)

tag_of(image) := image.tag if {
	image.tag != null
} else := "latest"

# The name by which environments are compared: that of what a repository mirrors, without the environment's own name.
canonical(repository, environment) := max(fitting)[1] if {
	count(settings.mirrors) > 0
	fitting := {[count(prefix), concat("", [original, trim_prefix(repository, prefix)])] |
		some mirror, original in settings.mirrors
		some pattern in patterns(mirror, original)
		some name in object.get(environment, "names", [environment.name])
		prefix := replace(pattern, "{environment}", name)
		startswith(concat("", [repository, "/"]), concat("", [prefix, "/"]))
	}
	count(fitting) > 0
} else := repository

patterns(mirror, original) := {mirror, original} if {
	contains(original, "{environment}")
} else := {mirror}

instead(step, item) := sprintf("%s gets it with the same change", [step.names]) if {
	lib.has_base
	some lower in step.lower
	some ask in item.asks
	array.concat(lower, [item.what, item.name, ask]) in coming
} else := sprintf("%s runs %s", [step.names, lib.quoted(sort(versions))]) if {
	versions := staged_versions(step, item)
	count(versions) > 0
} else := sprintf("%s runs this digest from %s", [step.names, lib.quoted(sort(others))]) if {
	item.what == "image"
	others := {repository |
		some lower in step.lower
		some repository in digests_below[array.concat(lower, [item.identity])]
	}
	count(others) > 0
} else := sprintf("%s runs %s there", [step.names, lib.sentence(sort(others))]) if {
	item.what != "image"
	others := {text |
		some lower in step.lower
		some [_, text] in homes[array.concat(lower, item.home)]
	}
	count(others) > 0
} else := sprintf("%s runs nothing from there", [step.names])

kinds := {"chart": "the chart", "git-ref": "the Git repository", "oci-ref": "the OCI artifact", "operator": "the operator", "remote-file": "the file"}
