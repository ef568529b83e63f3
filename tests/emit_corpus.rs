//! What kustomize printed, parsed and printed again, is the same to the byte.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::{Path, PathBuf};

use gate::yaml::{Dialect, Text, emit, parse_all};

fn collect(directory: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

/// Reads `file` and prints its documents as one stream.
fn round_trip(text: &str) -> Result<String, String> {
    let documents = parse_all(&Text::loose(text), Dialect::Resource).map_err(|problem| problem.to_string())?;
    let printed: Result<Vec<String>, _> = documents.iter().map(emit).collect();
    Ok(printed.map_err(|problem| problem.to_string())?.join("---\n"))
}

fn first_difference(expected: &str, actual: &str) -> String {
    let lines = expected.lines().zip(actual.lines()).enumerate();
    let at = lines
        .filter(|(_, (a, b))| a != b)
        .map(|(line, (a, b))| format!("line {}: {a:?} became {b:?}", line + 1))
        .next();
    at.unwrap_or_else(|| format!("{} bytes became {}", expected.len(), actual.len()))
}

fn check(variable: &str, default: &str, below: &str, wanted: &dyn Fn(&Path) -> bool) {
    let directory = std::env::var(variable).unwrap_or_else(|_| default.into());
    let root = Path::new(&directory).join(below);
    if !root.is_dir() {
        eprintln!("skipped: no directory `{}` (set {variable})", root.display());
        return;
    }
    let mut files = Vec::new();
    collect(&root, wanted, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let expected = std::fs::read_to_string(file).unwrap();
        match round_trip(&expected) {
            Ok(actual) if actual == expected => {}
            Ok(actual) => wrong.push(format!("{}: {}", file.display(), first_difference(&expected, &actual))),
            Err(problem) => wrong.push(format!("{}: {problem}", file.display())),
        }
    }
    eprintln!("{} of {} outputs are the same after a round trip", files.len() - wrong.len(), files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outputs_of_the_corpus_are_printed_as_they_were() {
    let yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml");
    check("GATE_CORPUS", "../shared/corpus", "expected", &yaml);
}

#[test]
fn outputs_of_the_conformance_cases_are_printed_as_they_were() {
    let expected = |path: &Path| path.file_name().is_some_and(|name| name == "expected.yaml");
    check("GATE_CONFORMANCE", "../shared/conformance", "kustomize", &expected);
}
