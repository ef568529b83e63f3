package gate.team
deny contains "no team" if {
	some environment in input.environments
	some resource in environment.resources
	not resource.metadata.labels.team
}
