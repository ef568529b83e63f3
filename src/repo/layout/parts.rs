//! What is a part of an overlay and no overlay itself: components, and directories that another directory of
//! the same environment pulls in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::candidate::{Candidate, count, examples};
use crate::kustomize::{Links, Web};
use crate::source::RepoPath;

/// The candidates that are overlays. `together` says whether the first may be a part of the second.
pub(super) fn without(
    candidates: Vec<Candidate>,
    web: &Web<'_>,
    together: impl Fn(&Candidate, &Candidate) -> bool,
    notes: &mut Vec<String>,
) -> Vec<Candidate> {
    let places: BTreeMap<RepoPath, usize> =
        candidates.iter().enumerate().map(|(index, candidate)| (candidate.directory.clone(), index)).collect();
    let links: Vec<Arc<Links>> = candidates.par_iter().map(|candidate| web.links(&candidate.directory)).collect();
    let pulls = |whole: &Candidate, links: &Links| {
        let parts = links.pulls.iter().filter_map(|path| places.get(path).copied());
        let fits = |part: &Candidate| part.directory != whole.directory && together(part, whole);
        parts.filter(|part| candidates.get(*part).is_some_and(fits)).collect()
    };
    let pulls: Vec<Vec<usize>> = candidates.iter().zip(&links).map(|(whole, links)| pulls(whole, links)).collect();
    let parts: BTreeSet<usize> = pulls.iter().flatten().copied().collect();
    let buildable = || links.iter().enumerate().filter(|(_, links)| !links.component).map(|(index, _)| index);
    let mut wholes: BTreeSet<usize> = buildable().filter(|index| !parts.contains(index)).collect();
    // Whatever no overlay reaches would be judged by nobody: a circle, or a part of an unused component.
    let mut reached = BTreeSet::new();
    let mut open: Vec<usize> = wholes.iter().copied().collect();
    while let Some(index) = open.pop() {
        if reached.insert(index) {
            open.extend(pulls.get(index).into_iter().flatten());
        }
    }
    wholes.extend(buildable().filter(|index| !reached.contains(index)));

    let left_out: Vec<&RepoPath> = candidates
        .iter()
        .enumerate()
        .filter(|(index, _)| !wholes.contains(index))
        .map(|(_, candidate)| &candidate.directory)
        .collect();
    if !left_out.is_empty() {
        notes.push(format!("{} of overlays: {}", count(left_out.len(), "part"), examples(left_out)));
    }
    let kept = candidates.into_iter().enumerate().filter(|(index, _)| wholes.contains(index));
    kept.map(|(_, candidate)| candidate).collect()
}
