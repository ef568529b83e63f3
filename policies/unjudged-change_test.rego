package gate.unjudged_change_test

import data.gate.unjudged_change as policy

directory(why, added) := {"path": "app/production-internal", "why": why, "by": null, "added": added, "file": "app/production-internal/kustomization.yaml"}

messages(directories) := {finding.msg | some finding in policy.warn with input as {"unjudged": directories, "removed": [], "overlooked": []}}

test_what_nothing_judges_is_named[name] if {
	some name, case in {
		"beside": {"why": "beside", "added": false, "want": {"`app/production-internal` is changed, and nothing judges it: it stands beside environments, and no environment has its name"}},
		"named": {"why": "named", "added": false, "want": {"`app/production-internal` is changed, and nothing judges it: a protected environment's name is in its path, but no overlay is found there"}},
		"new": {"why": "named", "added": true, "want": set()},
		"case": {"why": "case", "added": false, "want": {"`app/production-internal` is changed, and nothing judges it: it is part of a case, which stands beside overlays"}},
		"new case": {"why": "case", "added": true, "want": {"`app/production-internal` is changed, and nothing judges it: it is part of a case, which stands beside overlays"}},
	}
	messages([directory(case.why, case.added)]) == case.want
}

test_a_link_says_what_is_wrong_with_it if {
	link := object.union(directory("link", false), {"by": "`app/production-internal` is a loop of links"})
	messages([link]) == {"`app/production-internal` is changed, and nothing judges it: `app/production-internal` is a loop of links"}
}

test_without_such_directories_nothing_is_said if {
	messages([]) == set()
}

test_what_the_base_judged_is_told_elsewhere if {
	policy.warn == set() with input as {"unjudged": [directory("link", false)], "removed": [{"path": "app/production-internal"}], "overlooked": []}
}

test_many_directories_are_one_finding if {
	many := [{"directory": sprintf("d%d", [number]), "files": [sprintf("d%d/a.yaml", [number])], "protected": false, "pointed": false} | some number in numbers.range(1, 4)]
	found := policy.warn with input as {"unjudged": [], "removed": [], "overlooked": many}
	{finding.msg | some finding in found} == {"files in 4 directories are changed, and nothing judges them, first in `d1`, `d2` and `d3`"}
	few := policy.warn with input as {"unjudged": [], "removed": [], "overlooked": array.slice(many, 0, 3)}
	count(few) == 3
}

overlooked(files, protected, pointed) := {[finding.msg, object.get(finding, "severity", "warning")] |
	some finding in policy.warn with input as {"unjudged": [], "removed": [], "overlooked": [{"directory": "x", "files": files, "protected": protected, "pointed": pointed}]}
}

test_files_that_nothing_judges_are_named if {
	overlooked(["x/a.yaml"], false, false) == {["`x/a.yaml` is changed, and nothing judges it", "warning"]}
	overlooked(["x/a.yaml", "x/b.yaml"], false, false) == {["`x/a.yaml` and 1 more of its directory are changed, and nothing judges them", "warning"]}
	overlooked(["x/a.yaml"], true, false) == {["`x/a.yaml` is changed, and nothing judges it, although the name of a protected environment is in the path", "error"]}
	overlooked(["x/a.yaml"], false, true) == {["`x/a.yaml` is changed, and nothing judges it: a pointer has its directory applied, but nothing says in which environment", "error"]}
	overlooked(["x/a.yaml"], true, true) == {["`x/a.yaml` is changed, and nothing judges it: a pointer has its directory applied, but nothing says in which environment", "error"]}
}
