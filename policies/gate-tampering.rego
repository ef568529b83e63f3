# METADATA
# title: A change to the judge is seen
# description: |
#   A change is judged by the configuration, policies and waivers of the base branch, so it cannot weaken its own
#   judge. But what it edits of them counts from the merge on, and what it does to the workflow or around the gate
#   may count at once: a reviewer should know. What takes the judge away, or lets Argo CD deploy past it, is an
#   error.
#
#   An overlay that the base judges stays judged. Where a change makes something else of it, such as a component, a
#   chart or a part of another overlay, that is an error as long as anything is left of it.
#
#   `gate check` also tells what the new rules would find that the old ones do not, and the other way round.
# custom:
#   severity: error
#   input: repository
#   help: have someone review it who answers for the gate, best by CODEOWNERS
#   example: |
#     # a change deletes gate.yaml, edits .github/workflows/gate.yaml, or adds .argocd-source.yaml
package gate.gate_tampering

deny contains {"msg": sprintf("this change takes `%s` away, by which changes are judged", [file.path]), "at": {"file": file.path}} if {
	some file in rules_touched
	file.kind == "removed"
}

warn contains {"msg": sprintf("this change edits `%s`, by which changes are judged: the base's copy judges it", [file.path]), "at": {"file": file.path}} if {
	not input.gate.adopted
	some file in rules_touched
	file.kind == "modified"
}

warn contains {"msg": sprintf("this change adds `%s`, by which changes will be judged: it counts from the merge on", [file.path]), "at": {"file": file.path}} if {
	not input.gate.adopted
	some file in rules_touched
	file.kind == "added"
}

# The first configuration weakens nothing.
warn contains {
	"msg": sprintf("this change brings `%s`: it counts from the merge on", [file.path]),
	"at": {"file": file.path},
	"severity": "info",
	"help": "the change itself is judged by the built-in policies alone",
} if {
	input.gate.adopted
	some file in rules_touched
	file.kind != "removed"
}

warn contains {"msg": sprintf("this change %s `%s`, which runs the gate", [verbs[file.kind], file.path]), "at": {"file": file.path}} if {
	some file in input.change.files
	file.runs_gate
	not file.stops_gate
	not file in rules_touched
}

deny contains {
	"msg": sprintf("this change takes the gate out of `%s`", [file.path]),
	"at": {"file": file.path},
	"help": "where another workflow runs it from now on, bring that in a change before this one, and waive this",
} if {
	some file in input.change.files
	file.stops_gate
	not file in rules_touched
}

warn contains {"msg": sprintf("this change %s `%s`, which says who reviews the gate", [verbs[file.kind], file.path]), "at": {"file": file.path}} if {
	some file in input.change.files
	file.path in {"CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"}
}

deny contains {
	"msg": sprintf("`%s` changes what Argo CD renders, past kustomize and the gate", [file.path]),
	"at": {"file": file.path},
	"help": "write the change into the overlay's kustomization",
} if {
	some file in input.change.files
	file.kind != "removed"
	regex.match(`(^|/)\.argocd-source(-[^/]+)?\.yaml$`, file.path)
}

# What the base judged is judged, or it is gone.
deny contains {
	"msg": sprintf("`%s` is not judged in %s any more, and `%s` %s%s", [overlay.app, overlay.environment, overlay.path, remains[overlay.left], builders(overlay)]),
	"at": {"app": overlay.app, "environment": overlay.environment, "file": overlay.file},
	"help": "keep an overlay there, or take away all that is left",
} if {
	some overlay in input.removed
	remains[overlay.left]
}

remains := {
	"link": "is a link now, or below one",
	"submodule": "is in a submodule now",
	"file": "is a file now",
	"component": "is a component now",
	"kustomization": "still has a kustomization",
	"chart": "is a Helm chart now",
	"files": "still has manifests",
	"directory": "still has files",
}

builders(overlay) := sprintf(", built by %s", [concat(", ", [sprintf("`%s`", [path]) | some path in overlay.built_by])]) if {
	count(overlay.built_by) > 0
}

builders(overlay) := "" if count(overlay.built_by) == 0

