package gate.deployment_moved_test

import data.gate.deployment_moved as policy

pointer(said) := {"kind": "Kustomization", "name": "apps", "file": "apps.yaml", "says": [{"field": field, "value": value, "at": {}} | some field, value in said]}

said := {"repository": "GitRepository/flux-system", "revision": "main", "path": "apps/production", "destination": "https://a"}

environment(name, protected, now, before) := {
	"name": name,
	"names": [name],
	"path": name,
	"cluster": null,
	"protected": protected,
	"removed": now == null,
	"pointer": now,
	"base": {"pointer": before},
}

document(staging, production) := {"app": "apps", "environments": [staging, production], "unrenderable": [], "order": ["staging", "production"], "change": {}}

staging := environment("staging", false, pointer(said), pointer(said))

found(now, before) := errors(staging, environment("production", true, now, before))

errors(lower, upper) := {finding.msg | some finding in policy.deny with input as document(lower, upper)} | {finding.msg | some finding in policy.warn with input as document(lower, upper)}

test_what_stays_is_none if {
	found(pointer(said), pointer(said)) == set()
	found(pointer(said), null) == set()
}

test_another_branch_or_repository_is_found if {
	branch := pointer(object.union(said, {"revision": "feature"}))
	found(branch, pointer(said)) == {"production is applied from the revision `feature` with this change, and was from `main`"}
	source := pointer(object.union(said, {"repository": "GitRepository/other"}))
	found(source, pointer(said)) == {"production is applied from the source `GitRepository/other` with this change, and was from `GitRepository/flux-system`"}
	repository := object.union(pointer(object.union(said, {"repository": "https://evil"})), {"kind": "Application"})
	found(repository, pointer(said)) == {"production is applied from the repository `https://evil` with this change, and was from `GitRepository/flux-system`"}
	# Staging has been applied from there.
	errors(environment("staging", false, branch, branch), environment("production", true, branch, pointer(said))) == set()
}

at(version) := pointer(object.union(object.remove(said, ["revision"]), {"version": version}))

test_another_tag_is_a_warning_where_nothing_tells_what_it_holds if {
	found(at("v2"), at("v1")) == {"production is applied from `v2` with this change, and was from `v1`: what that brings is not in this tree"}
	errors(environment("staging", false, at("v2"), at("v2")), environment("production", true, at("v2"), at("v1"))) == set()
	# Staging follows that branch.
	found(pointer(said), at("v1")) == set()
}

test_the_directory_of_another_environment_is_found if {
	found(pointer(object.union(said, {"path": "apps/staging"})), pointer(said)) == {"production is applied from `apps/staging` with this change, which is named after staging, and was from `apps/production`"}
	found(pointer(object.union(said, {"path": "teams/production"})), pointer(said)) == set()
}

test_what_said_nothing_before_is_found if {
	found(pointer(object.union(said, {"path": "apps/staging"})), pointer(object.remove(said, ["path"]))) == {"production is applied from `apps/staging` with this change, which is named after staging"}
}

test_another_cluster_is_a_warning if {
	found(pointer(object.union(said, {"destination": "https://b"})), pointer(said)) == {"production goes to the cluster `https://b` with this change, and went to `https://a`"}
}

test_what_is_suspended_gets_no_changes if {
	found(pointer(object.union(said, {"suspend": "true"})), pointer(said)) == {"production gets no changes any more: this one suspends what applies it"}
}

test_what_is_taken_away_is_a_warning if {
	found(null, pointer(said)) == {"the change takes apps out of production, and leaves it in staging"}
	errors(environment("staging", false, null, pointer(said)), environment("production", true, null, pointer(said))) == {"the change takes apps out of production"}
}
