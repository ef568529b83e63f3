//! What both kinds of patches do with nodes.

use crate::yaml::{Cause, Node, Tag, Value};

/// Says of a node and all below it that they come from a patch.
pub(super) fn relabel(node: &mut Node, cause: Cause) {
    node.origin.cause = cause;
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter_mut().for_each(|item| relabel(item, cause)),
        Value::Map(map) => map.iter_mut().for_each(|entry| relabel(&mut entry.value, cause)),
    }
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
