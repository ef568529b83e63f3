//! What the files of a revision are looked at for before anything is parsed: whether they may hold pointers, or what pointers
//! are read with.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::kustomize::as_utf8;
use crate::pointer::{is_mentioned, may_hold_source, may_hold_variables, may_release, may_set_options};
use crate::secrecy::{asks_for_variables, sets_variables};
use crate::source::{RepoPath, Revision, is_yaml_or_json};

/// What a file may hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent of one another")]
pub(super) struct Looks {
    /// Pointers.
    pub(super) points: bool,
    /// Options of Argo CD.
    pub(super) sets_options: bool,
    /// Variables of Flux.
    pub(super) sets_variables: bool,
    /// Secrets that variables are put into.
    pub(super) asks_for_variables: bool,
    /// Charts that Flux has rendered.
    pub(super) releases: bool,
    /// What variables are read from, where a pointer asks for that.
    pub(super) holds_variables: bool,
    /// Where Flux takes things from.
    pub(super) holds_source: bool,
}

impl Looks {
    /// Those of a file; `None` where it cannot be read.
    fn of(revision: &Revision, file: &RepoPath) -> Option<Self> {
        let bytes = as_utf8(revision.peek(file).ok()?);
        Some(Self {
            points: is_mentioned(&bytes),
            sets_options: may_set_options(&bytes),
            sets_variables: sets_variables(&bytes),
            asks_for_variables: asks_for_variables(&bytes),
            releases: may_release(&bytes),
            holds_variables: may_hold_variables(&bytes),
            holds_source: may_hold_source(&bytes),
        })
    }

    /// Whether it may hold something that is looked for whatever else there is.
    fn any(self) -> bool {
        let only_variables = Self { holds_variables: self.holds_variables, ..Self::default() };
        self != only_variables
    }
}

/// The files that were looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Looked(HashMap<RepoPath, Looks>);

impl Looked {
    /// Looks at `files`. What the base has looked at and the change leaves as it is, is not read again.
    pub(super) fn at<'f>(
        revision: &Revision,
        files: impl ParallelIterator<Item = &'f RepoPath>,
        before: Option<(&Self, &HashSet<&RepoPath>)>,
    ) -> Self {
        let look = |path: &RepoPath| {
            let known = before.filter(|(_, changed)| !changed.contains(path)).and_then(|(base, _)| base.0.get(path));
            known.copied().or_else(|| Looks::of(revision, path))
        };
        Self(files.filter_map(|path| Some((path.clone(), look(path)?))).collect())
    }

    /// Whether a file may hold something of that.
    pub(super) fn has(&self, file: &RepoPath) -> bool {
        self.0.get(file).is_some_and(|looks| looks.any())
    }

    /// The files of which `is` is true, sorted.
    pub(super) fn all(&self, is: impl Fn(&Looks) -> bool) -> Vec<RepoPath> {
        let mut files: Vec<RepoPath> =
            self.0.iter().filter(|(_, looks)| is(looks)).map(|(path, _)| path.clone()).collect();
        files.sort();
        files
    }
}

/// Whether a file of a revision may hold something of that.
pub(super) fn is_worth_it(revision: &Revision, file: &RepoPath) -> bool {
    is_yaml_or_json(file.as_str()) && Looks::of(revision, file).is_some_and(Looks::any)
}
