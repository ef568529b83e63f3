package gate.digest_matches_staging_test

import data.gate.digest_matches_staging as policy

one := "sha256:1111111111111111111111111111111111111111111111111111111111111111"

two := "sha256:2222222222222222222222222222222222222222222222222222222222222222"

image(repository, tag, digest) := {
	"image": repository,
	"repository": repository,
	"tag": tag,
	"digest": digest,
	"valid": true,
	"at": {"environment": "production", "resource": {"kind": "Deployment", "name": "api"}, "path": []},
}

api(tag, digest) := image("registry.example/team/api", tag, digest)

environment(name, images) := {
	"name": name,
	"protected": name == "production",
	"cluster": null,
	"images": images,
	"versions": [],
	"base": null,
}

based(environment, images) := object.union(environment, {"base": {"images": images, "versions": []}})

# What the tree says as it is, without a base.
as_is(staging, production) := {
	"change": null,
	"environments": [environment("staging", staging), environment("production", production)],
}

# What a change says: images of staging and production before and after.
changed(staging_before, staging, production_before, production) := {
	"change": {"base": "a", "head": "b", "files": []},
	"environments": [
		based(environment("staging", staging), staging_before),
		based(environment("production", production), production_before),
	],
}

denied(document) := found if {
	found := {finding.msg | some finding in policy.deny} with input as document
}

warned(document) := found if {
	found := {finding.msg | some finding in policy.warn} with input as document
}

test_the_digest_of_staging_passes if {
	warned(as_is([api("1.4", one)], [api("1.4", one)])) == set()
	warned(as_is([api("1.4", one)], [api(null, one)])) == set()
}

test_another_digest_is_found if {
	warned(as_is([api("1.4", one)], [api("1.5", two)])) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging runs `1.4@sha256:111111111111…`"}
}

test_the_same_tag_with_another_digest_is_found if {
	count(warned(as_is([api("1.4", one)], [api("1.4", two)]))) == 1
}

test_unpinned_images_are_compared_by_tag if {
	warned(as_is([api("1.4", null)], [api("1.4", null)])) == set()
	warned(as_is([api("1.4", null)], [api("1.4", one)])) == set()
	warned(as_is([api(null, null)], [api("latest", null)])) == set()
	warned(as_is([api("1.4", null)], [api("1.5", null)])) == {"production runs `registry.example/team/api` at `1.5`, but staging runs `1.4`"}
	count(warned(as_is([api("1.4", null)], [api(null, one)]))) == 1
	count(warned(as_is([api("latest", null)], [api(null, one)]))) == 1
}

test_every_version_that_staging_runs_counts if {
	warned(as_is([api("1.4", one), api("1.5", two)], [api("1.5", two)])) == set()
	some message in warned(as_is([api("1.4", one), api("1.5", two)], [api("1.6", null)]))
	endswith(message, "but staging runs `1.4@sha256:111111111111…` and `1.5@sha256:222222222222…`")
}

test_a_stranger_is_a_warning_as_long_as_nobody_knows_whether_it_is_new if {
	document := as_is([api("1.4", one)], [api("1.4", one), image("registry.example/backup", "2", null)])
	denied(document) == set()
	warned(document) == {"production runs `registry.example/backup` at `2`, but staging runs nothing from there"}
}

test_a_promotion_passes if {
	denied(changed([api("1.5", two)], [api("1.5", two)], [api("1.4", one)], [api("1.5", two)])) == set()
}

test_what_production_had_before_is_not_judged if {
	denied(changed([api("1.4", one)], [api("1.5", two)], [api("1.3", null)], [api("1.3", null)])) == set()
}

test_staging_and_production_at_once_is_found if {
	denied(changed([api("1.4", one)], [api("1.5", two)], [api("1.4", one)], [api("1.5", two)])) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging gets it with the same change"}
}

test_a_new_stranger_is_an_error if {
	document := changed([api("1.4", one)], [api("1.4", one)], [api("1.4", one)], [api("1.4", one), image("evil.example/api", null, one)])
	denied(document) == {"production runs `evil.example/api` at `sha256:111111111111…`, but staging runs this digest from `registry.example/team/api`"}
	warned(document) == set()
}

