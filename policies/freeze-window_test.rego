package gate.freeze_window_test

import data.gate.freeze_window as policy

year_end := {
	"name": "year-end",
	"kind": "deny",
	"until": "2027-01-04T05:00:00Z",
	"until_local": "2027-01-04 06:00 Europe/Berlin",
	"opens": "2027-01-04T05:00:00Z",
	"opens_local": "2027-01-04 06:00 Europe/Berlin",
}

weekend := object.union(year_end, {
	"name": "weekend",
	"until": "2026-12-21T07:00:00Z",
	"until_local": "2026-12-21 08:00 Europe/Berlin",
})

environment(changed, freeze) := {"name": "production", "changed": changed, "freeze": freeze}

document(change, environment) := {"app": "payments/api", "change": change, "environments": [environment]}

messages(freeze) := {finding.msg | some finding in found} if {
	found := policy.deny with input as document({"base": "a"}, environment(true, freeze))
}

test_a_change_to_a_frozen_environment_is_found if {
	frozen := document({"base": "a"}, environment(true, [year_end]))
	policy.deny == {{
		"msg": "production is frozen until 2027-01-04 06:00 Europe/Berlin (`year-end`), and this change alters `payments/api` there",
		"at": {"environment": "production"},
	}} with input as frozen
}

test_all_windows_are_named_in_one_finding if {
	messages([year_end, weekend]) == {"production is frozen until 2027-01-04 06:00 Europe/Berlin (`year-end`) and until 2026-12-21 08:00 Europe/Berlin (`weekend`), and this change alters `payments/api` there"}
}

test_an_opening_after_another_window_is_told if {
	later := object.union(year_end, {"opens": "2027-01-05T08:00:00Z", "opens_local": "2027-01-05 09:00 Europe/Berlin"})
	messages([later]) == {"production is frozen until 2027-01-04 06:00 Europe/Berlin (`year-end`), and this change alters `payments/api` there; it opens 2027-01-05 09:00 Europe/Berlin"}
}

test_time_outside_of_windows_that_allow_is_frozen if {
	outside := object.union(year_end, {"name": "office", "kind": "allow"})
	messages([outside]) == {"production is frozen until 2027-01-04 06:00 Europe/Berlin (outside `office`), and this change alters `payments/api` there"}
}

test_what_never_opens_says_so if {
	nothing := {"until": null, "until_local": null, "opens": null, "opens_local": null}
	messages([object.union(year_end, nothing)]) == {"production is frozen without end (`year-end`), and this change alters `payments/api` there; no opening is in sight"}
}

test_a_change_elsewhere_passes if {
policy.deny | policy.warn == set() with input as document({"base": "a"}, environment(false, [year_end]))}

test_no_window_no_finding if {
policy.deny |
	policy.warn == set() with input as document({"base": "a"}, environment(true, []))
	policy.deny | policy.warn == set() with input as document(null, environment(true, []))
}

test_without_a_base_a_window_is_noted if {
	frozen := document(null, environment(true, [year_end]))
	policy.deny == set() with input as frozen
	policy.warn == {{
		"msg": "production is frozen until 2027-01-04 06:00 Europe/Berlin (`year-end`)",
		"at": {"environment": "production"},
		"severity": "info",
	}} with input as frozen
}
