//! How the process ends.

use std::process::ExitCode;

use crate::finding::Outcome;

/// What the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// All is well.
    Passed = 0,
    /// There are findings at or above the severity that fails.
    Failed = 1,
    /// Something could not be judged: usage, configuration, a render or policy error.
    NotJudged = 2,
    /// There was nothing to judge.
    Nothing = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed => Self::Failed,
            Outcome::Incomplete => Self::NotJudged,
            Outcome::Nothing => Self::Nothing,
        }
    }
}
