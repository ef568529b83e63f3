# METADATA
# title: What is changed is judged
# description: |
#   A directory that looks like an overlay of a protected environment may be deployed without being found: its name is
#   none that the gate knows, or no path under `apps` fits it. A change of it would be green because nothing looks at
#   it. Directories that overlays are built from are judged with these, and components by what uses them.
#
#   What a change adds, or makes of an overlay, is told by `gate-tampering`.
#
#   Other files that a rendering could read, manifests and what stands beside a kustomization, should be part of something
#   that is judged, too. Below a protected environment, and where a pointer has them applied, it is an error when they are
#   not. What people read is not asked for.
# custom:
#   severity: warning
#   input: repository
#   help: say under `apps` and `environments` in gate.yaml where overlays are, or list it under `exclude` there
#   example: |
#     # beside app/staging and app/production, a change edits app/production-internal/kustomization.yaml
package gate.unjudged_change

import data.gate.lib

warn contains object.union({
	"msg": sprintf("`%s` is changed, and nothing judges it: %s", [directory.path, reasons[directory.why]]),
	"at": {"file": directory.file},
}, grave(directory)) if {
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

warn contains object.union(
	{"msg": sprintf("%s, and nothing judges %s%s", [changed(found), them(found), where(found)]), "at": {"file": found.files[0]}},
	weight(found),
) if {
	some found in input.overlooked
	not found in gathered
}

# Directories that are moved, or are templates, come in numbers: one finding says so.
warn contains {
	"msg": sprintf("files in %d directories are changed, and nothing judges them, first in %s", [count(gathered), lib.quoted(array.slice(gathered_paths, 0, 3))]),
	"at": {"file": gathered[0].files[0]},
	"key": gathered_paths,
} if {
	count(gathered) > 0
}

# What nothing makes grave, where it is more than a few.
gathered := light if {
	count(light) > 3
} else := []

light := [found | some found in input.overlooked; not found.pointed; not found.protected]

gathered_paths := [found.directory | some found in gathered]

grave(directory) := {"severity": "error"} if {
	directory.why == "named"
} else := {}

changed(found) := sprintf("`%s` is changed", [found.files[0]]) if {
	count(found.files) == 1
} else := sprintf("`%s` and %d more of its directory are changed", [found.files[0], count(found.files) - 1])

them(found) := "it" if {
	count(found.files) == 1
} else := "them"

where(found) := ": a pointer has its directory applied, but nothing says in which environment" if {
	found.pointed
} else := ", although the name of a protected environment is in the path" if {
	found.protected
} else := ""

weight(found) := {"severity": "error"} if found.pointed

weight(found) := {"severity": "error"} if found.protected

weight(found) := {} if {
	not found.pointed
	not found.protected
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
