package gate.resource_limits_present_test

import data.gate.resource_limits_present as policy

container(name, resources) := {
	"container": name,
	"containers_field": "containers",
	"resources": resources,
	"at": {
		"environment": "production",
		"resource": {"kind": "Deployment", "name": "api"},
		"path": ["spec", "template", "spec", "containers", 0, "image"],
	},
}

complete := {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}}

environment(images) := {"name": "production", "protected": true, "images": images, "base": null}

found(environment) := findings if {
	findings := policy.deny with input as {"environments": [environment]}
}

messages(environment) := {finding.msg | some finding in found(environment)}

test_a_complete_container_passes if {
	found(environment([container("api", complete)])) == set()
}

test_what_is_missing_is_listed_at_the_container if {
	found(environment([container("api", {"requests": {"cpu": "100m"}})])) == {{
		"msg": "container `api` has no memory limit and memory request",
		"at": {
			"environment": "production",
			"resource": {"kind": "Deployment", "name": "api"},
			"path": ["spec", "template", "spec", "containers", 0, "resources"],
		},
		"key": {"containers/api limits.memory", "containers/api requests.memory"},
	}}
}

test_one_missing_value_is_the_place if {
	some finding in found(environment([container("api", {"requests": {"cpu": "100m", "memory": "128Mi"}})]))
	finding.at.path == ["spec", "template", "spec", "containers", 0, "resources", "limits", "memory"]
}

test_no_resources_at_all_are_found if {
	messages(environment([container("api", null)])) == {"container `api` has no memory limit, cpu request and memory request"}
}

test_a_limit_stands_for_the_request if {
	found(environment([container("api", {"limits": {"cpu": "1", "memory": "1Gi"}})])) == set()
}

test_a_limit_that_the_change_removes_is_named if {
	now := container("api", {"requests": {"cpu": "100m", "memory": "128Mi"}})
	before := {"images": [container("api", complete)]}
	messages(object.union(environment([now]), {"base": before})) == {"container `api` has no memory limit; the change removes `limits.memory: 128Mi`"}
}

test_a_limit_that_was_never_there_is_only_missing if {
	now := container("api", {"requests": {"cpu": "100m", "memory": "128Mi"}})
	messages(object.union(environment([now]), {"base": {"images": [now]}})) == {"container `api` has no memory limit"}
	emptied := container("api", {"limits": {"memory": null}})
	messages(object.union(environment([now]), {"base": {"images": [emptied]}})) == {"container `api` has no memory limit"}
	none := container("api", null)
	messages(object.union(environment([now]), {"base": {"images": [none]}})) == {"container `api` has no memory limit"}
}

test_of_several_values_that_the_change_removes_the_first_is_the_place if {
	now := container("api", {"requests": {"cpu": "100m"}})
	before := {"images": [container("api", complete)]}
	some finding in found(object.union(environment([now]), {"base": before}))
	finding.msg == "container `api` has no memory limit and memory request; the change removes `limits.memory: 128Mi` and `requests.memory: 128Mi`"
	array.slice(finding.at.path, 6, 8) == ["limits", "memory"]
}

test_zero_and_what_is_no_quantity_are_no_values[value] if {
	some value in [0, -1, "0", "0Mi", "0.0", "lots", "1.2.3", "Mi", ""]
	messages(environment([container("api", object.union(complete, {"limits": {"memory": value}}))])) == {"container `api` has no memory limit"}
	messages(environment([container("api", object.union(complete, {"requests": {"cpu": value}}))])) == {"container `api` has no cpu request"}
}

test_quantities_are_written_in_many_ways[value] if {
	some value in [0.5, "1", "500m", "1.5Gi", ".5", "1e3", "+2k", "0.001", "10Mi"]
	found(environment([container("api", object.union(complete, {"limits": {"memory": value}}))])) == set()
}

test_what_is_called_alike_is_compared_with_neither if {
	before := [container("api", complete), container("api", null)]
	now := container("api", object.union(complete, {"limits": {"memory": null}}))
	messages(object.union(environment([now]), {"base": {"images": before}})) == {"container `api` has no memory limit"}
	messages(object.union(environment([now]), {"base": {"images": [container("api", complete)]}})) != {"container `api` has no memory limit"}
}

test_null_is_no_value if {
	messages(environment([container("api", object.union(complete, {"limits": {"memory": null}}))])) == {"container `api` has no memory limit"}
	messages(environment([container("api", object.union(complete, {"requests": {"cpu": null}}))])) == {"container `api` has no cpu request"}
}

test_a_container_without_a_name_is_none if {
	found(environment([container(null, null)])) == set()
}

test_what_is_an_error_is_no_warning if {
	policy.warn == set() with input as {"environments": [environment([container("api", null)])]}
}

test_init_containers_count_and_ephemeral_ones_do_not if {
	init := object.union(container("migrate", null), {"containers_field": "initContainers"})
	debug := object.union(container("debug", null), {"containers_field": "ephemeralContainers"})
	chart := object.union(container(null, null), {"containers_field": "values"})
	count(found(environment([init, debug, chart]))) == 1
}

test_other_environments_are_warned if {
	staging := object.union(environment([object.union(container("api", null), {"at": {"environment": "staging"}})]), {"name": "staging", "protected": false})
	found(staging) == set()
	count(policy.warn) == 1 with input as {"environments": [staging]}
}

settings(require) := {"require": require, "exempt": []}

test_what_is_required_can_be_set if {
	none := {"environments": [environment([container("api", null)])]}
	policy.deny == set() with input as none with data.gate.settings["resource-limits-present"] as settings([])
	{finding.msg | some finding in policy.deny} == {"container `api` has no memory limit and memory request"} with input as none
		with data.gate.settings["resource-limits-present"] as settings(["memory"])
}

test_exempt_containers_need_nothing if {
	none := {"environments": [environment([container("istio-proxy", null)])]}
	policy.deny == set() with input as none with data.gate.settings["resource-limits-present"] as {"require": ["cpu"], "exempt": ["istio-*"]}
}
