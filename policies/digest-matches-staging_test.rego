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

chart_of(source) := object.union(chart("1.0.0"), {"source": source})

with_chart(name, before, now) := object.union(with_versions(environment(name, []), [chart_of(now)]), {"base": {"images": [], "versions": [chart_of(before)]}})

test_a_chart_of_another_repository_is_another_one if {
	staging := with_chart("staging", "https://a", "https://a")
	denied({"change": {}, "environments": [staging, with_chart("production", "https://b", "https://a")]}) == set()
	denied({"change": {}, "environments": [staging, with_chart("production", "https://a", "https://b")]}) == {"production runs the chart `redis` of `https://b` at `1.0.0`, but staging runs the chart `redis` of `https://a` at `1.0.0` there"}
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

ran_image(tag, digest, from, until) := {"repository": "registry.example/team/api", "tag": tag, "digest": digest, "from": from, "until": until, "cut": false}

one_ran(from, until) := ran_image("1.4", one, from, until)

two_ran(from, until) := ran_image("1.5", two, from, until)

three := "sha256:3333333333333333333333333333333333333333333333333333333333333333"

three_ran(from, until) := ran_image("1.6", three, from, until)

ran(images) := {"from": "2026-10-01T00:00:00Z", "cut": false, "images": images, "versions": []}

# A promotion of 1.5, judged on a Monday at ten, to a production that runs 1.4.
promoted(staged, staging_ran, production_ran, settings) := found if {
	staging := object.union(based(environment("staging", staged), staged), {"ran": staging_ran})
	production := object.union(based(environment("production", [api("1.5", two)]), [api("1.4", one)]), {"ran": production_ran})
	document := {"now": "2026-11-23T10:00:00Z", "change": {"base": "a"}, "environments": [staging, production]}
	all := object.union({"min_soak": 0, "within": 30, "mirrors": {}}, settings)
	found := {text |
		some finding in policy.deny | policy.warn with input as document
			with data.gate.settings as {"digest-matches-staging": all}
		text := sprintf("%s: %s", [object.get(finding, "severity", "error"), finding.msg])
	}
}

soaking(images) := soaking_for(images, 24)

soaking_for(images, hours) := promoted([api("1.5", two)], ran(images), ran([]), {"min_soak": hours})

test_what_staging_has_run_for_long_enough_passes if {
	soaking([two_ran("2026-11-22T10:00:00Z", null)]) == set()
	soaking([object.union(two_ran("2026-11-22T10:00:00Z", null), {"cut": true})]) == set()
	promoted([api("1.5", two)], null, null, {"min_soak": 24}) == set()
}

test_what_staging_has_not_run_for_long_enough_is_found if {
	soaking([two_ran("2026-11-22T10:00:01Z", null)]) == {"error: staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` since 2026-11-22T10:00:01Z only, which is less than 24 hours"}
}

test_hours_count_in_all if {
	parts := [two_ran("2026-11-22T20:00:00Z", null), two_ran("2026-11-21T10:00:00Z", "2026-11-21T20:00:00Z")]
	soaking(parts) == set()
	soaking_for(parts, 25) == {"error: staging ran `registry.example/team/api` at `1.5@sha256:222222222222…` for 24 hours only between 2026-11-21T10:00:00Z and 2026-11-23T10:00:00Z, which is less than 25 hours"}
}

test_hours_count_once if {
	soaking([two_ran("2026-11-22T20:00:00Z", null), ran_image(null, two, "2026-11-22T21:00:00Z", null)]) == {"error: staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` since 2026-11-22T20:00:00Z only, which is less than 24 hours"}
}

test_history_that_ends_too_early_tells_nothing if {
	soaking([object.union(two_ran("2026-11-22T10:00:01Z", null), {"cut": true})]) == {"error: nothing tells whether staging has run `registry.example/team/api` at `1.5@sha256:222222222222…` for 24 hours: history ends at 2026-11-22T10:00:01Z"}
}

test_without_a_time_to_soak_none_is_asked_for if {
	soaking_for([two_ran("2026-11-23T09:59:59Z", null)], 0) == set()
}

test_the_time_of_something_else_does_not_count if {
	recent := two_ran("2026-11-23T09:00:00Z", null)
	soaking([]) == set()
	soaking([object.union(recent, {"repository": "registry.example/team/web"})]) == set()
	count(soaking([recent, one_ran("2026-11-01T00:00:00Z", "2026-11-23T09:00:00Z")])) == 1
}

left := [two_ran("2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"), three_ran("2026-11-22T10:00:00Z", null)]

test_what_staging_ran_and_moved_on_from_passes if {
	promoted([api("1.6", three)], ran(left), ran([]), {}) == {"info: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, which staging ran until 2026-11-22T10:00:00Z"}
	promoted([api("1.6", three)], ran(left), ran([]), {"min_soak": 49}) == {
		"info: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, which staging ran until 2026-11-22T10:00:00Z",
		"error: staging ran `registry.example/team/api` at `1.5@sha256:222222222222…` for 48 hours only between 2026-11-20T10:00:00Z and 2026-11-22T10:00:00Z, which is less than 49 hours",
	}
}

test_what_staging_ran_long_ago_is_found if {
	promoted([api("1.6", three)], ran(left), ran([]), {"within": 1}) == {"error: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging ran it until 2026-11-22T10:00:00Z, which is longer ago than 1 days"}
	count(promoted([api("1.6", three)], ran(left), ran([]), {"within": 2})) == 1
}

test_what_staging_withdrew_is_found if {
	back := [
		one_ran("2026-11-01T10:00:00Z", "2026-11-20T10:00:00Z"),
		two_ran("2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"),
		one_ran("2026-11-22T10:00:00Z", null),
	]
	message := "error: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging withdrew it on 2026-11-22T10:00:00Z"
	promoted([api("1.4", one)], ran(back), ran([]), {}) == {message}

	# Also where it tried another one on the way, and where it went back before a third came.
	detour := [
		one_ran("2026-11-01T10:00:00Z", "2026-11-20T10:00:00Z"),
		two_ran("2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"),
		three_ran("2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"),
		one_ran("2026-11-22T11:00:00Z", null),
	]
	promoted([api("1.4", one)], ran(detour), ran([]), {}) == {message}
}

test_what_came_back_after_something_newer_is_not_withdrawn if {
	forth := [
		two_ran("2026-11-01T10:00:00Z", "2026-11-20T10:00:00Z"),
		one_ran("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"),
		three_ran("2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"),
		one_ran("2026-11-22T10:00:00Z", null),
	]
	count({text | some text in promoted([api("1.4", one)], ran(forth), ran([]), {}); startswith(text, "info: ")}) == 1
}

test_one_that_stays_beside_it_does_not_withdraw_it if {
	beside_it := array.concat(left, [one_ran("2026-11-01T10:00:00Z", null)])
	count({text | some text in promoted([api("1.6", three), api("1.4", one)], ran(beside_it), ran([]), {}); startswith(text, "info: ")}) == 1
}

test_a_rollback_of_production_is_told if {
	own := ran([two_ran("2026-11-01T10:00:00Z", "2026-11-20T10:00:00Z"), one_ran("2026-11-20T10:00:00Z", null)])
	promoted([api("1.6", three)], ran([]), own, {}) == {"info: rollback: production ran `registry.example/team/api` at `1.5@sha256:222222222222…` until 2026-11-20T10:00:00Z"}
}

test_what_production_withdrew_is_no_rollback if {
	own := ran([
		one_ran("2026-11-01T10:00:00Z", "2026-11-19T10:00:00Z"),
		two_ran("2026-11-19T10:00:00Z", "2026-11-20T10:00:00Z"),
		one_ran("2026-11-20T10:00:00Z", null),
	])
	promoted([api("1.6", three)], ran([]), own, {}) == {"error: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging runs `1.6@sha256:333333333333…`"}
}

test_what_production_runs_still_is_not_new if {
	promoted([api("1.6", three)], ran([]), ran([two_ran("2026-11-01T10:00:00Z", null)]), {}) == set()
}

test_history_that_ends_may_hold_it if {
	cut := object.union(ran([three_ran("2026-11-22T10:00:00Z", null)]), {"cut": true})
	promoted([api("1.6", three)], cut, ran([]), {}) == {"error: production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging runs `1.6@sha256:333333333333…`, and history ends at 2026-10-01T00:00:00Z: nothing tells whether staging ran it before"}

	# Nor does it tell then what ran before.
	first := object.union(cut, {"images": [object.union(left[0], {"cut": true}), left[1]]})
	count({text | some text in promoted([api("1.6", three)], first, ran([]), {}); startswith(text, "error: ")}) == 1
}

broken_staging := {"name": "staging", "protected": false, "path": "api/staging", "cluster": null}

test_an_environment_that_cannot_be_rendered_tells_nothing if {
	upper := based(environment("production", [api("1.5", two)]), [api("1.4", one)])
	lower := based(environment("dev", [api("1.5", two)]), [api("1.5", two)])
	document := {"change": {"base": "a"}, "order": ["dev", "staging", "production"], "environments": [lower, upper], "unrenderable": [broken_staging]}
	denied(document) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging cannot be rendered, so nothing tells whether it runs `registry.example/team/api`"}
	denied(object.union(document, {"unrenderable": []})) == set()

	# What is not new is not asked about.
	same := object.union(document, {"environments": [lower, based(upper, [api("1.5", two)])]})
	denied(same) == set()

	# Staging of another cluster tells nothing, that of the same one does.
	elsewhere := [object.union(broken_staging, {"cluster": "us"})]
	in_eu := [in_cluster(object.union(lower, {"name": "staging"}), "eu"), in_cluster(upper, "eu")]
	denied(object.union(document, {"environments": in_eu, "unrenderable": elsewhere})) == set()
	in_us := [in_cluster(object.union(lower, {"name": "staging"}), "eu"), in_cluster(upper, "us")]
	count(denied(object.union(document, {"environments": in_us, "unrenderable": elsewhere}))) == 1
}

test_nor_does_it_tell_anything_about_charts if {
	upper := object.union(with_versions(environment("production", []), [chart("19.0.0")]), {"base": {"images": [], "versions": [chart("18.1.0")]}})
	denied({"change": {"base": "a"}, "order": ["staging", "production"], "environments": [upper], "unrenderable": [broken_staging]}) == {"production runs the chart `redis` at `19.0.0`, but staging cannot be rendered, so nothing tells whether it runs the chart `redis`"}
}

test_one_that_could_not_be_rendered_before_tells_nothing_either if {
	upper := based(environment("production", [api("1.5", two)]), [api("1.4", one)])
	lower := object.union(environment("staging", [api("1.5", two)]), {"was": "unrenderable"})
	denied({"change": {"base": "a"}, "environments": [lower, upper]}) == {"production runs `registry.example/team/api` at `1.5@sha256:222222222222…`, but staging cannot be rendered on the base revision, so nothing tells whether it runs `registry.example/team/api`"}
}

named_by_environment := {"change": null, "environments": [
	object.union(environment("staging", [image("registry.example/api-stg", null, one)]), {"names": ["staging", "stg"]}),
	object.union(environment("production", [image("registry.example/api-production", null, one)]), {"names": ["production", "prod"]}),
]}

test_names_of_environments_in_repositories[pattern] if {
	some pattern, want in {"registry.example/api-{environment}": 0, "registry.example/web-{environment}": 1, "registry.example/api-": 1}
	found := policy.warn with input as named_by_environment
		with data.gate.settings["digest-matches-staging"] as {"mirrors": {pattern: pattern}}
	count(found) == want
}

test_findings_have_keys if {
	document := changed([api("1.4", one)], [api("1.4", one)], [api("1.3", null)], [api("1.5", two)])
	keys := {finding.key | some finding in policy.deny} with input as document
	keys == {sprintf("registry.example/team/api %s", [two])}
}

# What a change of production's chart gives where staging has the other one.
chart_change(staged, before, now) := denied({"change": {"base": "a"}, "environments": [
	object.union(with_versions(environment("staging", []), [object.union(chart("18.1.0"), staged)]), {"base": {"images": [], "versions": [object.union(chart("18.1.0"), staged)]}}),
	object.union(with_versions(environment("production", []), [object.union(chart("18.1.0"), now)]), {"base": {"images": [], "versions": [object.union(chart("18.1.0"), before)]}}),
]})

test_a_version_that_both_get_has_not_run if {
	both := {"change": {"base": "a"}, "environments": [
		object.union(with_versions(environment(name, []), [chart("19.0.0")]), {"base": {"images": [], "versions": [chart("18.1.0")]}}) |
		some name in ["staging", "production"]
	]}
	denied(both) == {"production runs the chart `redis` at `19.0.0`, but staging gets it with the same change"}
}

test_another_chart_in_the_same_place_is_found if {
	chart_change({}, {}, {"name": "evil"}) == {"production runs the chart `evil` at `18.1.0`, but staging runs the chart `redis` at `18.1.0` there"}
	chart_change({"at": {"resource": {"kind": "HelmRelease", "name": "cache"}}}, {}, {"name": "evil"}) == set()
}

test_names_that_always_differed_are_compared_by_version if {
	chart_change({"name": "mirror/redis"}, {"version": "17.0.0"}, {}) == set()
	chart_change({"name": "mirror/redis"}, {}, {"version": "19.0.0"}) == {"production runs the chart `redis` at `19.0.0`, but staging runs the chart `mirror/redis` at `18.1.0` there"}
}

test_a_version_that_is_taken_out_is_found if {
	chart_change({}, {}, {"version": null}) == {"production runs whatever is newest of the chart `redis`: the change takes its version `18.1.0` out"}
	chart_change({}, {"version": null}, {"version": null}) == set()
	chart_change({}, {"at": {"resource": {"kind": "HelmRelease", "name": "cache"}}}, {"name": "other", "version": null}) == set()
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
