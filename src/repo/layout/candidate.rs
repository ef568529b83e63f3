//! A directory that may be an overlay, and how notes name directories.

use crate::pointer::Applier;
use crate::source::RepoPath;

/// Examples that a note gives.
pub(super) const EXAMPLES: usize = 5;

/// A directory that may be an overlay.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The path without what names the environment: equal for all overlays of an app.
    pub(super) key: Vec<String>,
    pub(super) app: String,
    pub(super) environment: String,
    pub(super) cluster: Option<String>,
    /// Its path, which may lead through links.
    pub(super) directory: RepoPath,
    /// The directory, links resolved.
    pub(super) real: RepoPath,
    /// Who applies it.
    pub(super) by: Applier,
    /// Paths that it may follow from, beside the directory and what its kustomizations name.
    pub(super) reads: Vec<RepoPath>,
}

impl Candidate {
    /// Whether only its place says that it is applied.
    pub(super) fn is_plain(&self) -> bool {
        self.by == Applier::Unknown
    }

    /// Whether a link leads to it.
    pub(super) fn is_linked(&self) -> bool {
        self.directory != self.real
    }
}

pub(super) fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Some directories in words.
pub(super) fn examples(directories: Vec<impl std::fmt::Display>) -> String {
    let more = directories.len().saturating_sub(EXAMPLES);
    let shown: Vec<String> = directories.into_iter().take(EXAMPLES).map(|path| format!("`{path}`")).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
