package gate.freeze_window_test

import data.gate.freeze_window as policy

windows := [
	{"name": "year-end", "until": "2027-01-04T06:00:00+01:00"},
	{"name": "weekend", "until": "2026-12-21T08:00:00+01:00"},
]

environment(changed, freeze) := {"name": "production", "changed": changed, "freeze": freeze}

document(change, environment) := {"app": "payments/api", "change": change, "environments": [environment]}

test_a_change_to_a_frozen_environment_is_found if {
	frozen := document({"base": "a"}, environment(true, [windows[0]]))
	policy.deny == {{
		"msg": "production is frozen until 2027-01-04T06:00:00+01:00 (`year-end`), and this change alters `payments/api` there",
		"at": {"environment": "production"},
	}} with input as frozen
}

test_all_windows_are_named_in_one_finding if {
	frozen := document({"base": "a"}, environment(true, windows))
	{finding.msg | some finding in policy.deny} == {"production is frozen until 2027-01-04T06:00:00+01:00 (`year-end`) and until 2026-12-21T08:00:00+01:00 (`weekend`), and this change alters `payments/api` there"} with input as frozen
}

test_a_change_elsewhere_passes if {
policy.deny | policy.warn == set() with input as document({"base": "a"}, environment(false, windows))}

test_no_window_no_finding if {
policy.deny |
	policy.warn == set() with input as document({"base": "a"}, environment(true, []))
	policy.deny | policy.warn == set() with input as document(null, environment(true, []))
}

test_without_a_base_a_window_is_noted if {
	frozen := document(null, environment(true, [windows[0]]))
	policy.deny == set() with input as frozen
	policy.warn == {{
		"msg": "production is frozen until 2027-01-04T06:00:00+01:00 (`year-end`)",
		"at": {"environment": "production"},
		"severity": "info",
	}} with input as frozen
}
