package gate.promotion_order_test

import data.gate.promotion_order as policy

at(environment) := {
	"environment": environment,
	"resource": {"kind": "Deployment", "name": "api"},
	"path": ["metadata", "annotations", "gate.dev/depends-on"],
}

needed := {
	"kind": "annotation",
	"environment": "production",
	"subject": "payments/api",
	"name": "payments/db",
	"app": "payments/db",
	"found": true,
	"nearest": null,
	"cycle": [],
	"here": true,
	"taken": false,
	"images": [image("db", "1")],
	"lower": {"environment": "staging", "images": [image("db", "1")]},
	"at": at("production"),
}

image(repository, tag) := {"repository": repository, "tag": tag, "digest": null}

environment(name, images, before) := {
	"name": name,
	"protected": name == "production",
	"images": images,
	"base": before,
	"waves": [],
	"needs": [],
}

document(change, before, dependencies) := {
	"change": change,
	"environments": [
		environment("staging", [image("api", "2")], {"images": [image("api", "2")]}),
		environment("production", [image("api", "2")], before),
	],
	"depends_on": dependencies,
}

base := {"base": "a", "head": null}

as_it_is(dependencies) := document(null, null, dependencies)

promotion(dependency) := document(base, {"images": [image("api", "1")]}, [object.union(needed, dependency)])

denied(input_document) := found if {
	found := {finding.msg | some finding in policy.deny} with input as input_document
}

warned(input_document) := found if {
	found := {finding.msg | some finding in policy.warn} with input as input_document
}

test_what_exists_passes if {
	denied(as_it_is([needed])) == set()
	warned(as_it_is([needed])) == set()
}

missing(nearest) := object.union(needed, {"found": false, "app": null, "name": "payments/dv", "nearest": nearest})

test_what_does_not_exist_is_found if {
	denied(as_it_is([missing(null)])) == {"`payments/api` depends on `payments/dv`, which does not exist"}
	denied(as_it_is([missing("payments/db")])) == {"`payments/api` depends on `payments/dv`, which does not exist; did you mean `payments/db`?"}
	denied(as_it_is([object.union(needed, {"found": null, "app": null})])) == set()
}

test_what_exists_elsewhere_passes if {
	found := policy.deny with input as as_it_is([missing(null)])
		with data.gate.settings["promotion-order"] as {"external": ["payments/*"]}
	found == set()
}

test_a_circle_is_told_once if {
	cycle := {"cycle": ["payments/api", "payments/db", "payments/api"]}
	found := policy.deny with input as as_it_is([
		object.union(needed, object.union(cycle, {"environment": "staging", "at": at("staging")})),
		object.union(needed, cycle),
	])
	{[finding.msg, finding.at.environment] | some finding in found} == {["`payments/api` depends on itself: `payments/api` → `payments/db` → `payments/api`", "production"]}
}

test_each_circle_is_told_at_its_place if {
	found := policy.deny with input as as_it_is([
		object.union(needed, {"cycle": ["a", "b", "a"], "at": at("staging")}),
		object.union(needed, {"cycle": ["c", "d", "c"]}),
	])
	{[finding.msg, finding.at.environment] | some finding in found} == {
		["`a` depends on itself: `a` → `b` → `a`", "staging"],
		["`c` depends on itself: `c` → `d` → `c`", "production"],
	}
}

test_what_is_promoted_together_passes if {
	warned(promotion({})) == set()
	warned(promotion({"lower": null})) == set()
	warned(promotion({"images": [image("db", null)], "lower": {"environment": "staging", "images": [image("db", "latest")]}})) == set()
	warned(promotion({"lower": {"environment": "staging", "images": [image("other", "2")]}})) == set()
}

test_what_production_does_not_run_is_found if {
	warned(promotion({"here": false, "images": []})) == {"production does not run `payments/db`, which `payments/api` depends on: promote `payments/db` before or together with it"}
	count(warned(document(base, null, [object.union(needed, {"here": false})]))) == 1
}

ahead := {"lower": {"environment": "staging", "images": [image("db", "2")]}}

test_what_lags_behind_is_found if {
	warned(promotion(ahead)) == {"production runs `payments/db` at `1` and staging at `2`, and `payments/api` depends on it: promote `payments/db` before or together with it"}
}

test_without_a_promotion_it_may_lag if {
	same := {"images": [image("api", "2")]}
	warned(document(base, same, [object.union(needed, ahead)])) == set()
	warned(document(null, null, [object.union(needed, ahead)])) == set()
	warned(promotion(object.union(ahead, {"app": null}))) == set()
	warned(promotion(object.union(ahead, {"environment": "staging"}))) == set()
}

waved(facts) := {"change": null, "depends_on": [], "environments": [object.union(environment("production", [], null), facts)]}

pair(wave, needs_wave) := {
	"resource": "Deployment/api",
	"wave": wave,
	"needs": "Secret/db",
	"needs_wave": needs_wave,
	"existed": false,
	"at": at("production"),
}

test_what_is_needed_comes_first if {
	denied(waved({"needs": [pair(1, 1), pair(0, -1)]})) == set()
	denied(waved({"needs": [pair(0, 3)]})) == {"`Deployment/api` of sync wave 0 needs `Secret/db`, which comes in the later wave 3"}
}

test_what_the_environment_has_is_there_before_any_wave if {
	change := {"change": {"base": "main"}}
	existing := object.union(pair(0, 3), {"existed": true})
	denied(object.union(waved({"needs": [existing]}), change)) == set()
	count(denied(object.union(waved({"needs": [pair(0, 3)]}), change))) == 1
}

test_a_namespace_may_be_there_where_nothing_tells if {
	late := object.union(pair(0, 3), {"needs": "Namespace/api"})
	denied(waved({"needs": [late]})) == set()
	warned(waved({"needs": [late]})) == {"`Deployment/api` of sync wave 0 needs `Namespace/api`, which comes in the later wave 3: the first sync fails"}
	count(denied(object.union(waved({"needs": [late]}), {"change": {"base": "main"}}))) == 1
}

test_a_wave_is_a_number if {
	denied(waved({"waves": [{"text": "3", "wave": 3, "at": at("production")}]})) == set()
	denied(waved({"waves": [{"text": "late", "wave": null, "at": at("production")}]})) == {"the sync wave `late` is no integer: Argo CD takes it for 0"}
}

test_what_the_change_takes_out_is_found if {
	document_without := document(base, null, [object.union(needed, {"taken": true, "here": false})])
	denied(document_without) == {"`payments/api` depends on `payments/db`, which the change takes out of production"}
}