# An overlay that is judged because the base judges it is judged for the last time.
deny contains {
	"msg": sprintf("from the merge on, `%s` in %s would not be judged: `%s` %s", [overlay.app, overlay.environment, overlay.path, otherwise(overlay)]),
	"at": object.union({"app": overlay.app, "environment": overlay.environment}, place(overlay)),
	"help": kept_help[overlay.why],
} if {
	some overlay in input.kept
}

otherwise(overlay) := sprintf("would be judged only as a part of `%s`", [overlay.by]) if overlay.why == "part"

otherwise(overlay) := sprintf("would be part of the case `%s`", [overlay.by]) if overlay.why == "case"

otherwise(overlay) := "would be no overlay of it by the names of the directories beside it" if overlay.why == "place"

place(overlay) := overlay.at if overlay.at != null

place(overlay) := {} if overlay.at == null

kept_help := {
	"part": "put what both need into a base, or give the outer one a name that no environment has",
	"case": "put cases where no overlays are",
	"place": "say under `apps` in gate.yaml where overlays are, in a change before this one",
}

# An overlay of which nothing is left.
warn contains {
	"msg": sprintf("`%s` is not judged in %s any more: there is no overlay at `%s`", [overlay.app, overlay.environment, overlay.path]),
	"at": {"app": overlay.app, "environment": overlay.environment},
	"help": "where it only moved, say under `apps` in gate.yaml where it is now",
} if {
	some overlay in input.removed
	overlay.protected
	overlay.left == null
	app_remains(overlay.app)
	count(input.strays) == 0
}

# An app that is given up as a whole leaves nothing to be judged.
warn contains {
	"msg": sprintf("`%s` is taken away from %s, and with it the whole app", [overlay.app, overlay.environment]),
	"at": {"app": overlay.app, "environment": overlay.environment},
	"severity": "info",
	"help": "where it only moved, say under `apps` in gate.yaml where it is now",
} if {
	some overlay in input.removed
	overlay.protected
	overlay.left == null
	not app_remains(overlay.app)
	count(input.strays) == 0
}

app_remains(app) if {
	some overlay in input.overlays
	overlay.app == app
}

app_remains(app) if {
	some overlay in input.removed
	overlay.app == app
	overlay.left != null
}

# A protected environment is held against the one below it.
warn contains {
	"msg": sprintf("`%s` in %s is held against nothing any more: this change takes away what is below it", [overlay.app, overlay.environment]),
	"at": {"app": overlay.app, "environment": overlay.environment},
	"help": "what comes next is promoted untried; take the protected environment away with it, or keep the other",
} if {
	some overlay in input.overlays
	some removed in input.removed
	removed.app == overlay.app
	not removed.protected
	removed.left != "overlay"
	not has_lower(overlay.app)
}

has_lower(app) if {
	some overlay in input.overlays
	overlay.app == app
	not overlay.protected
}

# Where it went to stands beside: then it was moved, not given up.
deny contains {
	"msg": sprintf("`%s` is not judged in %s any more, and this change brings `%s`, which no environment has", [overlay.app, overlay.environment, file]),
	"at": {"app": overlay.app, "environment": overlay.environment, "file": file},
	"help": "say under `apps` and `environments` in gate.yaml where it is now, in a change before this one",
} if {
	some overlay in input.removed
	overlay.protected
	overlay.left == null
	some file in input.strays
}

# A base or a component that is new is nobody's business; what stands where overlays do is.
warn contains {
	"msg": sprintf("nobody judges `%s`: no environment has it", [file]),
	"at": {"file": file},
	"help": "name its environment under `environments` in gate.yaml, or its place under `apps`, where it is deployed",
} if {
	some file in input.strays
	some directory in input.unjudged
	directory.added
	directory.why != "case"
	within(file, directory.path)
	not protected_removed
}

protected_removed if {
	some overlay in input.removed
	overlay.protected
	overlay.left == null
}

# The files among those that change by which changes are judged.
rules_touched contains file if {
	some file in input.change.files
	some rule in input.gate.rules
	within(file.path, rule)
}

within(path, directory) if path == directory

within(path, directory) if startswith(path, concat("", [directory, "/"]))

verbs := {"added": "adds", "modified": "edits", "removed": "removes"}
