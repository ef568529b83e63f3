//! Directories that look as if they were overlays and that the layout has no place for: a change of one would be judged
//! by nothing.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::names::is_protected;
use super::walk::{Walk, is_foreign};
use super::{Candidate, Environments};
use crate::source::RepoPath;

/// A directory that may be deployed and is no overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The directory, or a link that leads to none.
    pub directory: RepoPath,
    /// The directory, links resolved.
    pub real: RepoPath,
    /// Why it is no overlay.
    pub why: Misfit,
}

/// Why a directory is no overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// It stands where environments stand, and no environment has its name.
    Beside,
    /// The name of a protected environment is in its path, and does not make it one.
    Named,
    /// It is part of the case in this directory, which stands beside overlays.
    Case(RepoPath),
    /// It is a link that leads nowhere, out of the repository or in a circle; why.
    Link(String),
}

/// What of `walk` is not among `candidates` and looks as if it should be. `beside` says which directories stand where
/// environments do; `out` which are left out by configuration.
pub(super) fn find(
    walk: &Walk,
    candidates: &[Candidate],
    environments: &Environments,
    beside: impl Fn(&RepoPath) -> bool,
    out: impl Fn(&RepoPath) -> bool,
) -> Vec<Unplaced> {
    let known: HashSet<&RepoPath> = candidates.iter().flat_map(|one| [&one.directory, &one.real]).collect();
    let homes: OnceCell<HashSet<&str>> = OnceCell::new();
    let above = || candidates.iter().flat_map(|one| one.directory.steps().map(|step| step.directory)).collect();
    let misfit = |path: &RepoPath, case: Option<&RepoPath>| match case {
        Some(case) => {
            let beside = case.parent();
            let neighbours = beside.is_some_and(|parent| homes.get_or_init(above).contains(parent.as_str()));
            (neighbours && is_protected(path, environments)).then(|| Misfit::Case(case.clone()))
        }
        None if beside(path) => Some(Misfit::Beside),
        None => is_protected(path, environments).then_some(Misfit::Named),
    };
    let own = walk.places.iter().filter(|place| {
        !known.contains(&place.path) && !known.contains(&place.real) && !place.path.components().any(is_foreign)
    });
    let mut found: Vec<Unplaced> = own
        .filter_map(|place| {
            let why = misfit(&place.path, place.case.as_ref())?;
            Some(Unplaced { directory: place.path.clone(), real: place.real.clone(), why })
        })
        .collect();
    let broken = walk.broken.iter().filter(|(path, _)| beside(path) || is_protected(path, environments));
    found.extend(broken.map(|(path, error)| Unplaced {
        directory: path.clone(),
        real: path.clone(),
        why: Misfit::Link(error.to_string()),
    }));
    found.retain(|one| !out(&one.directory));
    found
}
