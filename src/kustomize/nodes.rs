//! What both kinds of patches do with nodes.

use std::sync::Arc;

use crate::yaml::{Cause, Dialect, Node, Scalar, Tag, Value};

/// Says of a node and all below it that they come from a patch.
pub(super) fn relabel(node: &mut Node, cause: Cause) {
    node.origin.cause = cause;
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter_mut().for_each(|item| relabel(item, cause)),
        Value::Map(map) => map.iter_mut().for_each(|entry| relabel(&mut entry.value, cause)),
    }
}

/// Makes a string of a label or annotation, as kustomize does where it writes all of them anew.
pub(super) fn write_anew(node: &mut Node) {
    let text = node.as_scalar().map_or_else(Arc::default, |scalar| scalar.text.clone());
    let quoted = text.contains('\n') || Tag::of_plain(&text, Dialect::Config) != Tag::Str;
    node.value = Value::Scalar(Scalar { quoted, ..Scalar::string(text) });
}

/// The word for what a node is.
pub(super) fn form(node: &Node) -> &'static str {
    match &node.value {
        Value::Scalar(scalar) if scalar.tag == Tag::Null => "nothing",
        Value::Scalar(_) => "a single value",
        Value::Seq(_) => "a list",
        Value::Map(_) => "a map",
    }
}

/// How many lists and maps are in each other.
pub(super) fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 0,
        Value::Seq(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Map(map) => 1 + map.iter().map(|entry| depth(&entry.value)).max().unwrap_or_default(),
    }
}

/// About how many bytes it takes to hold a node.
pub(super) fn weight(node: &Node) -> usize {
    16 + match &node.value {
        Value::Scalar(scalar) => scalar.text.len(),
        Value::Seq(items) => items.iter().map(weight).sum(),
        Value::Map(map) => map.iter().map(|entry| entry.key.text.len() + weight(&entry.value)).sum(),
    }
}
