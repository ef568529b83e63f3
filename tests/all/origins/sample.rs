//! The leaves to try: the same in every run, spread over repositories and over what sets values.
//!
//! Each leaf that is tried costs a render of its overlay. Small overlays are preferred, so that time is spread
//! evenly, too: one of thousands of lines would take as long as dozens of others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::hash::{DefaultHasher, Hash, Hasher};

use gate::kustomize::Render;
use gate::source::Span;
use gate::yaml::{Cause, Path};

/// Another number gives another sample.
const SEED: u64 = 581;

/// A leaf of a render.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// Which overlay of the repository, and which of its resources.
    pub(crate) directory: usize,
    pub(crate) manifest: usize,
    pub(crate) path: Path,
    pub(crate) span: Span,
    pub(crate) cause: Cause,
    /// About what it takes to render the overlay.
    cost: usize,
    /// Its turn among leaves of the same stratum.
    rank: u128,
}

/// The cost of an overlay without any leaf.
const LEAST_COST: usize = 200;

/// Leaves of one repository by what set them.
pub(crate) type Strata = BTreeMap<Cause, Vec<Leaf>>;

/// How many leaves there are, and how many of them have an origin.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coverage {
    pub(crate) leaves: usize,
    pub(crate) placed: usize,
}

/// Counts the leaves of a render and adds those that can be tried to `strata`.
pub(crate) fn collect(render: &Render, directory: usize, strata: &mut Strata, homeless: &mut Vec<String>) -> Coverage {
    let mut coverage = Coverage::default();
    let mut cost = LEAST_COST;
    render.resources.iter().for_each(|resource| resource.node.leaves(&mut |_, _| cost += 1));
    for (manifest, resource) in render.resources.iter().enumerate() {
        resource.node.leaves(&mut |path, leaf| {
            coverage.leaves += 1;
            let Some(span) = leaf.origin.span else {
                homeless.push(format!("{}/{} {path}", resource.kind(), resource.name()));
                return;
            };
            coverage.placed += 1;
            let cause = leaf.origin.cause;
            let mut hasher = DefaultHasher::new();
            (SEED, directory, manifest, path).hash(&mut hasher);
            let rank = u128::from(hasher.finish()) * cost as u128;
            let path = path.clone();
            strata.entry(cause).or_default().push(Leaf { directory, manifest, path, span, cause, cost, rank });
        });
    }
    coverage
}

/// Keeps the `size` leaves of each stratum that come first in the order of the sample.
pub(crate) fn shorten(strata: &mut Strata, size: usize) {
    for leaves in strata.values_mut() {
        leaves.sort_by_key(|leaf| leaf.rank);
        leaves.truncate(size);
    }
}

/// Draws `size` leaves, always from the stratum that cost least so far; those of each repository, in the order
/// of the repositories.
pub(crate) fn draw(repositories: Vec<Strata>, size: usize) -> Vec<Vec<Leaf>> {
    let mut drawn: Vec<Vec<Leaf>> = repositories.iter().map(|_| Vec::new()).collect();
    let mut strata: Vec<(usize, std::vec::IntoIter<Leaf>)> = repositories
        .into_iter()
        .enumerate()
        .flat_map(|(repository, strata)| strata.into_values().map(move |leaves| (repository, leaves.into_iter())))
        .collect();
    let mut turns: BinaryHeap<Reverse<(usize, usize)>> = (0..strata.len()).map(|at| Reverse((0, at))).collect();
    for _ in 0..size {
        let next = std::iter::from_fn(|| turns.pop()).find_map(|Reverse((spent, at))| {
            let (repository, leaves) = &mut strata[at];
            leaves.next().map(|leaf| (*repository, leaf, spent, at))
        });
        let Some((repository, leaf, spent, at)) = next else { break };
        turns.push(Reverse((spent + leaf.cost, at)));
        drawn[repository].push(leaf);
    }
    // One overlay after the other: each is rendered once as it is.
    for leaves in &mut drawn {
        leaves.sort_by_key(|leaf| (leaf.directory, leaf.rank));
    }
    drawn
}
