//! What unit tests of policies and cases gave, written out: one file per format, each over the same results.

mod coverage;
mod github;
mod human;
mod json;
mod junit;

use std::io::{self, Write};

use crate::cases::CaseResult;
use crate::policy::{Outcome, TestReport};
use crate::source::{Files, Span};

pub use coverage::percent;

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

/// A format that results of tests can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// As `opa test --format=json` writes it.
    Json,
    /// As CI servers read it.
    Junit,
    /// Annotations of GitHub Actions, as workflow commands.
    Github,
    /// The coverage, as `opa test --coverage` writes it.
    Coverage,
    /// The coverage, as `lcov` writes it.
    Lcov,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Human, Self::Json, Self::Junit, Self::Github, Self::Coverage, Self::Lcov];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Coverage => "coverage",
            Self::Lcov => "lcov",
        }
    }

    /// Whom it is for.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Human => "for people at a terminal",
            Self::Json => "as `opa test --format=json` writes it",
            Self::Junit => "XML for CI servers",
            Self::Github => "annotations of GitHub Actions",
            Self::Coverage => "what the tests reach, as `opa test --coverage` writes it",
            Self::Lcov => "what the tests reach, for editors and coverage services",
        }
    }

    /// Whether it tells what tests reach.
    #[must_use]
    pub fn is_coverage(self) -> bool {
        matches!(self, Self::Coverage | Self::Lcov)
    }
}

/// Writes what was tested in `format`. `verbose` shows people what is fine too.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(tested: &Tested<'_>, format: Format, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = match format {
        Format::Human => human::render(tested, verbose),
        Format::Json => json::render(tested)?,
        Format::Junit => junit::render(tested),
        Format::Github => github::render(tested),
        Format::Coverage => coverage::json(tested)?,
        Format::Lcov => coverage::lcov(tested),
    };
    out.write_all(text.as_bytes())
}

impl Tested<'_> {
    /// Whether all that was tested is as it should be.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        let units = self.units.is_none_or(|units| units.results.iter().all(|result| result.outcome.is_fine()));
        units && self.cases.iter().all(|case| case.faults.is_empty()) && self.short().is_none()
    }

    /// The share of the lines that is reached and the one that has to be, where it is too small.
    fn short(&self) -> Option<(f64, f64)> {
        let reached = percent(self.units?.coverage.as_deref()?, self.files);
        self.threshold.filter(|least| reached < *least).map(|least| (reached, least))
    }

    /// A file of the repository, as people type it.
    fn typed(&self, path: &impl std::fmt::Display) -> String {
        format!("{}{path}", self.prefix)
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.units.iter().flat_map(|units| &units.results).filter(|result| wanted(&result.outcome)).count()
    }

    /// `file:line:column`, not quoted yet.
    fn place(&self, span: Span) -> String {
        let at = self.files.location(span);
        format!("{}:{}:{}", self.typed(&at.path), at.line, at.column)
    }
}

/// The name of a test, or of a policy without one: `gate.team_test.test_name`.
fn name(result: &crate::policy::TestResult) -> String {
    if result.name.is_empty() { result.package.clone() } else { format!("{}.{}", result.package, result.name) }
}

/// What `print` said, less the place that the interpreter puts before it.
fn printed(print: &str) -> &str {
    let mut parts = print.splitn(3, ':');
    let is_place = parts.next().is_some_and(|file| !file.is_empty())
        && parts.next().is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    match parts.next() {
        Some(text) if is_place => text.strip_prefix(' ').unwrap_or(text),
        _ => print,
    }
}
