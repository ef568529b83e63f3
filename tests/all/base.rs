//! Which commit a change is compared with, on real repositories as CI platforms check them out.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use serde_json::{Value, json};

use crate::support::repository::Repository;
use crate::support::{command, commit, git};

const NOW: &str = "2026-11-23T10:00:00Z";

/// What a run says.
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn gate(at: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    let output = gate.envs(variables.iter().copied()).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// The base and the first note of a report, or what keeps gate from judging.
type Found = Result<(Option<String>, String), String>;

fn found(at: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Found {
    let run = gate(at, variables, &[&["check", "--format=json"], arguments].concat());
    if run.out.is_empty() {
        assert_eq!(run.code, 2);
        return Err(run.err);
    }
    assert!(matches!(run.code, 0 | 1), "{}", run.out);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    Ok((report["base"].as_str().map(str::to_owned), report["notes"][0].as_str().unwrap_or_default().to_owned()))
}

/// What is found in GitHub Actions for an event.
fn github(at: &Path, event: &str, payload: &Value) -> Found {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("event.json");
    std::fs::write(&file, payload.to_string()).unwrap();
    let base_ref = if event.starts_with("pull_request") { "main" } else { "" };
    let variables = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_BASE_REF", base_ref),
    ];
    found(at, &variables, &[])
}

fn gitlab(at: &Path, source: &str, variables: &[(&str, &str)]) -> Found {
    let head = git(at, &["rev-parse", "HEAD"]);
    let all = [("CI", "true"), ("GITLAB_CI", "true"), ("CI_PIPELINE_SOURCE", source), ("CI_COMMIT_SHA", &head)];
    found(at, &[&all, variables].concat(), &[])
}

fn base(found: Found) -> String {
    found.unwrap().0.unwrap()
}

fn pull_request(head: &str) -> Value {
    json!({"pull_request": {"head": {"sha": head}, "base": {"ref": "main", "sha": "0"}}})
}

fn push(before: &str, after: &str) -> Value {
    json!({"before": before, "after": after, "repository": {"default_branch": "main"}})
}

#[test]
fn a_pull_request_is_compared_with_the_first_parent_of_its_merge() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 2);
    let (base, note) = github(clone.path(), "pull_request", &pull_request(&repository.change)).unwrap();
    assert_eq!(base, Some(repository.main.clone()));
    let judged = format!("the commit `{}` is judged, not the working tree", repository.pull);
    assert!(note.ends_with(&judged), "{note}");
}

#[test]
fn in_ci_the_commit_is_judged_and_elsewhere_the_files() {
    let repository = Repository::new();
    let clone = repository.checkout("main", 100);
    let overlay = "apps/worker/overlays/production/kustomization.yaml";
    let broken = git(clone.path(), &["show", &format!("{}:{overlay}", repository.change)]);
    std::fs::write(clone.path().join(overlay), broken).unwrap();
    let counts = |variables: &[(&str, &str)], arguments: &[&str]| {
        let run = gate(clone.path(), variables, &[&["check", "--base=auto"], arguments].concat());
        run.out.contains("image-digest-pinned")
    };
    assert!(counts(&[], &[]));
    assert!(!counts(&[("CI", "true")], &[]));
    assert!(counts(&[("CI", "true")], &["--head", &repository.change]));
}

