//! The GitHub action's scripts, run as the runner runs them, on small real repositories.

#![expect(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{command, commit, git};

mod support;

/// A repository in which `main` moved on after `change` left it, and GitHub merged them for the pull request.
struct Repository {
    directory: tempfile::TempDir,
    start: String,
    main: String,
    change: String,
}

impl Repository {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        git(at, &["init", "--quiet", "--initial-branch=main"]);
        let start = commit(at, "start", "");
        git(at, &["checkout", "--quiet", "-b", "change"]);
        let change = commit(at, "change", "");
        git(at, &["checkout", "--quiet", "main"]);
        let main = commit(at, "main", "");
        git(at, &["checkout", "--quiet", "-b", "pull"]);
        git(at, &["merge", "--quiet", "--no-ff", "--message=merge", "change"]);
        Self { directory, start, main, change }
    }

    /// What actions/checkout leaves for `reference`.
    fn checkout(&self, reference: &str, depth: u32) -> tempfile::TempDir {
        let clone = tempfile::tempdir().unwrap();
        let at = clone.path();
        git(at, &["init", "--quiet"]);
        git(at, &["remote", "add", "origin", &format!("file://{}", self.directory.path().display())]);
        git(at, &["fetch", "--quiet", &format!("--depth={depth}"), "origin", "+refs/heads/*:refs/remotes/origin/*"]);
        git(at, &["checkout", "--quiet", "--detach", &format!("refs/remotes/origin/{reference}")]);
        clone
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("action").join(name)
}

/// The base that the script finds, or what it says instead.
fn base(at: &Path, event: &[(&str, &str)]) -> Result<String, String> {
    let defaults = ["GITHUB_EVENT_NAME", "GITHUB_BASE_REF", "GATE_EVENT_PULL_HEAD", "GATE_EVENT_GROUP_BASE"];
    let output: Output = command("bash", at)
        .arg(script("base.sh"))
        .envs(defaults.map(|name| (name, "")))
        .envs([("GATE_EVENT_BEFORE", ""), ("GATE_EVENT_DEFAULT_BRANCH", "main")])
        .envs(event.iter().copied())
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned());
    }
    assert_eq!(output.status.code(), Some(2));
    Err(String::from_utf8(output.stderr).unwrap().trim().to_owned())
}

fn pull_request(head: &str) -> [(&'static str, &str); 3] {
    [("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main"), ("GATE_EVENT_PULL_HEAD", head)]
}

#[test]
fn pull_request_is_compared_with_the_first_parent_of_its_merge() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 2);
    assert_eq!(base(clone.path(), &pull_request(&repository.change)), Ok(repository.main.clone()));
}

#[test]
fn pull_request_in_the_default_checkout_asks_for_one_commit_more() {
    let repository = Repository::new();
    git(repository.directory.path(), &["branch", "--quiet", "-D", "main", "change"]);
    let clone = repository.checkout("pull", 1);
    let error = base(clone.path(), &pull_request(&repository.change)).unwrap_err();
    insta::assert_snapshot!(error, @"the base commit is not in this checkout: give actions/checkout `fetch-depth: 2`");
}

#[test]
fn pull_request_checked_out_at_its_head_is_compared_with_the_fork_point() {
    let repository = Repository::new();
    let clone = repository.checkout("change", 100);
    assert_eq!(base(clone.path(), &pull_request(&repository.change)), Ok(repository.start.clone()));
    let shallow = repository.checkout("change", 1);
    let error = base(shallow.path(), &pull_request(&repository.change)).unwrap_err();
    assert!(error.ends_with("give actions/checkout `fetch-depth: 0`"), "{error}");
}

#[test]
fn a_commit_that_is_not_the_pull_requests_merge_is_refused() {
    let repository = Repository::new();
    for (reference, head) in [("pull", &repository.start), ("main", &repository.change)] {
        let clone = repository.checkout(reference, 100);
        let error = base(clone.path(), &pull_request(head)).unwrap_err();
        assert!(error.starts_with("HEAD is neither the pull request's head nor its merge"), "{error}");
    }
}

#[test]
fn merge_group_and_push_name_their_base() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 100);
    let group = |base| [("GITHUB_EVENT_NAME", "merge_group"), ("GATE_EVENT_GROUP_BASE", base)];
    let push = |before| [("GITHUB_EVENT_NAME", "push"), ("GATE_EVENT_BEFORE", before)];
    assert_eq!(base(clone.path(), &group(&repository.main)), Ok(repository.main.clone()));
    assert_eq!(base(clone.path(), &push(&repository.change)), Ok(repository.change.clone()));
    let missing = "1".repeat(40);
    for event in [group(&missing), push(&missing), group("")] {
        let error = base(clone.path(), &event).unwrap_err();
        assert!(error.ends_with("is not in this checkout: give actions/checkout `fetch-depth: 0`"), "{error}");
    }
}

#[test]
fn a_new_branch_is_compared_with_the_default_branch() {
    let repository = Repository::new();
    let clone = repository.checkout("change", 100);
    for zeros in ["0".repeat(40), "0".repeat(64)] {
        let push = [("GITHUB_EVENT_NAME", "push"), ("GATE_EVENT_BEFORE", zeros.as_str())];
        assert_eq!(base(clone.path(), &push), Ok(repository.start.clone()));
    }
}

#[test]
fn an_event_without_a_base_is_an_error() {
    let repository = Repository::new();
    let clone = repository.checkout("main", 100);
    let error = base(clone.path(), &[("GITHUB_EVENT_NAME", "schedule")]).unwrap_err();
    insta::assert_snapshot!(error, @"the event `schedule` says nothing about a base: give this action a `base`, or `base: none` to judge the tree as it is");
}

