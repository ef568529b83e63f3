# METADATA
# title: Production and the gate have owners
# description: |
#   Where a repository has a CODEOWNERS file, it names somebody for the kustomization of every protected environment
#   and for what judges it: `gate.yaml`, your policies, what freeze windows are imported from, the workflows, and
#   CODEOWNERS itself. A rule of the protected branch that owners must approve is only worth what this file covers.
#
#   The file is read as GitHub reads it: `.github/CODEOWNERS`, `CODEOWNERS` or `docs/CODEOWNERS`; the last line that
#   matches decides, one without owners leaves its files to nobody, and lines that GitHub passes over are told.
# custom:
#   severity: warning
#   input: repository
#   help: add a line to CODEOWNERS, below those that match too
#   example: |
#     *                            @org/developers
#     /apps/*/overlays/production/ @org/release
#     /gate.yaml                   @org/platform
#     /.github/                    @org/platform
#   settings:
#     required:
#       description: whether there must be a CODEOWNERS file
#       default: false
package gate.owners_cover_production

import data.gate.lib

settings := data.gate.settings["owners-cover-production"]

# How many files a message names.
shown := 3

deny contains {
	"msg": sprintf("`%s` names no owner for `%s`: whoever can merge can change what runs in %s", [input.owners.file, overlay.path, overlay.environment]),
	"at": {"app": overlay.app, "environment": overlay.environment, "file": input.owners.file, "line": overlay.owners_line},
} if {
	some overlay in input.overlays
	overlay.protected
	overlay.owners == []
}

deny contains {
	"msg": sprintf("`%s` names no owner for %s: whoever can merge can change what judges", [input.owners.file, some_of(files)]),
	"at": {"file": input.owners.file},
} if {
	files := [file.path | some file in input.owners.gate; file.owners == []]
	count(files) > 0
}

deny contains {
	"msg": sprintf("line %d of `%s` does not count: %s", [ignored.line, input.owners.file, ignored.why]),
	"at": {"file": input.owners.file, "line": ignored.line},
	"help": help,
} if {
	some ignored in input.owners.ignored
	ignored.line != null
}

deny contains {"msg": sprintf("`%s` does not count: %s", [input.owners.file, ignored.why]), "help": help} if {
	some ignored in input.owners.ignored
	ignored.line == null
}

deny contains {
	"msg": "there is no CODEOWNERS file",
	"help": "add `.github/CODEOWNERS`, or take `required` out of the settings of `owners-cover-production`",
} if {
	settings.required
	input.owners == null
}

help := "correct CODEOWNERS: GitHub shows its errors where it shows the file"

some_of(files) := lib.quoted(files) if {
	count(files) <= shown
} else := sprintf("%s and %d more files", [concat(", ", named), count(files) - shown]) if {
	named := [sprintf("`%s`", [file]) | some file in array.slice(files, 0, shown)]
}
