package gate.image_digest_pinned_test

import data.gate.image_digest_pinned as policy

digest := "sha256:1111111111111111111111111111111111111111111111111111111111111111"

image(text, tag, pin) := {
	"image": text,
	"repository": "registry.example/team/api",
	"tag": tag,
	"digest": pin,
	"valid": true,
	"problem": null,
	"container": "api",
	"containers_field": "containers",
	"at": {"environment": "production", "resource": {"kind": "Deployment", "name": "api"}, "path": []},
}

environment(images) := {"name": "production", "path": "production", "protected": true, "images": images, "base": null}

messages(environments) := found if {
	found := {finding.msg | some finding in policy.deny} with input as {"environments": environments}
}

test_a_digest_passes if {
	messages([environment([image("registry.example/team/api@sha256:1", null, digest)])]) == set()
}

test_a_tag_beside_a_digest_passes if {
	messages([environment([image("registry.example/team/api:1.4@sha256:1", "1.4", digest)])]) == set()
}

test_a_tag_alone_is_found if {
	messages([environment([image("registry.example/team/api:1.4", "1.4", null)])]) == {"`registry.example/team/api:1.4` has no digest, and its tag can be moved: pin `registry.example/team/api` by digest"}
}

test_no_tag_at_all_is_found if {
	messages([environment([image("registry.example/team/api", null, null)])]) == {"`registry.example/team/api` has neither tag nor digest, so `latest` runs: pin `registry.example/team/api` by digest"}
}

test_a_digest_that_went_is_named if {
	before := {"images": [image("registry.example/team/api@sha256:1", null, digest)]}
	after := object.union(environment([image("registry.example/team/api:1.5", "1.5", null)]), {"base": before})
	some message in messages([after])
	endswith(message, concat("", ["; the digest that it had is gone: `", digest, "`"]))
	tagged := {"images": [image("registry.example/team/api:1.4", "1.4", null)]}
	some other in messages([object.union(after, {"base": tagged})])
	endswith(other, "pin `registry.example/team/api` by digest")
}

test_what_is_called_alike_had_several_digests if {
	value := object.union(image("registry.example/team/api:1.5", "1.5", null), {"container": null, "containers_field": "values"})
	before := [object.union(value, {"digest": pin}) | some pin in ["sha256:1", "sha256:2"]]
	some message in messages([object.union(environment([value]), {"base": {"images": before}})])
	endswith(message, "; the digest that it had is gone: `sha256:1` and `sha256:2`")
}

test_one_container_is_told_from_another_by_its_key if {
	side := object.union(image("registry.example/team/api:1.4", "1.4", null), {"container": "side"})
	found := policy.deny with input as {"environments": [environment([image("registry.example/team/api:1.4", "1.4", null), side])]}
	{finding.key | some finding in found} == {"containers/api registry.example/team/api", "containers/side registry.example/team/api"}
}

test_an_image_outside_of_containers_is_told_by_its_field if {
	other := object.union(image("registry.example/team/api:1.4", "1.4", null), {"container": null, "at": {"environment": "production", "resource": {"kind": "Widget", "name": "w"}, "path": ["spec", "image"]}})
	found := policy.deny with input as {"environments": [environment([other])]}
	{finding.key | some finding in found} == {"spec/image registry.example/team/api"}
}

test_environments_that_are_not_protected_may_follow_tags if {
	staging := object.union(environment([image("registry.example/team/api:main", "main", null)]), {"name": "staging", "protected": false})
	messages([staging]) == set()
}

test_what_is_no_reference_is_found if {
	broken := object.union(image("API:1.4", null, null), {"valid": false, "repository": null, "problem": "the name has capital letters"})
	messages([environment([broken])]) == {"`API:1.4` is no image reference: the name has capital letters"}
}

test_a_placeholder_is_found if {
	later := object.union(image("api:${TAG}", null, null), {"valid": false, "repository": null, "problem": "a tag cannot hold `$`"})
	messages([environment([later])]) == {"`api:${TAG}` is filled in later, so nobody can tell which image will run"}
}

test_exempt_repositories_may_follow_tags if {
	tagged := [environment([image("registry.example/team/api:1.4", "1.4", null)])]
	messages(tagged) == set() with data.gate.settings["image-digest-pinned"] as {"exempt": ["registry.example/team/*"]}
	count(messages(tagged)) == 1 with data.gate.settings["image-digest-pinned"] as {"exempt": ["registry.example/*"]}
}
