package main

import rego.v1

deny contains "containers must not be privileged" if {
	some container in input.spec.template.spec.containers
	container.securityContext.privileged
}
