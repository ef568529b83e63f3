//! What a change may not do to its judge: freezes, and owners, as `gate check` sees them between two commits.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::support::{command, commit, git};

const GATE: &str = "environments: [staging, production]
freeze:
  - {import: argocd/project.yaml, environments: [production]}
policies: {disable: [digest-matches-staging]}
";

fn project(windows: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: shop}}\nspec:\n  syncWindows:\n{windows}"
    )
}

/// A repository of one app, and its first commit.
fn repository(files: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "--quiet"]);
    for environment in ["staging", "production"] {
        commit(directory.path(), &format!("api/{environment}/kustomization.yaml"), "resources: [settings.yaml]\n");
        commit(directory.path(), &format!("api/{environment}/settings.yaml"), &settings("one"));
    }
    for (file, text) in files {
        commit(directory.path(), file, text);
    }
    let base = git(directory.path(), &["rev-parse", "HEAD"]);
    (directory, base)
}

fn settings(value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{key: {value}}}\n")
}

/// Exit code, and each finding of a policy as `severity status message`.
fn check(directory: &Path, base: &str, now: &str, policy: &str) -> (i32, Vec<String>) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), directory);
    let output = gate.args(["check", ".", "--format=json", "--base", base, "--now", now]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["policy"] == policy);
    let said = |finding: &serde_json::Value| {
        format!("{} {} {}", text(&finding["severity"]), text(&finding["status"]), text(&finding["message"]))
    };
    (output.status.code().unwrap(), findings.map(said).collect())
}

#[test]
fn a_change_cannot_lift_a_freeze_that_is_imported() {
    let frozen = project(
        "    - {kind: deny, schedule: 0 18 * * 5, duration: 62h, applications: ['*'], timeZone: Europe/Berlin, description: weekend}\n",
    );
    let (repository, base) = repository(&[("gate.yaml", GATE), ("argocd/project.yaml", &frozen)]);
    commit(repository.path(), "argocd/project.yaml", &project("    []\n"));
    commit(repository.path(), "api/production/settings.yaml", &settings("two"));
    let (code, findings) = check(repository.path(), &base, "2026-11-28T10:00:00Z", "freeze-window");
    assert_eq!(
        (code, findings),
        (
            1,
            vec![
                "error new production is frozen until 2026-11-30 08:00 Europe/Berlin (`weekend`), and this change alters `api` there"
                    .to_owned(),
                // What the rules of the change would mean is told and does not count.
                "info going production is frozen until 2026-11-30 08:00 Europe/Berlin (`weekend`)".to_owned(),
            ]
        )
    );
    assert_eq!(check(repository.path(), &base, "2026-11-30T07:00:00Z", "freeze-window"), (0, Vec::new()));
}

#[test]
fn a_change_waits_for_a_window_that_allows_it_and_for_the_end_of_others() {
    let gate = "environments: [staging, production]
freeze:
  - {name: office, kind: allow, environments: [production], schedule: 0 9 * * MON-FRI, duration: 8h, timezone: America/New_York}
  - {name: release, environments: [production], start: 2026-11-30T08:00, end: 2026-11-30T18:00, timezone: America/New_York}
policies: {disable: [digest-matches-staging]}
";
    let (repository, base) = repository(&[("gate.yaml", gate)]);
    commit(repository.path(), "api/production/settings.yaml", &settings("two"));
    let at = |now| check(repository.path(), &base, now, "freeze-window").1.join("\n");
    assert_eq!(at("2026-11-27T15:00:00Z"), "");
    assert_eq!(
        at("2026-11-28T15:00:00Z"),
        "error new production is frozen until 2026-11-30 09:00 America/New_York (outside `office`), and this change alters `api` there; it opens 2026-12-01 09:00 America/New_York"
    );
    commit(repository.path(), "api/production/settings.yaml", &settings("one"));
    commit(repository.path(), "api/staging/settings.yaml", &settings("two"));
    assert_eq!(at("2026-11-28T15:00:00Z"), "");
}

