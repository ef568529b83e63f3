package gate.team_label

# The key is `environment`.
# expect error: policy-error `deny_key` gives a finding whose `at` has the unknown key `env`
deny_key contains {"msg": "key", "at": {"env": "production", "resource": found[0]}} if true

# A kind alone names no resource.
# expect error: policy-error `deny_name` gives a finding whose `at.resource` has no `name`
deny_name contains {"msg": "name", "at": {"environment": "production", "resource": {"kind": "Deployment"}}} if true

# expect error: policy-error `deny_whole` gives a finding whose `at.resource` has the unknown key `apiVersion`
deny_whole contains {"msg": "whole", "at": {"environment": "production", "resource": found[1]}} if true

# expect error: policy-error `deny_path` gives a finding whose `at.path` is no list
deny_path contains {"msg": "path", "at": {"environment": "production", "resource": found[0], "path": "spec.replicas"}} if true

# There is no such environment.
# expect error: policy-error `team-label` finds something in `prodction`, which is no environment
deny_environment contains {"msg": "environment", "at": {"environment": "prodction", "resource": found[0]}} if true

# Not every app has it, and that may be what is found.
deny_staging contains {"msg": "staging", "at": {"environment": "staging", "resource": found[0]}} if true

# What is missing has a name too: that is no slip.
warn_missing contains {"msg": "missing", "at": {"environment": "production", "resource": object.union(found[0], {"kind": "PodDisruptionBudget"})}} if true

# expect error: policy-error `team-label` finds something in the kind `Deploymnt`, of which there is none
deny_kind contains {"msg": "kind", "at": {"environment": "production", "resource": object.union(found[0], {"kind": "Deploymnt"})}} if true

found := [{"kind": resource.kind, "name": resource.metadata.name}, resource] if {
	some environment in input.environments
	environment.name == "production"
	some resource in environment.resources
}
