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

test_a_chart_of_another_repository_is_another_part if {
	charts := [object.union(part("chart", "1.0.0"), {"source": source}) | some source in ["charts.example.com/a", "charts.example.com/b"]]
	keys := {finding.key | some finding in policy.warn with input as {"environments": [environment(true, charts)], "change": null}}
	keys == {"chart example.com/base of charts.example.com/a", "chart example.com/base of charts.example.com/b"}
}

test_what_nothing_below_has_is_an_error if {
	want := "`example.com/base` at `v1` is remote: what it brings is not judged, and it is new in production: staging has nothing of it on the base revision"
	errors([], [], [part("remote", "v1")]) == {want}
	errors([part("remote", "v0")], [], [part("remote", "v1")]) == set()
	errors([], [part("remote", "v0")], [part("remote", "v1")]) == set()
	errors([], [], [part("file", null)]) == set()
}

staged(parts, before) := {"name": "staging", "path": "api/staging", "cluster": null, "protected": false, "unseen": parts, "base": before}

produced(parts, before, was) := {"name": "production", "path": "api/production", "cluster": null, "protected": true, "unseen": parts, "base": before, "was": was, "removed": false}

document(staging, production, unstaged) := {"environments": [staging, production], "unrenderable": [], "order": ["staging", "production"], "change": {}, "unstaged": unstaged}

test_a_new_overlay_is_held_against_those_below if {
	want := "`example.com/base` at `v1` is remote: what it brings is not judged, and it is new in production: staging has nothing of it on the base revision"
	new := produced([part("remote", "v1")], null, "new")
	{finding.msg | some finding in policy.deny with input as document(staged([], {"unseen": []}), new, [])} == {want}
	{finding.msg | some finding in policy.deny with input as document(staged([], {"unseen": [part("remote", "v0")]}), new, [])} == set()
	# Where the app is new everywhere, nothing can be told.
	{finding.msg | some finding in policy.deny with input as document(staged([part("remote", "v1")], null), new, [])} == set()
}

ignored(environment) := object.union(part("file", null), {"name": sprintf("api/%s/made.yaml", [environment])})

test_a_file_may_bring_back_what_the_change_takes_away if {
	lost := [{"upper": "production", "kind_of": "only-lower", "path": [], "resource": {"kind": "ConfigMap", "name": "api"}}]
	production := produced([ignored("production")], {"unseen": []}, "changed")
	want := "`api/production/made.yaml` is not in the repository: Git ignores it, and what it adds is not judged, while the change takes `ConfigMap/api` away from production: that may come back unseen"
	{finding.msg | some finding in policy.deny with input as document(staged([], {"unseen": []}), production, lost)} == {want}
	{finding.msg | some finding in policy.deny with input as document(staged([], {"unseen": [ignored("staging")]}), production, lost)} == set()
	{finding.msg | some finding in policy.deny with input as document(staged([], {"unseen": []}), production, [])} == set()
}

test_what_goes_while_the_environment_below_has_it_is_a_warning if {
	kept := [part("remote", "v1")]
	want := "the change takes `example.com/base` at `v1` out of production, and staging has it"
	gone := produced([], {"unseen": kept}, "changed")
	{finding.msg | some finding in policy.warn with input as document(staged(kept, {"unseen": kept}), gone, []); finding.severity == "warning"} == {want}
	{finding.msg | some finding in policy.warn with input as document(staged([], {"unseen": kept}), gone, [])} == set()
}

synced(version) := object.union(part("source", version), {"name": "GitRepository/flux-system"})

test_a_cluster_that_goes_to_another_tag_brings_what_is_not_here if {
	want := "production goes from `refs/tags/v1` to `refs/tags/v2` of GitRepository/flux-system: what that brings is not in this tree"
	moved := produced([synced("refs/tags/v2")], {"unseen": [synced("refs/tags/v1")]}, "changed")
	stays := produced([synced("refs/tags/v1")], {"unseen": [synced("refs/tags/v1")]}, "changed")
	{finding.msg | some finding in policy.warn with input as document(staged([], {"unseen": []}), moved, []); finding.severity == "warning"} == {want}
	{finding.msg | some finding in policy.warn with input as document(staged([], {"unseen": []}), stays, []); finding.severity == "warning"} == set()
}

test_where_all_is_seen_nothing_is_said if {
	found(true, []) == set()
}
