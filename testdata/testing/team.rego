# METADATA
# title: Deployments say which team owns them
package gate.team

deny contains {"msg": message} if {
	some environment in input.environments
	some resource in environment.resources
	resource.kind == "Deployment"
	not owner(resource)
	message := sprintf("`%s` has no owner", [resource.metadata.name])
}

warn contains {"msg": "teams have changed"} if {
	input.provided
	input.provided != known
}

owner(resource) := resource.metadata.labels.team if {
	resource.metadata.labels.team in known
} else := resource.metadata.annotations.owner

default known := {"shop", "payments"}
