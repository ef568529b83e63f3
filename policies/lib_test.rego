package gate.lib_test

import data.gate.lib

environment(name, cluster) := {"name": name, "cluster": cluster, "protected": name == "production"}

environments := [
	environment("dev", null),
	environment("staging", "a"), environment("staging", "b"),
	environment("production", "a"), environment("production", "c"),
]

test_protected_environments if {
	all := environments
	lib.protected == [all[3], all[4]] with input as {"environments": all}
	lib.protected == [] with input as {"environments": [all[0]]}
}

test_base if {
	lib.has_base with input as {"change": {"base": "main"}}
	not lib.has_base with input as {"change": null}
}

# The environments one step away, by the index of the one that is asked about.
test_steps[name] := result == case.want if {
	some name, case in {
		"below the lowest": {"of": 0, "below": true, "want": []},
		"below, of no cluster that fits": {"of": 1, "below": true, "want": [0]},
		"below, of the same cluster": {"of": 3, "below": true, "want": [1]},
		"below, of another cluster": {"of": 4, "below": true, "want": [1, 2]},
		"above the lowest": {"of": 0, "below": false, "want": [1, 2]},
		"above, of the same cluster": {"of": 1, "below": false, "want": [3]},
		"above, of another cluster": {"of": 2, "below": false, "want": [3, 4]},
		"above the highest": {"of": 3, "below": false, "want": []},
	}
	all := environments
	result := [index | some found in step(case, all); some index, other in all; other == found]
}

step(case, all) := found if {
	case.below
	found := lib.below(all[case.of]) with input as {"environments": all}
} else := found if {
	found := lib.above(all[case.of]) with input as {"environments": all}
}

test_what_cannot_be_rendered_has_its_place if {
	all := environments
	broken := {"name": "staging", "cluster": "c", "protected": false, "path": "staging/c"}
	document := {"environments": all, "unrenderable": [broken], "order": ["dev", "staging", "canary", "production"]}
	lib.below(all[4]) == [] with input as document
	lib.unrenderable_below(all[4]) == [broken] with input as document
	lib.below(all[3]) == [all[1]] with input as document
	lib.unrenderable_below(all[3]) == [] with input as document
	lib.above(broken) == [all[4]] with input as document
}

test_an_environment_that_is_broken_as_a_whole_is_not_passed_over if {
	all := [environment("dev", null), environment("production", null)]
	broken := {"name": "staging", "cluster": null, "protected": false, "path": "staging"}
	document := {"environments": all, "unrenderable": [broken], "order": ["dev", "staging", "production"]}
	lib.below(all[1]) == [] with input as document
	lib.unrenderable_below(all[1]) == [broken] with input as document
	lib.above(all[0]) == [] with input as document
	lib.unrenderable_below(all[0]) == [] with input as document
}

spec := {"initContainers": [{"name": "first"}], "containers": [{"name": "main"}, {"name": "side"}]}

template := {"metadata": {"labels": {"app": "api"}}, "spec": spec}

workload(kind, path) := json.patch(
	{"kind": kind, "metadata": {"name": "api"}, "spec": {"jobTemplate": {"spec": {}}, "predictor": {}}},
	[{"op": "add", "path": path, "value": template}],
)

test_pods_of_any_workload[kind] := result == want if {
	some kind, path in {
		"Deployment": ["spec", "template"],
		"CronJob": ["spec", "jobTemplate", "spec", "template"],
		"InferenceService": ["spec", "predictor", "template"],
	}
	result := lib.pods(workload(kind, path))
	want := [{"spec": spec, "labels": {"app": "api"}, "path": array.concat(path, ["spec"])}]
}

test_a_pod_is_its_own if {
	pod := {"kind": "Pod", "metadata": {"name": "api"}, "spec": {"containers": []}}
	lib.pods(pod) == [{"spec": {"containers": []}, "labels": {}, "path": ["spec"]}]
	labelled := object.union(pod, {"metadata": {"labels": {"a": "b"}}})
	lib.pods(labelled) == [{"spec": {"containers": []}, "labels": {"a": "b"}, "path": ["spec"]}]
}

test_no_pods if lib.pods({"kind": "Service", "spec": {"ports": [], "containers": "two"}}) == []

test_containers if {
	found := lib.containers(workload("CronJob", ["spec", "jobTemplate", "spec", "template"]))
	[[one.container.name, one.field] | some one in found] == [
		["first", "initContainers"],
		["main", "containers"],
		["side", "containers"],
	]
	found[2].path == ["spec", "jobTemplate", "spec", "template", "spec", "containers", 1]
}

test_ephemeral_containers if {
	found := lib.containers({"spec": {"containers": [], "ephemeralContainers": [{"name": "debug"}]}})
	found == [{"container": {"name": "debug"}, "field": "ephemeralContainers", "path": ["spec", "ephemeralContainers", 0]}]
}

