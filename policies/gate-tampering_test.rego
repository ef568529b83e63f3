package gate.gate_tampering_test

import data.gate.gate_tampering as policy

document(files) := {
	"gate": {"adopted": false, "rules": ["gate.yaml", "policy"]},
	"change": {"files": files},
	"overlays": [],
	"removed": [],
	"kept": [],
	"unjudged": [],
	"strays": [],
}

file(path, kind) := {"path": path, "kind": kind, "runs_gate": false, "stops_gate": false}

adopting(files) := object.union(document(files), {"gate": {"adopted": true}})

messages(findings) := {finding.msg | some finding in findings}

test_what_takes_the_judge_away_is_an_error if {
	found := policy.deny with input as document([file("gate.yaml", "removed"), file("policy/a.rego", "removed")])
	messages(found) == {
		"this change takes `gate.yaml` away, by which changes are judged",
		"this change takes `policy/a.rego` away, by which changes are judged",
	}
}

test_an_edit_of_the_judge_is_a_warning if {
	found := policy.warn with input as document([file("gate.yaml", "modified"), file("policy/a.rego", "added")])
	messages(found) == {
		"this change edits `gate.yaml`, by which changes are judged: the base's copy judges it",
		"this change adds `policy/a.rego`, by which changes will be judged: it counts from the merge on",
	}
	{finding.at | some finding in found} == {{"file": "gate.yaml"}, {"file": "policy/a.rego"}}
}

test_other_files_are_nobodys_business if {
	files := [file("policy-notes.md", "added"), file("apps/gate.yaml", "removed"), file("apps/api/kustomization.yaml", "modified")]
	found := policy.deny | policy.warn with input as document(files)
	found == set()
}

test_the_first_configuration_is_named_as_such if {
	files := adopting([file("gate.yaml", "added"), file("policy/a.rego", "modified"), file("policy/b.rego", "removed")])
	found := policy.warn with input as files
	{[finding.msg, object.get(finding, "severity", null)] | some finding in found} == {
		["this change brings `gate.yaml`: it counts from the merge on", "info"],
		["this change brings `policy/a.rego`: it counts from the merge on", "info"],
	}
	removed := policy.deny with input as files
	messages(removed) == {"this change takes `policy/b.rego` away, by which changes are judged"}
}

test_a_workflow_that_runs_the_gate_is_named if {
	workflow := object.union(file(".github/workflows/check.yaml", "modified"), {"runs_gate": true})
	found := policy.warn with input as document([workflow, file(".github/workflows/other.yaml", "modified")])
	messages(found) == {"this change edits `.github/workflows/check.yaml`, which runs the gate"}
	policy.deny == set() with input as document([workflow])
	judge := object.union(file("gate.yaml", "modified"), {"runs_gate": true})
	once := policy.warn with input as document([judge])
	count(once) == 1
}

test_a_workflow_that_runs_the_gate_no_more_is_an_error if {
	workflow := object.union(file(".github/workflows/check.yaml", "removed"), {"runs_gate": true, "stops_gate": true})
	found := policy.deny with input as document([workflow])
	messages(found) == {"this change takes the gate out of `.github/workflows/check.yaml`"}
	policy.warn == set() with input as document([workflow])
	judge := object.union(file("gate.yaml", "removed"), {"runs_gate": true, "stops_gate": true})
	once := policy.deny with input as document([judge])
	count(once) == 1
}

overlay(app, environment) := {"app": app, "environment": environment, "protected": environment == "production", "path": app, "left": null, "file": null, "built_by": []}

test_what_is_held_against_nothing_any_more_is_named[name] if {
	some name, case in {
		"the last below is gone": {"now": [overlay("api", "production")], "gone": [overlay("api", "staging")], "want": 1},
		"another is there": {"now": [overlay("api", "dev"), overlay("api", "production")], "gone": [overlay("api", "staging")], "want": 0},
		"another app's": {"now": [overlay("api", "production"), overlay("web", "dev")], "gone": [overlay("web", "staging")], "want": 0},
		"another app is below nothing": {"now": [overlay("api", "production"), overlay("web", "dev")], "gone": [overlay("api", "staging")], "want": 1},
		"nothing protected is left": {"now": [], "gone": [overlay("api", "staging")], "want": 0},
		"it was protected, too": {"now": [overlay("api", "production")], "gone": [object.union(overlay("api", "staging"), {"protected": true})], "want": 0},
	}
	found := policy.warn with input as object.union(document([]), {"overlays": case.now, "removed": case.gone})
	held := [finding | some finding in found; contains(finding.msg, "is held against nothing any more")]
	count(held) == case.want
}

