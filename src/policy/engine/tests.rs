//! The interpreter beside OPA: every expression and small policy of `testdata/rego` gives what OPA gave when
//! `testdata/rego/record.sh` asked it, but for the differences that are marked there and told in `docs/rego.md`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::source::{Files, RepoPath};

/// A time for `time.now_ns`.
const NOW: i64 = 1_795_428_000_000_000_000;

/// Fewer means that they are not where they were.
const LEAST: usize = 720;

/// A case: what it is called, the text of the policy, and whether another answer than OPA's is expected.
type Case = (String, String, bool);

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("../../../testdata/rego/expressions.txt").lines() {
        let expression = line.strip_prefix("! ").unwrap_or(line);
        if !line.is_empty() && !line.starts_with('#') {
            cases.push((expression.to_owned(), format!("answer := {expression}"), expression != line));
        }
    }
    for block in format!("\n{}", include_str!("../../../testdata/rego/policies.txt")).split("\n--- ").skip(1) {
        let (title, text) = block.split_once('\n').unwrap();
        let name = title.strip_prefix("! ").unwrap_or(title);
        cases.push((name.to_owned(), text.to_owned(), name != title));
    }
    cases
}

/// The value of `answer` as JSON, `undefined` or `error`.
fn answer(text: &str) -> String {
    let files = Arc::new(Files::default());
    let path = RepoPath::root().child("case.rego");
    let file = files.add(path, format!("package case\n\n{text}\n").into_bytes());
    let source = Source::new(&files, file, false).unwrap();
    let limit = std::time::Duration::from_secs(5);
    let base = Data::object([("gate", Data::object([("settings", Data::object::<&str>([]))]))]);
    let program = Parsed::new(&files, vec![source], NOW, limit);
    let program = program.and_then(|parsed| parsed.check(&base, &json!(true), &[Sees::Unknown]));
    let Ok(mut program) = program else { return "error".to_owned() };
    if program.prepare(&[]).is_err() {
        return "error".to_owned();
    }
    let rule = program.rules.iter().find(|rule| rule.name == ["answer"]);
    let rule = rule.unwrap_or_else(|| panic!("no answer: {text}"));
    let mut session = program.session();
    let input: Json = serde_json::from_str(include_str!("../../../testdata/rego/input.json")).unwrap();
    session.set_input(&Data::from(input));
    match session.ask(rule) {
        Ok(Some(value)) => value.to_json().to_string(),
        Ok(None) => "undefined".to_owned(),
        Err(_) => "error".to_owned(),
    }
}

/// Whether two answers are the same value: a number may be written in several ways.
fn same(left: &str, right: &str) -> bool {
    fn equal(left: &Json, right: &Json) -> bool {
        match (left, right) {
            (Json::Number(left), Json::Number(right)) => {
                left == right || (left.as_f64() == right.as_f64() && (left.is_f64() || right.is_f64()))
            }
            (Json::Array(left), Json::Array(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
            }
            (Json::Object(left), Json::Object(right)) => {
                let there = |key: &str, value: &Json| right.get(key).is_some_and(|other| equal(value, other));
                left.len() == right.len() && left.iter().all(|(key, value)| there(key, value))
            }
            _ => left == right,
        }
    }
    match (serde_json::from_str(left), serde_json::from_str(right)) {
        (Ok(left), Ok(right)) => equal(&left, &right),
        _ => left == right,
    }
}

#[test]
fn rego_means_here_what_it_means_to_opa() {
    let recorded = include_str!("../../../testdata/rego/answers.tsv").lines().filter(|line| !line.starts_with('#'));
    let recorded: BTreeMap<&str, &str> = recorded.filter_map(|line| line.rsplit_once('\t')).collect();
    let cases = cases();
    assert!(cases.len() >= LEAST, "{} cases", cases.len());
    let faults = cases.par_iter().filter_map(|(name, text, differs)| {
        let Some(theirs) = recorded.get(name.as_str()) else { return Some(format!("{name}: run record.sh")) };
        let ours = answer(text);
        match (same(&ours, theirs), differs) {
            (false, false) => Some(format!("{name}\n    OPA:  {theirs}\n    here: {ours}")),
            (true, true) => Some(format!("{name}\n    is marked, but the same as OPA's")),
            _ => None,
        }
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{} of {}\n{}", faults.len(), cases.len(), faults.join("\n"));
}
