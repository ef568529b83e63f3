package gate.lib_test

import data.gate.lib

test_an_image_is_named_by_what_it_has[name] if {
	some name, image in {
		"1.2@sha256:aaaaaaaaaaaa…": {"tag": "1.2", "digest": "sha256:aaaaaaaaaaaabbbb"},
		"sha256:aaaaaaaaaaaa…": {"tag": null, "digest": "sha256:aaaaaaaaaaaabbbb"},
		"1.2": {"tag": "1.2", "digest": null},
		"latest": {"tag": null, "digest": null},
	}
	lib.version(image) == name
}
