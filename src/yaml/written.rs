//! Paths as people write them: with the names of list items, which a document gives.

use super::node::{Node, Value};
use super::path::{Path, Segment, write_key};

/// Why a written path leads nowhere: the part of it that was understood, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostPath {
    /// The way to where it ends.
    pub known: Path,
    /// What is written after that.
    pub rest: String,
}

impl Path {
    /// The path, with list items shown by what names them: `spec.containers[name=app].image`.
    /// `root` is the document that the path leads into.
    #[must_use]
    pub fn describe(&self, root: &Node) -> String {
        let mut out = String::new();
        let mut node = Some(root);
        for segment in self.iter() {
            match segment {
                Segment::Key(key) => {
                    write_key(&mut out, key);
                    node = node.and_then(|node| node.get(key));
                }
                Segment::Index(index) => {
                    node = node.and_then(|node| node.as_seq()?.get(*index));
                    match node.and_then(item_name) {
                        Some((key, name)) => out.push_str(&format!("[{key}={name}]")),
                        None => out.push_str(&format!("[{index}]")),
                    }
                }
            }
        }
        out
    }
}

/// What names an item of a list, by the keys that Kubernetes uses most.
fn item_name(item: &Node) -> Option<(&'static str, &str)> {
    let Value::Map(map) = &item.value else { return None };
    ["name", "mountPath", "containerPort", "port", "key", "host", "path", "op"]
        .into_iter()
        .find_map(|key| Some((key, map.get(key)?.text().filter(|text| !text.is_empty())?)))
}

impl Path {
    /// Reads a path as [`Self::describe`] and `Display` write it. Keys that hold dots need no quotes where `root`
    /// has them. Steps beyond what `root` has are taken as written; for an item that is named by a key and not in
    /// `root`, `missing` may know the index: it gets the way to the list, the key and its value.
    ///
    /// # Errors
    /// Where a bracket is not closed, or an item is not to be found.
    pub fn find(
        text: &str,
        root: &Node,
        missing: impl Fn(&Self, &str, &str) -> Option<usize>,
    ) -> Result<Self, LostPath> {
        let mut path = Self::default();
        let mut node = Some(root);
        let mut rest = text;
        while !rest.is_empty() {
            let lost = |path: &Self| LostPath { known: path.clone(), rest: rest.to_owned() };
            let (segment, after) = if let Some(inside) = rest.strip_prefix('[') {
                let end = closing(inside).ok_or_else(|| lost(&path))?;
                let (step, after) = inside.split_at(end);
                let segment = item(step, node, |key, value| missing(&path, key, value));
                (segment.ok_or_else(|| lost(&path))?, after.get(1..).unwrap_or_default())
            } else {
                let (key, after) = key(rest, node);
                (Segment::from(key), after)
            };
            node = node.and_then(|node| node.follow(std::slice::from_ref(&segment)));
            path.push(segment);
            rest = after.strip_prefix('.').unwrap_or(after);
        }
        Ok(path)
    }
}

/// Where the bracket that was opened before `text` closes; quotes may hold others.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

/// The step that a bracket holds: `0`, `name=app`, `"a.b/c"`.
fn item(step: &str, node: Option<&Node>, missing: impl Fn(&str, &str) -> Option<usize>) -> Option<Segment> {
    if let Ok(key) = serde_json::from_str::<String>(step) {
        return Some(Segment::from(key.as_str()));
    }
    if let Ok(index) = step.parse::<usize>() {
        return Some(Segment::Index(index));
    }
    let Some((key, value)) = step.split_once('=') else { return Some(Segment::from(step)) };
    let items = node.and_then(Node::as_seq).unwrap_or_default();
    let found = items.iter().position(|item| item.get(key).and_then(Node::text) == Some(value));
    found.or_else(|| missing(key, value)).map(Segment::Index)
}

/// The key at the start of `text`: the longest one of the map that fits, else what stands before the next dot or
/// bracket.
fn key<'t>(text: &'t str, node: Option<&Node>) -> (&'t str, &'t str) {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    let fits = |key: &str| !key.is_empty() && text.strip_prefix(key).is_some_and(ends);
    let known = node.and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    let longest = known.map(|entry| &*entry.key.text).filter(|key| fits(key)).map(str::len).max();
    let end = longest.unwrap_or_else(|| text.find(['.', '[']).unwrap_or(text.len()));
    text.split_at(end)
}
