package gate.secret_referenced_exists_test

import data.gate.secret_referenced_exists as policy

reference(name, key) := {
	"kind": "Secret",
	"namespace": "api",
	"name": name,
	"key": key,
	"optional": false,
	"found": false,
	"produced_by": null,
	"exists": false,
	"how": "env",
	"at": {"environment": "production", "resource": {"kind": "Deployment", "name": "api"}, "path": []},
}

environment(references) := {"name": "production", "protected": true, "cluster": null, "references": references}

# Staging, which has what production needs.
below := {
	"name": "staging",
	"protected": false,
	"cluster": null,
	"references": [object.union(reference("db", null), {"found": true})],
}

messages(environment) := found if {
	found := {finding.msg | some finding in policy.deny} with input as {"change": null, "environments": [below, environment], "missing_variables": [], "provided": []}
}

test_a_secret_that_is_rendered_passes if {
	messages(environment([object.union(reference("db", null), {"found": true})])) == set()
}

test_a_secret_that_something_produces_passes if {
	messages(environment([object.union(reference("db", null), {"produced_by": "ExternalSecret/db"})])) == set()
}

test_an_optional_reference_may_lead_nowhere if {
	messages(environment([object.union(reference("db", null), {"optional": true})])) == set()
}

document(provided) := {"change": null, "environments": [below, environment([reference("db", null)])], "missing_variables": [], "provided": provided}

test_what_is_provided_otherwise_passes if {
	policy.deny == set() with input as document(["db"])
	policy.deny == set() with input as document(["api/db"])
	count(policy.deny) == 1 with input as document(["other/db"])
}

test_a_secret_that_is_nowhere_is_found if {
	messages(environment([reference("db", null)])) == {"`Secret/db` does not exist: Deployment/api needs it, and nothing here renders or produces it"}
	messages(environment([reference("db", "password")])) == {"`Secret/db` with the key `password` does not exist: Deployment/api needs it, and nothing here renders or produces it"}
}

test_a_key_that_is_missing_is_named if {
	messages(environment([object.union(reference("db", "passwort"), {"exists": true})])) == {"`Secret/db` has no key `passwort`"}
}

test_what_no_environment_makes_is_asked_about_once if {
	alone := {"change": null, "environments": [environment([reference("mail", "user"), reference("mail", "password")])], "missing_variables": [], "provided": []}
	policy.deny == set() with input as alone
	{finding.msg | some finding in policy.warn} == {"`Secret/mail` (`password` and `user`) is made by nothing here: Deployment/api needs it"} with input as alone
}

test_a_change_must_not_ask_for_what_is_nowhere if {
	upper := object.union(environment([reference("mail", "user")]), {"base": {"references": []}})
	changed := {"change": {}, "environments": [upper], "missing_variables": [], "provided": []}
	count(policy.deny) == 1 with input as changed
	known := object.union(upper, {"base": {"references": [reference("mail", "user")]}})
	as_before := {"change": {}, "environments": [known], "missing_variables": [], "provided": []}
	policy.deny == set() with input as as_before
}

test_a_new_environment_may_ask_for_what_others_ask_for if {
	asked := {"base": {"references": [reference("mail", "user")]}}
	eu := object.union(object.union(environment([]), {"cluster": "eu"}), asked)
	us := object.union(environment([reference("mail", "user")]), {"cluster": "us", "base": null})
	both := {"change": {}, "environments": [eu, us], "missing_variables": [], "provided": []}
	policy.deny == set() with input as both
	count(policy.warn) == 1 with input as both
	alone := {"change": {}, "environments": [us], "missing_variables": [], "provided": []}
	count(policy.deny) == 1 with input as alone
}

test_what_the_change_takes_away_is_missed if {
	taken := object.union(reference("mail", "user"), {"taken": true})
	upper := object.union(environment([taken]), {"base": {"references": [reference("mail", "user")]}})
	document := {"change": {}, "environments": [upper], "missing_variables": [], "provided": []}
	{finding.msg | some finding in policy.deny} == {"`Secret/mail` with the key `user` is taken away by this change, and Deployment/api needs it"} with input as document
}

test_other_environments_are_warned_of_keys if {
	misspelt := object.union(reference("db", "passwort"), {"exists": true})
	staging := object.union(environment([misspelt]), {"name": "staging", "protected": false})
	only_below := {"change": null, "environments": [staging], "missing_variables": [], "provided": []}
	policy.deny == set() with input as only_below
	count(policy.warn) == 1 with input as only_below
}

variable(upper) := {"lower": "staging", "upper": upper, "container": "api", "name": "REGION", "at": {}}

test_a_variable_that_only_staging_has_is_warned if {
	with_variables := {"change": null, "environments": [environment([])], "missing_variables": [variable("production"), variable("elsewhere")], "provided": []}
	{finding.msg | some finding in policy.warn} == {"`REGION` is set in staging, but not for container `api` in production"} with input as with_variables
}

# What a tree says, as it is, of references in staging and in production.
warned(staging, production) := found if {
	environments := [object.union(below, {"references": staging}), environment(production)]
	found := {finding.msg | some finding in policy.warn} with input as {"change": null, "environments": environments, "missing_variables": [], "provided": []}
}

denied(staging, production) := found if {
	environments := [object.union(below, {"references": staging}), environment(production)]
	found := {finding.msg | some finding in policy.deny} with input as {"change": null, "environments": environments, "missing_variables": [], "provided": []}
}

test_what_is_an_error_is_no_warning if {
	warned(below.references, [reference("db", null)]) == set()
	warned([], [object.union(reference("db", "passwort"), {"exists": true})]) == set()
}

test_what_another_environment_has_must_be_the_same if {
	denied([object.union(reference("web", null), {"found": true})], [reference("db", null)]) == set()
	denied([object.union(reference("db", null), {"kind": "ConfigMap", "found": true})], [reference("db", null)]) == set()
	denied([reference("db", null)], [reference("db", null)]) == set()
}

test_other_environments_are_warned_of_keys_only if {
	warned([reference("db", null)], []) == set()
	warned([object.union(reference("db", null), {"exists": true, "found": true})], []) == set()
}

test_what_is_there_is_not_asked_about if {
	warned([], [object.union(reference("mail", null), {"found": true})]) == set()
}

test_only_keys_that_are_missing_are_named if {
	production := [
		reference("mail", "user"),
		object.union(reference("mail", "password"), {"optional": true}),
		reference("web", "token"),
	]
	warned([], production) == {
		"`Secret/mail` (`user`) is made by nothing here: Deployment/api needs it",
		"`Secret/web` (`token`) is made by nothing here: Deployment/api needs it",
	}
	warned([], [reference("mail", null)]) == {"`Secret/mail` is made by nothing here: Deployment/api needs it"}
}

test_a_reference_without_a_key_names_none if policy.keys([{"key": null}]) == ""
