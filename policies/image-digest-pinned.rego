# METADATA
# title: Images in protected environments are pinned by digest
# description: |
#   A tag names whatever its registry says today: it can be moved after an image was tested, and two nodes can
#   run different images under one tag. A digest names the image itself.
#
#   In protected environments each image must be a valid reference with a digest. Where both stand, the digest
#   counts, and the tag tells people which version it is.
#
#   An image that the base revision runs without a digest too is known, whichever tag it gets: new is one that loses its
#   digest, another repository, another container.
# custom:
#   severity: error
#   help: set `digest` for this image under `images` in the overlay's kustomization, or write `name:tag@sha256:...`
#   example: |
#     images:
#       - name: registry.example/team/api
#         newTag: "1.4"        # a tag alone: found
#       - name: registry.example/team/web
#         newTag: "1.4"
#         digest: sha256:...   # pinned: the tag may stay for people to read
#   settings:
#     exempt:
#       description: repositories that may run without a digest, as globs such as `docker.io/library/*`
#       default: []
#       items: {type: string}
package gate.image_digest_pinned

import data.gate.lib

settings := data.gate.settings["image-digest-pinned"]

deny contains {"msg": invalid(image), "key": key(image), "at": image.at} if {
	some environment in lib.protected
	some image in environment.images
	not image.valid
}

deny contains {"msg": unpinned(environment, image), "key": key(image), "at": image.at} if {
	some environment in lib.protected
	some image in environment.images
	image.valid
	image.digest == null
	not lib.matches(settings.exempt, image.repository)
}

invalid(image) := sprintf("`%s` is filled in later, so nobody can tell which image will run", [image.image]) if {
	contains(image.image, "${")
} else := sprintf("`%s` is no image reference: %s", [image.image, image.problem])

unpinned(environment, image) := sprintf("%s; the digest that it had is gone: %s", [mutable(image), lib.quoted(sort(lost))]) if {
	lost := pinned_before[placed(environment, image)]
} else := mutable(image)

mutable(image) := sprintf("`%s` has no digest, and its tag can be moved: pin `%s` by digest", [image.image, image.repository]) if {
	image.tag != null
} else := sprintf("`%s` has neither tag nor digest, so `latest` runs: pin `%s` by digest", [image.image, image.repository])

# The digests that the base revision has, by what makes it the same image.
pinned_before[place] contains image.digest if {
	some environment in lib.protected
	some image in environment.base.images
	image.digest != null
	place := placed(environment, image)
}

placed(environment, image) := sprintf("%v", [[environment.path, object.get(environment, "cluster", null), lib.container_key(image), key(image)]])

# What makes it the same image in two revisions: its container, or its field, and its repository.
key(image) := sprintf("%s/%s %v", [image.containers_field, image.container, image.repository]) if {
	image.container != null
} else := sprintf("%s %v", [field, image.repository]) if {
	field := concat("/", [sprintf("%v", [step]) | some step in image.at.path])
}
