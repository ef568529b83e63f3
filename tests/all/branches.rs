//! Environments that live on branches: a change into such a branch is what that environment will be.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use serde_json::json;

use crate::support::{command, commit, git};

const APPS: &str = "apps:\n  - path: apps/{app}/{environment}\n";
const ALL: &str = "environments:\n  - {name: staging, revision: origin/env/staging}\n  - {name: production, revision: origin/env/production, protected: true}\n";
const ONE: &str =
    "environments:\n  - staging\n  - {name: production, revision: origin/env/production, protected: true}\n";
const PRODUCTION: &str = "apps/api/production/kustomization.yaml";

fn overlay(image: &str) -> String {
    format!("resources: [../base]\nimages:\n  - {{name: example.com/api, {image}}}\n")
}

fn digest(digit: char) -> String {
    overlay(&format!("digest: \"sha256:{}\"", digit.to_string().repeat(64)))
}

/// A clone of a repository whose branches `env/staging` and `env/production` have moved on from `main`; `change` left
/// `env/production` and takes the digest away there.
fn clone(environments: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().join("origin");
    std::fs::create_dir(&at).unwrap();
    git(&at, &["init", "--quiet", "--initial-branch=main"]);
    let settings = "policies: {disable: [resource-limits-present, config-drift]}\n";
    commit(&at, "gate.yaml", &format!("{environments}{APPS}{settings}"));
    commit(
        &at,
        "apps/api/base/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, image: example.com/api}]}}}\n",
    );
    commit(&at, "apps/api/base/kustomization.yaml", "resources: [deployment.yaml]\n");
    for environment in ["staging", "production"] {
        commit(&at, &format!("apps/api/{environment}/kustomization.yaml"), &digest('1'));
    }
    for environment in ["staging", "production"] {
        git(&at, &["checkout", "--quiet", "-b", &format!("env/{environment}"), "main"]);
        commit(&at, &format!("{environment}-moved-on"), "");
    }
    git(&at, &["checkout", "--quiet", "-b", "change", "env/production"]);
    commit(&at, PRODUCTION, &overlay("newTag: latest"));
    git(&at, &["checkout", "--quiet", "main"]);
    let here = directory.path().join("clone");
    git(directory.path(), &["clone", "--quiet", "--branch=change", "origin", here.to_str().unwrap()]);
    directory
}

fn gate(at: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    let output = gate.envs(variables.iter().copied()).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
}

fn assert_pinning((code, out): (i32, String)) {
    assert!(code == 1 && out.contains("error[image-digest-pinned] api in production"), "{out}");
}

#[test]
fn a_change_into_the_branch_of_an_environment_is_that_environment() {
    for environments in [ALL, ONE] {
        let directory = clone(environments);
        let at = &directory.path().join("clone");
        assert_pinning(gate(at, &[], &["check", "--base=origin/env/production"]));
        assert_pinning(gate(at, &[], &["check", "--base=origin/env/production", "--head=HEAD"]));
        // By its commit, and by where the change left it.
        let tip = git(at, &["rev-parse", "origin/env/production"]);
        assert_pinning(gate(at, &[], &["check", "--base", &tip]));
        // The branch moves on: what it has then is not the change's.
        let origin = &directory.path().join("origin");
        git(origin, &["checkout", "--quiet", "env/production"]);
        commit(origin, "apps/api/base/kustomization.yaml", "resources: [deployment.yaml]\nnamePrefix: new-\n");
        git(at, &["fetch", "--quiet", "origin"]);
        assert_pinning(gate(at, &[], &["check", "--base=origin/env/production"]));
        assert_pinning(gate(at, &[], &["check", "--base", &tip]));
    }
}

#[test]
fn platforms_say_into_which_environment_a_change_goes() {
    for environments in [ALL, ONE] {
        let directory = clone(environments);
        let at = &directory.path().join("clone");
        let head = git(at, &["rev-parse", "HEAD"]);
        let event = directory.path().join("event.json");
        let payload = json!({"pull_request": {"head": {"sha": head}}, "repository": {"default_branch": "main"}});
        std::fs::write(&event, payload.to_string()).unwrap();
        let github = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_BASE_REF", "env/production"),
        ];
        assert_pinning(gate(at, &github, &["check"]));
        let start = git(at, &["rev-parse", "origin/env/production"]);
        let gitlab = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_COMMIT_SHA", head.as_str()),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", start.as_str()),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "env/production"),
        ];
        assert_pinning(gate(at, &gitlab, &["check"]));
    }
}

#[test]
fn a_change_into_another_branch_leaves_the_environment_as_it_is() {
    for environments in [ALL, ONE] {
        let directory = clone(environments);
        let at = &directory.path().join("clone");
        for base in ["origin/main", "origin/env/staging"] {
            let (code, out) = gate(at, &[], &["check", "--base", base]);
            assert!(code == 0 && !out.contains("image-digest-pinned"), "{base}: {out}");
        }
    }
}

#[test]
fn environments_without_a_branch_are_on_the_default_branch_then() {
    let directory = clone(ONE);
    let at = &directory.path().join("clone");
    // Staging runs another digest, on main only. The copy on the branch of production is nobody's.
    let origin = &directory.path().join("origin");
    commit(origin, "apps/api/staging/kustomization.yaml", &digest('2'));
    git(at, &["fetch", "--quiet", "origin"]);
    commit(at, PRODUCTION, &digest('3'));
    let (_, out) = gate(at, &[], &["check", "--base=origin/env/production"]);
    assert!(out.contains("`sha256:222222222222…`"), "{out}");
    git(at, &["update-ref", "-d", "refs/remotes/origin/main"]);
    git(at, &["symbolic-ref", "--delete", "refs/remotes/origin/HEAD"]);
    let (code, out) = gate(at, &[], &["check", "--base=origin/env/production"]);
    assert!(code == 2 && out.contains("the default branch, where `staging` is, is not in this checkout"), "{out}");
    assert!(out.contains("run `git fetch origin && git remote set-head origin --auto`"), "{out}");
}

#[test]
fn a_tree_that_belongs_to_no_environment_is_not_passed() {
    let directory = clone(ALL);
    let at = &directory.path().join("clone");
    for arguments in [&["check"][..], &["check", "--base=none"], &["check", "--base=HEAD~2"]] {
        let (code, out) = gate(at, &[], arguments);
        assert!(code == 2 && out.contains("the tree to be judged belongs to no environment"), "{arguments:?} {out}");
        assert!(out.contains("as in `gate check --base origin/env/production`"), "{out}");
    }
    // The branch that is checked out says which it is.
    git(at, &["branch", "--quiet", "--force", "env/production", "HEAD"]);
    git(at, &["checkout", "--quiet", "env/production"]);
    assert_pinning(gate(at, &[], &["check"]));
    // Branches that are at one commit do not tell which of them is meant.
    git(at, &["update-ref", "refs/remotes/origin/env/staging", "refs/remotes/origin/env/production"]);
    let tip = git(at, &["rev-parse", "origin/env/production"]);
    let (code, out) = gate(at, &[], &["check", "--base", &tip]);
    assert!(code == 2 && out.contains("the change may go into each of `staging`, `production`"), "{out}");
    assert_pinning(gate(at, &[], &["check", "--base=origin/env/production"]));
}
