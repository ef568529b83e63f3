package gate.x  # expect warning: gate-tampering this change adds `policy/x.rego`, by which changes will be judged: it counts from the merge on

import rego.v1

deny contains e.name if {
	some e in input.environments
# expect error: policy-error `production` is no number
	to_number(e.name) > 1
}
