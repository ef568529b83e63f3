//! Compares two renders: pairs their resources, then says which fields differ, each with the nodes of
//! both sides and so with both origins.
//!
//! What a difference means (promotion, expected, worrying) is judged above; here only differences that
//! are nothing but names (of environments, generated hashes, paired objects) are marked.

mod change;
mod fields;
mod list;
mod names;
mod pair;

pub use change::{Change, ChangeKind, is_secret_path};
pub use names::{Names, without_hash};
pub use pair::Pair;

use crate::kustomize::Manifest;

/// One of the two renders that are compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The resources.
    pub resources: &'a [Manifest],
    /// The words that name this side's environment: `production`, `prod`. None for two revisions of one
    /// environment.
    pub words: &'a [String],
}

/// What two renders have in common and where they differ.
#[derive(Debug)]
pub struct Diff<'a> {
    /// Every resource of either side, paired where both have it; by kind, namespace and name.
    pub pairs: Vec<Pair<'a>>,
    /// The differences, in the order of `pairs`, then by path.
    pub changes: Vec<Change<'a>>,
    /// Which texts count as the same name.
    pub names: Names<'a>,
}

/// Compares two renders.
#[must_use]
pub fn diff<'a>(lower: Side<'a>, upper: Side<'a>) -> Diff<'a> {
    let mut names = Names::new(lower.words, upper.words);
    let pairs = pair::pair(&names, lower.resources, upper.resources);
    for (lower, upper) in pairs.iter().filter_map(|pair| pair.lower.zip(pair.upper)) {
        names.learn(lower, upper);
    }
    let changes = pairs.iter().flat_map(|pair| fields::compare(&names, *pair)).collect();
    Diff { pairs, changes, names }
}

#[cfg(test)]
mod tests;
