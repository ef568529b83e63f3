# The file is named by its first line. # expect warning: gate-tampering this change adds `policy/weaker.rego`, by which changes will be judged
package gate.image_digest_pinned # expect: configuration-error the package `gate.image_digest_pinned` comes with the program
deny contains "never" if false
