//! Whose rules count: those of the protected branch's tip, while the difference is taken from where the change left it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use serde_json::{Value, json};

use crate::support::repository::Repository;
use crate::support::{command, commit, git};

const PRODUCTION: &str = "apps/worker/overlays/production/kustomization.yaml";

/// The example repository whose `main` has forbidden changes to production since `change` left it.
fn frozen() -> Repository {
    let mut repository = Repository::new();
    let at = repository.path().to_owned();
    git(&at, &["checkout", "--quiet", "main"]);
    let config = std::fs::read_to_string(at.join("gate.yaml")).unwrap();
    let freeze = "freeze:\n  - {name: since-then, environments: [production], start: 2020-01-01T00:00, end: 2100-01-01T00:00, timezone: UTC}\n";
    repository.main = commit(&at, "gate.yaml", &config.replace("freeze:\n", freeze));
    git(&at, &["checkout", "--quiet", "pull"]);
    repository
}

/// The exit code, and what was said on both outputs.
fn gate(at: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    let output = gate.envs(variables.iter().copied()).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
}

fn github(at: &Path, head: &str) -> (i32, String) {
    let payload = json!({"pull_request": {"head": {"sha": head}}, "repository": {"default_branch": "main"}});
    event(at, "pull_request", "refs/pull/1/merge", &payload)
}

fn event(at: &Path, event: &str, reference: &str, payload: &Value) -> (i32, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("event.json");
    std::fs::write(&file, payload.to_string()).unwrap();
    let base_ref = if event == "pull_request" { "main" } else { "" };
    let variables = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_BASE_REF", base_ref),
        ("GITHUB_REF", reference),
    ];
    gate(at, &variables, &["check"])
}

fn gitlab(at: &Path, source: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let head = git(at, &["rev-parse", "HEAD"]);
    let all = [("CI", "true"), ("GITLAB_CI", "true"), ("CI_PIPELINE_SOURCE", source), ("CI_COMMIT_SHA", head.as_str())];
    gate(at, &[&all, variables].concat(), &["check"])
}

/// That a run names the freeze which only the tip has, and nothing that only the tip changed.
fn assert_judged_by_tip((code, out): (i32, String), base: &str, rules: &str) {
    assert!(code == 1 && out.contains("[freeze-window] worker in production"), "{out}");
    assert!(out.contains(&format!("compared with `{base}`")), "{out}");
    assert!(out.contains(&format!("configuration, policies, waivers and owners are those of `{rules}`")), "{out}");
    assert!(!out.contains("gate-tampering"), "what others merged is not the change's: {out}");
}

#[test]
fn what_the_target_got_since_the_fork_counts() {
    let repository = frozen();
    let clone = repository.checkout("change", 100);
    let (at, start) = (clone.path(), repository.start.as_str());
    let main = "refs/remotes/origin/main";
    assert_judged_by_tip(github(at, &repository.change), start, main);
    let request = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", start), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
    assert_judged_by_tip(gitlab(at, "merge_request_event", &request), start, main);
    assert_judged_by_tip(gate(at, &[], &["check", "--base=auto"]), start, main);
    assert_judged_by_tip(gate(at, &[], &["check", "--base=origin/main"]), start, "origin/main");
    // The fork point itself is a revision, too, and its rules are asked for.
    let (_, out) = gate(at, &[], &["check", "--base", start]);
    assert!(!out.contains("freeze-window"), "{out}");
}

#[test]
fn a_waiver_that_the_target_took_back_covers_nothing_and_is_not_the_changes() {
    let repository = Repository::new();
    let at = repository.path();
    git(at, &["checkout", "--quiet", "main"]);
    let config = std::fs::read_to_string(at.join("gate.yaml")).unwrap();
    let waiver = "waivers:\n  - {policy: image-digest-pinned, app: worker, environment: production, until: 2099-01-31, reason: vendor, owner: me}\n";
    let with = commit(at, "gate.yaml", &format!("{config}{waiver}"));
    git(at, &["checkout", "--quiet", "-b", "second"]);
    let change = git(at, &["show", &format!("{}:{PRODUCTION}", repository.change)]);
    commit(at, PRODUCTION, &format!("{change}\n"));
    git(at, &["checkout", "--quiet", "main"]);
    commit(at, "gate.yaml", &config);
    let (code, out) = gate(at, &[], &["check", "--base=main", "--head=second"]);
    assert!(code == 1 && out.contains("error[image-digest-pinned] worker in production"), "{out}");
    assert!(!out.contains("grants itself") && !out.contains("gate-tampering"), "{out}");
    let (_, out) = gate(at, &[], &["check", "--base", &with, "--head=second"]);
    assert!(!out.contains("[image-digest-pinned] worker"), "{out}");
}