#[test]
fn a_pull_request_in_the_default_checkout_asks_for_one_commit_more() {
    let repository = Repository::new();
    git(repository.path(), &["branch", "--quiet", "-D", "main", "change"]);
    let clone = repository.checkout("pull", 1);
    let error = github(clone.path(), "pull_request", &pull_request(&repository.change)).unwrap_err();
    let error = error.replace(&repository.main, "MAIN");
    insta::assert_snapshot!(error, @"
    error: the commit that the pull request is merged into, `MAIN`, is not in this checkout
      help: give actions/checkout `fetch-depth: 2`, or run `git fetch origin MAIN` before gate
    ");
    // What it says mends it.
    git(clone.path(), &["fetch", "--quiet", "origin", &repository.main]);
    assert_eq!(base(github(clone.path(), "pull_request", &pull_request(&repository.change))), repository.main);
}

#[test]
fn a_pull_request_checked_out_at_its_head_is_compared_with_the_fork_point() {
    let repository = Repository::new();
    let event = pull_request(&repository.change);
    for name in ["pull_request", "pull_request_target"] {
        let clone = repository.checkout("change", 100);
        assert_eq!(base(github(clone.path(), name, &event)), repository.start);
        let shallow = repository.checkout("change", 1);
        let error = github(shallow.path(), name, &event).unwrap_err();
        insta::allow_duplicates!(insta::assert_snapshot!(error, @"
        error: this checkout is shallow: it does not hold all of the history back to where HEAD left `refs/remotes/origin/main`
          help: give actions/checkout `fetch-depth: 0`, or run `git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main` before gate
        "));
        git(
            shallow.path(),
            &["fetch", "--quiet", "--unshallow", "origin", "+refs/heads/main:refs/remotes/origin/main"],
        );
        assert_eq!(base(github(shallow.path(), name, &event)), repository.start);
    }
}

#[test]
fn a_commit_that_is_not_the_pull_requests_merge_is_refused() {
    let repository = Repository::new();
    for (reference, head) in [("pull", &repository.start), ("pull", &repository.main), ("main", &repository.change)] {
        let clone = repository.checkout(reference, 100);
        let error = github(clone.path(), "pull_request", &pull_request(head)).unwrap_err();
        assert!(error.contains("is neither the pull request's head nor its merge with the base"), "{error}");
        assert!(error.contains("help: let actions/checkout use its default `ref`"), "{error}");
    }
}

#[test]
fn the_base_branch_is_not_judged_in_place_of_the_pull_request() {
    let repository = Repository::new();
    let clone = repository.checkout("main", 100);
    let error = github(clone.path(), "pull_request_target", &pull_request(&repository.change)).unwrap_err();
    insta::assert_snapshot!(error, @"
    error: `pull_request_target` checks out the base branch, so the change would not be judged
      help: run the workflow on `pull_request` instead
    ");
}

#[test]
fn a_merge_group_and_a_push_name_their_base() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 100);
    let group = |base: &str, head: &str| json!({"merge_group": {"base_sha": base, "head_sha": head}});
    let Repository { start, main, change, pull, .. } = &repository;
    assert_eq!(&base(github(clone.path(), "merge_group", &group(main, pull))), main);
    assert_eq!(&base(github(clone.path(), "push", &push(change, pull))), change);
    let missing = "1".repeat(40);
    for (event, payload) in [("merge_group", group(&missing, pull)), ("push", push(&missing, pull))] {
        let error = github(clone.path(), event, &payload).unwrap_err();
        assert!(error.contains(&format!("`{missing}`, is not in this checkout")), "{error}");
        assert!(error.contains(&format!("`fetch-depth: 0`, or run `git fetch origin {missing}`")), "{error}");
    }
    // Another commit than the event's is checked out: `ref: main` would compare the base with itself.
    for (event, payload) in [("merge_group", group(start, main)), ("push", push(start, change))] {
        let error = github(clone.path(), event, &payload).unwrap_err();
        assert!(error.contains(&format!("HEAD is `{pull}`, but this event is about")), "{error}");
    }
    for (event, payload) in [("merge_group", group("", pull)), ("merge_group", json!({})), ("push", json!({}))] {
        let error = github(clone.path(), event, &payload).unwrap_err();
        assert!(error.contains(&format!("the payload of this `{event}` has no `")), "{error}");
    }
    let error = github(clone.path(), "push", &push(change, &"0".repeat(40))).unwrap_err();
    assert!(error.contains("this push deletes a branch or a tag"), "{error}");
}

#[test]
fn a_new_branch_is_compared_with_where_it_left_the_default_branch() {
    let repository = Repository::new();
    let clone = repository.checkout("change", 100);
    for zeros in ["0".repeat(40), "0".repeat(64)] {
        assert_eq!(base(github(clone.path(), "push", &push(&zeros, &repository.change))), repository.start);
        let variables = [("CI_COMMIT_BEFORE_SHA", zeros.as_str()), ("CI_DEFAULT_BRANCH", "main")];
        assert_eq!(base(gitlab(clone.path(), "push", &variables)), repository.start);
    }
    // What the default branch has all of has no difference to it that could be judged.
    let clone = repository.checkout("main", 100);
    let (base, note) = github(clone.path(), "push", &push(&"0".repeat(40), &repository.main)).unwrap();
    assert_eq!(base, None);
    assert!(
        note.ends_with("has all that HEAD has, so there is nothing to compare: the tree is judged as it is"),
        "{note}"
    );
}

#[test]
fn an_event_about_no_change_has_the_tree_judged_as_it_is() {
    let repository = Repository::new();
    let clone = repository.checkout("main", 1);
    for event in ["schedule", "workflow_dispatch"] {
        let note = format!("the event `{event}` is about no change: the tree is judged as it is");
        assert_eq!(github(clone.path(), event, &Value::Null), Ok((None, note)));
    }
    for source in ["schedule", "web"] {
        let note = format!("a pipeline by `{source}` is about no change: the tree is judged as it is");
        assert_eq!(gitlab(clone.path(), source, &[]), Ok((None, note)));
    }
}

#[test]
fn an_event_that_is_not_understood_is_an_error() {
    let repository = Repository::new();
    let clone = repository.checkout("main", 1);
    let error = github(clone.path(), "issue_comment", &Value::Null).unwrap_err();
    insta::assert_snapshot!(error, @"
    error: the event `issue_comment` says nothing about what to compare with
      help: name the base as in `gate check --base origin/main`, or judge the tree as it is with `gate check --base none`
    ");
    let error = gitlab(clone.path(), "chat", &[]).unwrap_err();
    assert!(error.starts_with("error: a pipeline by `chat` says nothing"), "{error}");
    for (variable, event) in [("GITHUB_ACTIONS", "GITHUB_EVENT_NAME"), ("GITLAB_CI", "CI_PIPELINE_SOURCE")] {
        let error = found(clone.path(), &[(variable, "true")], &[]).unwrap_err();
        assert!(error.starts_with(&format!("error: `{event}` does not say ")), "{error}");
    }
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request")];
    let error = found(clone.path(), &variables, &[]).unwrap_err();
    assert!(error.starts_with("error: `GITHUB_EVENT_PATH` is not set"), "{error}");
    // The two ways out that it names.
    assert_eq!(found(clone.path(), &variables, &["--base=none"]), found(clone.path(), &[], &[]));
    assert_eq!(base(found(clone.path(), &variables, &["--base=origin/main"])), "origin/main");
}

#[test]
fn a_merge_request_is_compared_with_its_target() {
    let repository = Repository::new();
    let Repository { start, main, .. } = &repository;
    let clone = repository.checkout("change", 100);
    let plain = [
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", start.as_str()),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
    ];
    assert_eq!(&base(gitlab(clone.path(), "merge_request_event", &plain)), start);
    assert_eq!(&base(gitlab(clone.path(), "parent_pipeline", &plain)), start);
    let shallow = repository.checkout("change", 1);
    let error = gitlab(shallow.path(), "merge_request_event", &plain).unwrap_err();
    insta::assert_snapshot!(error.replace(start, "START"), @"
    error: the commit that the merge request starts from, `START`, is not in this checkout
      help: set the variable `GIT_DEPTH: 0` for the job, or run `git fetch origin START` before gate
    ");
    // A merged results pipeline runs on the merge.
    let merged = repository.checkout("pull", 100);
    let results = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", start.as_str()), ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", main)];
    assert_eq!(&base(gitlab(merged.path(), "merge_request_event", &results)), main);
    let error = gitlab(merged.path(), "merge_request_event", &[&results[..], &[("CI_COMMIT_SHA", start)]].concat());
    assert!(error.unwrap_err().contains("but this event is about"));
    let before = [("CI_COMMIT_BEFORE_SHA", start.as_str())];
    assert_eq!(&base(gitlab(merged.path(), "push", &before)), start);
    assert!(gitlab(merged.path(), "push", &[]).unwrap_err().contains("`CI_COMMIT_BEFORE_SHA` is not set"));
}

#[test]
fn without_ci_a_base_is_found_only_where_it_is_asked_for() {
    let repository = Repository::new();
    let clone = repository.checkout("change", 100);
    let auto = || found(clone.path(), &[], &["--base=auto"]);
    assert_eq!(found(clone.path(), &[], &[]).unwrap().0, None);
    assert_eq!(base(auto()), repository.start);
    // The remote's own word counts before names.
    git(clone.path(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/change"]);
    assert_eq!(base(auto()), repository.change);
    // Without a remote it is the local branch.
    git(repository.path(), &["checkout", "--quiet", "change"]);
    assert_eq!(base(found(repository.path(), &[], &["--base=auto"])), repository.start);
    git(repository.path(), &["branch", "--quiet", "-D", "main"]);
    let error = found(repository.path(), &[], &["--base=auto"]).unwrap_err();
    insta::assert_snapshot!(error, @"
    error: no default branch is known to compare with
      help: run `git fetch origin && git remote set-head origin --auto`, or name the base with `--base REV`
    ");
    let shallow = repository.checkout("change", 1);
    git(shallow.path(), &["update-ref", "refs/remotes/origin/main", "refs/remotes/origin/pull"]);
    let error = found(shallow.path(), &[], &["--base=auto"]).unwrap_err();
    insta::assert_snapshot!(error, @"
    error: this checkout is shallow: it does not hold all of the history back to where HEAD left `refs/remotes/origin/main`
      help: run `git fetch --unshallow origin`, or name the base with `--base REV`
    ");
}

/// A history with side branches that were merged late, cut at every depth: the answer is git's on the whole
/// history, or that it cannot be known.
#[test]
fn a_shallow_clone_never_yields_another_base() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    commit(at, "0", "");
    git(at, &["branch", "side"]);
    for step in 1..=4 {
        commit(at, &format!("main-{step}"), "");
    }
    git(at, &["checkout", "--quiet", "side"]);
    for step in 1..=3 {
        commit(at, &format!("side-{step}"), "");
    }
    git(at, &["checkout", "--quiet", "-b", "change"]);
    commit(at, "change-1", "");
    git(at, &["merge", "--quiet", "--no-ff", "--message=main into change", "main~2"]);
    commit(at, "change-2", "");
    git(at, &["checkout", "--quiet", "main"]);
    git(at, &["merge", "--quiet", "--no-ff", "--message=side into main", "side"]);
    commit(at, "main-5", "");
    let bases = git(at, &["merge-base", "--all", "main", "change"]);
    let bases: Vec<&str> = bases.lines().collect();
    assert_eq!(bases.len(), 2);
    let mut known = 0;
    for depth in 1..12 {
        let clone = tempfile::tempdir().unwrap();
        let source = format!("file://{}", at.display());
        let arguments = ["clone", "--quiet", "--no-single-branch", "--branch=change", &format!("--depth={depth}")];
        git(clone.path(), &[&arguments[..], &[&source, "."]].concat());
        let run = gate(clone.path(), &[], &["check", "--base=auto", "--format=json"]);
        if run.code == 2 {
            assert!(run.err.contains("this checkout is shallow"), "{depth}: {}", run.err);
            continue;
        }
        known += 1;
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert!(bases.contains(&report["base"].as_str().unwrap()), "{depth}: {}", run.out);
    }
    assert!((1..11).contains(&known), "{known}");
}

#[test]
fn a_repository_of_sha_256_is_judged_like_any_other() {
    let repository = Repository::with(&["--object-format=sha256"]);
    assert_eq!(repository.main.len(), 64);
    let clone = tempfile::tempdir().unwrap();
    let source = format!("file://{}", repository.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth=2", "--branch=pull", &source, "."]);
    let event = pull_request(&repository.change);
    assert_eq!(base(github(clone.path(), "pull_request", &event)), repository.main);
    let run = gate(repository.path(), &[], &["check", "--base=auto", "--head=change", "--now", NOW]);
    assert!(run.code == 1 && run.out.contains("error[image-digest-pinned] worker in production"), "{}", run.out);
}

#[test]
fn commits_of_a_bare_repository_can_be_judged() {
    let repository = Repository::new();
    let bare = tempfile::tempdir().unwrap();
    let at = bare.path().join("shop.git");
    git(bare.path(), &["clone", "--quiet", "--bare", &format!("file://{}", repository.path().display()), "shop.git"]);
    // What lies around it is not its.
    std::fs::write(bare.path().join("gate.yaml"), "environments: [nowhere]\n").unwrap();
    let check =
        |arguments: &[&str]| gate(bare.path(), &[], &[&["check", "shop.git", "--now", NOW], arguments].concat());
    let run = check(&["--base=main", "--head=change"]);
    assert!(run.code == 1 && run.out.contains("error[image-digest-pinned] worker in production"), "{}", run.out);
    assert!(!run.out.contains("payments in production"), "{}", run.out);
    for arguments in [&[][..], &["--base=main"]] {
        let run = check(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        let error = run.err.replace(at.canonicalize().unwrap().to_str().unwrap(), "shop.git");
        insta::allow_duplicates!(insta::assert_snapshot!(error, @"
        error: `shop.git` is a bare repository: it has no files to look at
          help: name a commit of it with `--head`, as in `gate check --base main~1 --head main`
        "));
    }
}

#[test]
fn what_cannot_be_compared_says_why() {
    let repository = Repository::new();
    let error = |at: &Path, arguments: &[&str]| found(at, &[], arguments).unwrap_err();
    let empty = tempfile::tempdir().unwrap();
    let said = error(empty.path(), &["--base=main"]);
    assert!(said.contains("is in no Git repository"), "{said}");
    git(empty.path(), &["init", "--quiet", "--initial-branch=main"]);
    let said = error(empty.path(), &["--base=auto"]);
    assert!(said.contains("HEAD leads to no commit"), "{said}");
    // A merge that is not finished.
    git(repository.path(), &["checkout", "--quiet", "change"]);
    commit(repository.path(), "NOTES", "one\n");
    git(repository.path(), &["checkout", "--quiet", "main"]);
    commit(repository.path(), "NOTES", "other\n");
    assert!(!command("git", repository.path()).args(["merge", "change"]).output().unwrap().status.success());
    insta::assert_snapshot!(error(repository.path(), &["--base=auto"]), @"
    error: a merge is under way: `NOTES` has conflicts in the index
      help: finish it with `git add` and `git commit`, or name a commit with `--head`
    ");
    assert_eq!(base(found(repository.path(), &[], &["--base=auto", "--head=change"])), repository.start);
}

#[test]
fn directories_that_a_partial_clone_lacks_are_fetched_first() {
    let repository = Repository::new();
    for setting in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        git(repository.path(), &["config", setting, "true"]);
    }
    let clone = tempfile::tempdir().unwrap();
    let source = format!("file://{}", repository.path().display());
    git(clone.path(), &["clone", "--quiet", "--filter=tree:0", "--branch=change", &source, "."]);
    let arguments = ["--base", &repository.start, "--head", &repository.change];
    let error = found(clone.path(), &[], &arguments).unwrap_err();
    insta::assert_snapshot!(error.replace(&repository.start, "START"), @"
    error: this clone is partial, and directories of `START` are not in it
      help: run `git ls-tree -r START`, which fetches them, or clone without `--filter=tree`
    ");
    git(clone.path(), &["ls-tree", "-r", &repository.start]);
    assert_eq!(base(found(clone.path(), &[], &arguments)), repository.start);
}

#[test]
fn the_time_can_be_given_only_where_no_ci_runs() {
    let repository = Repository::new();
    let at = repository.path();
    let now = |variables: &[(&str, &str)], arguments: &[&str]| {
        let run = gate(at, variables, &[&["check", "--format=json", "--base=none"], arguments].concat());
        let report: Option<Value> = serde_json::from_str(&run.out).ok();
        report.map(|report| report["now"].as_str().unwrap().to_owned()).ok_or(run.err)
    };
    assert_eq!(now(&[("GATE_NOW", NOW)], &[]).as_deref(), Ok(NOW));
    assert_eq!(now(&[("GATE_NOW", "2040-01-01T00:00:00Z")], &["--now", NOW]).as_deref(), Ok(NOW));
    assert_eq!(now(&[("GATE_NOW", NOW), ("CI", "false"), ("GITLAB_CI", "")], &[]).as_deref(), Ok(NOW));
    let error = now(&[("GATE_NOW", "noon")], &[]).unwrap_err();
    assert!(error.starts_with("error: `GATE_NOW` is no time: "), "{error}");
    for sign in ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL"] {
        let error = now(&[(sign, "true")], &["--now", NOW]).unwrap_err();
        assert!(error.starts_with("error: `--now` does not count in CI") && error.contains(sign), "{error}");
    }
    let error = now(&[("CI", "true"), ("GATE_NOW", NOW)], &[]).unwrap_err();
    insta::assert_snapshot!(error, @"
    error: `GATE_NOW` does not count in CI, where the time is the machine's
      help: leave it out; this is CI because `CI` is set
    ");
}
