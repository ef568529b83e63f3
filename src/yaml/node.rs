//! The tree that everything works on: scalars, lists and maps, each with its origin.

use std::collections::HashMap;
use std::sync::Arc;

use super::dialect::Dialect;
use super::origin::{Cause, Origin, Overridden};
use super::path::{Path, Segment};
use super::scalar::{Scalar, Tie};
use super::tag::Tag;
use crate::source::Span;

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Seq(Vec<Node>),
    /// A map.
    Map(Map),
}

/// A map, in the order of its text.
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A key of a map. Kubernetes wants strings; others are kept to be reported where they are written.
#[derive(Debug, Clone)]
pub struct Key {
    /// The text.
    pub text: Arc<str>,
    /// What it means.
    pub tag: Tag,
    /// Where it is written.
    pub span: Option<Span>,
}

impl Key {
    /// A string key.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, span: Option<Span>) -> Self {
        Self { text: text.into(), tag: Tag::Str, span }
    }

    /// A key without quotes: it means what a manifest that holds it plain would mean.
    #[must_use]
    pub fn plain(text: impl Into<Arc<str>>, span: Option<Span>) -> Self {
        let text = text.into();
        let tag = Tag::of_plain(&text, Dialect::Resource);
        Self { text, tag, span }
    }
}

impl Node {
    /// A node of `value` that came from `origin`.
    #[must_use]
    pub fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A string that `span` set.
    #[must_use]
    pub fn string(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self::new(Value::Scalar(Scalar::string(text)), origin)
    }

    /// An empty map that `origin` made.
    #[must_use]
    pub fn empty_map(origin: Origin) -> Self {
        Self::new(Value::Map(Map::default()), origin)
    }

    /// The scalar, where it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar that is not null, whatever its type.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| scalar.tag != Tag::Null).map(|scalar| &*scalar.text)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| scalar.tag == Tag::Str).map(|scalar| &*scalar.text)
    }

    /// The map, where it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The map, where it is one, to change.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, where it is one.
    #[must_use]
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The list, where it is one, to change.
    pub fn as_seq_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is null, written or left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.tag == Tag::Null)
    }

    /// Whether it is a map or list without entries.
    #[must_use]
    pub fn is_empty_collection(&self) -> bool {
        match &self.value {
            Value::Scalar(_) => false,
            Value::Seq(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
        }
    }

    /// The value of a key, where this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The value of a key, where this is a map that has it, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.as_map_mut()?.get_mut(key)
    }

    /// Follows keys from here.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Follows keys and indices from here.
    #[must_use]
    pub fn follow(&self, path: &[Segment]) -> Option<&Node> {
        path.iter().try_fold(self, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.as_seq()?.get(*index),
        })
    }

    /// Follows keys and indices from here, to change what they lead to.
    pub fn follow_mut(&mut self, path: &[Segment]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, segment| match segment {
            Segment::Key(key) => node.get_mut(key),
            Segment::Index(index) => node.as_seq_mut()?.get_mut(*index),
        })
    }

    /// Puts `new` in the place of this value and remembers what stood here. Scalars stay tied as they were.
    pub fn overwrite(&mut self, mut new: Self) {
        if let Value::Scalar(scalar) = &mut new.value {
            scalar.tie = self.as_scalar().map_or(Tie::NONE, |old| old.tie.written());
        }
        let old = std::mem::replace(self, new);
        let origin = std::mem::take(&mut self.origin);
        self.origin = origin.above(old.into_overridden());
    }

    /// Puts a scalar in the place of this value, set by `span` for `cause`.
    pub fn overwrite_scalar(&mut self, scalar: Scalar, span: Option<Span>, cause: Cause) {
        self.overwrite(Self::new(Value::Scalar(scalar), Origin::new(span, cause)));
    }

    /// This value as a link of another's chain.
    #[must_use]
    pub fn into_overridden(self) -> Overridden {
        let value = match self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        };
        Overridden { value, origin: self.origin }
    }

    /// Calls `visit` with the path and node of each leaf, in order. Empty lists and maps are leaves.
    pub fn leaves<'a>(&'a self, visit: &mut dyn FnMut(&Path, &'a Node)) {
        fn walk<'a>(node: &'a Node, path: &mut Path, visit: &mut dyn FnMut(&Path, &'a Node)) {
            match &node.value {
                Value::Map(map) if !map.is_empty() => {
                    for entry in map.iter() {
                        path.push(Segment::Key(entry.key.text.clone()));
                        walk(&entry.value, path, visit);
                        path.pop();
                    }
                }
                Value::Seq(items) if !items.is_empty() => {
                    for (index, item) in items.iter().enumerate() {
                        path.push(Segment::Index(index));
                        walk(item, path, visit);
                        path.pop();
                    }
                }
                _ => visit(path, node),
            }
        }
        walk(self, &mut Path::default(), visit);
    }

    /// Whether two nodes hold the same data: type and text of scalars, entries of maps in any order.
    /// Where they came from does not count.
    #[must_use]
    pub fn same_data(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar(a), Value::Scalar(b)) => a == b || (a.tag == Tag::Null && b.tag == Tag::Null),
            (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_data(b)),
            (Value::Map(a), Value::Map(b)) => a.len() == b.len() && a.same_entries(b),
            _ => false,
        }
    }
}

impl Map {
    /// The entries in order.
    #[expect(clippy::iter_without_into_iter, reason = "as for `iter_mut`")]
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The values in order with their keys, to change.
    #[expect(clippy::iter_without_into_iter, reason = "a `for` over `&mut map` would hide that keys change too")]
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        self.entries.iter_mut()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key.text == key)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| &*entry.key.text == key).map(|entry| &mut entry.value)
    }

    /// Sets a key: its value is replaced (and remembered as overridden), or the entry is appended.
    pub fn set(&mut self, key: Key, value: Node) {
        match self.get_mut(&key.text) {
            Some(old) => old.overwrite(value),
            None => self.push(key, value),
        }
    }

    /// Appends an entry without looking whether the key is there.
    pub fn push(&mut self, key: Key, value: Node) {
        self.entries.push(Entry { key, value });
    }

    /// Puts an entry at a place without looking whether the key is there.
    pub fn insert_at(&mut self, index: usize, key: Key, value: Node) {
        self.entries.insert(index.min(self.entries.len()), Entry { key, value });
    }

    /// Whether the values of all keys hold the same data. Both have as many entries, mostly in the same order.
    fn same_entries(&self, other: &Self) -> bool {
        if self.iter().zip(other.iter()).all(|(a, b)| a.key.text == b.key.text) {
            return self.iter().zip(other.iter()).all(|(a, b)| a.value.same_data(&b.value));
        }
        let by_key: HashMap<&str, &Node> = other.iter().map(|entry| (&*entry.key.text, &entry.value)).collect();
        self.iter().all(|entry| by_key.get(&*entry.key.text).is_some_and(|other| entry.value.same_data(other)))
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| &*entry.key.text == key)?;
        Some(self.entries.remove(at))
    }

    /// Keeps the entries that `keep` wants.
    pub fn retain(&mut self, keep: impl FnMut(&mut Entry) -> bool) {
        self.entries.retain_mut(keep);
    }
}

impl IntoIterator for Map {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