config := {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app", "namespace": "shop"}}

secret := {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "app"}}

test_find if {
	full := {"resources": [config, secret, {}]}
	lib.find(full, {"name": "app"}) == [config, secret]
	lib.find(full, {"kind": "Secret", "name": "app"}) == [secret]
	lib.find(full, {"namespace": "shop"}) == [config]
	lib.find(full, {"apiVersion": "v1", "kind": "Secret", "namespace": null, "name": "app"}) == [secret]
	lib.find(full, {"kind": "Secret", "namespace": "shop"}) == []
	lib.find(full, {"kind": null, "apiVersion": null, "name": null}) == [{}]
}

test_exists if {
	lib.exists({"resources": [config]}, {"kind": "ConfigMap", "name": "app"})
	not lib.exists({"resources": [config]}, {"kind": "ConfigMap", "name": "other"})
	not lib.exists({"resources": [config]}, {"kind": "Secret", "name": "app"})
}

test_selects if {
	lib.selects({"app": "api"}, {"app": "api", "tier": "web"})
	not lib.selects({"app": "api", "tier": "db"}, {"app": "api", "tier": "web"})
	not lib.selects({"app": "api"}, {})
	not lib.selects({}, {"app": "api"})
}

test_quantities[text] := lib.quantity(text) == want if {
	some text, want in {
		"0": 0, "2": 2, "007": 7, "1.5": 1.5, ".5": 0.5, "5.": 5, "1.50": 1.5,
		"500m": 0.5, "700m": 0.7, "1500m": 1.5, "3u": 0.000003, "250000n": 0.00025,
		"1k": 1000, "1.5M": 1500000, "2G": 2000000000, "1T": 1000000000000, "1P": 1000000000000000, "1E": 1000000000000000000,
		"1Ki": 1024, "64Mi": 67108864, "1Gi": 1073741824, "0.5Gi": 536870912, "1Ti": 1099511627776,
		"1Pi": 1125899906842624, "1Ei": 1152921504606846976,
		"1e3": 1000, "1.5E3": 1500, "5e-1": 0.5,
	}
}

test_a_number_is_a_quantity if lib.quantity(2) == 2

test_quantities_compare if {
	lib.quantity("500m") < lib.quantity(1)
	lib.quantity("1Gi") > lib.quantity("1G")
	lib.quantity("1024Mi") == lib.quantity("1Gi")
}

test_no_quantity[name] := result if {
	some name, value in {
		"nothing": "", "point": ".", "unit": "Gi", "small ki": "1ki", "bytes": "1GB", "space": "1 Gi", "word": "much",
		"sign": "-", "exponent alone": "e3", "null": null, "list": [],
	}
	result := count([quantity | quantity := lib.quantity(value)]) == 0
}

test_registry if {
	lib.registry({"repository": "ghcr.io/shop/api"}) == "ghcr.io"
	not lib.registry({"repository": null})
}

digest := "sha256:1111111111111111111111111111111111111111111111111111111111111111"

test_version[want] if {
	some want, image in {
		"1.4@sha256:111111111111…": {"tag": "1.4", "digest": digest},
		"sha256:111111111111…": {"tag": null, "digest": digest},
		"1.4": {"tag": "1.4", "digest": null},
		"latest": {"tag": null, "digest": null},
	}
	lib.version(image) == want
}

test_container_key if {
	image := {"at": {"resource": {"kind": "Pod", "namespace": "n", "name": "a"}}, "containers_field": "containers", "container": "b"}
	lib.container_key(image) == ["Pod", "n", "a", "containers", "b"]
}

test_at if {
	lib.at({"name": "staging"}, config, ["data"]) == {
		"environment": "staging",
		"resource": {"kind": "ConfigMap", "namespace": "shop", "name": "app"},
		"path": ["data"],
	}
	lib.at({"name": "staging"}, secret, []).resource.namespace == null
}

test_words if {
	lib.name_of({"kind": "Pod", "name": "a"}) == "Pod/a"
	lib.sentence([]) == ""
	lib.sentence(["a"]) == "a"
	lib.sentence(["a", "b"]) == "a and b"
	lib.sentence(["a", "b", "c"]) == "a, b and c"
	lib.quoted(["a", "b"]) == "`a` and `b`"
}

test_matches if {
	lib.matches(["x", "docker.io/library/*"], "docker.io/library/nginx")
	lib.matches(["docker.io/**"], "docker.io/library/nginx")
	not lib.matches(["docker.io/*"], "docker.io/library/nginx")
	not lib.matches([], "docker.io/library/nginx")
}

test_values_are_shown_in_short if {
	lib.shown("info") == "`info`"
	lib.shown({"a": 1}) == "`{\"a\":1}`"
	long := concat("", ["x" | some _ in numbers.range(1, 70)])
	lib.shown(long) == sprintf("`%s…`", [substring(long, 0, 60)])
}
