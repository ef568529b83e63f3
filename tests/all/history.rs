//! What the history of the base branch, other branches and other checkouts say about a promotion.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

use crate::support::{command, commit, git};

const GATE: &str =
    "policies:\n  settings: {digest-matches-staging: {min_soak: 24}}\n  disable: [resource-limits-present]\n";

fn image(digit: char) -> String {
    let digest = digit.to_string().repeat(64);
    format!("resources: [../base]\nimages:\n  - name: example.com/api\n    digest: sha256:{digest}\n")
}

fn write(at: &Path, file: &str, text: &str) {
    std::fs::create_dir_all(at.join(file).parent().unwrap()).unwrap();
    std::fs::write(at.join(file), text).unwrap();
}

/// Commits everything as merged at that time.
fn land(at: &Path, time: &str) -> String {
    git(at, &["add", "."]);
    let mut commit = command("git", at);
    // The author's time is the author's word; only the merge counts.
    commit.env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z").env("GIT_COMMITTER_DATE", time);
    assert!(commit.args(["commit", "--quiet", "--allow-empty", "--message=change"]).status().unwrap().success());
    git(at, &["rev-parse", "HEAD"])
}

/// An app whose environments run the same image.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let at = &directory.path().join("repository");
    std::fs::create_dir(at).unwrap();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    write(at, "gate.yaml", GATE);
    write(at, "api/base/kustomization.yaml", "resources: [deployment.yaml]\n");
    write(
        at,
        "api/base/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: api, image: example.com/api}\n",
    );
    write(at, "api/staging/kustomization.yaml", &image('1'));
    write(at, "api/production/kustomization.yaml", &image('1'));
    directory
}

/// The exit code, and the policy and message of each finding that counts.
fn check(at: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
    gate.current_dir(at).env_clear().args(["check", "--format", "json"]).args(arguments);
    let output = gate.output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["status"] == "new");
    let findings = findings.map(|finding| format!("{}: {}", text(finding, "policy"), text(finding, "message")));
    (output.status.code().unwrap(), findings.collect())
}

