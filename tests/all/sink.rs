//! Whatever a repository is called and says, nothing of it speaks to a terminal or to the runner of a CI system.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsString;
use std::path::Path;

use gate::cli::run_into;

/// What people, terminals and runners obey: GitHub (both forms), Azure, `TeamCity`, GitLab.
const HOSTILE: [&str; 9] = [
    "\u{1b}[2J",
    "\u{202e}",
    "\u{9b}31m",
    "\n::set-env name=A::b",
    "##[error]boom",
    "##vso[task.complete]",
    "##teamcity[buildStop]",
    "\nsection_start:1:a\r\u{1b}[0K",
    "\r\n::error::x",
];

fn print(arguments: &[&str]) -> (String, String) {
    let arguments: Vec<OsString> = ["gate"].iter().chain(arguments).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    run_into(&arguments, &mut out, &mut err);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Asserts that nobody obeys a text; `commands` says that it may hold commands of the format itself.
fn assert_inert(what: &str, text: &str, commands: bool) {
    let seen = text.to_lowercase();
    for part in ["\u{1b}", "\u{202e}", "\u{9b}", "\r", "##[", "##vso[", "##teamcity["] {
        assert!(!seen.contains(part), "{what}: {part:?} in {text:?}");
    }
    for line in text.lines().map(str::trim_start) {
        let command = line.starts_with("::") || line.starts_with("section_start:1");
        let own = commands
            && ["::error ", "::warning ", "::notice ", "::error::", "::notice::"]
                .iter()
                .any(|own| line.starts_with(own));
        assert!(!command || (own && !line.ends_with("::x")), "{what}: {line:?} in {text:?}");
    }
}

/// A repository in which everything is called by that text, as far as it can be.
fn repository(at: &Path, hostile: &str) {
    let write = |path: &str, text: &str| {
        let path = at.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let quoted = serde_json::to_string(&format!("a{hostile}b"))
        .unwrap()
        .replace('\u{202e}', "\\u202e")
        .replace('\u{9b}', "\\u009b");
    let name = format!("app{hostile}x").replace('/', "-");
    for environment in ["staging", "production"] {
        let image = "images: [{name: a.example/b, newTag: '1'}]";
        write(
            &format!("apps/{name}/{environment}/kustomization.yaml"),
            &format!("resources: [../base, c.yaml]\n{image}\n"),
        );
        write(
            &format!("apps/{name}/{environment}/c.yaml"),
            &format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, labels: {{l: {quoted}}}}}\ndata: {{a: {quoted}, e: {environment}}}\n"
            ),
        );
    }
    write(&format!("apps/{name}/base/kustomization.yaml"), "resources: [pod.yaml]\n");
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {{x: {quoted}}}}}\nspec: {{containers: [{{name: {quoted}, image: a.example/b}}]}}\n"
    );
    write(&format!("apps/{name}/base/pod.yaml"), &pod);
    write(
        "gate.yaml",
        &format!(
            "version: 1\nenvironments: [staging, {{name: production, protected: true}}]\nfreeze:\n- {{name: {quoted}, reason: {quoted}, environments: [production], start: 2026-01-01T00:00, end: 2027-01-01T00:00, timezone: UTC}}\npolicies: {{paths: [policy]}}\n"
        ),
    );
    let rego = serde_json::to_string(&format!("a{hostile}b")).unwrap();
    write(
        "policy/p.rego",
        &format!(
            "# METADATA\n# title: {quoted}\n# description: {quoted}\npackage gate.p\n\nimport rego.v1\n\ndeny contains {rego} if print({rego})\n"
        ),
    );
    write(
        "policy/p_test.rego",
        &format!("package gate.p_test\n\nimport rego.v1\n\ntest_x if {{\n\tprint({rego})\n\t{rego} == 1\n}}\n"),
    );
    write("policy/cases/c/case.yaml", "only: [p]\n");
    write("policy/cases/c/a/staging/kustomization.yaml", "namePrefix: a\n");
}

