//! What `gate render` says to the mistakes that people make most: one sentence, the place, the way that led
//! there, and what to do. kustomize 5.8.1 fails on each of these, too.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::process::Command;

const CASES: &str = include_str!("../../testdata/errors.txt");

/// Titles and files. A line `# TITLE` starts a case, a line `@@ PATH` a file of it.
fn cases() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let mut cases = Vec::new();
    for case in CASES.split("\n# ").skip(1) {
        let (title, rest) = case.split_once('\n').unwrap();
        let files = rest.split("@@ ").skip(1).map(|file| file.split_once('\n').unwrap()).collect();
        cases.push((title, files));
    }
    cases
}

/// What is said when the directory `over` is rendered.
fn said(files: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join("repo").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output = gate.current_dir(directory.path().join("repo")).env_clear().args(["render", "over"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{files:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn common_mistakes_are_explained() {
    let mut told = String::new();
    for (title, files) in cases() {
        let said = said(&files);
        assert!(said.starts_with("error: ") && said.contains("\n  --> ") && said.contains("\n  help: "), "{said}");
        writeln!(told, "# {title}\n{said}").unwrap();
    }
    insta::assert_snapshot!(told);
}
