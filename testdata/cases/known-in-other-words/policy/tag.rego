package gate.moving_tag

import rego.v1

deny contains {"msg": sprintf("`%s` may move", [image.image]), "at": image.at} if {
	some environment in input.environments
	some image in environment.images
	image.digest == null
}
