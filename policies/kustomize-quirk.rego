# METADATA
# title: Kustomize does what the text says
# description: |
#   Some mistakes make no error in kustomize: a patch whose target matches nothing is skipped, a list entry without
#   its merge key empties the list, `newTag` drops a digest, `namespace` reaches objects that have none. What is
#   rendered is what the cluster gets, but not what the text seems to say.
#
#   A patch, a replacement or an entry of `images` that a change brings or edits and that applies to nothing is an error:
#   the change does not do what it says. What has no effect in a cluster is information.
# custom:
#   severity: warning
#   help: change the text so that it says what is rendered
#   example: |
#     patches:
#       - target: {kind: Deployment, name: apii}   # no such Deployment: the patch changes nothing
#         patch: |
#           - {op: replace, path: /spec/replicas, value: 3}
package gate.kustomize_quirk

import data.gate.lib

# A base that several environments share runs into it in each of them: that is one finding, of no environment.
warn contains object.union(finding, severity(quirk, environments)) if {
	some quirk, environments in found
	finding := object.union({"msg": quirk.message, "key": quirk.key, "at": place(quirk, environments)}, help(quirk))
}

severity(quirk, environments) := {"severity": "error"} if {
	quirk.unmatched
	lib.has_base
	is_brought(environments)
} else := {"severity": "info"} if {
	quirk.harmless
} else := {}

# An environment that is new, or was in no state to tell, brings along what others have written.
is_brought(environments) if {
	some environment in input.environments
	environment.name in environments
	environment.base != null
}

found[quirk] contains environment.name if {
	some environment in input.environments
	some quirk in environment.quirks
}

place(quirk, environments) := object.union({"environment": name}, text(quirk)) if {
	count(environments) == 1
	some name in environments
} else := text(quirk)

text(quirk) := quirk.at if {
	quirk.at != null
} else := {}

help(quirk) := {"help": quirk.help} if {
	quirk.help != null
} else := {}
