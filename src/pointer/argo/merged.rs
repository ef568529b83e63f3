//! Parameters of a source that files lay over those of the `Application`, one file after the other.
//!
//! A file is merged as JSON, and the result is then read into what is known already: what it no longer names stays, so
//! that `null` takes nothing away, and the entries of a list keep what those at the same place had.

use std::collections::HashMap;

use crate::yaml::{Node, Tag, Value};

/// Fields that a file cannot change.
const FIXED: [&str; 4] = ["chart", "path", "repoURL", "targetRevision"];

/// A source, and what files have laid over it so far.
#[derive(Debug)]
pub(super) struct Merged {
    node: Node,
    /// The ends of lists that a file has cut off, by the way to them: where a later file makes the list longer again, they
    /// are still there.
    cut: HashMap<String, Vec<Node>>,
}

impl Merged {
    pub(super) fn new(node: Node) -> Self {
        Self { node, cut: HashMap::new() }
    }

    /// Lays a file over the source.
    pub(super) fn apply(&mut self, mut patch: Node) {
        if let Some(map) = patch.as_map_mut() {
            map.retain(|entry| !FIXED.contains(&&*entry.key.text));
        }
        lay(&mut self.node, patch, "", &mut self.cut);
    }

    pub(super) fn into_node(self) -> Node {
        self.node
    }
}

fn lay(known: &mut Node, new: Node, way: &str, cut: &mut HashMap<String, Vec<Node>>) {
    match (&mut known.value, new.value) {
        (_, Value::Scalar(scalar)) if scalar.tag == Tag::Null => {}
        (Value::Map(known), Value::Map(more)) => {
            for mut entry in more {
                match known.get_mut(&entry.key.text) {
                    Some(old) => lay(old, entry.value, &format!("{way}/{}", entry.key.text), cut),
                    None if entry.value.is_null() => {}
                    None => {
                        drop_nulls(&mut entry.value);
                        known.push(entry.key, entry.value);
                    }
                }
            }
        }
        (Value::Seq(known), Value::Seq(items)) => {
            let mut before = std::mem::take(known);
            before.extend(cut.remove(way).unwrap_or_default());
            let mut before = before.into_iter();
            for (at, item) in items.into_iter().enumerate() {
                known.push(match before.next() {
                    None => item,
                    Some(mut old) => {
                        lay(&mut old, item, &format!("{way}/{at}"), cut);
                        old
                    }
                });
            }
            if !known.is_empty() {
                cut.insert(way.to_owned(), before.collect());
            }
        }
        (_, value) => {
            *known = Node::new(value, new.origin);
            drop_nulls(known);
        }
    }
}

fn drop_nulls(node: &mut Node) {
    if let Some(map) = node.as_map_mut() {
        map.retain(|entry| !entry.value.is_null());
        map.iter_mut().for_each(|entry| drop_nulls(&mut entry.value));
    }
}

#[cfg(test)]
mod tests {
    use super::Merged;
    use crate::yaml::{Dialect, Node, Origin, Text, emit, parse_first};

    fn read(text: &str) -> Node {
        parse_first(&Text::loose(text), Dialect::Config)
            .ok()
            .flatten()
            .unwrap_or_else(|| Node::string("", Origin::default()))
    }

    #[test]
    fn a_list_that_grows_again_has_its_old_end() {
        let mut merged = Merged::new(read("path: a\nreplicas: [{name: a, count: 1}, {name: b, count: 2}]"));
        merged.apply(read("path: b\nreplicas: [{count: 3}]\nprefix: null"));
        merged.apply(read("replicas: [{count: 4}, {count: 5}, {name: c}]"));
        let printed = emit(&merged.into_node()).unwrap_or_default();
        assert_eq!(printed, "path: a\nreplicas:\n- count: 4\n  name: a\n- count: 5\n  name: b\n- name: c\n");
    }

    #[test]
    fn an_empty_list_takes_the_old_end_away() {
        let mut merged = Merged::new(read("replicas: [{name: a}]"));
        merged.apply(read("replicas: []"));
        merged.apply(read("replicas: [{count: 4}]"));
        assert_eq!(emit(&merged.into_node()).unwrap_or_default(), "replicas:\n- count: 4\n");
    }
}