test_codeowners_are_named if {
	found := policy.warn with input as document([file(".github/CODEOWNERS", "modified"), file("apps/CODEOWNERS", "added")])
	messages(found) == {"this change edits `.github/CODEOWNERS`, which says who reviews the gate"}
}

test_overrides_of_argo_cd_are_an_error if {
	files := [file("apps/api/.argocd-source.yaml", "added"), file(".argocd-source-api.yaml", "modified"), file("a/.argocd-source.yaml", "removed")]
	found := policy.deny with input as document(files)
	messages(found) == {
		"`apps/api/.argocd-source.yaml` changes what Argo CD renders, past kustomize and the gate",
		"`.argocd-source-api.yaml` changes what Argo CD renders, past kustomize and the gate",
	}
}

gone := [
	object.union(overlay("api", "production"), {"path": "apps/api/production"}),
	object.union(overlay("api", "dev"), {"path": "apps/api/dev"}),
]

test_a_protected_overlay_that_is_gone_is_named if {
	some_left := [overlay("api", "staging")]
	found := policy.warn with input as object.union(document([]), {"removed": gone, "overlays": some_left})
	messages(found) == {"`api` is not judged in production any more: there is no overlay at `apps/api/production`"}
	stray := object.union(document([]), {"removed": gone, "strays": ["apps/hidden/kustomization.yaml"]})
	policy.warn == set() with input as stray
	moved := policy.deny with input as stray
	messages(moved) == {"`api` is not judged in production any more, and this change brings `apps/hidden/kustomization.yaml`, which no environment has"}
}

test_an_app_that_is_given_up_is_no_alarm if {
	found := policy.warn with input as object.union(document([]), {"removed": gone})
	{[finding.msg, finding.severity] | some finding in found} == {["`api` is taken away from production, and with it the whole app", "info"]}
}

test_an_app_of_which_something_is_left_is_not_given_up if {
	left := object.union(overlay("api", "dev"), {"left": "files"})
	found := policy.warn with input as object.union(document([]), {"removed": [gone[0], left]})
	messages(found) == {"`api` is not judged in production any more: there is no overlay at `apps/api/production`"}
}

test_what_is_left_of_an_overlay_is_an_error[name] if {
	some name, case in {
		"component": {"left": "component", "built_by": ["apps/all"], "want": {"`api` is not judged in dev any more, and `apps/api/dev` is a component now, built by `apps/all`"}},
		"link": {"left": "link", "built_by": [], "want": {"`api` is not judged in dev any more, and `apps/api/dev` is a link now, or below one"}},
		"judged under another name": {"left": "overlay", "built_by": [], "want": set()},
		"nothing": {"left": null, "built_by": [], "want": set()},
	}
	removed := object.union(overlay("api", "dev"), {"path": "apps/api/dev", "left": case.left, "built_by": case.built_by})
	found := policy.deny with input as object.union(document([]), {"removed": [removed]})
	messages(found) == case.want
	policy.warn == set() with input as object.union(document([]), {"removed": [removed]})
}

test_what_would_be_judged_no_more_is_an_error[name] if {
	some name, case in {
		"part": {"why": "part", "by": "apps/zz/production", "at": {"file": "apps/zz/production/kustomization.yaml", "line": 2}, "want": "would be judged only as a part of `apps/zz/production`"},
		"case": {"why": "case", "by": "apps", "at": {"file": "apps/case.yaml", "line": 1}, "want": "would be part of the case `apps`"},
		"place": {"why": "place", "by": null, "at": null, "want": "would be no overlay of it by the names of the directories beside it"},
	}
	kept := object.union(overlay("api", "dev"), {"why": case.why, "by": case.by, "at": case.at})
	found := policy.deny with input as object.union(document([]), {"kept": [kept]})
	messages(found) == {sprintf("from the merge on, `api` in dev would not be judged: `api` %s", [case.want])}
	{finding.at | some finding in found} == {object.union({"app": "api", "environment": "dev"}, object.get(case, "at", null)) | case.at != null} | {{"app": "api", "environment": "dev"} | case.at == null}
}

test_a_kustomization_that_no_environment_has_is_named if {
	canary := {"path": "apps/api/canary", "why": "beside", "by": null, "added": true, "file": "apps/api/canary/kustomization.yaml"}
	changed := object.union(document([]), {"strays": ["apps/api/canary/kustomization.yaml"], "unjudged": [canary]})
	found := policy.warn with input as changed
	messages(found) == {"nobody judges `apps/api/canary/kustomization.yaml`: no environment has it"}
	same := policy.warn with input as object.union(changed, {"removed": [overlay("api", "dev")]})
	same == found
	policy.warn == set() with input as object.union(document([]), {"strays": ["lib/new/kustomization.yaml"]})
}
