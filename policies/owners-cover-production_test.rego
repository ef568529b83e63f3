package gate.owners_cover_production_test

import data.gate.owners_cover_production as policy

environment(name, protected, owners) := {
	"app": "api",
	"environment": name,
	"protected": protected,
	"path": concat("/", ["api", name]),
	"owners": owners,
	"owners_line": 3,
}

document(overlays, owners) := {"overlays": overlays, "owners": owners}

file(path, owners) := {"path": path, "owners": owners}

owners(gate, ignored) := {"file": "CODEOWNERS", "gate": gate, "ignored": ignored}

found(doc) := findings if {
	findings := policy.deny with input as doc
}

covered := [environment("staging", false, []), environment("production", true, ["@org/release"])]

test_owners_of_production_and_gate_pass if {
	found(document(covered, owners([file("gate.yaml", ["@org/platform"])], []))) == set()
}

test_nobody_for_production_is_found if {
	bare := [environment("staging", false, []), environment("production", true, [])]
	found(document(bare, owners([], []))) == {{
		"msg": "`CODEOWNERS` names no owner for `api/production`: whoever can merge can change what runs in production",
		"at": {"app": "api", "environment": "production", "file": "CODEOWNERS", "line": 3},
	}}
}

test_nobody_for_the_gate_is_found_once if {
	gate := [file("a.rego", []), file("b.rego", ["@a"]), file("gate.yaml", [])]
	doc := document(covered, owners(gate, []))
	found(doc) == {{
		"msg": "`CODEOWNERS` names no owner for `a.rego` and `gate.yaml`: whoever can merge can change what judges",
		"at": {"file": "CODEOWNERS"},
	}}
}

test_of_many_files_some_are_named if {
	gate := [file(name, []) | some name in ["a", "b", "c", "d", "e"]]
	{finding.msg | some finding in found(document(covered, owners(gate, [])))} == {"`CODEOWNERS` names no owner for `a`, `b`, `c` and 2 more files: whoever can merge can change what judges"}
}

test_lines_that_do_not_count_are_found if {
	ignored := [{"line": 7, "why": "no"}, {"line": null, "why": "too large"}]
	{finding.msg | some finding in found(document(covered, owners([], ignored)))} == {
		"line 7 of `CODEOWNERS` does not count: no",
		"`CODEOWNERS` does not count: too large",
	}
}

test_without_the_file_nothing_is_said if {
	found(document([environment("production", true, null)], null)) == set()
}

test_the_file_may_be_required if {
	doc := document([environment("production", true, null)], null)
	required := {"required": true}
	{finding.msg | some finding in found(doc)} == {"there is no CODEOWNERS file"} with data.gate.settings["owners-cover-production"] as required
	found(document(covered, owners([], []))) == set() with data.gate.settings["owners-cover-production"] as required
}
