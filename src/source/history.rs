//! The history of a branch: the revisions that it went through, newest first, and when each came onto it.

use std::sync::Arc;

use jiff::Timestamp;

use super::files::Files;
use super::git::{GitRepository, Landing};
use super::path::RepoPath;
use super::problem::Problem;
use super::revision::Revision;

/// Commits that are looked at.
const MAX_COMMITS: usize = 5000;

/// The history of a branch, read as far as it is asked for.
pub struct History {
    git: GitRepository,
    /// The newest commit.
    tip: String,
    /// The directory that counts as the root of every revision.
    below: RepoPath,
    files: Arc<Files>,
}

/// A commit of a branch, and when it came onto it: what a merge brought counts from the merge on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The commit.
    pub commit: String,
    /// When it came. A commit says itself when it was made, so its word is held against that of others: it came no
    /// earlier than those before it, and never later than now.
    pub time: Timestamp,
}

/// The commits of a branch.
pub struct Branch {
    /// Newest first, each a first parent of the one before it; at least one.
    pub commits: Vec<Landed>,
    /// Whether the branch goes on beyond the last of them: the clone is shallow, or history is too long.
    pub cut: bool,
}

impl History {
    /// The history that ends with the commit `tip`. Its revisions have what is below a directory, and keep their
    /// files in `files`.
    #[must_use]
    pub fn new(git: GitRepository, tip: String, below: RepoPath, files: Arc<Files>) -> Self {
        Self { git, tip, below, files }
    }

    /// The commits of the branch, as far as this clone has them. What says that it is later than `now` came at a time that
    /// nothing tells.
    ///
    /// # Errors
    /// When the newest commit is not here.
    pub fn branch(&self, now: Timestamp) -> Result<Branch, Problem> {
        let (landings, cut) = self.git.landings(&self.tip, MAX_COMMITS)?;
        let times = landing_times(landings.iter().map(|landing| landing.time), now);
        let landed = |(Landing { commit, .. }, time)| Landed { commit, time };
        Ok(Branch { commits: landings.into_iter().zip(times).map(landed).collect(), cut })
    }

    /// The files as a commit has them.
    ///
    /// # Errors
    /// When the commit is not here.
    pub fn revision(&self, commit: &str) -> Result<Revision, Problem> {
        Ok(Revision::new(self.git.tree(commit, &self.below)?, self.files.clone()))
    }
}

/// When commits came, newest first, by what they say themselves. One that says no time, or one later than now, counts
/// as late as it can have come: with the next one, or now.
fn landing_times(said: impl DoubleEndedIterator<Item = Option<i64>>, now: Timestamp) -> Vec<Timestamp> {
    let mut latest = Timestamp::UNIX_EPOCH;
    let not_before_others = |said: Option<i64>| {
        let said = said.and_then(|seconds| Timestamp::from_second(seconds).ok()).filter(|said| *said <= now)?;
        latest = latest.max(said);
        Some(latest)
    };
    let told: Vec<Option<Timestamp>> = said.rev().map(not_before_others).collect();
    let mut next = now;
    let filled = told.into_iter().rev().map(|told| {
        next = told.unwrap_or(next);
        next
    });
    filled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_commit_is_older_than_those_before_it_or_from_the_future() {
        let now = Timestamp::constant(1000, 0);
        let times = |said: &[Option<i64>]| -> Vec<i64> {
            landing_times(said.iter().copied(), now).into_iter().map(Timestamp::as_second).collect()
        };
        assert_eq!(times(&[Some(900), Some(800)]), [900, 800]);
        // Backdated, also twice in a row.
        assert_eq!(times(&[Some(100), Some(200), Some(800), Some(700)]), [800, 800, 800, 700]);
        // What cannot be is no evidence about those that follow.
        assert_eq!(times(&[Some(900), Some(5000), Some(800)]), [900, 900, 800]);
        assert_eq!(times(&[Some(5000), None, Some(800)]), [1000, 1000, 800]);
        // What no clock can have said tells nothing, either.
        assert_eq!(times(&[Some(i64::MAX), Some(i64::MIN), Some(-1)]), [1000, 1000, 0]);
    }
}
