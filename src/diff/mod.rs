//! Compares two renders: pairs their resources, then says which fields differ, each with the nodes of
//! both sides and so with both origins.
//!
//! What a difference means (promotion, expected, worrying) is judged above; here only differences that
//! are nothing but names (of environments, generated hashes, paired objects) are marked.

mod fields;
mod list;
mod names;
mod pair;

pub use names::{Names, without_hash};
pub use pair::Pair;

use crate::kustomize::Manifest;
use crate::yaml::{Node, Path, Segment};

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

/// One difference.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The resource it is in.
    pub pair: Pair<'a>,
    /// Which sides have a value.
    pub kind: ChangeKind,
    /// Where it is in the lower resource; where only the upper has the value, where it would stand, or
    /// the list that lacks it.
    pub lower_path: Path,
    /// The same for the upper resource.
    pub upper_path: Path,
    /// The lower value: a scalar, or all that only the lower side has.
    pub lower: Option<&'a Node>,
    /// The upper value.
    pub upper: Option<&'a Node>,
    /// Whether the two differ only by names of environments, generated hashes or paired objects.
    pub nominal: bool,
}

/// Which sides have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Both, and they differ.
    Changed,
    /// The lower side alone.
    OnlyLower,
    /// The upper side alone.
    OnlyUpper,
}

impl Change<'_> {
    /// The path in the side that has the value; in the upper one where both have.
    #[must_use]
    pub fn path(&self) -> &Path {
        if self.kind == ChangeKind::OnlyLower { &self.lower_path } else { &self.upper_path }
    }

    /// Whether a whole resource is on one side only.
    #[must_use]
    pub fn is_whole_resource(&self) -> bool {
        self.pair.lower.is_none() || self.pair.upper.is_none()
    }

    /// Whether the values are of a Secret and must not be shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        let path = self.path();
        [self.pair.lower, self.pair.upper].into_iter().flatten().any(|manifest| is_secret_path(manifest, path))
    }
}

/// Whether the value at `path` of `manifest` holds, or is part of, the values of a Secret.
///
/// Annotations count too: `kubectl` keeps a copy of the whole object in one.
#[must_use]
pub fn is_secret_path(manifest: &Manifest, path: &[Segment]) -> bool {
    let key = |index: usize| match path.get(index) {
        Some(Segment::Key(key)) => Some(&**key),
        _ => None,
    };
    manifest.is_secret()
        && match key(0) {
            None | Some("data" | "stringData") => true,
            Some("metadata") => matches!(key(1), None | Some("annotations")),
            Some(_) => false,
        }
}

/// Compares two renders.
#[must_use]
pub fn diff<'a>(lower: Side<'a>, upper: Side<'a>) -> Diff<'a> {
    let mut names = Names::new(lower.words, upper.words);
    let pairs = pair::pair(&names, lower.resources, upper.resources);
    for pair in &pairs {
        names.learn(pair);
    }
    let changes = pairs.iter().flat_map(|pair| fields::compare(&names, *pair)).collect();
    Diff { pairs, changes, names }
}

#[cfg(test)]
mod tests;
