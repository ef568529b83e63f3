//! The results that are written out, and how all formats name them.

use super::lines::percent;
use crate::cases::CaseResult;
use crate::policy::{Outcome, TestReport, TestResult};
use crate::source::{Files, Span};

/// What was tested, and all that is needed to tell.
pub struct Tested<'a> {
    /// The unit tests, where there are policies.
    pub units: Option<&'a TestReport>,
    /// The cases.
    pub cases: &'a [CaseResult],
    /// The files that spans of the unit tests are in.
    pub files: &'a Files,
    /// What leads from where people stand to the root of the repository.
    pub prefix: &'a str,
    /// The least share of the lines that has to be reached, in percent.
    pub threshold: Option<f64>,
}

impl Tested<'_> {
    /// Whether all that was tested is as it should be.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        let units = self.units.is_none_or(|units| units.results.iter().all(|result| result.outcome.is_fine()));
        units && self.cases.iter().all(|case| case.faults.is_empty()) && self.short().is_none()
    }

    /// The share of the lines that is reached and the one that has to be, where it is too small.
    pub(super) fn short(&self) -> Option<(f64, f64)> {
        let reached = percent(self.units?.coverage.as_deref()?, self.files);
        self.threshold.filter(|least| reached < *least).map(|least| (reached, least))
    }

    /// A file of the repository, as people type it.
    pub(super) fn typed(&self, path: &impl std::fmt::Display) -> String {
        format!("{}{path}", self.prefix)
    }

    pub(super) fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.units.iter().flat_map(|units| &units.results).filter(|result| wanted(&result.outcome)).count()
    }

    /// `file:line:column`, not quoted yet.
    pub(super) fn place(&self, span: Span) -> String {
        let at = self.files.location(span);
        format!("{}:{}:{}", self.typed(&at.path), at.line, at.column)
    }
}

/// The name of a test, or of a policy without one: `gate.team_test.test_name`.
pub(super) fn name(result: &TestResult) -> String {
    if result.name.is_empty() { result.package.clone() } else { format!("{}.{}", result.package, result.name) }
}

/// What `print` said, less the place that the interpreter puts before it.
pub(super) fn printed(print: &str) -> &str {
    let mut parts = print.splitn(3, ':');
    let is_place = parts.next().is_some_and(|file| !file.is_empty())
        && parts.next().is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    match parts.next() {
        Some(text) if is_place => text.strip_prefix(' ').unwrap_or(text),
        _ => print,
    }
}
