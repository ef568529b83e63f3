//! Unit tests of policies: rules named `test_...`, as `opa test` and `conftest verify` know them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::engine::{Data, Program, Rule, RuleKind, Session, TIME_LIMIT};
use super::load::{self, Package};
use super::set::entry;
use crate::source::{FileId, Files, Problem, RepoPath, Span};

/// What running tests gave.
#[derive(Debug)]
pub struct TestReport {
    /// The tests in the order of the files, then the policies that have none.
    pub results: Vec<TestResult>,
    /// How much of the policies they reached, by file. The tests' own files are left out.
    pub coverage: Vec<Coverage>,
}

/// What one test gave.
#[derive(Debug)]
pub struct TestResult {
    /// The package, `data` left out; for a policy without tests its own.
    pub package: String,
    /// The rule; empty for a policy without tests.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Where the rule is named, or the package.
    pub span: Option<Span>,
    /// How long it took.
    pub duration: Duration,
    /// What `print` said, each line after `file:line: `.
    pub prints: Vec<String>,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not; the names of its cases that do not, where it has some.
    Failed(Vec<String>),
    /// It could not be evaluated.
    Error(Problem),
    /// It is put off: `todo_test_...`.
    Skipped,
    /// No test refers to the policy.
    Missing,
}

impl Outcome {
    /// Whether the run may pass with it.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::Passed | Self::Skipped)
    }
}

/// Which lines of a policy file tests reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The file.
    pub path: RepoPath,
    /// Lines that were evaluated, from 1.
    pub covered: BTreeSet<u32>,
    /// Lines that were not.
    pub missed: BTreeSet<u32>,
}

/// Runs the tests in `user`, with the built-in policies and their library beside them. A file in the package of
/// a built-in policy takes its place. `now`, in nanoseconds since 1970, is the time that policies see.
///
/// # Errors
/// Everything that is wrong with the policies, or that there is no test at all.
pub fn test(files: &Arc<Files>, user: &[FileId], now: i64) -> Result<TestReport, Vec<Problem>> {
    let sources = load::replacing(load::sources(files, user, |_| true)?);
    let (mut program, packages) = load::program(files, sources, &BTreeMap::new(), Data::array([]), now, TIME_LIMIT)?;
    program.prepare(&[])?;
    let tests: Vec<(&Package, &Rule)> = packages
        .iter()
        .filter(|package| !package.built_in)
        .flat_map(|package| rules_of(&program, package).map(move |rule| (package, rule)))
        .filter(|(_, rule)| rule.name.first().is_some_and(|name| load::is_test(name)))
        .filter(|(_, rule)| !matches!(rule.kind, RuleKind::Function(_)))
        .collect();
    if tests.is_empty() {
        let problem = Problem::new("there are no tests").hint("name rules `test_...`, in files named `..._test.rego`");
        return Err(vec![problem]);
    }
    let mut session = program.session();
    session.watch_coverage();
    let mut results: Vec<TestResult> = tests.iter().map(|(package, rule)| run(&mut session, package, rule)).collect();
    results.extend(packages.iter().filter_map(|package| untested(&program, package, &tests)));
    let own =
        |path: &RepoPath| user.iter().any(|id| files.get(*id).path() == path) && load::is_no_test(path.file_name());
    let coverage = session.coverage().into_iter().filter(|(path, ..)| own(path));
    let coverage = coverage.map(|(path, covered, missed)| Coverage { path, covered, missed }).collect();
    Ok(TestReport { results, coverage })
}

fn rules_of<'a>(program: &'a Program, package: &'a Package) -> impl Iterator<Item = &'a Rule> {
    program.rules.iter().filter(|rule| package.modules.contains(&rule.module))
}

fn run(session: &mut Session<'_>, package: &Package, rule: &Rule) -> TestResult {
    let name = rule.name.join(".");
    let start = Instant::now();
    let outcome = if name.starts_with("todo_") {
        Outcome::Skipped
    } else {
        match session.ask(rule) {
            Ok(value) => read(value.as_ref()),
            Err(problem) => Outcome::Error(problem),
        }
    };
    TestResult {
        package: package.path.join("."),
        name,
        outcome,
        span: rule.span,
        duration: start.elapsed(),
        prints: session.take_prints(),
    }
}

/// A test holds where it is defined and not false. An object holds the results of cases by their names.
fn read(value: Option<&Data>) -> Outcome {
    let Some(value) = value else { return Outcome::Failed(Vec::new()) };
    match (value.as_bool(), value.entries()) {
        (Some(false), _) => Outcome::Failed(Vec::new()),
        (_, Some(cases)) => {
            let failed = cases.iter().filter(|(_, result)| result.as_bool() == Some(false));
            let failed: Vec<String> = failed.map(|(name, _)| name.to_string()).collect();
            if failed.is_empty() { Outcome::Passed } else { Outcome::Failed(failed) }
        }
        _ => Outcome::Passed,
    }
}

/// A policy that no package with tests refers to, and that has none itself.
fn untested(program: &Program, package: &Package, tests: &[(&Package, &Rule)]) -> Option<TestResult> {
    let is_entry = |rule: &&Rule| rule.name.first().is_some_and(|name| entry(name).is_some());
    let first = rules_of(program, package).find(is_entry)?;
    let tested = tests.iter().any(|(testing, _)| {
        testing.path == package.path || rules_of(program, package).any(|rule| rule.users.contains(&testing.path))
    });
    (!package.built_in && !tested).then(|| TestResult {
        package: package.path.join("."),
        name: String::new(),
        outcome: Outcome::Missing,
        span: package.span.or(first.span),
        duration: Duration::ZERO,
        prints: Vec::new(),
    })
}
