//! `gate hook`: what git, pre-commit and people make of it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use repository::Repository;
use support::{command, commit, git};

#[path = "support/repository.rs"]
mod repository;
mod support;

/// A repository whose remote has `main`.
fn pushed() -> (Repository, tempfile::TempDir) {
    let repository = Repository::new();
    let remote = tempfile::tempdir().unwrap();
    git(remote.path(), &["init", "--quiet", "--bare", "--initial-branch=main"]);
    git(repository.path(), &["remote", "add", "origin", &remote.path().display().to_string()]);
    git(repository.path(), &["push", "--quiet", "origin", "main"]);
    git(repository.path(), &["remote", "set-head", "origin", "main"]);
    (repository, remote)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Exit code and output of `gate hook origin URL` on those lines.
fn hook(at: &Path, lines: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    gate.args(["hook", "origin", "https://git.example.com/shop"]).envs(variables.iter().copied());
    let mut gate = gate.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A hook that needs no lines may end before they are written.
    let _ = gate.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = gate.wait_with_output().unwrap();
    (output.status.code().unwrap(), text(&output))
}

fn line(local: &str, commit: &str, branch: &str, remote: &str) -> String {
    format!("{local} {commit} refs/heads/{branch} {remote}\n")
}

#[cfg(unix)]
#[test]
fn a_push_is_judged_before_it_leaves() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/pre-push");
    let path = format!(
        "{}:{}",
        Path::new(env!("CARGO_BIN_EXE_gate")).parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let hooks = at.join(".git/hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    std::fs::copy(hook, hooks.join("pre-push")).unwrap();
    let push = |references: &[&str]| {
        let mut git = command("git", at);
        git.env("PATH", &path).args(["push", "--quiet", "origin"]).args(references).output().unwrap()
    };
    // The second of two branches is the one to stop.
    let output = push(&["main:refs/heads/harmless", "change"]);
    let log = text(&output);
    assert!(!output.status.success() && log.contains("error[image-digest-pinned]"), "{log}");
    assert_eq!(git(at, &["ls-remote", "--heads", "origin"]).lines().count(), 1);
    // A branch that changes nothing, a tag and a deletion pass.
    git(at, &["tag", "v1", "change"]);
    assert!(push(&["main:refs/heads/harmless", "v1"]).status.success());
    assert!(push(&[":harmless"]).status.success());
}

#[test]
fn each_branch_is_judged_against_what_the_remote_has_of_it() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let Repository { start, main, change, pull, .. } = &repository;
    let zeros = "0".repeat(40);
    // New over there: against where it left the remote's default branch.
    let (code, out) = hook(at, &line("refs/heads/change", change, "topic", &zeros), &[]);
    let header = format!("topic: compared with `{start}`, where it left `refs/remotes/origin/HEAD`\n");
    assert!(code == 1 && out.starts_with(&header), "{out}");
    // So are those whose commit over there is not here, and zeros of the longer kind.
    for remote in ["1".repeat(40), "0".repeat(64)] {
        let (code, out) = hook(at, &line("refs/heads/change", change, "topic", &remote), &[]);
        assert!(code == 1 && out.starts_with(&header), "{out}");
    }
    // Known over there: against that.
    let (code, out) = hook(at, &line("HEAD@{1 day ago}", pull, "topic", change), &[]);
    assert!(code == 0 && out.starts_with(&format!("topic: compared with `{change}`, which")), "{out}");
    // Several: each by its name, and the worst counts wherever it stands.
    let good = line("refs/heads/main", main, "good", start);
    let bad = line("refs/heads/change", change, "bad", start);
    for lines in [format!("{good}{bad}"), format!("{bad}{good}")] {
        let (code, out) = hook(at, &lines, &[]);
        assert!(code == 1 && out.contains("good: compared with") && out.contains("bad: compared with"), "{out}");
    }
    let gone = line("refs/heads/gone", &"2".repeat(40), "gone", start);
    let (code, out) = hook(at, &format!("{gone}{bad}"), &[]);
    assert!(code == 2 && out.contains("bad: compared with") && out.contains("error: `gone`: `2222"), "{out}");
}

#[test]
fn what_brings_nothing_stops_no_push() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let zeros = "0".repeat(40);
    let deletion = line("(delete)", &zeros, "topic", &repository.change);
    let tag = format!("refs/tags/v1 {} refs/tags/v1 {zeros}\n", repository.change);
    for lines in [String::new(), deletion, tag] {
        assert_eq!(hook(at, &lines, &[]), (0, String::new()));
    }
    let same = line("refs/heads/main", &repository.main, "topic", &zeros);
    assert_eq!(hook(at, &same, &[]), (0, "topic: the remote has it all already\n\n".to_owned()));
    // A repository without overlays.
    git(at, &["rm", "--quiet", "-r", "apps"]);
    let bare = commit(at, "NOTES", "nothing is left\n");
    let (code, out) = hook(at, &line("HEAD", &bare, "topic", &repository.main), &[]);
    assert!(code == 0 && out.contains("nothing"), "{out}");
    for wrong in ["refs/heads/main", "a b c d", &format!("x main refs/heads/x {zeros}")] {
        let (code, out) = hook(at, wrong, &[]);
        assert!(code == 2 && out.contains("is no line of git's pre-push hook"), "{out}");
    }
}

#[test]
fn what_the_remote_has_may_not_be_known() {
    let repository = Repository::new();
    let at = repository.path();
    let new = line("refs/heads/main", &repository.main, "main", &"0".repeat(40));
    let (code, out) = hook(at, &new, &[]);
    assert!(code == 1 && out.starts_with("main: judged as it is: nothing is known of what the remote has"), "{out}");
    git(at, &["update-ref", "refs/remotes/origin/trunk", &repository.start]);
    let (code, out) = hook(at, &new, &[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(out, @"
    error: `main`: the default branch of the remote is not known
      help: run `git fetch origin && git remote set-head origin --auto`
    ");
    let (repository, _remote) = pushed();
    let clone = repository.checkout("change", 1);
    let (code, out) = hook(clone.path(), &line("HEAD", &repository.change, "change", &"0".repeat(40)), &[]);
    assert!(code == 2 && out.contains("help: run `git fetch --unshallow origin`"), "{out}");
}

#[test]
fn pre_commit_says_what_is_pushed_in_variables() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let of = [("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/topic"), ("PRE_COMMIT_REMOTE_NAME", "origin")];
    let local = ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/change");
    let range = [("PRE_COMMIT_FROM_REF", repository.start.as_str()), ("PRE_COMMIT_TO_REF", &repository.change)];
    let (code, out) = hook(at, "", &[&of[..], &[local], &range].concat());
    assert!(code == 1 && out.starts_with(&format!("topic: compared with `{}`", repository.start)), "{out}");
    let (code, out) = hook(at, "", &[&of[..], &[local]].concat());
    assert!(code == 1 && out.starts_with(&format!("topic: compared with `{}`", repository.start)), "{out}");
    // Git's own lines count before variables that were left over.
    let tag = format!("refs/tags/v1 {} refs/tags/v1 {}\n", repository.change, "0".repeat(40));
    assert_eq!(hook(at, &tag, &range), (0, String::new()));
}
