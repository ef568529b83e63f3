//! Whether the unit tests of the built-in policies notice when a condition is gone. Each line of a body, each branch
//! and each rule is left out in turn; the tests of the policy must fail then.
//!
//! `cargo test --test all mutation:: -- --ignored --nocapture` runs it (minutes), `MUTATE=freeze-window` for one file only.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use gate::policy::{self, Outcome, Run};
use gate::source::{Files, RepoPath};
use rayon::prelude::*;

/// What may go unnoticed, by file and text: it cannot change a result.
const IDLE: [(&str, &str, &str); 1] =
    [("promotion-order", "count(needed.cycle) > 0}", "an empty circle has no first name to be told")];

/// A policy less a part of it.
#[derive(Clone)]
struct Mutant {
    /// The line where that began, from 1.
    line: usize,
    /// The line's text.
    gone: String,
    text: String,
}

/// What tests make of a mutant.
#[derive(PartialEq)]
enum Fate {
    /// It is no policy any more.
    Broken,
    Noticed,
    Survived,
}

/// Every mutant of a policy.
fn mutants(text: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut without = |from: usize, to: usize, instead: &str, gone: &str| {
        let kept = [&lines[..from], &[instead], &lines[to..]].concat();
        found.push(Mutant { line: from + 1, gone: gone.trim().to_owned(), text: kept.join("\n") });
    };
    let is_head = |line: &str| line.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_');
    let start = lines.iter().position(|line| line.starts_with("package")).unwrap() + 1;
    let mut at = start;
    while at < lines.len() {
        let line = lines[at];
        let end = end(&lines, at);
        if is_head(line) && !line.starts_with("import") {
            without(at, end, "", line);
            // `rule if condition`, and what is before the `else`.
            if let Some((head, _)) = line.split_once(" if ").filter(|_| !line.ends_with('{')) {
                without(at, at + 1, head, line);
            }
        }
        at = end.max(at + 1);
    }
    for at in start..lines.len() {
        let line = lines[at];
        if let Some(inner) = line.trim_start().split_once(" | ").filter(|_| line.contains("; ")) {
            // Conditions of a comprehension that stands in one line.
            let (before, conditions) = (&line[..line.len() - inner.1.len()], inner.1);
            let parts: Vec<&str> = conditions.split("; ").collect();
            for skipped in 0..parts.len() {
                let closing = parts.last().unwrap().trim_start_matches(|letter| !matches!(letter, ']' | '}'));
                let kept: Vec<&str> =
                    parts.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, part)| *part).collect();
                let closing = if skipped + 1 == parts.len() { closing } else { "" };
                without(at, at + 1, &format!("{before}{}{closing}", kept.join("; ")), parts[skipped]);
            }
        }
        if !line.starts_with('\t') || line.trim_start().starts_with(['#', '"', '}', ']']) {
            continue;
        }
        // A statement, with the block that it opens.
        let indentation = line.len() - line.trim_start().len();
        let closes = |other: &str| other.len() - other.trim_start().len() <= indentation;
        let end = if line.ends_with(['{', '[', '(', '|']) {
            let after = lines[at + 1..].iter().position(|other| closes(other)).unwrap();
            at + 1 + after + 1
        } else {
            at + 1
        };
        without(at, end, "", line);
    }
    found
}

/// The line after a rule that begins at `at`, up to where the next `else` or rule begins.
fn end(lines: &[&str], at: usize) -> usize {
    let rest = lines[at + 1..].iter().position(|line| line.is_empty() || line.starts_with('#'));
    rest.map_or(lines.len(), |rest| at + 1 + rest)
}

/// Every branch of a rule is left out, too: its condition is made one that never holds.
fn branches(text: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = text.lines().collect();
    let opens = |line: &&str| {
        (line.starts_with("} else") || line.starts_with(|c: char| c.is_lowercase() || c == '_'))
            && line.ends_with(" if {")
    };
    let numbers = (0..lines.len()).filter(|at| opens(&lines[*at]));
    let numbers = numbers.map(|at| {
        let text = [&lines[..=at], &["\tfalse"], &lines[at + 1..]].concat().join("\n");
        Mutant { line: at + 1, gone: format!("{} (never)", lines[at]), text }
    });
    numbers.collect()
}

fn fate(name: &str, text: &str, tests: &str) -> Fate {
    let files = Arc::new(Files::default());
    let add = |file: String, text: &str| files.add(RepoPath::new(&file).unwrap(), text.as_bytes().to_vec());
    let user = [add(format!("policies/{name}.rego"), text), add(format!("policies/{name}_test.rego"), tests)];
    match policy::test(&files, &user, &Run::at(1_795_428_000_000_000_000)) {
        Err(_) => Fate::Broken,
        Ok(report) if report.results.iter().all(|result| result.outcome == Outcome::Passed) => Fate::Survived,
        Ok(_) => Fate::Noticed,
    }
}

#[test]
#[ignore = "takes minutes"]
fn no_condition_can_go_unnoticed() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let read = |name: &str| fs::read_to_string(directory.join(format!("{name}.rego"))).unwrap();
    let only = std::env::var("MUTATE").ok();
    let names = policy::BUILTINS.iter().map(|builtin| builtin.id).chain(["lib"]);
    let mut survivors = Vec::new();
    for name in names.filter(|name| only.as_ref().is_none_or(|only| only == name)) {
        let (text, tests) = (read(name), read(&format!("{name}_test")));
        assert!(fate(name, &text, &tests) == Fate::Survived, "{name}: the tests fail as it is");
        let mutants = [mutants(&text), branches(&text)].concat();
        let fates: Vec<Fate> = mutants.par_iter().map(|mutant| fate(name, &mutant.text, &tests)).collect();
        let count = |fate: &Fate| fates.iter().filter(|other| *other == fate).count();
        println!("{name}: {} noticed, {} no policy", count(&Fate::Noticed), count(&Fate::Broken));
        for (mutant, _) in mutants.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Survived) {
            if !IDLE.iter().any(|(file, gone, _)| (*file, *gone) == (name, mutant.gone.as_str())) {
                survivors.push(format!("policies/{name}.rego:{}: {}", mutant.line, mutant.gone));
            }
        }
    }
    assert!(survivors.is_empty(), "without these the tests pass:\n{}", survivors.join("\n"));
}
