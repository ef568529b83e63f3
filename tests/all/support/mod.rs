//! Small real Git repositories for tests.

#![expect(clippy::unwrap_used, reason = "tests")]

pub(crate) mod repository;

use std::path::Path;
use std::process::Command;

/// A clean environment: what a machine's own git configuration says must not matter.
pub(crate) fn command(program: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env_clear()
        .envs([("PATH", std::env::var("PATH").unwrap_or_default()), ("HOME", directory.display().to_string())]);
    command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "someone").env(format!("GIT_{role}_EMAIL"), "someone@example.com");
        command.env(format!("GIT_{role}_DATE"), "2026-11-23T10:00:00Z");
    }
    command
}

/// What git prints.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = command("git", directory).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Writes a file and commits everything; the commit.
pub(crate) fn commit(directory: &Path, file: &str, content: &str) -> String {
    let path = directory.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
    git(directory, &["add", "."]);
    git(directory, &["commit", "--quiet", "--allow-empty", &format!("--message={file}")]);
    git(directory, &["rev-parse", "HEAD"])
}