#[test]
fn every_command_in_every_format_is_inert() {
    // Some at a time: every policy is compiled for each command.
    for hostile in HOSTILE.chunks(3).map(<[&str]>::concat) {
        let hostile = hostile.as_str();
        let directory = tempfile::tempdir().unwrap();
        repository(directory.path(), hostile);
        let root = directory.path().to_str().unwrap();
        let name = format!("app{hostile}x").replace('/', "-");
        let overlay = format!("{root}/apps/{name}/production");
        let now = "--now=2026-06-01T00:00:00Z";
        for format in ["human", "summary", "json"] {
            let (out, err) = print(&["check", "--verbose", "--base=none", now, root, "--format", format]);
            assert!(!out.is_empty(), "check {format} of {hostile:?} prints nothing but {err:?}");
            assert_inert(&format!("check {format}"), &(out + &err), false);
        }
        let (out, _) = print(&["check", "--base=none", now, root, "--format=github"]);
        assert_inert("check github", &out, true);
        let (out, _) = print(&["test", root, "--format=github"]);
        assert_inert("test github", &out, true);
        let app = format!("--app={name}");
        let commands: [&[&str]; 21] = [
            &["check", "--base=none", "--trace", &app, root],
            &["diff", "--path", root],
            &["diff", "--path", root, "--format=json"],
            &["diff", &name, "--from", hostile, "--path", root],
            &["trace", &overlay, "ConfigMap/c", "data.a"],
            &["trace", &overlay, "ConfigMap/c", "--format=json"],
            &["trace", &overlay, &format!("ConfigMap/{hostile}")],
            &["status", "--path", root],
            &["status", "--path", root, "--format=json"],
            &["input", &name, "--base=none", "--path", root],
            &["input", hostile, "--base=none", "--path", root],
            &["input", "--repository", "--base=none", "--path", root],
            &["promote", &name, "--path", root],
            &["promote", hostile, "--path", root],
            &["policies", root],
            &["policies", root, "--format=json"],
            &["explain", "p", root],
            &["freeze", root, now],
            &["freeze", root, now, "--format=json"],
            &["render", &overlay, "--origins=json"],
            &["render", hostile],
        ];
        // Values are printed as kustomize prints them; what is said of them is not theirs.
        let (out, _) = print(&["render", &overlay, "--origins"]);
        for (_, comment) in out.lines().filter_map(|line| line.rsplit_once("# apps/")) {
            assert_inert("render --origins", comment, false);
        }
        for arguments in commands {
            let (out, err) = print(arguments);
            assert_inert(&format!("{arguments:?}"), &(out + &err), false);
        }
        for format in ["human", "json", "junit", "coverage", "lcov"] {
            let (out, err) = print(&["test", "-v", root, "--format", format]);
            assert_inert(&format!("test {format}"), &(out + &err), false);
        }
    }
}

#[test]
fn arguments_are_repeated_inert() {
    for hostile in HOSTILE {
        let option = format!("--x{hostile}");
        for arguments in [
            &[hostile][..],
            &[&option],
            &["check", &option],
            &["check", "--format", hostile],
            &["check", "--now", hostile],
        ] {
            let (out, err) = print(arguments);
            assert!(out.is_empty() && !err.is_empty(), "{arguments:?}");
            assert_inert(&format!("{arguments:?}"), &err, false);
        }
    }
}

#[test]
fn files_of_init_and_status_are_told_inert() {
    for hostile in HOSTILE {
        let directory = tempfile::tempdir().unwrap();
        let name = format!("x{hostile}y").replace('/', "-");
        let root = directory.path().join(&name);
        std::fs::create_dir_all(root.join("nothing/here").join(&name)).unwrap();
        let root = root.to_str().unwrap();
        for arguments in [&["status", "--path", root][..], &["init", root], &["check", "--base=none", root, "-v"]] {
            let (out, err) = print(arguments);
            assert_inert(&format!("{arguments:?}"), &(out + &err), false);
        }
    }
}

#[test]
fn what_policies_print_is_shown_to_those_who_ask() {
    let directory = tempfile::tempdir().unwrap();
    repository(directory.path(), "hello");
    let root = directory.path().to_str().unwrap();
    let (_, err) = print(&["check", "--verbose", "--base=none", root]);
    assert!(err.contains("print: policy/p.rego:8: ahellob"), "{err}");
    let (_, err) = print(&["check", "--base=none", root]);
    assert!(!err.contains("print:"), "{err}");
}
