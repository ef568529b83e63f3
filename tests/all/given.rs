//! Policies and data that the command line names, as people bring them from conftest and Gatekeeper. What is expected
//! of conftest's own flags is what conftest 0.71 does with the same files.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use crate::support::{command, commit, git};

fn write(directory: &Path, file: &str, text: &str) {
    let path = directory.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A repository with one app in two environments, and beside it a directory for what the CI's author has.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n";
    for environment in ["staging", "production"] {
        write(at, &format!("repo/web/{environment}/kustomization.yaml"), "resources: [web.yaml]\n");
        write(at, &format!("repo/web/{environment}/web.yaml"), service);
    }
    write(at, "repo/gate.yaml", "version: 1\n");
    directory
}

/// What `gate check` prints in the repository, and its exit code.
fn check(directory: &Path, arguments: &[&str]) -> (String, i32) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), &directory.join("repo"));
    let output = gate.args(["check", "--now=2026-11-23T10:00:00Z"]).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (text, output.status.code().unwrap())
}

/// The findings, as `policy environment: message`, and the exit code.
fn found(directory: &Path, arguments: &[&str]) -> (Vec<String>, i32) {
    let (text, code) = check(directory, &[arguments, &["--format=json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let line = |finding: &serde_json::Value| {
        format!("{} {}: {}", word(&finding["policy"]), word(&finding["environment"]), word(&finding["message"]))
    };
    (report["findings"].as_array().unwrap().iter().map(line).collect(), code)
}

const MAIN: &str = "package main
deny[msg] { input.kind == \"Service\"; msg := sprintf(\"old %v\", [input.metadata.name]) }
";

const OTHER: &str = "package k8s.names
import rego.v1
warn contains \"other\" if input.kind == \"Service\"
";

#[test]
fn policies_of_conftest_are_asked_by_namespace() {
    let directory = repository();
    let at = directory.path();
    write(at, "ci/policy/main.rego", MAIN);
    write(at, "ci/policy/names.rego", OTHER);
    let both = ["k8s.names production: other", "k8s.names staging: other"];
    let old = ["main production: old web", "main staging: old web"];
    let all = [old, both].concat();
    assert_eq!(found(at, &[]), (vec![], 0));
    assert_eq!(found(at, &["-p", "../ci/policy"]).0, all);
    assert_eq!(found(at, &["-p", "../ci/policy", "--all-namespaces"]).0, all);
    assert_eq!(found(at, &["-p", "../ci/policy/main.rego", "--policy", "../ci/policy/names.rego"]).0, all);
    assert_eq!(found(at, &["-p", "../ci/policy", "-n", "main"]), (old.map(str::to_owned).to_vec(), 1));
    assert_eq!(found(at, &["-p", "../ci/policy", "-n", "k8s.*"]), (both.map(str::to_owned).to_vec(), 0));
    assert_eq!(found(at, &["-p", "../ci/policy", "-n", "ma*,k8s.names"]).0, all);
    let (text, code) = check(at, &["-p", "../ci/policy", "-n", "main", "-n", "mian"]);
    assert!(text.contains("no policy is in the namespace `mian`") && text.contains("`k8s.names`, `main`"), "{text}");
    assert_eq!(code, 2);
    let (text, code) = check(at, &["-p", "../ci/nowhere"]);
    assert!(text.contains("`../ci/nowhere` cannot be read"), "{text}");
    assert_eq!(code, 2);
}

#[test]
fn the_built_in_policies_are_asked_in_any_namespace() {
    let directory = repository();
    let at = directory.path();
    write(at, "ci/main.rego", MAIN);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n";
    write(at, "repo/web/production/web.yaml", pod);
    let (findings, _) = found(at, &["-p", "../ci", "-n", "main"]);
    assert!(findings.iter().any(|line| line.starts_with("image-digest-pinned production")), "{findings:?}");
}

#[test]
fn data_lies_where_opa_puts_it() {
    let directory = repository();
    let at = directory.path();
    let policy = "package main
import rego.v1
deny contains sprintf(\"%v %v\", [data.services, data.sub.x]) if input.kind == \"Service\"
";
    write(at, "ci/main.rego", policy);
    write(at, "ci/data/s.yaml", "services: [web]\n");
    write(at, "ci/data/sub/t.json", "{\"x\": 1}");
    let (findings, _) = found(at, &["-p", "../ci/main.rego", "-d", "../ci/data", "-n", "main"]);
    assert_eq!(findings, ["main production: [\"web\"] 1", "main staging: [\"web\"] 1"]);
    // As a file of its own it has no directory in front of it.
    let (text, code) = check(at, &["-p", "../ci/main.rego", "-d", "../ci/data/s.yaml", "-d", "../ci/data/sub"]);
    assert!(text.contains("nothing defines `data.sub"), "{text}");
    assert!(text.contains("../ci/main.rego:3:"), "{text}");
    assert_eq!(code, 2);
    for (file, text, wanted) in [
        ("list.yaml", "[1]\n", "data is an object"),
        ("gate.json", "{\"gate\": {\"settings\": {}}}", "`data.gate` is the program's own"),
        ("main.json", "{\"main\": {\"deny\": []}}", "`data.main` is a package and data too"),
        ("two.yaml", "a: 1\n---\nb: 2\n", "this holds 2 documents, not one"),
        ("other.yaml", "services: []\n", "`data.services` is said in another file too"),
        ("note.txt", "", "holds no data"),
    ] {
        write(at, &format!("ci/wrong/{file}"), text);
        let wrong = format!("../ci/wrong/{file}");
        let (text, code) = check(at, &["-p", "../ci/main.rego", "-d", "../ci/data", "-d", &wrong]);
        assert!(text.contains(wanted), "{file}: {text}");
        assert_eq!(code, 2);
    }
}

#[test]
fn manifests_can_be_judged_together() {
    let directory = repository();
    let at = directory.path();
    let policy = "package main
import rego.v1
deny contains sprintf(\"%d in %s: %s\", [count(input), input[0].path, input[0].contents.kind]) if is_array(input)
";
    write(at, "ci/main.rego", policy);
    assert_eq!(found(at, &["-p", "../ci"]).0, [""; 0]);
    let (findings, _) = found(at, &["-p", "../ci", "--combine"]);
    assert_eq!(findings, ["main production: 1 in web/production: Service", "main staging: 1 in web/staging: Service"]);
}

#[test]
fn policies_of_gatekeeper_see_a_review() {
    let directory = repository();
    let at = directory.path();
    let policy = "package owned
violation[{\"msg\": msg, \"details\": {\"label\": wanted}}] {
  wanted := input.parameters.labels[_]
  object.get(input.review.object.metadata, [\"labels\", wanted], \"\") == \"\"
  msg := sprintf(\"%v/%v of %v has no label %v\", [input.review.kind.kind, input.review.name, input.review.namespace, wanted])
}
";
    write(at, "ci/labels.rego", policy);
    let (text, code) = check(at, &["-p", "../ci"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(text, @r#"
    error[configuration-error]
      × `owned` reads `input.parameters`, and nobody gives any
       ╭─[../ci/labels.rego:3:13]
     2 │ violation[{"msg": msg, "details": {"label": wanted}}] {
     3 │   wanted := input.parameters.labels[_]
       ·             ────────────────
     4 │   object.get(input.review.object.metadata, ["labels", wanted], "") == ""
       ╰────
      help: set them under `policies.settings.owned` in gate.yaml; without any it takes an empty map,
            `{}`

    could not judge everything: 1 error in 0 apps (0 overlays, 0 resources)
    "#);
    // Without parameters it is meant, or it is not asked.
    for config in ["settings: {owned: {}}", "disable: [owned]"] {
        write(at, "repo/gate.yaml", &format!("policies: {{{config}}}\n"));
        assert_eq!(found(at, &["-p", "../ci"]), (vec![], 0), "{config}");
    }
    write(at, "repo/gate.yaml", "policies: {settings: {owned: {labels: [owner]}}}\n");
    let (findings, code) = found(at, &["-p", "../ci"]);
    assert_eq!(
        findings,
        [
            "owned production: Service/web of shop has no label owner",
            "owned staging: Service/web of shop has no label owner",
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn a_change_cannot_touch_what_the_command_line_names() {
    let directory = repository();
    let at = directory.path();
    let repo = at.join("repo");
    git(at, &["init", "--quiet", "--initial-branch=main", "repo"]);
    let policy = "package main
import rego.v1
deny contains \"named\" if input.metadata.annotations.note in data.words
";
    write(&repo, "policy/main.rego", policy);
    write(&repo, "data/words.yaml", "words: [bad]\n");
    let base = commit(&repo, "NOTES", "");
    let noted = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, annotations: {note: bad}}\n";
    write(&repo, "web/production/web.yaml", noted);
    let given = ["--base", &base, "-p", "policy", "-d", "data", "-n", "main"];
    let is_found = || {
        let (findings, code) = found(at, &given);
        assert!(findings.contains(&"main production: named".to_owned()), "{findings:?}");
        assert_eq!(code, 1, "{findings:?}");
        findings
    };
    is_found();

    // It says less, it sees less, and both are named.
    write(&repo, "policy/main.rego", "package main\ndeny contains \"never\" if false\n");
    write(&repo, "data/words.yaml", "words: []\n");
    let findings = is_found();
    assert!(findings.iter().any(|line| line.contains("edits `policy/main.rego`, by which changes are judged")));
    assert!(findings.iter().any(|line| line.contains("edits `data/words.yaml`, by which changes are judged")));

    // It is taken away, and what is there instead leads out of the repository.
    fs::remove_dir_all(repo.join("policy")).unwrap();
    assert!(check(at, &given).0.contains("named"));
    #[cfg(unix)]
    {
        write(at, "elsewhere/main.rego", "package main\ndeny contains \"never\" if false\n");
        std::os::unix::fs::symlink(at.join("elsewhere"), repo.join("policy")).unwrap();
        assert!(check(at, &given).0.contains("named"));
    }
}

#[test]
fn what_a_change_brings_first_counts_from_there_on() {
    let directory = repository();
    let at = directory.path();
    let repo = at.join("repo");
    git(at, &["init", "--quiet", "--initial-branch=main", "repo"]);
    let base = commit(&repo, "NOTES", "");
    write(&repo, "policy/main.rego", MAIN);
    let (text, code) = check(at, &["--base", &base, "-p", "policy", "-v"]);
    assert!(text.contains("the base has no `policy` yet: what this change brings counts from there on"), "{text}");
    assert!(text.contains("old web"), "{text}");
    assert_eq!(code, 0, "{text}");
    let (text, code) = check(at, &["--base", &base, "-p", "polciy"]);
    assert!(text.contains("`polciy` does not exist"), "{text}");
    assert_eq!(code, 2, "{text}");
}

#[test]
fn a_trace_tells_why_a_rule_finds_nothing() {
    let directory = repository();
    let at = directory.path();
    let policy = "package gate.replicas

limit := 3

deny contains \"never\" if {
	some environment in input.environments
	environment.protected
	some resource in environment.resources
	resource.kind == \"Deployment\"
	resource.spec.replicas > limit
}

deny contains sprintf(\"%s is a Service\", [resource.metadata.name]) if {
	some environment in input.environments
	some resource in environment.resources
	resource.kind == \"Service\"
}

warn contains sprintf(\"%s\", [resource.spec.clusterIP]) if some resource in input.environments[0].resources
";
    write(at, "ci/replicas.rego", policy);
    let (text, code) = check(at, &["-p", "../ci/replicas.rego", "--app", "web", "--trace"]);
    let wanted = "\
replicas
  deny ../ci/replicas.rego:5:1 finds nothing, since this never holds:
    ../ci/replicas.rego:9:2: resource.kind == \"Deployment\"
      resource.kind is \"Service\"
  deny ../ci/replicas.rego:13:1 1 finding
  warn ../ci/replicas.rego:19:1 finds nothing, since this never holds:
    ../ci/replicas.rego:19:15: sprintf(\"%s\", [resource.spec.clusterIP])
      resource.spec.clusterIP is undefined
";
    assert_eq!((text.as_str(), code), (wanted, 0));
    let (text, code) = check(at, &["-p", "../ci/replicas.rego", "--app", "wbe", "--trace"]);
    assert!(text.contains("there is no app `wbe`") && text.contains("did you mean `web`?"), "{text}");
    assert_eq!(code, 2);
    write(at, "ci/main.rego", MAIN);
    let (text, code) = check(at, &["-p", "../ci/main.rego", "--app", "web", "--trace"]);
    assert!(text.contains("none of these policies looks at apps"), "{text}");
    assert_eq!(code, 2);
    // A Secret's value is masked where else it stands.
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: \"hunter2 \\\"x\\\"\"}\n";
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {key: \"hunter2 \\\"x\\\"\"}\n";
    write(at, "repo/web/production/web.yaml", &format!("{secret}{map}"));
    let leaking = "package gate.leak
deny contains \"never\" if {
	some resource in input.environments[1].resources
	resource.data.key == \"other\"
}
";
    write(at, "ci/leak.rego", leaking);
    let (text, _) = check(at, &["-p", "../ci/leak.rego", "--app", "web", "--trace"]);
    assert!(text.contains("resource.data.key is") && !text.contains("hunter2"), "{text}");
    let (text, code) = check(at, &["--app", "web", "--trace"]);
    assert!(text.contains("image-digest-pinned\n  deny gate:policies/image-digest-pinned.rego:"), "{text}");
    assert_eq!(code, 0);
}
