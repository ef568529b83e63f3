//! `gate hook`: what git, pre-commit and people make of it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::repository::Repository;
use crate::support::{command, commit, git};

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
    hook_with(at, &["origin", "https://git.example.com/shop"], lines, variables)
}

/// Exit code and output of `gate hook` with those arguments on those lines.
fn hook_with(at: &Path, arguments: &[&str], lines: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    gate.arg("hook").args(arguments).envs(variables.iter().copied());
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
    let said = [
        (String::new(), "nothing is pushed, so nothing is judged\n"),
        (deletion, "topic: it is deleted, so nothing is judged\n\n"),
        (tag, "refs/tags/v1: tags are not judged\n\n"),
    ];
    for (lines, said) in said {
        assert_eq!(hook(at, &lines, &[]), (0, said.to_owned()));
    }
    let same = line("refs/heads/main", &repository.main, "topic", &zeros);
    assert_eq!(hook(at, &same, &[]), (0, "topic: the remote has it all already\n\n".to_owned()));
    // A repository without overlays, whose configuration names none.
    git(at, &["rm", "--quiet", "-r", "apps"]);
    std::fs::write(at.join("gate.yaml"), "version: 1\n").unwrap();
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
    assert_eq!(hook(at, &tag, &range), (0, "refs/tags/v1: tags are not judged\n\n".to_owned()));
}

#[test]
fn a_branch_answers_only_for_what_it_brings() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    // `main` gets a fault that is not the branch's.
    git(at, &["checkout", "--quiet", "-b", "topic", "main"]);
    let first = commit(at, "NOTES", "first\n");
    git(at, &["checkout", "--quiet", "main"]);
    git(at, &["merge", "--quiet", "--no-ff", "--message=others", "change"]);
    git(at, &["push", "--quiet", "origin", "main"]);
    let tip = git(at, &["rev-parse", "main"]);
    // Rebased and pushed with force, or with `main` merged into it.
    git(at, &["checkout", "--quiet", "topic"]);
    git(at, &["merge", "--quiet", "--no-ff", "--message=main into topic", "main"]);
    let merged = git(at, &["rev-parse", "HEAD"]);
    git(at, &["reset", "--quiet", "--hard", &first]);
    git(at, &["rebase", "--quiet", "main"]);
    let rebased = git(at, &["rev-parse", "HEAD"]);
    for head in [rebased, merged] {
        let (code, out) = hook(at, &line("HEAD", &head, "topic", &first), &[]);
        assert!(code == 0 && out.starts_with(&format!("topic: compared with `{tip}`, where it left")), "{out}");
    }
    // Into the branch of an environment a merge is the promotion.
    git(at, &["checkout", "--quiet", "main"]);
    let config = std::fs::read_to_string(at.join("gate.yaml")).unwrap();
    let config = config.replace("{name: production,", "{name: production, revision: origin/env/production,");
    commit(at, "gate.yaml", &config);
    git(at, &["push", "--quiet", "origin", "main", &format!("{}:refs/heads/env/production", repository.main)]);
    let head = git(at, &["rev-parse", "main"]);
    let (code, out) = hook(at, &line("main", &head, "env/production", &repository.main), &[]);
    assert!(code == 1 && out.contains("error[image-digest-pinned] worker in production"), "{out}");
    // So is going back, there and on the default branch.
    for branch in ["env/production", "main"] {
        let (code, out) = hook(at, &line("main", &repository.change, branch, &head), &[]);
        assert!(
            code != 2 && out.starts_with(&format!("{branch}: compared with `{head}`, which the remote has")),
            "{out}"
        );
    }
}

