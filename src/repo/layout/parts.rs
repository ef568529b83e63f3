//! What is a part of an overlay and no overlay itself: components, and directories that another directory of
//! the same environment pulls in.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::candidate::{Candidate, count, examples};
use crate::kustomize::{Links, Web};
use crate::source::RepoPath;

/// A part and a whole that pulls it in, by their directories.
pub(super) type Pair = (RepoPath, RepoPath);

/// The candidates that are overlays. `together` says whether the first may be a part of the second. What is in `keep`
/// stays one although it is a part; those pairs are returned beside.
pub(super) fn without(
    candidates: Vec<Candidate>,
    web: &Web<'_>,
    together: impl Fn(&Candidate, &Candidate) -> bool,
    keep: &BTreeSet<&RepoPath>,
    notes: &mut Vec<String>,
) -> (Vec<Candidate>, Vec<Pair>) {
    let mut places: HashMap<&RepoPath, Vec<usize>> = HashMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        places.entry(&candidate.real).or_default().push(index);
    }
    let links: Vec<Arc<Links>> = candidates.par_iter().map(|candidate| web.links(&candidate.directory)).collect();
    let pulls = |whole: &Candidate, links: &Links| {
        let parts = links.pulls.iter().filter_map(|path| places.get(path)).flatten().copied();
        let fits = |part: &Candidate| part.real != whole.real && together(part, whole);
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
    let directory = |index: usize| candidates.get(index).map(|candidate| &candidate.directory);
    let kept: Vec<usize> = buildable()
        .filter(|index| !wholes.contains(index) && directory(*index).is_some_and(|path| keep.contains(path)))
        .collect();
    let pairs = kept.iter().filter_map(|part| {
        let whole = pulls.iter().position(|pulled| pulled.contains(part))?;
        Some((directory(*part)?.clone(), directory(whole)?.clone()))
    });
    let pairs: Vec<Pair> = pairs.collect();
    wholes.extend(kept);

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
    (kept.map(|(_, candidate)| candidate).collect(), pairs)
}
