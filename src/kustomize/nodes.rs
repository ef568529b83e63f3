//! What both kinds of patches do with nodes.

use std::sync::Arc;

use crate::yaml::{self, Cause, Dialect, Node, Scalar, Tag, Value};

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
    node.value = Value::Scalar(written(text));
}

/// A string as kustomize writes it where it adds an entry to a map.
pub(super) fn written(text: impl Into<Arc<str>>) -> Scalar {
    let text = text.into();
    let quoted = text.contains('\n') || is_ambiguous(&text);
    Scalar { quoted, ..Scalar::string(text) }
}

/// Whether kustomize puts a string in quotes because YAML 1.1 would read something else: `yes`, but `a: b` too.
pub(super) fn is_ambiguous(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/');
    if text.bytes().all(is_word) && !text.starts_with('-') {
        return Tag::of_plain(text, Dialect::Config) != Tag::Str;
    }
    if text == "?" {
        return true;
    }
    let read = yaml::parse_first(&yaml::Text::loose(text), Dialect::Config);
    read.is_ok_and(|node| node.and_then(|node| node.as_scalar().map(|scalar| scalar.tag)) != Some(Tag::Str))
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

/// Makes what changes came into brackets what kustomize reads once it has printed them: it puts a value that is left out,
/// and a time with colons, in quotes there.
pub(super) fn quote_in_brackets(node: &mut Node) {
    fn quote(node: &mut Node, in_brackets: bool) {
        let in_brackets = in_brackets || node.origin.in_brackets;
        match &mut node.value {
            Value::Scalar(scalar) if in_brackets => match scalar.tag {
                Tag::Null if scalar.text.is_empty() => scalar.quoted = true,
                Tag::Timestamp if scalar.text.contains(':') => scalar.tag = Tag::Str,
                _ => {}
            },
            Value::Scalar(_) => {}
            Value::Seq(items) => items.iter_mut().for_each(|item| quote(item, in_brackets)),
            Value::Map(map) => map.iter_mut().for_each(|entry| quote(&mut entry.value, in_brackets)),
        }
    }
    quote(node, false);
}
