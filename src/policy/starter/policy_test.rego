package gate.my_policy_test

import data.gate.my_policy as policy

pods := {"template": {"spec": {"containers": [{"name": "api"}]}}}

# What is found of a resource with these labels.
found(labels, spec) := messages if {
	resource := {"kind": "Deployment", "metadata": {"name": "api", "labels": labels}, "spec": spec}
	document := {"environments": [{"name": "production", "resources": [resource]}]}
	messages := {finding.msg | some finding in policy.deny} with input as document
}

test_a_workload_of_a_team_passes if found({"team": "shop"}, pods) == set()

test_a_workload_of_nobody_is_found if found({"app": "api"}, pods) == {"`api` has no label `team`"}

test_what_runs_nothing_needs_no_team if found({}, {"ports": []}) == set()

test_the_label_can_be_set if {
	found({"owner": "shop"}, pods) == set() with data.gate.settings["my-policy"] as {"label": "owner"}
}
