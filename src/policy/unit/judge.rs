//! What the values of tests mean, and why those fail that do.
//!
//! As in OPA a test holds where it is `true`. One with cases, `test_x[name] if ...`, holds where it has the value
//! `true` under the name of every case. A case that fails has no value at all, so the names are asked for
//! beforehand: otherwise it would pass by not being there.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::result::{Case, Outcome, TestResult};
use super::run::{Gave, Ran};
use crate::policy::engine::{Data, Inquiry, Program, Session};
use crate::source::Problem;

/// The results of tests that were run.
pub(super) fn judge(program: &Program, ran: Vec<Ran>) -> Vec<TestResult> {
    let asked: Vec<usize> = ran.iter().filter(|ran| ran.keys > 0 || fails(ran)).map(|ran| ran.rule).collect();
    if asked.is_empty() {
        return ran.into_iter().map(|ran| result(ran, Outcome::Passed)).collect();
    }
    let inquiry = program.inquire(&asked);
    let judged = ran.into_par_iter().map_init(|| inquiry.session(), |session, ran| of(ran, &inquiry, session));
    judged.collect()
}

fn fails(ran: &Ran) -> bool {
    ran.keys == 0 && matches!(&ran.gave, Gave::Value(value) if !holds(value.as_ref()))
}

fn holds(value: Option<&Data>) -> bool {
    value.and_then(Data::as_bool) == Some(true)
}

/// A result without cases; `outcome` is that of a test that could be evaluated.
fn result(ran: Ran, outcome: Outcome) -> TestResult {
    let outcome = match ran.gave {
        Gave::Nothing => Outcome::Skipped,
        Gave::Error(problem) => Outcome::Error(problem),
        Gave::Value(_) => outcome,
    };
    TestResult {
        package: ran.package,
        name: ran.name,
        outcome,
        cases: Vec::new(),
        unmet: None,
        span: ran.span,
        duration: ran.duration,
        prints: ran.prints,
    }
}

fn of(ran: Ran, inquiry: &Inquiry<'_>, session: &mut Session<'_>) -> TestResult {
    let Gave::Value(value) = &ran.gave else { return result(ran, Outcome::Passed) };
    if ran.keys == 0 {
        let passed = holds(value.as_ref());
        let unmet = if passed { None } else { inquiry.unmet(session, ran.rule, None) };
        return TestResult { unmet, ..result(ran, if passed { Outcome::Passed } else { Outcome::Failed }) };
    }
    let mut values = BTreeMap::new();
    flatten(value.as_ref(), &mut Vec::new(), ran.keys, &mut values);
    let Some(names) = inquiry.cases(session, ran.rule) else {
        let problem = Problem::new("the cases of this test cannot be told, so one that fails would be missed")
            .at(ran.span)
            .hint("write it as one rule with one body, as in `test_x[name] if { some name, case in cases; ... }`");
        return result(ran, Outcome::Error(problem));
    };
    if names.is_empty() && values.is_empty() {
        let problem = Problem::new("this test has no cases, so it tests nothing").at(ran.span);
        return result(ran, Outcome::Error(problem));
    }
    for name in names {
        values.entry(name).or_insert(false);
    }
    let case = |(name, passed): (Vec<String>, bool)| {
        let unmet = if passed { None } else { inquiry.unmet(session, ran.rule, Some(&name)) };
        Case { name, passed, unmet }
    };
    let cases: Vec<Case> = values.into_iter().map(case).collect();
    let outcome = if cases.iter().all(|case| case.passed) { Outcome::Passed } else { Outcome::Failed };
    TestResult { cases, ..result(ran, outcome) }
}

/// The values of cases by their names of `keys` steps.
fn flatten(value: Option<&Data>, name: &mut Vec<String>, keys: usize, found: &mut BTreeMap<Vec<String>, bool>) {
    match value.and_then(Data::members) {
        Some(members) if keys > 0 => {
            for (key, value) in members {
                name.push(key);
                flatten(Some(&value), name, keys - 1, found);
                name.pop();
            }
        }
        None if value.is_none() && keys > 0 => {}
        _ => {
            found.insert(name.clone(), holds(value));
        }
    }
}
