//! One difference, and whether its values may be shown.

use super::pair::Pair;
use crate::kustomize::Manifest;
use crate::secrecy;
use crate::yaml::{Node, Path, Segment};

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

    /// Whether the values are secret: if so, neither may be shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        let sides = [(self.pair.lower, self.lower), (self.pair.upper, self.upper)];
        let path = self.path();
        sides
            .into_iter()
            .any(|(manifest, value)| manifest.is_some_and(|manifest| secrecy::is_secret(&manifest.node, path, value)))
    }
}

/// Whether the value at `path` of `manifest` is secret, contains a secret, or is inside one.
///
/// Annotations of a Secret count too: `kubectl` keeps a copy of the whole object in one.
#[must_use]
pub fn is_secret_path(manifest: &Manifest, path: &[Segment]) -> bool {
    secrecy::is_secret(&manifest.node, path, None)
}