#[test]
fn the_rules_are_those_of_the_default_branch() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    git(at, &["checkout", "--quiet", "main"]);
    let config = std::fs::read_to_string(at.join("gate.yaml")).unwrap();
    let freeze = "freeze:\n  - {name: now, environments: [production], start: 2020-01-01T00:00, end: 2100-01-01T00:00, timezone: UTC}\n";
    commit(at, "gate.yaml", &config.replace("freeze:\n", freeze));
    git(at, &["push", "--quiet", "origin", "main"]);
    let zeros = "0".repeat(40);
    for remote in [&zeros, &repository.start] {
        let (code, out) = hook(at, &line("change", &repository.change, "topic", remote), &[]);
        assert!(code == 1 && out.contains("error[freeze-window] worker in production"), "{out}");
        assert!(out.contains("are those of `refs/remotes/origin/HEAD`"), "{out}");
    }
}

#[test]
fn a_push_for_review_is_judged_against_where_it_goes() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let zeros = "0".repeat(40);
    let push = |reference: &str| hook(at, &format!("HEAD {} {reference} {zeros}\n", repository.change), &[]);
    for reference in ["refs/for/main", "refs/for/main%topic=x", "refs/drafts/main"] {
        let (code, out) = push(reference);
        let header =
            format!("{reference}: compared with `{}`, where it left `refs/remotes/origin/main`", repository.start);
        assert!(code == 1 && out.starts_with(&header), "{out}");
        assert!(out.contains("error[image-digest-pinned]"), "{out}");
    }
    let (code, out) = push("refs/for/other");
    assert!(code == 2 && out.contains("error: `refs/for/other`: ") && out.contains("run `git fetch origin`"), "{out}");
    let (code, out) = push("refs/review/1");
    assert!(code == 1 && out.contains("error[image-digest-pinned]"), "{out}");
    let tree = git(at, &["rev-parse", "HEAD^{tree}"]);
    let (code, out) = hook(at, &format!("x {tree} refs/trees/x {zeros}\n"), &[]);
    assert_eq!((code, out.as_str()), (0, "refs/trees/x: it leads to no commit, so nothing is judged\n\n"));
}

#[test]
fn a_run_that_is_about_no_push_judges_what_is_checked_out() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    git(at, &["checkout", "--quiet", "change"]);
    let (code, out) = hook_with(at, &[], "", &[]);
    let header = format!("HEAD: compared with `{}`, where history left `refs/remotes/origin/HEAD`", repository.start);
    assert!(code == 1 && out.starts_with(&header) && out.contains("error[image-digest-pinned]"), "{out}");
    git(at, &["checkout", "--quiet", "main"]);
    let (code, out) = hook_with(at, &[], "", &[]);
    assert!(code == 0 && out.starts_with("HEAD: compared with"), "{out}");
    git(at, &["remote", "remove", "origin"]);
    git(at, &["branch", "--quiet", "-m", "main", "elsewhere"]);
    let (code, out) = hook_with(at, &[], "", &[]);
    assert!(code == 2 && out.contains("no default branch is known to compare with"), "{out}");
}

#[cfg(unix)]
#[test]
fn git_may_say_where_repository_and_work_tree_are() {
    let (repository, _remote) = pushed();
    let at = repository.path();
    let apart = tempfile::tempdir().unwrap();
    let (git_dir, elsewhere) = (apart.path().join("separate"), apart.path().join("elsewhere"));
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::rename(at.join(".git"), &git_dir).unwrap();
    let zeros = "0".repeat(40);
    let bad = line("change", &repository.change, "topic", &zeros);
    let good = line("main", &repository.main, "topic", &zeros);
    let (directory, tree) = (git_dir.to_str().unwrap(), at.to_str().unwrap());
    let variables = [("GIT_DIR", directory), ("GIT_WORK_TREE", tree)];
    for (place, variables) in [(&*elsewhere, &variables[..]), (at, &variables), (apart.path(), &variables[..1])] {
        let (code, out) = hook(place, &bad, variables);
        assert!(code == 1 && out.contains("error[image-digest-pinned] worker in production"), "{out}");
        let (code, out) = hook(place, &good, variables);
        assert_eq!((code, out.as_str()), (0, "topic: the remote has it all already\n\n"));
    }
}
