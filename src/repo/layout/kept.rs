//! What stays an overlay because it was one on the base revision: a change takes nothing out of judgement by making it
//! look like something else.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::walk::{CASE_FILE, Place, Walk};
use crate::kustomize::Web;
use crate::pointer::Applier;
use crate::source::RepoPath;

/// An overlay that is one only because the base revision has it: by itself this revision would not judge it as that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its directory.
    pub directory: RepoPath,
    /// Why it would not be judged.
    pub why: Otherwise,
}

/// What this revision makes of an overlay of the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otherwise {
    /// A part of the overlay in this directory.
    Part(RepoPath),
    /// A part of the case in this directory.
    Case(RepoPath),
    /// Nothing, or an overlay of another environment, by the directories that are beside it.
    Place,
}

/// Gives the candidates those of `before`, the overlays of the base revision, that are still there.
pub(super) fn restore(
    candidates: &mut Vec<Candidate>,
    before: Option<&[Candidate]>,
    walk: &Walk,
    web: &Web<'_>,
) -> Vec<Kept> {
    let Some(before) = before else { return Vec::new() };
    // What no pointer has applied any more is gone, though its directory is still there.
    let pointed = before.iter().filter(|old| !old.is_plain());
    let pointed: BTreeSet<_> = pointed.map(|old| (&old.directory, &old.environment)).collect();
    candidates.retain(|one| !(one.is_plain() && pointed.contains(&(&one.directory, &one.environment))));
    let known: BTreeMap<RepoPath, usize> =
        candidates.iter().enumerate().map(|(index, candidate)| (candidate.directory.clone(), index)).collect();
    let place = |path: &RepoPath| -> Option<&Place> {
        let at = walk.places.binary_search_by(|place| place.path.cmp(path)).ok()?;
        walk.places.get(at)
    };
    let mut kept = Vec::new();
    kept.extend(hidden(candidates, before, web));
    for old in before.iter().filter(|old| old.is_plain()) {
        let now = known.get(&old.directory).and_then(|index| candidates.get_mut(*index));
        let why = match now {
            Some(now) if now.environment == old.environment => continue,
            Some(now) => {
                *now = Candidate { real: now.real.clone(), ..old.clone() };
                Otherwise::Place
            }
            None => {
                let place = place(&old.directory).filter(|place| !web.links(&place.path).component);
                let Some(place) = place else { continue };
                candidates.push(Candidate { real: place.real.clone(), ..old.clone() });
                place.case.clone().map_or(Otherwise::Place, Otherwise::Case)
            }
        };
        kept.push(Kept { directory: old.directory.clone(), why });
    }
    kept
}

/// What pointers of the base have applied whose file is still there, in what has become a case: it stays an overlay.
fn hidden(candidates: &mut Vec<Candidate>, before: &[Candidate], web: &Web<'_>) -> Vec<Kept> {
    let revision = web.revision();
    let is_there = |path: &RepoPath| revision.resolve(path).is_ok();
    let mut kept = Vec::new();
    for old in before {
        let Applier::Pointer(place) = &old.by else { continue };
        let is_same =
            |one: &Candidate| (&one.key, &one.environment, &one.cluster) == (&old.key, &old.environment, &old.cluster);
        let up = place.file.upwards().skip(1);
        let case = up.into_iter().find(|directory| !directory.is_root() && is_there(&directory.child(CASE_FILE)));
        if let Some(case) = case.filter(|_| is_there(&place.file) && !candidates.iter().any(is_same)) {
            candidates.push(old.clone());
            kept.push(Kept { directory: old.directory.clone(), why: Otherwise::Case(case) });
        }
    }
    kept
}
