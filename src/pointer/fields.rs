//! Fields of a pointer, typed as its definition types them.

use crate::source::Problem;
use crate::yaml::{Decoded, Node, Scalar};

/// What stands at a path of keys, where it is not null.
pub(super) fn value<'n>(object: &'n Node, path: &[&str]) -> Option<&'n Node> {
    object.at(path).filter(|node| !node.is_null())
}

/// The string at a path; `None` where there is none, or an empty one.
pub(super) fn text<'n>(object: &'n Node, path: &[&str]) -> Result<Option<&'n Node>, Problem> {
    let Some(node) = value(object, path) else { return Ok(None) };
    match node.as_str() {
        Some(text) => Ok(Some(node).filter(|_| !text.is_empty())),
        None => Err(wrong(node, path, "a string")),
    }
}

/// The boolean at a path; `false` where there is none.
pub(super) fn flag(object: &Node, path: &[&str]) -> Result<bool, Problem> {
    let Some(node) = value(object, path) else { return Ok(false) };
    match node.as_scalar().map(Scalar::decode) {
        Some(Decoded::Bool(value)) => Ok(value),
        _ => Err(wrong(node, path, "`true` or `false`")),
    }
}

/// The list at a path; empty where there is none.
pub(super) fn list<'n>(object: &'n Node, path: &[&str]) -> Result<&'n [Node], Problem> {
    let Some(node) = value(object, path) else { return Ok(&[]) };
    node.as_seq().ok_or_else(|| wrong(node, path, "a list"))
}

/// The sources of an Application, written as a list and by itself.
pub(super) fn sources(object: &Node) -> impl Iterator<Item = &Node> {
    let list = list(object, &["spec", "sources"]).unwrap_or_default();
    list.iter().chain(value(object, &["spec", "source"]))
}

/// The list of strings at a path; empty where there is none.
pub(super) fn texts<'n>(object: &'n Node, path: &[&str]) -> Result<&'n [Node], Problem> {
    let items = list(object, path)?;
    match items.iter().find(|item| item.as_str().is_none()) {
        Some(item) => Err(wrong(item, path, "a list of strings")),
        None => Ok(items),
    }
}

/// The map of strings at a path, as its keys and values; empty where there is none.
pub(super) fn pairs<'n>(object: &'n Node, path: &[&str]) -> Result<Vec<(&'n str, &'n Node)>, Problem> {
    let Some(node) = value(object, path) else { return Ok(Vec::new()) };
    let map = node.as_map().ok_or_else(|| wrong(node, path, "a map"))?;
    let pair = |entry: &'n crate::yaml::Entry| match entry.value.as_str() {
        Some(_) => Ok((&*entry.key.text, &entry.value)),
        None => Err(wrong(&entry.value, path, "a map of strings")),
    };
    map.iter().map(pair).collect()
}

fn wrong(node: &Node, path: &[&str], wanted: &str) -> Problem {
    Problem::new(format!("`{}` should be {wanted}", path.join("."))).at(node.origin.span)
}
