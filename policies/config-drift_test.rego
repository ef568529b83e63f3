package gate.config_drift_test

import data.gate.config_drift as policy

drift(changes) := object.union(
	{
		"kind_of": "changed",
		"lower": "staging",
		"upper": "production",
		"resource": {"kind": "Deployment", "name": "api", "namespace": null},
		"path": ["spec", "template", "spec", "containers", 0, "livenessProbe", "periodSeconds"],
		"field": "spec.template.spec.containers[name=api].livenessProbe.periodSeconds",
		"lower_value": 10,
		"upper_value": 30,
		"class": "probe",
		"expected": false,
		"allowed": false,
		"at": {"environment": "production"},
	},
	changes,
)

messages(changes) := found if {
	found := {finding.msg | some finding in policy.warn} with input as {"drift": [drift(changes)], "missing_variables": []}
}

field := "`spec.template.spec.containers[name=api].livenessProbe.periodSeconds`"

test_a_value_that_differs_is_found if {
	messages({}) == {concat(" ", [field, "is `10` in staging, but `30` in production"])}
}

test_a_value_on_one_side_is_found if {
	messages({"kind_of": "only-lower", "upper_value": null}) == {concat(" ", [field, "is `10` in staging, and not set in production"])}
	messages({"kind_of": "only-upper", "lower_value": null}) == {concat(" ", [field, "is `30` in production, and not set in staging"])}
}

test_a_resource_on_one_side_is_found if {
	messages({"kind_of": "only-lower", "path": [], "field": ""}) == {"`Deployment/api` is only in staging, not in production"}
	messages({"kind_of": "only-upper", "path": [], "field": ""}) == {"`Deployment/api` is only in production, not in staging"}
}

test_the_name_of_another_environment_is_found if {
	messages({"class": "wrong-environment", "upper_value": "db.staging.svc"}) == {concat(" ", [field, "names staging: it is `db.staging.svc` in production"])}
}

test_expected_and_allowed_differences_pass if {
	messages({"expected": true}) == set()
	messages({"allowed": true}) == set()
}

test_an_item_is_known_by_what_it_is if {
	item := drift({"path": ["spec", "list", 3], "field": "spec.list[3]", "kind_of": "only-lower", "lower_value": "a", "upper_value": null})
	found := policy.warn with input as {"drift": [item], "missing_variables": []}
	{finding.key | some finding in found} == {`spec.list[] "a" null`}
}

test_many_differences_are_known_by_their_fields if {
	differences := [drift({"path": ["spec", "list", number, "x"], "field": sprintf("spec.list[%d].x", [number])}) | some number in numbers.range(1, 6)]
	found := policy.warn with input as {"drift": differences, "missing_variables": []}
	{finding.key | some finding in found} == {{"spec.list[].x"}}
}

test_images_are_left_to_their_own_policy if {
	messages({"class": "image"}) == set()
	messages({"class": "chart-version"}) == set()
}

test_long_values_are_cut if {
	letters := concat("", [letter | some _ in numbers.range(1, 70); letter := "a"])
	some message in messages({"upper_value": {"text": letters}})
	endswith(message, sprintf("but `{\"text\":\"%s…` in production", [substring(letters, 0, 51)]))
}

test_a_forgotten_variable_is_said_once if {
	only := {
		"kind_of": "only-lower",
		"class": "environment-variable",
		"lower_value": {"name": "REGION", "value": "eu"},
		"upper_value": null,
	}
	variable := {"name": "REGION", "resource": {"kind": "Deployment", "name": "api", "namespace": null}}
	count(messages(only)) == 1
	all := object.union(only, {"path": ["spec", "env"], "class": "other", "lower_value": [{"name": "REGION", "value": "eu"}]})
	policy.warn == set() with input as {"drift": [drift(all)], "missing_variables": [variable]}
	policy.warn == set() with input as {"drift": [drift(only)], "missing_variables": [variable]}
}

test_a_resource_that_differs_all_over_is_one_finding if {
	many := [drift({"field": sprintf("spec.f%d", [n])}) | some n in numbers.range(1, 6)]
	{finding.msg | some finding in policy.warn} == {"`Deployment/api` differs in 6 fields between staging and production, first in `spec.f1`"} with input as {"drift": many, "missing_variables": []}
	few := array.slice(many, 0, 5)
	count(policy.warn) == 5 with input as {"drift": few, "missing_variables": []}
}

# What is found of a difference while `secret-referenced-exists` names the variable `REGION` of the same Deployment.
beside_a_variable(changes, resource) := count(found) if {
	variable := {"name": "REGION", "resource": resource}
	found := policy.warn with input as {"drift": [drift(changes)], "missing_variables": [variable]}
}

test_only_the_variable_itself_is_left_to_others[name] := result == 1 if {
	own := {"kind": "Deployment", "name": "api", "namespace": null}
	variable := {"kind_of": "only-lower", "class": "environment-variable", "lower_value": {"name": "REGION"}, "upper_value": null}
	list := {"kind_of": "only-lower", "path": ["spec", "env"], "lower_value": [{"name": "REGION"}], "upper_value": null}
	cases := {
		"a container of that name": [object.union(variable, {"class": "other"}), own],
		"a variable that both have": [object.union(variable, {"kind_of": "changed", "upper_value": {"name": "REGION"}}), own],
		"a variable of another resource": [variable, object.union(own, {"name": "web"})],
		"another variable": [object.union(variable, {"lower_value": {"name": "ZONE"}}), own],
		"a list that both have": [object.union(list, {"kind_of": "changed", "upper_value": []}), own],
		"another list": [object.union(list, {"path": ["spec", "ports"]}), own],
		"a list of another resource": [list, object.union(own, {"name": "web"})],
		"a list with more": [object.union(list, {"lower_value": [{"name": "REGION"}, {"name": "ZONE"}]}), own],
	}
	some name, [changes, resource] in cases
	result := beside_a_variable(changes, resource)
}
