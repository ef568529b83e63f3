//! `options` of a source or target.

use crate::kustomize::decode::Text;

/// `options` of a source or target.
#[derive(Default)]
pub(super) struct Options {
    /// Divides the text of a field into parts; empty where the whole is meant.
    pub(super) delimiter: Text,
    /// Which part.
    pub(super) index: i64,
    /// Whether a missing field is made.
    pub(super) create: bool,
}
