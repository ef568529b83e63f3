//! What the pointers of a repository follow from, beside the files that they stand in and what is where: where a change
//! leaves that as it is, they are the same, and need not be found again.

use std::collections::BTreeSet;

use super::fields;
use super::object::PointerKind;
use super::sources::Sourced;
use crate::source::RepoPath;

/// Files that say of the directory that they are in how it is built, and from what; `.sourceignore` does of all others.
const NAMES: [&str; 3] = ["Chart.yaml", "requirements.yaml", ".sourceignore"];

/// What the names of such files of Argo CD begin with.
const SOURCE_FILE: &str = ".argocd-source";

/// What pointers follow from.
#[derive(Debug, Clone, Default)]
pub struct Follows {
    /// Whether there are any.
    any: bool,
    /// Whether that may be any file: an `ApplicationSet` reads what it likes, and what is composed, or variables are read
    /// from, is looked for everywhere.
    anything: bool,
    /// What those are rendered from that have others applied.
    paths: BTreeSet<RepoPath>,
}

impl Follows {
    /// What pointers follow from, of which some were rendered from `paths`.
    pub(super) fn of<'s>(all: impl IntoIterator<Item = &'s Sourced>, paths: BTreeSet<RepoPath>) -> Self {
        let is_plain = |one: &Sourced| {
            one.place.kind != PointerKind::ApplicationSet
                && fields::value(&one.object, &["spec", "postBuild", "substituteFrom"]).is_none()
                && one.source.as_ref().is_ok_and(|(_, reads)| reads.is_empty())
        };
        Self { any: true, anything: !all.into_iter().all(is_plain), paths }
    }

    /// Those of a search that may follow from any file.
    pub(super) fn anything() -> Self {
        Self { any: true, anything: true, paths: BTreeSet::new() }
    }

    /// Whether there may be pointers at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether they may be others when a file holds something else. Files that may hold pointers are not asked about.
    #[must_use]
    pub fn has(&self, file: &RepoPath) -> bool {
        let name = file.file_name();
        self.any
            && (self.anything
                || NAMES.contains(&name)
                || name.starts_with(SOURCE_FILE)
                || file.upwards().any(|path| self.paths.contains(&path)))
    }
}
