//! What is wrong with a case: due and not found, or found and not due.

use std::fmt;

use crate::source::RepoPath;

/// A difference between what is due and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file and the line, where it has one.
    pub file: Option<(RepoPath, u32)>,
    /// One sentence.
    pub message: String,
    /// The place, for people who know which case it is about.
    place: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A fault at a line of a case.
pub(super) fn fault(line: Option<&(String, u32)>, directory: &RepoPath, message: String) -> Fault {
    let place = line.map_or("without a line".to_owned(), |(file, line)| format!("{file}:{line}"));
    let file = line.and_then(|(file, line)| Some((directory.join(file).ok()?, *line)));
    Fault { file, message, place }
}
