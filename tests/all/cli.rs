//! The program as users run it: what it prints where, and how it ends.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Stdio};

/// `gate` in the directory of this package, without the colours and variables of the machine.
fn gate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().args(arguments);
    command
}

/// Exit code, standard output, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = gate(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn render_prints_what_kustomize_prints() {
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/render/payments-staging.yaml");
    let (code, out, err) = run(&["render", "testdata/shop/apps/payments/overlays/staging"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, std::fs::read_to_string(expected).unwrap());
}

#[test]
fn render_says_where_each_line_comes_from() {
    let (code, out, _) = run(&["render", "--origins", "testdata/shop/apps/payments/overlays/staging"]);
    assert_eq!(code, 0);
    let image: Vec<&str> = out.lines().filter(|line| line.contains("image:") || line.contains("namespace:")).collect();
    insta::assert_snapshot!(image[image.len() - 3..].join("\n"));
}

#[test]
fn render_lists_every_value_with_its_place() {
    let (code, out, _) = run(&["render", "--origins=json", "testdata/shop/apps/payments/overlays/staging"]);
    assert_eq!(code, 0);
    let leaves: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let image = leaves.iter().find(|leaf| leaf["path"][5] == "image").unwrap();
    insta::assert_json_snapshot!(image);
}

#[test]
fn what_cannot_be_rendered_is_told_on_standard_error() {
    let (code, out, err) = run(&["render", "testdata/shop/apps"]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!(err, @"
    error: `apps` has no kustomization
      --> testdata/shop/apps
      help: add a `kustomization.yaml`, or name a file instead of the directory
    ");
    let output = gate(&["render", "payments"]).current_dir(shop()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"
    error: `payments` is neither a directory nor an app in an environment
      help: name one of these: `payments/dev`, `payments/staging`, `payments/production`
    ");
    let (code, _, err) = run(&["render", "testdata/nowhere"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err, @"
    error: `testdata/nowhere` is neither a directory nor an app in an environment
      help: name a directory, or an app and its environment as in `payments/production`
    ");
    let (code, _, err) = run(&["freeze", "testdata/nowhere"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err, @"error: `testdata/nowhere` cannot be read: it does not exist");
}

#[test]
fn a_mistake_in_the_arguments_is_not_a_verdict() {
    for arguments in [&["render", "--order=random"][..], &["no-such-command"], &[], &["render", "a", "b"]] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.is_empty());
    }
}

#[test]
fn help_and_version_are_what_was_asked_for() {
    for arguments in [&["--help"][..], &["render", "-h"], &["--version"]] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        assert!(!out.is_empty());
    }
}

#[test]
fn a_reader_that_leaves_is_not_worth_a_word() {
    let mut child = gate(&["render", "testdata/shop/apps/payments/overlays/staging"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn freeze_says_what_holds_and_what_comes() {
    let (code, out, err) = run(&["freeze", "testdata/shop", "--now=2025-12-25T10:00:00Z"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"
    dev         open
    staging     open
    production  frozen until 2026-01-04 06:00 Europe/Berlin: year-end (few people are on call)
    ");
    let (code, out, _) = run(&["freeze", "testdata/shop", "--now=2025-12-25T10:00:00Z", "--format=json"]);
    let calendar: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &calendar["environments"][2]["active"][0]["until"]), (0, &"2026-01-04T05:00:00Z".into()));
}

#[test]
fn freeze_shows_what_allows_what_is_imported_and_when_it_opens() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write(
        "gate.yaml",
        "environments: [staging, production]
freeze:
  - {name: year-end, environments: [production], start: 2026-12-20T00:00, end: 2027-01-02T12:00, timezone: Europe/Berlin}
  - {name: office, kind: allow, environments: [production], schedule: 0 9 * * MON-FRI, duration: 8h, timezone: Europe/Berlin}
  - {import: project.yaml, environments: [production], reason: the bank closes}
",
    );
    write(
        "project.yaml",
        "apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: shop}
spec:
  syncWindows:
    - {kind: deny, schedule: 0 22 * * *, duration: 2h, applications: [pay*], timeZone: Europe/Berlin}
",
    );
    let path = directory.path().to_str().unwrap();
    let shown = ["2026-12-24T10:00:00Z", "2026-11-25T10:00:00Z", "2026-11-25T21:30:00Z"].map(|now| {
        let (code, out, err) = run(&["freeze", path, "--now", now]);
        assert_eq!((code, err.as_str()), (0, ""));
        out
    });
    insta::assert_snapshot!(shown.join("\n"), @"
    staging     open
    production  frozen until 2027-01-02 12:00 Europe/Berlin: year-end
                opens 2027-01-04 09:00 Europe/Berlin
                allowed until 2026-12-24 17:00 Europe/Berlin: office
                allowed 2026-12-25 09:00 to 2026-12-25 17:00 Europe/Berlin: office
                next 2026-12-24 22:00 to 2026-12-25 00:00 Europe/Berlin: shop deny 0 22 * * * (the bank closes), only for pay* [project.yaml:6]

    staging     open
    production  open
                allowed until 2026-11-25 17:00 Europe/Berlin: office
                allowed 2026-11-26 09:00 to 2026-11-26 17:00 Europe/Berlin: office
                next 2026-12-20 00:00 to 2027-01-02 12:00 Europe/Berlin: year-end
                next 2026-11-25 22:00 to 2026-11-26 00:00 Europe/Berlin: shop deny 0 22 * * * (the bank closes), only for pay* [project.yaml:6]

    staging     open
    production  frozen until 2026-11-26 09:00 Europe/Berlin: outside office
                frozen until 2026-11-26 00:00 Europe/Berlin: shop deny 0 22 * * * (the bank closes), only for pay* [project.yaml:6]
                allowed 2026-11-26 09:00 to 2026-11-26 17:00 Europe/Berlin: office
                next 2026-12-20 00:00 to 2027-01-02 12:00 Europe/Berlin: year-end
                next 2026-11-26 22:00 to 2026-11-27 00:00 Europe/Berlin: shop deny 0 22 * * * (the bank closes), only for pay* [project.yaml:6]
    ");
    let (_, out, _) = run(&["freeze", path, "--now=2026-12-24T10:00:00Z", "--format=json"]);
    let calendar: serde_json::Value = serde_json::from_str(&out).unwrap();
    insta::assert_json_snapshot!(calendar["environments"][1]);
}

#[test]
fn faults_of_the_configuration_are_told_at_their_place() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("gate.yaml"), "environments: [dev, prod]\nfreze: []\n").unwrap();
    let (code, out, err) = run(&["freeze", directory.path().to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (2, ""));
    let err = err.replace(&directory.path().canonicalize().unwrap().display().to_string(), "[repository]");
    insta::assert_snapshot!(err);
}

#[test]
fn render_takes_an_app_and_its_environment() {
    let run = |name: &str| {
        let output = gate(&["render", name]).current_dir(shop()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/render/payments-staging.yaml");
    assert_eq!(run("payments/staging"), (0, std::fs::read_to_string(expected).unwrap(), String::new()));
    let (code, _, err) = run("payment/staging");
    assert_eq!(code, 2);
    insta::assert_snapshot!(err, @"
    error: `payment/staging` is neither a directory nor an app in an environment
      help: did you mean `payments/staging`?
    ");
}

fn shop() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/shop")
}

#[test]
fn input_prints_what_policies_see() {
    let see = |arguments: &[&str]| {
        let now = ["input", "--path=testdata/shop", "--now=2026-11-23T10:00:00Z"];
        let (code, out, err) = run(&[&now, arguments].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        serde_json::from_str::<serde_json::Value>(&out).unwrap()
    };
    let names = |document: &serde_json::Value| -> Vec<String> {
        let environments = document["environments"].as_array().unwrap().iter();
        environments.map(|environment| environment["name"].to_string()).collect()
    };
    let app = see(&["payments"]);
    assert_eq!(names(&app), ["\"dev\"", "\"staging\"", "\"production\""]);
    assert!(app["environments"][2]["resources"].as_array().unwrap().len() > 1);
    assert_eq!(names(&see(&["payments/production"])), ["\"production\""]);
    assert_eq!(see(&["--repository"])["gate"]["config"], "gate.yaml");
    let (code, out, err) = run(&["input", "--path=testdata/shop", "paymnts"]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!(err, @"
    error: there is no app `paymnts`
      help: did you mean `payments`?
    ");
}

#[test]
fn input_shows_no_secret_and_needs_no_policy_that_works() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = directory.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("gate.yaml", "policies: {paths: [policy]}\n");
    write("policy/a.rego", "package gate.a\ndeny contains input.enviroments\n");
    write("api/production/kustomization.yaml", "resources: [all.yaml]\n");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata: {url: \"db://me:correct-horse@db\"}\n";
    write("api/production/all.yaml", &[secret, "---\n", config].concat());
    let path = format!("--path={}", directory.path().display());
    let (code, out, err) = run(&["input", &path, "api"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("\"(redacted)\"") && out.contains("db://me:***@db") && !out.contains("correct-horse"),
        "{out}"
    );
    let (code, out, _) = run(&["check", directory.path().to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(out.contains("did you mean `environments`?"), "{out}");
}

#[test]
fn origins_are_comments_that_leave_the_data_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().join("apps/b\n::error::x/#: a");
    std::fs::create_dir_all(&at).unwrap();
    std::fs::create_dir(directory.path().join(".git")).unwrap();
    std::fs::write(at.join("kustomization.yaml"), "resources: [c.yaml]\n").unwrap();
    let long = "word ".repeat(60);
    let key = "k".repeat(140);
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  script: |\n    one\n    # two\n\n  kept: |+\n    three\n\n\n  long: {long}\n  quoted: '{long}: \"'\n  double: \"\\t{long}\"\n  short: a\n  ? {key}\n  : b\n"
    );
    std::fs::write(at.join("c.yaml"), text).unwrap();
    let run = |extra: &[&str]| {
        let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
        let output = gate.arg("render").args(extra).arg(&at).env_clear().output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (plain, commented) = (run(&[]), run(&["--origins"]));
    let data = |text: &str| {
        let text = gate::yaml::Text::loose(text);
        gate::yaml::parse_first(&text, gate::yaml::Dialect::Resource).unwrap().unwrap().to_json()
    };
    assert_eq!(data(&plain), data(&commented), "{commented}");
    assert!(commented.lines().all(|line| !line.trim_start().starts_with("::")), "{commented}");
    for line in ["  short: a # ", "  # apps/b ", "kind: ConfigMap # "] {
        assert!(commented.contains(line), "{line}: {commented}");
    }
    let json = run(&["--origins=json"]);
    assert!(json.contains("b\\n:"), "{json}");
}