#[test]
fn a_promotion_waits_until_staging_has_run_the_image_for_long_enough() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    write(at, "api/staging/kustomization.yaml", &image('2'));
    land(at, "2026-11-22T12:00:00Z");
    write(at, "README", "a commit that touches nothing of it");
    let base = land(at, "2026-11-23T09:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('2'));
    let head = land(at, "2026-11-23T10:00:00Z");

    let (code, findings) = check(at, &["--base", &base, "--head", &head, "--now", "2026-11-23T11:00:00Z"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings.join("\n"), @"digest-matches-staging: staging has run `example.com/api` at `sha256:222222222222…` since 2026-11-22T12:00:00Z only, which is less than 24 hours");
    let (code, findings) = check(at, &["--base", &base, "--head", &head, "--now", "2026-11-23T12:00:00Z"]);
    assert_eq!((code, findings), (0, Vec::new()));
}

#[test]
fn a_change_does_not_shorten_the_wait_by_taking_staging_away() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    write(at, "api/staging/kustomization.yaml", &image('2'));
    let base = land(at, "2026-11-22T12:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('2'));
    git(at, &["rm", "-r", "--quiet", "api/staging"]);
    let head = land(at, "2026-11-23T10:00:00Z");
    let (code, findings) = check(at, &["--base", &base, "--head", &head, "--now", "2026-11-23T11:00:00Z"]);
    assert_eq!(code, 1, "{findings:?}");
    let wait = "digest-matches-staging: staging has run `example.com/api` at `sha256:222222222222…` since 2026-11-22T12:00:00Z only";
    assert!(findings.iter().any(|finding| finding.starts_with(wait)), "{findings:?}");
}

#[test]
fn where_history_ends_too_early_nobody_can_tell() {
    let directory = repository();
    let at = &directory.path().join("repository");
    write(at, "api/staging/kustomization.yaml", &image('2'));
    land(at, "2026-11-01T10:00:00Z");
    write(at, "README", "");
    let base = land(at, "2026-11-23T09:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('2'));
    let head = land(at, "2026-11-23T10:00:00Z");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", at.display());
    git(clone.path(), &["clone", "--quiet", "--depth=2", &url, "."]);

    let arguments = ["--base", &base, "--head", &head, "--now", "2026-11-23T11:00:00Z"];
    assert_eq!(check(at, &arguments), (0, Vec::new()));
    let (code, findings) = check(clone.path(), &arguments);
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings.join("\n"), @"digest-matches-staging: nothing tells whether staging has run `example.com/api` at `sha256:222222222222…` for 24 hours: history ends at 2026-11-23T09:00:00Z");
}

/// What staging ran and runs, one commit after the other, and what production is to get, at a time in the same month.
fn promotion(at: &Path, staging: &[(char, &str)], production: char) -> (String, String) {
    land(at, "2026-10-01T10:00:00Z");
    let mut base = String::new();
    for (digit, time) in staging {
        write(at, "api/staging/kustomization.yaml", &image(*digit));
        base = land(at, time);
    }
    write(at, "api/production/kustomization.yaml", &image(production));
    let head = land(at, "2026-11-23T10:00:00Z");
    (base, head)
}

fn judge(at: &Path, (base, head): &(String, String), now: &str) -> (i32, String) {
    let (code, findings) = check(at, &["--base", base, "--head", head, "--now", now]);
    (code, findings.join("\n"))
}

#[test]
fn what_staging_ran_passes_after_it_has_moved_on() {
    let directory = repository();
    let at = &directory.path().join("repository");
    let staging = [('2', "2026-11-18T10:00:00Z"), ('3', "2026-11-20T10:00:00Z")];
    let change = promotion(at, &staging, '2');
    let (code, findings) = judge(at, &change, "2026-11-23T11:00:00Z");
    assert_eq!(code, 0, "{findings}");
    insta::assert_snapshot!(findings, @"digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, which staging ran until 2026-11-20T10:00:00Z");
    // Long after that it does not count any more, nor does it for a time that is set.
    let (code, findings) = judge(at, &change, "2027-01-23T11:00:00Z");
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings, @"digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, but staging runs `sha256:333333333333…`");
}

#[test]
fn what_staging_ran_for_too_short_a_time_waits_for_ever() {
    let directory = repository();
    let at = &directory.path().join("repository");
    let change = promotion(at, &[('2', "2026-11-18T10:00:00Z"), ('3', "2026-11-18T12:00:00Z")], '2');
    let (code, findings) = judge(at, &change, "2026-11-23T11:00:00Z");
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings, @"
    digest-matches-staging: staging ran `example.com/api` at `sha256:222222222222…` for 2 hours only between 2026-11-18T10:00:00Z and 2026-11-18T12:00:00Z, which is less than 24 hours
    digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, which staging ran until 2026-11-18T12:00:00Z
    ");
}

#[test]
fn what_staging_withdrew_does_not_pass() {
    let directory = repository();
    let at = &directory.path().join("repository");
    let change = promotion(at, &[('2', "2026-11-18T10:00:00Z"), ('1', "2026-11-20T10:00:00Z")], '2');
    let (code, findings) = judge(at, &change, "2026-11-23T11:00:00Z");
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings, @"digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, but staging withdrew it on 2026-11-20T10:00:00Z");
}

#[test]
fn what_staging_withdrew_after_a_long_time_does_not_pass_either() {
    let directory = repository();
    let at = &directory.path().join("repository");
    write(at, "api/staging/kustomization.yaml", &image('1'));
    land(at, "2026-01-01T10:00:00Z");
    // It came long before the time that counts, and so did what it replaced.
    let change = promotion(at, &[('2', "2026-10-02T10:00:00Z"), ('1', "2026-11-20T10:00:00Z")], '2');
    let (code, findings) = judge(at, &change, "2026-11-23T11:00:00Z");
    assert_eq!(code, 1);
    assert!(findings.ends_with("but staging withdrew it on 2026-11-20T10:00:00Z"), "{findings}");
}

