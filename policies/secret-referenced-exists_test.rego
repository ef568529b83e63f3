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
	"how": "env",
	"at": {"environment": "production", "resource": {"kind": "Deployment", "name": "api"}, "path": []},
}

environment(references) := {"name": "production", "protected": true, "references": references, "resources": []}

messages(environment) := found if {
	found := {finding.msg | some finding in policy.deny} with input as {"environments": [environment], "missing_variables": [], "provided": []}
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

document(provided) := {"environments": [environment([reference("db", null)])], "provided": provided}

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
	secret := {"kind": "Secret", "metadata": {"name": "db"}}
	messages(object.union(environment([reference("db", "passwort")]), {"resources": [secret]})) == {"`Secret/db` has no key `passwort`"}
}

test_other_environments_are_warned if {
	staging := object.union(environment([reference("db", null)]), {"name": "staging", "protected": false})
	below := {"environments": [staging], "missing_variables": [], "provided": []}
	policy.deny == set() with input as below
	count(policy.warn) == 1 with input as below
}

variable(upper) := {"lower": "staging", "upper": upper, "container": "api", "name": "REGION", "at": {}}

test_a_variable_that_only_staging_has_is_warned if {
	with_variables := {"environments": [environment([])], "missing_variables": [variable("production"), variable("elsewhere")], "provided": []}
	{finding.msg | some finding in policy.warn} == {"`REGION` is set in staging, but not for container `api` in production"} with input as with_variables
}
