//! A repository with a change on its way into `main`, as servers and runners leave it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::support::{commit, git};

/// A repository in which `main` moved on after `change` left it, and the server merged them as `pull`.
pub(crate) struct Repository {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) start: String,
    pub(crate) main: String,
    pub(crate) change: String,
    pub(crate) pull: String,
}

impl Repository {
    /// The example repository; the change takes a digest away.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// The same, of a repository that is made with further options.
    pub(crate) fn with(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        git(at, &[&["init", "--quiet", "--initial-branch=main"], options].concat());
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
        let pull = git(at, &["rev-parse", "HEAD"]);
        Self { directory, start, main, change, pull }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What actions/checkout leaves for `reference`.
    pub(crate) fn checkout(&self, reference: &str, depth: u32) -> tempfile::TempDir {
        let clone = tempfile::tempdir().unwrap();
        let at = clone.path();
        git(at, &["init", "--quiet"]);
        git(at, &["remote", "add", "origin", &format!("file://{}", self.path().display())]);
        git(at, &["fetch", "--quiet", &format!("--depth={depth}"), "origin", "+refs/heads/*:refs/remotes/origin/*"]);
        git(at, &["checkout", "--quiet", "--detach", &format!("refs/remotes/origin/{reference}")]);
        clone
    }
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
