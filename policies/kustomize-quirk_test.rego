package gate.kustomize_quirk_test

import data.gate.kustomize_quirk as policy

unmatched := {
	"message": "the target of this patch matches nothing, so the patch changes nothing",
	"help": "check kind, name and namespace",
	"at": {"file": "overlays/production/kustomization.yaml", "line": 5, "column": 7, "end_line": 6, "end_column": 12},
}

document(staging, production) := {"environments": [
	{"name": "staging", "quirks": staging},
	{"name": "production", "quirks": production},
]}

test_a_quirk_of_one_environment_is_its_own if {
	found := policy.warn with input as document([], [unmatched])
	found == {{
		"msg": unmatched.message,
		"help": unmatched.help,
		"at": object.union(unmatched.at, {"environment": "production"}),
	}}
}

test_a_quirk_of_a_shared_base_is_told_once if {
	found := policy.warn with input as document([unmatched], [unmatched])
	found == {{"msg": unmatched.message, "help": unmatched.help, "at": unmatched.at}}
}

test_a_quirk_without_place_or_help_is_told if {
	policy.warn == {{"msg": "something", "at": {"environment": "production"}}} with input as document([], [{"message": "something", "help": null, "at": null}])
}

test_no_quirk_no_finding if {
	policy.warn == set() with input as document([], [])
}