#[test]
fn a_tip_that_is_not_in_the_checkout_is_asked_for_by_command() {
    let repository = frozen();
    let clone = repository.checkout("change", 100);
    let at = clone.path();
    git(at, &["update-ref", "-d", "refs/remotes/origin/main"]);
    let start = repository.start.as_str();
    let request = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", start), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
    let fetch = "git fetch origin +refs/heads/main:refs/remotes/origin/main";
    for (code, out) in [gitlab(at, "merge_request_event", &request), github(at, &repository.change)] {
        assert!(code == 2 && out.contains(&format!("`{fetch}`")), "{out}");
    }
    git(at, &["fetch", "--quiet", "origin", "+refs/heads/main:refs/remotes/origin/main"]);
    assert_judged_by_tip(gitlab(at, "merge_request_event", &request), start, "refs/remotes/origin/main");
    let (code, out) = gitlab(at, "merge_request_event", &request[..1]);
    assert!(code == 2 && out.contains("`CI_MERGE_REQUEST_TARGET_BRANCH_NAME` is not set"), "{out}");
}

#[test]
fn a_revision_without_a_common_commit_is_compared_as_a_tree_and_one_that_is_out_of_sight_is_not() {
    let repository = Repository::new();
    let at = repository.path();
    git(at, &["checkout", "--quiet", "--orphan", "other", "main"]);
    commit(at, "NOTES", "another beginning");
    let (code, out) = gate(at, &[], &["check", "--base=other", "--head=change"]);
    assert!(code == 1 && out.contains("[image-digest-pinned] worker in production"), "{out}");
    assert!(!out.contains("payments in production"), "{out}");
    assert!(out.contains("note: `change` and `other` have no common commit: their trees are compared"), "{out}");
    let shallow = repository.checkout("change", 1);
    let (code, out) = gate(shallow.path(), &[], &["check", "--base=origin/main"]);
    assert!(code == 2 && out.contains("this checkout is shallow"), "{out}");
    assert!(out.contains("run `git fetch --unshallow origin`"), "{out}");
    // A parent is known as one, however little there is of its history.
    let merge = repository.checkout("pull", 1);
    let (code, out) = gate(merge.path(), &[], &["check", "--base", &repository.main]);
    assert!(code == 1 && out.contains("[image-digest-pinned] worker in production"), "{out}");
}

#[test]
fn a_branch_that_is_run_by_hand_is_compared_with_where_it_left_the_default_branch() {
    let repository = frozen();
    let clone = repository.checkout("change", 100);
    let (at, start, main) = (clone.path(), repository.start.as_str(), "refs/remotes/origin/main");
    let payload = json!({"ref": "refs/heads/change", "repository": {"default_branch": "main"}});
    assert_judged_by_tip(event(at, "workflow_dispatch", "refs/heads/change", &payload), start, main);
    let branch = [("CI_COMMIT_BRANCH", "change"), ("CI_DEFAULT_BRANCH", "main")];
    assert_judged_by_tip(gitlab(at, "web", &branch), start, main);
    let (_, out) = event(at, "workflow_dispatch", "refs/heads/main", &payload);
    assert!(out.contains("is about no change: the tree is judged as it is"), "{out}");
    let (_, out) = gitlab(at, "schedule", &branch);
    assert!(out.contains("is about no change: the tree is judged as it is"), "{out}");
}

#[test]
fn a_push_says_that_it_is_no_gate() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 100);
    let payload = json!({"before": repository.main, "after": repository.pull, "ref": "refs/heads/main"});
    let (_, out) = event(clone.path(), "push", "refs/heads/main", &payload);
    assert!(out.contains("what earlier pushes brought is not judged again"), "{out}");
}

#[test]
fn what_lies_above_the_repository_is_not_read() {
    let above = tempfile::tempdir().unwrap();
    let at = above.path().join("repository");
    std::fs::create_dir(&at).unwrap();
    git(&at, &["init", "--quiet", "--initial-branch=main"]);
    std::fs::write(above.path().join("gate.yaml"), "policies: {disable: [image-digest-pinned]}\n").unwrap();
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, image: example.com/api:1}]}}}\n";
    std::fs::create_dir_all(at.join("apps/api/production")).unwrap();
    std::fs::write(at.join("apps/api/production/deployment.yaml"), deployment).unwrap();
    commit(&at, "apps/api/production/kustomization.yaml", "resources: [deployment.yaml]\n");
    for path in [at.clone(), at.join("apps/api")] {
        let (code, out) = gate(&path, &[], &["check"]);
        assert!(code == 1 && out.contains("error[image-digest-pinned] apps/api in production"), "{out}");
    }
    // A worktree has a file where others have a directory.
    let worktree = above.path().join("worktree");
    git(&at, &["worktree", "add", "--quiet", worktree.to_str().unwrap(), "HEAD"]);
    let (code, out) = gate(&worktree, &[], &["check"]);
    assert!(code == 1 && out.contains("error[image-digest-pinned] apps/api in production"), "{out}");
    let (code, out) = gate(&at, &[], &["init"]);
    assert!(code == 0 && at.join("gate.yaml").is_file() && !above.path().join(".githooks").exists(), "{out}");
}

#[test]
fn a_replacement_object_is_not_what_is_judged() {
    let repository = Repository::new();
    let at = repository.path();
    let bad = git(at, &["rev-parse", &format!("change:{PRODUCTION}")]);
    let good = git(at, &["rev-parse", &format!("main:{PRODUCTION}")]);
    git(at, &["replace", &bad, &good]);
    let (code, out) = gate(at, &[], &["check", "--base=main", "--head=change"]);
    assert!(code == 1 && out.contains("[image-digest-pinned] worker in production"), "{out}");
}