#[test]
fn a_rollback_of_production_is_no_promotion() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    write(at, "api/staging/kustomization.yaml", &image('2'));
    land(at, "2026-11-02T10:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('2'));
    let base = land(at, "2026-11-20T10:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('1'));
    let head = land(at, "2026-11-20T11:00:00Z");
    let (code, findings) = judge(at, &(base, head.clone()), "2026-11-20T12:00:00Z");
    assert_eq!(code, 0, "{findings}");
    insta::assert_snapshot!(findings, @"digest-matches-staging: rollback: production ran `example.com/api` at `sha256:111111111111…` until 2026-11-20T10:00:00Z");
    // What production has just withdrawn is none; staging has run it.
    write(at, "api/production/kustomization.yaml", &image('2'));
    let again = land(at, "2026-11-20T13:00:00Z");
    assert_eq!(judge(at, &(head, again), "2026-11-20T14:00:00Z"), (0, String::new()));
}

#[test]
fn no_commit_lands_before_its_parent_or_after_now() {
    let wait = "digest-matches-staging: staging has run `example.com/api` at `sha256:222222222222…` since 2026-11-22T12:00:00Z only, which is less than 24 hours";
    for time in ["2026-10-01T12:00:00Z", "1973-03-03T00:00:00Z"] {
        let directory = repository();
        let at = &directory.path().join("repository");
        land(at, "2026-11-01T10:00:00Z");
        write(at, "README", "somebody else");
        land(at, "2026-11-22T12:00:00Z");
        let change = promotion_without_start(at, time);
        assert_eq!(judge(at, &change, "2026-11-23T11:00:00Z"), (1, wait.to_owned()), "{time}");
        assert_eq!(judge(at, &change, "2026-11-23T12:00:00Z").0, 0);
    }
    // One from the future has come at some time up to now: nothing says how long ago.
    for time in ["2036-11-01T10:00:00Z", "@99999999999999 +0000"] {
        let directory = repository();
        let at = &directory.path().join("repository");
        land(at, "2026-11-01T10:00:00Z");
        let change = promotion_without_start(at, time);
        let (code, findings) = judge(at, &change, "2026-11-23T11:00:00Z");
        assert_eq!(code, 1, "{time}: {findings}");
        assert!(findings.contains("since 2026-11-23T11:00:00Z only"), "{time}: {findings}");
    }
}

/// Staging gets an image in a commit of that time, and production the same.
fn promotion_without_start(at: &Path, time: &str) -> (String, String) {
    write(at, "api/staging/kustomization.yaml", &image('2'));
    let base = land(at, time);
    write(at, "api/production/kustomization.yaml", &image('2'));
    (base, land(at, "2026-11-23T10:00:00Z"))
}

#[test]
fn hours_are_a_number_however_they_are_written() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    write(at, "api/staging/kustomization.yaml", &image('2'));
    land(at, "2026-11-22T12:00:00Z");
    for hours in ["24", "24.0", "2.4e1", "0x18", "0o30", "2_4", "1e2"] {
        write(at, "gate.yaml", &GATE.replace("24", hours));
        let base = land(at, "2026-11-22T13:00:00Z");
        write(at, "api/production/kustomization.yaml", &image('2'));
        let head = land(at, "2026-11-23T10:00:00Z");
        let (code, findings) = judge(at, &(base, head), "2026-11-23T11:00:00Z");
        assert_eq!(code, 1, "{hours}: {findings}");
        let said = if hours == "1e2" { "less than 100 hours" } else { "less than 24 hours" };
        assert!(findings.ends_with(said), "{hours}: {findings}");
        write(at, "api/production/kustomization.yaml", &image('1'));
    }
    for hours in ["99999999999", "1e30", "24.5", "-1", "\"24\""] {
        write(at, "gate.yaml", &GATE.replace("24", hours));
        let base = land(at, "2026-11-22T13:00:00Z");
        write(at, "api/production/kustomization.yaml", &image('2'));
        let head = land(at, "2026-11-23T10:00:00Z");
        let (code, findings) = judge(at, &(base, head), "2026-11-23T11:00:00Z");
        assert_eq!(code, 2, "{hours}: {findings}");
        assert!(findings.starts_with("configuration-error: "), "{hours}: {findings}");
        write(at, "api/production/kustomization.yaml", &image('1'));
    }
}

