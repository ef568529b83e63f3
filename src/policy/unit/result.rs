//! The results of tests.

use std::time::Duration;

use crate::policy::engine::{Coverage, Unmet};
use crate::source::{Problem, Span};

/// What running tests gave.
#[derive(Debug)]
pub struct TestReport {
    /// The tests in the order of the files, then the policies that have none.
    pub results: Vec<TestResult>,
    /// How much of the policies they reached, by file, where that was asked for. The tests' own files are left out.
    pub coverage: Option<Vec<Coverage>>,
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
    /// Its cases by name, where it has some: `test_x[name] if ...`.
    pub cases: Vec<Case>,
    /// What does not hold, where the test fails, has no cases and it can be told.
    pub unmet: Option<Unmet>,
    /// Where the rule is named, or the package.
    pub span: Option<Span>,
    /// How long it took.
    pub duration: Duration,
    /// What `print` said, each line after `file:line: `.
    pub prints: Vec<String>,
}

/// One case of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The steps of its name, most often one.
    pub name: Vec<String>,
    /// Whether it holds.
    pub passed: bool,
    /// What does not hold, where it fails and that can be told.
    pub unmet: Option<Unmet>,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds, and so do all of its cases.
    Passed,
    /// It does not.
    Failed,
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
