//! Manifests inside scalars: patches, templates, `ConfigMap` text.

use crate::yaml::{Dialect, Node, Text, parse_all};

/// Manifests inside scalars inside manifests: deeper than people write them.
pub(super) const NESTING: usize = 4;

/// Whether a value is one that sops encrypted.
pub(super) fn is_encrypted(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.starts_with("ENC["))
}

/// The documents in the text of a scalar; none where it cannot be read.
pub(super) fn documents(node: &Node, nesting: usize) -> Vec<Node> {
    let text = node.as_str().filter(|_| nesting < NESTING);
    text.and_then(|text| parse_all(&Text::loose(text), Dialect::Resource).ok()).unwrap_or_default()
}