test_an_app_that_is_new_everywhere_has_not_run_in_staging if {
	document := {
		"change": {"base": "a", "head": "b", "files": []},
		"environments": [environment("staging", [api("1.4", one)]), environment("production", [api("1.4", one)])],
	}
	count(denied(document)) == 1
}

test_the_environment_right_below_counts if {
	document := {"change": null, "environments": [
		environment("dev", [api("1.5", two)]),
		environment("staging", [api("1.4", one)]),
		environment("production", [api("1.5", two)]),
	]}
	count(warned(document)) == 1
}

test_an_app_without_a_lower_environment_passes if {
	warned({"change": null, "environments": [environment("production", [api("1.4", null)])]}) == set()
}

alone(environments) := {"app": "api", "change": {"base": "a", "head": "b"}, "environments": environments}

test_a_new_app_with_nothing_below_is_named[name] if {
	new := environment("production", [api("1.4", one)])
	some name, case in {
		"new": {"of": alone([new]), "want": 1},
		"not new": {"of": alone([based(new, [])]), "want": 0},
		"no image": {"of": alone([environment("production", [])]), "want": 0},
		"not protected": {"of": alone([environment("staging", [api("1.4", one)])]), "want": 0},
		"something below": {"of": alone([based(environment("staging", []), []), new]), "want": 0},
		"as it is": {"of": object.union(alone([new]), {"change": null}), "want": 0},
	}
	found := warned(case.of)
	count([message | some message in found; contains(message, "no environment below it runs `api`")]) == case.want
}

in_cluster(environment, cluster) := object.union(environment, {"cluster": cluster})

test_clusters_of_one_name_are_compared if {
	staging := [in_cluster(environment("staging", [api("1.4", one)]), "eu"), in_cluster(environment("staging", [api("1.5", two)]), "us")]
	same := array.concat(staging, [in_cluster(environment("production", [api("1.5", two)]), "eu")])
	count(warned({"change": null, "environments": same})) == 1
	other := array.concat(staging, [in_cluster(environment("production", [api("1.5", two)]), "asia")])
	warned({"change": null, "environments": other}) == set()
}

test_mirrors_stand_for_what_they_mirror if {
	document := as_is([image("hub.example/staging/api", null, one)], [image("eu.example/prod/api", null, one)])
	mirrors := {"mirrors": {"eu.example/prod": "hub.example/staging", "eu.example": "nowhere.example"}}
	count(warned(document)) == 1
	found := policy.warn | policy.deny with input as document with data.gate.settings["digest-matches-staging"] as mirrors
	found == set()
}

test_what_is_no_mirror_stands_for_itself if {
	images := [image("hub.example/api", null, one), image("eu.example/production/api", null, one)]
	found := policy.warn with input as as_is(images, images)
		with data.gate.settings["digest-matches-staging"] as {"mirrors": {"eu.example/prod": "hub.example/staging"}}
	found == set()
}

chart(version) := {
	"what": "chart",
	"name": "redis",
	"version": version,
	"at": {"environment": "production", "resource": {"kind": "HelmRelease", "name": "redis"}, "path": []},
}

with_versions(environment, versions) := object.union(environment, {"versions": versions})

charts(version) := {"change": null, "environments": [
	with_versions(environment("staging", []), [chart("18.1.0")]),
	with_versions(environment("production", []), [chart(version)]),
]}

test_a_chart_must_have_the_version_of_staging if {
	warned(charts("18.1.0")) == set()
	warned(charts(null)) == set()
	warned(charts("19.0.0")) == {"production runs the chart `redis` at `19.0.0`, but staging runs `18.1.0`"}
}

test_a_range_of_versions_is_worth_a_look if {
	warned(charts(">=18.0.0")) == {"production runs whatever fits `>=18.0.0` of the chart `redis`"}
	warned(charts("18.x")) == {"production runs whatever fits `18.x` of the chart `redis`"}
}

test_a_chart_version_that_is_not_new_is_not_judged if {
	lower := object.union(with_versions(environment("staging", []), [chart("18.1.0")]), {"base": {"images": [], "versions": [chart("18.1.0")]}})
	upper := object.union(with_versions(environment("production", []), [chart("17.0.0")]), {"base": {"images": [], "versions": [chart("17.0.0")]}})
	denied({"change": {}, "environments": [lower, upper]}) == set()
}

