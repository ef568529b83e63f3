package gate.staged_first_test

import data.gate.staged_first as policy

one(extra) := object.union({
	"kind_of": "changed",
	"lower": "staging",
	"upper": "production",
	"resource": {"kind": "Deployment", "namespace": null, "name": "api"},
	"path": ["spec", "replicas"],
	"field": "spec.replicas",
	"lower_value": 2,
	"upper_value": 3,
	"class": "other",
	"expected": false,
	"allowed": false,
	"together": true,
	"at": {},
}, extra)

found(list, configuration) := {[finding.msg, object.get(finding, "severity", "warning")] |
	environments := [{"name": "staging", "protected": false}, {"name": "production", "protected": true}]
	some finding in policy.warn with input as {"environments": environments, "unstaged": list}
		with data.gate.settings["staged-first"] as {"configuration": configuration, "resources": 3}
}

test_what_both_get_at_once_is_told if {
	found([one({})], "warning") == {["production gets `spec.replicas` as `3`, which staging gets with the same change: it has not run there", "warning"]}
	found([one({})], "error") == {["production gets `spec.replicas` as `3`, which staging gets with the same change: it has not run there", "error"]}
}

test_what_production_gets_alone_is_told_where_it_is_refused if {
	found([one({"together": false})], "warning") == set()
	found([one({"together": false})], "error") == {["production gets `spec.replicas` as `3`, which staging does not run", "error"]}
}

test_what_is_meant_is_not_told if {
	found([one({"expected": true}), one({"allowed": true}), one({"class": "image"}), one({"upper": "staging", "lower": "dev"})], "error") == set()
}

test_resources_come_and_go if {
	found([one({"path": [], "field": "", "kind_of": "only-upper"})], "warning") == {["production gets `Deployment/api`, which staging gets with the same change: it has not run there", "warning"]}
	found([one({"path": [], "field": "", "kind_of": "only-lower"})], "warning") == {["production loses `Deployment/api`, as staging does with the same change: nothing has run without it", "warning"]}
	found([one({"kind_of": "only-lower", "together": false})], "error") == {["production loses `spec.replicas`, which staging runs", "error"]}
	found([one({"kind_of": "only-lower"})], "warning") == {["production loses `spec.replicas`, as staging does with the same change: nothing has run without it", "warning"]}
}

test_fields_of_a_resource_are_one_finding if {
	two := [one({"field": sprintf("spec.f%d", [number])}) | some number in [1, 2]]
	found(two, "warning") == {["2 fields of `Deployment/api` change in production, first `spec.f1`, which staging gets with the same change: it has not run there", "warning"]}
}

test_many_resources_are_one_finding if {
	many := [one({"resource": {"kind": "Deployment", "namespace": null, "name": sprintf("a%d", [number])}}) | some number in [1, 2, 3, 4]]
	found(many, "warning") == {["4 resources change in production, first `Deployment/a1`, which staging gets with the same change: it has not run there", "warning"]}
}

test_values_are_shown_in_short if {
	found([one({"upper_value": "info"})], "warning") == {["production gets `spec.replicas` as `info`, which staging gets with the same change: it has not run there", "warning"]}
	long := concat("", ["x" | some _ in numbers.range(1, 70)])
	found([one({"upper_value": long})], "warning") == {[sprintf("production gets `spec.replicas` as `%s…`, which staging gets with the same change: it has not run there", [substring(long, 0, 60)]), "warning"]}
}

edit(extra) := object.union({"kind_of": "only-upper", "lower": "staging", "upper": "production", "field": "patches", "of": null, "together": false, "at": {}}, extra)

edited(edits, configuration) := {[finding.msg, object.get(finding, "severity", "warning")] |
	environments := [{"name": "staging", "protected": false}, {"name": "production", "protected": true}]
	some finding in policy.warn with input as {"environments": environments, "unstaged": [], "unstaged_edits": edits}
		with data.gate.settings["staged-first"] as {"configuration": configuration, "resources": 3}
}

test_what_is_done_to_parts_that_cannot_be_seen_is_told if {
	edited([edit({})], "warning") == {["`patches` changes parts that cannot be seen in production, as nothing in staging does", "warning"]}
	edited([edit({"field": "replicas", "of": "web"})], "error") == {["`replicas` for `web` changes parts that cannot be seen in production, as nothing in staging does", "error"]}
	edited([edit({"together": true})], "warning") == {["`patches` changes parts that cannot be seen in production, which staging gets with the same change: it has not run there", "warning"]}
	edited([edit({"field": "images", "of": "web"}), edit({"upper": "staging"})], "warning") == set()
}

test_what_is_not_done_any_more_is_told if {
	lost := edit({"kind_of": "only-lower", "field": "images", "of": "web"})
	edited([lost], "warning") == {["`images` for `web` changes parts that cannot be seen in staging, and in production not any more", "warning"]}
	edited([object.union(lost, {"together": true})], "warning") == {["`images` for `web` does not change parts that cannot be seen any more, neither in production nor in staging: nothing has run without it", "warning"]}
}
