# METADATA
# title: What is changed is judged
# description: |
#   A directory that looks like an overlay of a protected environment may be deployed without being found: its name is
#   none that the gate knows, or no path under `apps` fits it. A change of it would be green because nothing looks at
#   it. Directories that overlays are built from are judged with these, and components by what uses them.
#
#   What a change adds, or makes of an overlay, is told by `gate-tampering`.
# custom:
#   severity: warning
#   input: repository
#   help: say under `apps` and `environments` in gate.yaml where overlays are, or list it under `exclude` there
#   example: |
#     # beside app/staging and app/production, a change edits app/production-internal/kustomization.yaml
package gate.unjudged_change

warn contains {
	"msg": sprintf("`%s` is changed, and nothing judges it: %s", [directory.path, reasons[directory.why]]),
	"at": {"file": directory.file},
} if {
	some directory in input.unjudged
	not told_elsewhere(directory)
	directory.why != "link"
}

warn contains {
	"msg": sprintf("`%s` is changed, and nothing judges it: %s", [directory.path, directory.by]),
	"at": {"file": directory.file},
	"help": "let the link lead to a directory of the repository",
} if {
	some directory in input.unjudged
	not told_elsewhere(directory)
	directory.why == "link"
}

# What the base judged, and what is new and no case, is told by `gate-tampering`.
told_elsewhere(directory) if {
	some overlay in input.removed
	overlay.path == directory.path
}

told_elsewhere(directory) if {
	directory.added
	not directory.why in {"case", "link"}
}

reasons := {
	"beside": "it stands beside environments, and no environment has its name",
	"named": "a protected environment's name is in its path, but no overlay is found there",
	"case": "it is part of a case, which stands beside overlays",
}
