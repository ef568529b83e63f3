# METADATA
# title: Workloads say which team owns them
# description: |
#   Whoever is woken by a workload at night must find those who know it. What runs pods carries the label of its team.
# custom:
#   severity: warning
#   help: add the label under `labels` in the base's kustomization
#   example: |
#     metadata:
#       name: api
#       labels: {app: api}   # no team: found
#   settings:
#     label:
#       description: the label that names the team
#       default: team
package gate.my_policy

import data.gate.lib

settings := data.gate.settings["my-policy"]

deny contains {"msg": message, "at": lib.at(environment, resource, ["metadata", "labels"])} if {
	some environment in input.environments
	some resource in environment.resources
	count(lib.pods(resource)) > 0
	not resource.metadata.labels[settings.label]
	message := sprintf("`%s` has no label `%s`", [resource.metadata.name, settings.label])
}