soaked(since, cut) := {"repository": "registry.example/team/api", "tag": "1.5", "digest": two, "since": since, "cut": cut}

# A promotion of what staging has run since then, judged on a Monday at ten with a day required.
soaking(since, cut) := soaked_for([soaked(since, cut)], api("1.5", two), 24)

soaked_for(soak, staged, hours) := found if {
	staging := object.union(based(environment("staging", [staged]), [staged]), {"soak": soak})
	production := based(environment("production", [api("1.5", two)]), [api("1.4", one)])
	document := {"now": "2026-11-23T10:00:00Z", "change": {"base": "a"}, "environments": [staging, production]}
	found := {finding.msg | some finding in policy.deny} with input as document
		with data.gate.settings as {"digest-matches-staging": {"min_soak": hours, "mirrors": {}}}
}

test_what_staging_has_run_for_long_enough_passes if {
	soaking("2026-11-22T10:00:00Z", false) == set()
	soaking("2026-11-22T10:00:00Z", true) == set()
}

test_what_staging_has_not_run_for_long_enough_is_found if {
	soaking("2026-11-22T10:00:01Z", false) == {"staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` since 2026-11-22T10:00:01Z only, which is less than 24 hours"}
}

test_history_that_ends_too_early_tells_nothing if {
	soaking("2026-11-22T10:00:01Z", true) == {"nothing tells whether staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` for 24 hours: history ends at 2026-11-22T10:00:01Z"}
}

test_without_a_time_to_soak_none_is_asked_for if {
	soaked_for([soaked("2026-11-23T10:00:01Z", false)], api("1.5", two), 0) == set()
}

test_what_staging_has_left_again_is_told_once if {
	soaked_for([soaked("2026-11-23T09:00:00Z", false)], api("1.4", one), 24) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging runs `1.4@sha256:111111111111…`"}
}

test_the_time_of_something_else_does_not_count if {
	recent := soaked("2026-11-23T09:00:00Z", false)
	soaked_for([], api("1.5", two), 24) == set()
	soaked_for([object.union(recent, {"repository": "registry.example/team/web"})], api("1.5", two), 24) == set()
	older := object.union(soaked("2026-11-01T00:00:00Z", false), {"digest": one})
	count(soaked_for([recent, older], api("1.5", two), 24)) == 1
}

test_of_several_times_the_longest_counts if {
	recent := soaked("2026-11-23T09:00:00Z", true)
	soaked_for([recent, soaked("2026-11-23T08:00:00Z", false)], api("1.5", two), 24) == {"staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` since 2026-11-23T08:00:00Z only, which is less than 24 hours"}
}

# What is found of a chart in production where staging has another version of something.
beside(staged) := warned({"change": null, "environments": [
	with_versions(environment("staging", []), [object.union(chart("18.1.0"), staged)]),
	with_versions(environment("production", []), [chart("19.0.0")]),
]})

test_versions_of_something_else_do_not_count if {
	count(beside({})) == 1
	beside({"name": "postgresql"}) == set()
	beside({"what": "operator"}) == set()
	beside({"version": null}) == set()
}

test_what_is_no_reference_is_left_to_others if {
	broken := object.union(image(null, null, null), {"image": "API:1", "valid": false})
	warned(as_is([api("1.4", one)], [broken])) == set()
}

test_what_staging_runs_instead_is_told if {
	denied(changed([api("1.4", one)], [api("1.4", one)], [api("1.3", null)], [api("1.5", two)])) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging runs `1.4@sha256:111111111111…`"}
}

test_a_stranger_of_which_nothing_is_known if {
	warned(as_is([api("1.4", null)], [image("registry.example/backup", "2", null)])) == {"production runs `registry.example/backup` at `2`, but staging runs nothing from there"}
	warned(as_is([api("1.4", one)], [image("registry.example/backup", null, two)])) == {"production runs `registry.example/backup` at `sha256:222222222222…`, but staging runs nothing from there"}
}
