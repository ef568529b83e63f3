package gate.kustomize_quirk_test

import data.gate.kustomize_quirk as policy

unmatched := {
	"message": "the target of this patch matches nothing, so the patch changes nothing",
	"help": "check kind, name and namespace",
	"key": "the target of this patch matches nothing 0011223344556677",
	"unmatched": true,
	"harmless": false,
	"at": {"file": "overlays/production/kustomization.yaml", "line": 5, "column": 7, "end_line": 6, "end_column": 12},
}

plain := {"message": "something", "help": null, "key": "k", "unmatched": false, "harmless": false, "at": null}

document(staging, production) := {"change": null, "environments": [
	{"name": "staging", "quirks": staging},
	{"name": "production", "quirks": production},
]}

test_a_quirk_of_one_environment_is_its_own if {
	found := policy.warn with input as document([], [unmatched])
	found == {{
		"msg": unmatched.message,
		"help": unmatched.help,
		"key": unmatched.key,
		"at": object.union(unmatched.at, {"environment": "production"}),
	}}
}

test_a_quirk_of_a_shared_base_is_told_once if {
	found := policy.warn with input as document([unmatched], [unmatched])
	found == {{"msg": unmatched.message, "help": unmatched.help, "key": unmatched.key, "at": unmatched.at}}
}

test_a_quirk_without_place_or_help_is_told if {
	policy.warn == {{"msg": "something", "key": "k", "at": {"environment": "production"}}} with input as document([], [plain])
}

test_what_applies_to_nothing_is_an_error_in_a_change if {
	severities(changed({})) == {"error", null}
}

test_what_applies_to_nothing_is_a_warning_where_all_is_new if {
	severities(changed(null)) == {null}
}

changed(base) := {"change": {"base": "main"}, "environments": [{"name": "production", "base": base, "quirks": [unmatched, plain]}]}

severities(document) := {object.get(finding, "severity", null) | some finding in found} if {
	found := policy.warn with input as document
}

test_what_has_no_effect_is_information if {
	harmless := object.union(plain, {"harmless": true})
	found := policy.warn with input as document([], [harmless])
	{finding.severity | some finding in found} == {"info"}
}

test_no_quirk_no_finding if {
	policy.warn == set() with input as document([], [])
}
