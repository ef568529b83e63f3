//! Unit tests of policies: rules named `test_...`, as `opa test` and `conftest verify` know them.

mod judge;
mod result;
mod run;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;
use regex::Regex;

pub use self::result::{Case, Outcome, TestReport, TestResult};

use self::judge::judge;
use self::run::Ran;
use super::engine::{Data, Program, Rule, RuleKind, TIME_LIMIT, Trail};
use super::load::{self, Package};
use super::rule_name::{self, entry};
use crate::source::{FileId, Files, Problem};

/// What tests are run, and how.
#[derive(Debug, Clone)]
pub struct Run {
    /// The time that policies see, in nanoseconds since 1970.
    pub now: i64,
    /// Only tests whose name this fits, as in `data.gate.team_test.test_name`.
    pub only: Option<Regex>,
    /// How often each test is run.
    pub count: u32,
    /// How long one test may take.
    pub limit: Duration,
    /// Whether to measure what the tests reach, which runs them once more.
    pub coverage: bool,
    /// Whether it is fine that no test is run.
    pub may_be_empty: bool,
}

impl Run {
    /// Every test, once.
    #[must_use]
    pub fn at(now: i64) -> Self {
        Self { now, only: None, count: 1, limit: TIME_LIMIT, coverage: false, may_be_empty: false }
    }
}

/// A test: its package, and its rule by index.
type Test<'a> = (&'a Package, usize);

/// Runs the tests in `user`, with the built-in policies and their library beside them. A file in the package of
/// a built-in policy takes its place.
///
/// # Errors
/// Everything that is wrong with the policies, or that there is no test to run.
pub fn test(files: &Arc<Files>, user: &[FileId], how: &Run) -> Result<TestReport, Vec<Problem>> {
    let sources = load::replacing(load::sources(files, user, |_| true)?);
    let ready = |sources| {
        let (mut program, packages) = load::program(
            files,
            sources,
            &BTreeMap::new(),
            Data::array([]),
            &serde_json::Value::Null,
            how.now,
            how.limit,
        )?;
        program.prepare(&[])?;
        Ok::<_, Vec<Problem>>((program, packages))
    };
    let (program, packages) = ready(sources)?;
    let all = tests(&program, &packages);
    let wanted = |(package, rule): &Test<'_>| {
        how.only.as_ref().is_none_or(|only| only.is_match(&format!("data.{}", name(&program, package, *rule))))
    };
    let chosen: Vec<Test<'_>> = all.iter().copied().filter(wanted).collect();
    if chosen.is_empty() && !how.may_be_empty {
        return Err(vec![nothing(how, &all)]);
    }
    let ran: Vec<Ran> = chosen
        .par_iter()
        .map_init(
            || program.session(),
            |session, (package, rule)| Ran::of(session, &program, package, *rule, how.count),
        )
        .collect();
    let mut results = judge(&program, ran);
    if how.only.is_none() {
        let testing = all.iter().map(|(package, _)| package.path.as_slice()).collect();
        results.extend(packages.iter().filter_map(|package| untested(&program, package, &testing)));
    }
    let own = |id: &FileId| load::is_no_test(files.get(*id).path().file_name());
    let own: Vec<_> = user.iter().filter(|id| own(id)).map(|id| files.get(*id).path().clone()).collect();
    let coverage = how.coverage.then(|| {
        let (copies, watch) = program.watched(|path| own.contains(path));
        let (copy, packages) = ready(copies)?;
        let chosen: Vec<usize> = tests(&copy, &packages).into_iter().filter(wanted).map(|(_, rule)| rule).collect();
        Ok::<_, Vec<Problem>>(watch.coverage(&trail(&copy, &chosen), &program))
    });
    Ok(TestReport { results, coverage: coverage.transpose()? })
}

/// The rules that are tests, in the order of the files.
fn tests<'a>(program: &Program, packages: &'a [Package]) -> Vec<Test<'a>> {
    let is_test = |rule: &Rule| {
        rule.name.first().is_some_and(|name| rule_name::is_test(name)) && !matches!(rule.kind, RuleKind::Function(_))
    };
    let of = |package: &'a Package| {
        program
            .rules_of(&package.modules)
            .filter(move |(_, rule)| is_test(rule))
            .map(move |(index, _)| (package, index))
    };
    packages.iter().filter(|package| !package.built_in).flat_map(of).collect()
}

/// The package and the rule: `gate.team_test.test_name`.
fn name(program: &Program, package: &Package, rule: usize) -> String {
    let rule = program.rules.get(rule).map(|rule| rule.name.as_slice()).unwrap_or_default();
    [package.path.as_slice(), rule].concat().join(".")
}

fn nothing(how: &Run, all: &[Test<'_>]) -> Problem {
    match &how.only {
        Some(only) if !all.is_empty() => Problem::new(format!("no test has a name that fits `{only}`"))
            .hint("names are as in `data.gate.team_test.test_name`"),
        _ => Problem::new("there are no tests").hint("name rules `test_...`, in files named `..._test.rego`"),
    }
}

/// Runs tests only to see what they reach.
fn trail(program: &Program, tests: &[usize]) -> Trail {
    let share = tests.len().div_ceil(rayon::current_num_threads()).max(1);
    let reached = tests.par_chunks(share).map(|tests| {
        let mut session = program.session();
        session.watch_coverage();
        for rule in tests.iter().filter_map(|test| program.rules.get(*test)).filter(|rule| !run::is_put_off(rule)) {
            // What goes wrong was told by the run that counts.
            let _ = session.ask(rule);
        }
        Trail::of(&session)
    });
    reached.reduce(Trail::default, Trail::and)
}

/// A policy that has no tests, and that none of the packages that have some refers to.
fn untested(program: &Program, package: &Package, tests: &BTreeSet<&[String]>) -> Option<TestResult> {
    let is_entry = |rule: &Rule| rule.name.first().is_some_and(|name| entry(name).is_some());
    let own = || program.rules_of(&package.modules).map(|(_, rule)| rule);
    let first = own().find(|rule| is_entry(rule))?;
    let tested = own().any(|rule| rule.users.iter().any(|user| tests.contains(user.as_slice())));
    let tested = tested || tests.contains(package.path.as_slice());
    (!package.built_in && !tested).then(|| TestResult {
        package: package.path.join("."),
        name: String::new(),
        outcome: Outcome::Missing,
        cases: Vec::new(),
        unmet: None,
        span: package.span.or(first.span),
        duration: Duration::ZERO,
        prints: Vec::new(),
    })
}
