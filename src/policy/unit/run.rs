//! Evaluating one test.

use std::time::{Duration, Instant};

use crate::policy::engine::{Data, Program, Rule, Session};
use crate::policy::load::Package;
use crate::source::{Problem, Span};

/// What evaluating a test gave.
pub(super) struct Ran {
    pub(super) package: String,
    pub(super) name: String,
    /// The rule, by index.
    pub(super) rule: usize,
    /// How many steps the names of its cases have; 0 where it has none.
    pub(super) keys: usize,
    pub(super) span: Option<Span>,
    pub(super) gave: Gave,
    pub(super) duration: Duration,
    pub(super) prints: Vec<String>,
}

/// The value of a test.
pub(super) enum Gave {
    /// It is put off.
    Nothing,
    Value(Option<Data>),
    Error(Problem),
}

impl Ran {
    /// Runs a test so often, or until it does not hold; what the last time gave is kept.
    pub(super) fn of(session: &mut Session<'_>, program: &Program, package: &Package, rule: usize, count: u32) -> Self {
        let start = Instant::now();
        let written = program.rules.get(rule);
        let mut gave = Gave::Nothing;
        let mut prints = Vec::new();
        if let Some(problem) = written.and_then(twice) {
            gave = Gave::Error(problem);
        } else if let Some(written) = written.filter(|rule| !is_put_off(rule)) {
            for _ in 0..count.max(1) {
                gave = session.ask(written).map_or_else(Gave::Error, Gave::Value);
                prints = session.take_prints();
                if !matches!(&gave, Gave::Value(Some(value)) if value.as_bool() == Some(true) || value.is_object()) {
                    break;
                }
            }
        }
        Self {
            package: package.path.join("."),
            name: written.map(|rule| rule.name.join(".")).unwrap_or_default(),
            rule,
            keys: written.map_or(0, |rule| rule.keys),
            span: written.and_then(|rule| rule.span),
            gave,
            duration: start.elapsed(),
            prints,
        }
    }
}

/// Refuses a test that has the name of another in its package. OPA runs each; here they are one rule, which holds
/// where one of them does.
fn twice(rule: &Rule) -> Option<Problem> {
    let again = rule.again.filter(|_| !is_put_off(rule))?;
    let name = rule.name.join(".");
    let problem = Problem::new(format!("another test is named `{name}`, and it would pass where either does"));
    Some(problem.at(again).hint("give each test a name of its own"))
}

/// Whether a test is not run: `todo_test_...`.
pub(super) fn is_put_off(rule: &Rule) -> bool {
    rule.name.first().is_some_and(|name| name.starts_with("todo_"))
}