#[test]
fn what_a_shallow_clone_does_not_have_may_have_run() {
    let directory = repository();
    let at = &directory.path().join("repository");
    let change = promotion(at, &[('2', "2026-11-18T10:00:00Z"), ('3', "2026-11-20T10:00:00Z")], '2');
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", "--depth=2", &format!("file://{}", at.display()), "."]);
    let (code, findings) = judge(clone.path(), &change, "2026-11-23T11:00:00Z");
    assert_eq!(code, 1);
    insta::assert_snapshot!(findings, @"digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, but staging runs `sha256:333333333333…`, and history ends at 2026-11-20T10:00:00Z: nothing tells whether staging ran it before");
}

#[test]
fn a_staging_that_cannot_be_rendered_lets_nothing_pass() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    write(at, "api/dev/kustomization.yaml", &image('2'));
    write(at, "api/staging/kustomization.yaml", "resources: [../base, missing.yaml]\n");
    let base = land(at, "2026-11-02T10:00:00Z");
    write(at, "api/production/kustomization.yaml", &image('2'));
    let head = land(at, "2026-11-23T10:00:00Z");
    let (code, findings) = judge(at, &(base.clone(), head.clone()), "2026-11-23T11:00:00Z");
    assert_ne!(code, 0, "{findings}");
    insta::assert_snapshot!(findings, @"digest-matches-staging: production runs `example.com/api` at `sha256:222222222222…`, but staging cannot be rendered, so nothing tells whether it runs `example.com/api`");
    // A change that mends it does not know either what it ran; what it had run before is known.
    write(at, "api/staging/kustomization.yaml", &image('2'));
    let mended = land(at, "2026-11-23T10:00:00Z");
    let (code, findings) = judge(at, &(base, mended), "2026-11-23T11:00:00Z");
    assert_eq!(code, 1);
    assert!(findings.contains("staging cannot be rendered on the base revision"), "{findings}");
}

#[test]
fn an_environment_may_live_on_a_branch_or_in_another_checkout() {
    let directory = repository();
    let at = &directory.path().join("repository");
    land(at, "2026-11-01T10:00:00Z");
    git(at, &["branch", "env/staging"]);
    let apps = "apps:\n  - path: api/{environment}\n    name: api\n";
    git(at, &["worktree", "add", "--quiet", "../other", "env/staging"]);
    for place in ["revision: env/staging", "root: ../other"] {
        let gate =
            format!("environments: [{{name: staging, {place}}}, {{name: production, protected: true}}]\n{apps}{GATE}");
        write(at, "gate.yaml", &gate);
        let base = land(at, "2026-11-23T09:00:00Z");
        write(at, "api/production/kustomization.yaml", &image('3'));
        let head = land(at, "2026-11-23T10:00:00Z");
        let (code, findings) = check(at, &["--base", &base, "--head", &head]);
        assert_eq!(code, 1, "{findings:?}");
        assert_eq!(
            findings,
            [
                "digest-matches-staging: production runs `example.com/api` at `sha256:333333333333…`, but staging runs `sha256:111111111111…`"
            ]
        );
        write(at, "api/production/kustomization.yaml", &image('1'));
    }
}

#[test]
fn a_directory_that_holds_the_repository_is_no_checkout() {
    let directory = repository();
    let at = &directory.path().join("repository");
    for root in ["/", "..", "."] {
        commit(at, "gate.yaml", &format!("environments: [{{name: staging, root: {root}}}, production]\n"));
        let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
        let output = gate.current_dir(at).env_clear().arg("check").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(&format!("`{root}` holds this repository")), "{error}");
    }
}

#[test]
fn a_branch_that_is_not_here_is_an_error() {
    let directory = repository();
    let at = &directory.path().join("repository");
    commit(at, "gate.yaml", "environments: [{name: staging, revision: origin/env/staging}, production]\n");
    let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output = gate.current_dir(at).env_clear().arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: `origin/env/staging` names no commit that is here
      --> gate.yaml:1:16
      help: run `git fetch origin origin/env/staging`, and check the spelling
    ");
}
