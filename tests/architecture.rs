//! What holds the code together: the floors, the one place that names each large dependency, the size of files.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules, lowest first; each uses only those before it and itself.
const FLOORS: [&str; 10] =
    ["source", "yaml", "schema", "kustomize", "diff", "repo", "policy", "check", "report", "cli"];

/// Dependencies that are named in one place only, by the beginning of the paths that may.
const NAMED_IN: [(&str, &str); 6] = [
    ("yaml_rust2", "yaml/parse"),
    ("regorus", "policy/engine"),
    ("jsonschema", "schema/"),
    ("miette", "report/human/excerpts.rs"),
    ("gix", "source/git"),
    ("clap", "cli/"),
];

/// Lines of a file beyond which it should be two.
const LONGEST: usize = 600;

/// Every source file by its path below `src`, tests left out.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "the sources are not where they were");
    found
}

/// The lines of a file that are code, with their numbers; a trailing test module is none.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests]
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim().starts_with("//"))
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

#[test]
fn modules_use_only_the_floors_below() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let own = path.split(['/', '.']).next().unwrap();
        let Some(rank) = FLOORS.iter().position(|floor| *floor == own) else {
            assert!(matches!(own, "lib" | "main"), "{path} stands on no floor");
            continue;
        };
        for (line, code) in code(&text) {
            for used in code.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
                if FLOORS.iter().skip(rank + 1).any(|floor| *floor == used) {
                    faults.push(format!("{path}:{line} uses {used}"));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn large_dependencies_are_named_in_one_place() {
    let mut faults = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_test(path)) {
        for (line, code) in code(&text) {
            for (name, place) in NAMED_IN {
                let named = code.contains(&format!("{name}::")) || code.contains(&format!("use {name}"));
                if named && !path.starts_with(place) {
                    faults.push(format!("{path}:{line} names {name}"));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn files_stay_short_and_say_what_they_are_for() {
    for (path, text) in sources() {
        assert!(text.lines().count() <= LONGEST, "{path} is longer than {LONGEST} lines");
        assert!(text.starts_with("//!") || is_test(&path), "{path} does not open with its purpose");
    }
}
