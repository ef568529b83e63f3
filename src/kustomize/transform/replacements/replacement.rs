//! One replacement: where the value comes from, and where it goes.

use super::options::Options;
use super::select::{Exact, Target};
use crate::kustomize::decode::Text;

/// One replacement.
pub(in crate::kustomize) struct Replacement {
    pub(super) source: Source,
    pub(super) targets: Vec<Target>,
}

/// Where the value comes from.
pub(super) enum Source {
    /// `sourceValue`.
    Text(Text),
    /// A field of an object.
    Field { object: Exact, path: Text, options: Options },
}
