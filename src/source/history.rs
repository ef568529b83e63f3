//! The history of a branch: the revisions that it went through, newest first.

use std::sync::Arc;

use super::files::Files;
use super::git::{GitRepository, Landing};
use super::path::RepoPath;
use super::problem::Problem;
use super::revision::Revision;

/// The history of a branch, read as far as it is asked for.
pub struct History {
    git: GitRepository,
    /// The newest commit.
    tip: String,
    /// The directory that counts as the root of every revision.
    below: RepoPath,
    files: Arc<Files>,
}

impl History {
    /// The history that ends with the commit `tip`. Its revisions have what is below a directory, and keep their
    /// files in `files`.
    #[must_use]
    pub fn new(git: GitRepository, tip: String, below: RepoPath, files: Arc<Files>) -> Self {
        Self { git, tip, below, files }
    }

    /// The commits of the branch, newest first; each a first parent of the one before it.
    pub fn landings(&self) -> impl Iterator<Item = Result<Landing, Problem>> {
        let mut next = Some(self.tip.clone());
        std::iter::from_fn(move || {
            let landing = self.git.landing(&next.take()?);
            next = landing.as_ref().ok().and_then(|landing| landing.parent.clone());
            Some(landing)
        })
    }

    /// The files as a commit has them.
    ///
    /// # Errors
    /// When the commit is not here.
    pub fn revision(&self, commit: &str) -> Result<Revision, Problem> {
        Ok(Revision::new(self.git.tree(commit, &self.below)?, self.files.clone()))
    }
}