#[test]
fn a_window_that_is_for_no_app_is_noted() {
    let project = project(
        "    - {kind: deny, schedule: 0 18 * * 5, duration: 1h, applications: [apo-*], description: typing}
    - {kind: deny, schedule: 0 18 * * 5, duration: 1h, applications: [api-prd], description: fits}
",
    );
    let (repository, base) = repository(&[("gate.yaml", GATE), ("argocd/project.yaml", &project)]);
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), repository.path());
    let output = gate.args(["check", ".", "--format=json", "--base", &base]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes = report["notes"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str);
    let notes: Vec<&str> = notes.filter(|note| note.contains("freeze")).collect();
    assert_eq!(notes, ["the freeze window `typing` is for no app here: none is called `apo-*`"]);
}

#[test]
fn an_import_that_cannot_be_read_is_no_verdict() {
    let broken = project("    - {kind: deny, schedule: 0 18 * * 5, duration: 3d, applications: ['*']}\n");
    let (repository, base) = repository(&[("gate.yaml", GATE), ("argocd/project.yaml", &broken)]);
    let (code, findings) = check(repository.path(), &base, "2026-11-28T10:00:00Z", "configuration-error");
    assert_eq!((code, findings), (2, vec!["error new `3d` is not a duration".to_owned()]));
}

#[test]
fn owners_that_a_change_takes_away_are_missed() {
    let owners = "/api/production/ @shop/release\n/gate.yaml @shop/platform\n/CODEOWNERS @shop/platform\n";
    let gate = "environments: [staging, production]\n";
    let (repository, base) = repository(&[("CODEOWNERS", owners), ("gate.yaml", gate)]);
    let found = |base: &str| check(repository.path(), base, "2026-11-28T10:00:00Z", "owners-cover-production").1;
    assert_eq!(found(&base), Vec::<String>::new());
    let bare = commit(repository.path(), "CODEOWNERS", &owners.replace(" @shop/release", ""));
    let production =
        "`CODEOWNERS` names no owner for `api/production`: whoever can merge can change what runs in production";
    assert_eq!(found(&base), [format!("warning new {production}")]);
    assert_eq!(found(&bare), [format!("warning known {production}")]);
    commit(repository.path(), ".github/workflows/gate.yaml", "on: pull_request\n");
    commit(repository.path(), "CODEOWNERS", &owners.replace("/gate.yaml", "gate.yml"));
    assert_eq!(
        found(&base),
        [
            "warning new `CODEOWNERS` names no owner for `.github/workflows/gate.yaml` and `gate.yaml`: whoever can merge can change what judges"
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_takes_an_overlay_into_another_is_seen() {
    let overlay = "resources: [settings.yaml]\n";
    let (repository, _) = repository(&[
        ("web/production/kustomization.yaml", overlay),
        ("web/production/settings.yaml", &settings("web").replace("name: settings", "name: web")),
        ("other/kustomization.yaml", "resources: []\n"),
        ("api/production/kustomization.yaml", "resources: [settings.yaml, ../lib]\n"),
    ]);
    let link = |target: &str| {
        let path = repository.path().join("api/lib");
        let _ = std::fs::remove_file(&path);
        std::os::unix::fs::symlink(target, path).unwrap();
        git(repository.path(), &["add", "."]);
        git(repository.path(), &["commit", "--quiet", "--message=link"]);
        git(repository.path(), &["rev-parse", "HEAD"])
    };
    let base = link("../other");
    link("../web/production");
    let (code, findings) = check(repository.path(), &base, "2026-11-24T10:00:00Z", "gate-tampering");
    assert_eq!(
        (code, findings),
        (
            1,
            vec![
                "error new from the merge on, `web` in production would not be judged: `web/production` would be judged only as a part of `api/production`"
                    .to_owned()
            ]
        )
    );
}

#[test]
fn a_configuration_that_was_named_has_to_be_there() {
    let (repository, base) = repository(&[("gate.yaml", GATE)]);
    for arguments in [
        vec!["check", "."],
        vec!["check", ".", "--base", &base],
        vec!["policies", "."],
        vec!["explain", "config-drift"],
    ] {
        let mut gate = command(env!("CARGO_BIN_EXE_gate"), repository.path());
        let output = gate.args(&arguments).arg("--config=gate.yml").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: the configuration `gate.yml` does not exist\n"), "{arguments:?}: {said}");
    }
}