#[test]
fn no_expression_reaches_shell_text() {
    let action = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let action: serde_json::Value = serde_yaml::from_str(&action).unwrap();
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step}");
    }
}

/// The example repository as `main`, and a pull request whose merge is checked out.
fn promotion() -> Repository {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/shop"), at);
    let start = commit(at, "NOTES", "");
    git(at, &["checkout", "--quiet", "-b", "change"]);
    let overlay = "apps/worker/overlays/production/kustomization.yaml";
    let before = std::fs::read_to_string(at.join(overlay)).unwrap();
    let line = before.lines().find(|line| line.contains("digest:")).unwrap();
    let change = commit(at, overlay, &before.replace(&format!("{line}\n"), ""));
    git(at, &["checkout", "--quiet", "main"]);
    let main = commit(at, "OTHER", "");
    git(at, &["checkout", "--quiet", "-b", "pull"]);
    git(at, &["merge", "--quiet", "--no-ff", "--message=merge", "change"]);
    Repository { directory, start, main, change }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a step of the action leaves behind.
struct Step {
    code: i32,
    log: String,
    summary: String,
    outputs: String,
}

fn step(at: &Path, variables: &[(&str, &str)]) -> Step {
    let temp = tempfile::tempdir().unwrap();
    let file = |name: &str| temp.path().join(name);
    let output = command("bash", at)
        .arg(script("run.sh"))
        .envs([("GATE_PATH", "."), ("GATE_BASE", ""), ("GATE_BINARY", env!("CARGO_BIN_EXE_gate"))])
        .envs([("GATE_EVENT_GROUP_BASE", ""), ("GATE_EVENT_BEFORE", ""), ("GATE_EVENT_DEFAULT_BRANCH", "main")])
        .env("RUNNER_TEMP", temp.path())
        .env("GITHUB_OUTPUT", file("output"))
        .env("GITHUB_STEP_SUMMARY", file("summary"))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap_or_default();
    let report = read("output").lines().find_map(|line| line.strip_prefix("report=").map(str::to_owned));
    if let Some(report) = report {
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
        assert_eq!(json["version"], 1);
    }
    Step {
        code: output.status.code().unwrap(),
        log: String::from_utf8(output.stdout).unwrap(),
        summary: read("summary"),
        outputs: read("output"),
    }
}

#[test]
fn a_pull_request_is_judged_by_what_it_changes() {
    let repository = promotion();
    let clone = repository.checkout("pull", 2);
    let step = step(clone.path(), &pull_request(&repository.change));
    assert_eq!(step.code, 1, "{}", step.log);
    let errors: Vec<&str> = step.log.lines().filter(|line| line.starts_with("::error file=")).collect();
    assert!(errors.iter().any(|line| line.contains("title=image-digest-pinned%3A worker in production")), "{errors:?}");
    let own = "::error file=apps/worker/overlays/production/kustomization.yaml,line=7,";
    assert!(errors.iter().any(|line| line.starts_with(own)), "{errors:?}");
    assert!(!step.log.contains("payments in production"), "what was there before does not count: {}", step.log);
    assert!(step.summary.starts_with("### gate: failed\n"), "{}", step.summary);
    assert!(step.outputs.starts_with("outcome=failed\nreport=/"), "{}", step.outputs);
}

#[test]
fn a_step_without_a_base_fails_and_says_why() {
    let repository = promotion();
    let clone = repository.checkout("pull", 2);
    let step = step(clone.path(), &[("GITHUB_EVENT_NAME", "schedule")]);
    assert_eq!((step.code, step.outputs.as_str()), (2, "outcome=incomplete\n"));
    assert!(step.log.starts_with("::error title=gate::the event `schedule` says nothing about a base"), "{}", step.log);
}

#[test]
fn a_tree_can_be_judged_as_it_is() {
    let repository = promotion();
    let clone = repository.checkout("main", 1);
    let all = step(clone.path(), &[("GITHUB_EVENT_NAME", "schedule"), ("GATE_BASE", "none")]);
    assert!(all.code == 1 && all.log.contains("payments in production"), "{}", all.log);
    let one = [("GITHUB_EVENT_NAME", "schedule"), ("GATE_BASE", "none"), ("GATE_PATH", "apps/worker")];
    assert!(!step(clone.path(), &one).log.contains("payments in production"));
}

#[test]
fn a_push_is_judged_before_it_leaves() {
    let repository = promotion();
    let at = repository.directory.path();
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/pre-push");
    let path = format!(
        "{}:{}",
        Path::new(env!("CARGO_BIN_EXE_gate")).parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let remote = tempfile::tempdir().unwrap();
    git(remote.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    git(at, &["remote", "add", "origin", &remote.path().display().to_string()]);
    git(at, &["push", "--quiet", "origin", "main"]);
    git(at, &["remote", "set-head", "origin", "main"]);
    let hooks = at.join(".git/hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    std::fs::copy(hook, hooks.join("pre-push")).unwrap();
    let push = |references: &[&str]| {
        let mut git = command("git", at);
        git.env("PATH", &path).args(["push", "--quiet", "origin"]).args(references).output().unwrap()
    };
    // The second of two branches is the one to stop.
    let output = push(&["main:refs/heads/harmless", "change"]);
    let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && log.contains("error[image-digest-pinned]"), "{log}");
    assert_eq!(git(at, &["ls-remote", "--heads", "origin"]).lines().count(), 1);
    // A branch that changes nothing, a tag and a deletion pass.
    git(at, &["tag", "v1", "change"]);
    assert!(push(&["main:refs/heads/harmless", "v1"]).status.success());
    assert!(push(&[":harmless"]).status.success());
}
