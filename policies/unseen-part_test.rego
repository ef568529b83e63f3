package gate.unseen_part_test

import data.gate.unseen_part as policy

part(what, version) := {"what": what, "name": "example.com/base", "version": version, "held": false, "at": {"environment": "production", "file": "kustomization.yaml", "line": 2}}

environment(protected, parts) := {"name": "production", "cluster": null, "protected": protected, "unseen": parts, "base": {"unseen": parts}}

found(protected, parts) := {[object.get(finding, "severity", "info"), finding.msg] |
	some finding in policy.warn with input as {"environments": [environment(protected, parts)], "change": null}
}

errors(staged, before, now) := {finding.msg |
	staging := {"name": "staging", "cluster": null, "protected": false, "unseen": staged, "base": {"unseen": staged}}
	production := object.union(environment(true, now), {"base": {"unseen": before}})
	some finding in policy.deny with input as {"environments": [staging, production], "unrenderable": [], "order": ["staging", "production"], "change": {}}
}

test_each_part_is_named[name] if {
	some name, case in {
		"remote": {"part": part("remote", "v1"), "want": "`example.com/base` at `v1` is remote: what it brings is not judged"},
		"chart": {"part": part("chart", "1.2.3"), "want": "`example.com/base` at `1.2.3` is a chart: what Helm renders of it is not judged"},
		"program": {"part": part("program", null), "want": "`example.com/base` is left to a program: what it does is not judged"},
		"source": {"part": part("source", null), "want": "`example.com/base` is not found in this repository: what it brings is not judged"},
		"file": {"part": part("file", null), "want": "`example.com/base` is not in the repository: Git ignores it, and what it adds is not judged"},
	}
	found(true, [case.part]) == {["info", case.want]}
}

test_what_can_move_is_a_warning_where_it_is_protected if {
	loose := "`example.com/base` is remote: what it brings is not judged, and it names no version: what runs in production can change without a change here"
	found(true, [part("remote", null)]) == {["warning", loose]}
	branch := "`example.com/base` at `main` is remote: what it brings is not judged, and it follows the branch `main`: what runs in production can change without a change here"
	found(true, [part("remote", "main")]) == {["warning", branch]}
	found(false, [part("remote", "main")]) == {["info", "`example.com/base` at `main` is remote: what it brings is not judged"]}
}

test_a_chart_of_the_repository_has_no_version if {
	found(true, [object.union(part("chart", null), {"held": true})]) == {["info", "`example.com/base` is a chart: what Helm renders of it is not judged"]}
}

test_a_chart_from_elsewhere_should_have_one if {
	chart := {"what": "chart", "name": "redis", "version": null, "held": false, "at": {"environment": "production"}}
	found(true, [chart]) == {["warning", "`redis` is a chart: what Helm renders of it is not judged, and it names no version: what runs in production can change without a change here"]}
}

test_another_version_is_no_other_part if {
	keys := {finding.key | some finding in policy.warn with input as {"environments": [environment(true, [part("remote", "v1"), part("remote", "v2")])], "change": null}}
	keys == {"remote example.com/base"}
}

test_what_nothing_below_has_is_an_error if {
	want := "`example.com/base` at `v1` is remote: what it brings is not judged, and it is new in production: staging has nothing of it on the base revision"
	errors([], [], [part("remote", "v1")]) == {want}
	errors([part("remote", "v0")], [], [part("remote", "v1")]) == set()
	errors([], [part("remote", "v0")], [part("remote", "v1")]) == set()
	errors([], [], [part("file", null)]) == set()
}

test_where_all_is_seen_nothing_is_said if {
	found(true, []) == set()
}
