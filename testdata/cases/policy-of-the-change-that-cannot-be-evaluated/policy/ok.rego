package gate.ok

import rego.v1

deny contains "never" if input.app == "nothing"
