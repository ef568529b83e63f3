//! Variables that Flux puts into Secrets: what a `Kustomization` sets them to is as secret as what they end up in.

use std::collections::BTreeSet;

use memchr::memmem;

use super::nested::NESTING;
use super::{called, kind};
use crate::source::SourceFile;
use crate::yaml::{Dialect, Map, Node, Text, Value, parse_all};

/// What every text has in it that sets variables.
const SETS: &str = "substitute";

/// The kind whose objects hold variables.
const HOLDER: &str = "ConfigMap";

/// What a variable begins with where its value is put.
const ASKS: &str = "${";

/// Whether a file may set variables.
#[must_use]
pub fn sets_variables(bytes: &[u8]) -> bool {
    memmem::find(bytes, SETS.as_bytes()).is_some()
}

/// Whether a file may have variables put into what is secret.
#[must_use]
pub fn asks_for_variables(bytes: &[u8]) -> bool {
    let text = memmem::find(bytes, ASKS.as_bytes()).and_then(|_| std::str::from_utf8(bytes).ok());
    text.is_some_and(|text| kind::has_marks(text) || called::may_set(text))
}

/// The names of the variables in a text.
pub fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split(ASKS).skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

/// What a file sets some variables to: in a pointer, in a patch of one, or in a ConfigMap that they are read from.
#[must_use]
pub fn substitutes(file: &SourceFile, names: &BTreeSet<String>) -> Vec<Node> {
    let mut found = Vec::new();
    if let Some(text) = file.text() {
        in_text(text, 0, names, &mut found);
    }
    found
}

fn in_text(text: &str, nesting: usize, names: &BTreeSet<String>, found: &mut Vec<Node>) {
    if nesting < NESTING && (text.contains(SETS) || text.contains(HOLDER)) {
        let documents = parse_all(&Text::loose(text), Dialect::Resource).unwrap_or_default();
        for document in &documents {
            in_node(document, nesting, names, found);
        }
    }
}

fn in_node(node: &Node, nesting: usize, names: &BTreeSet<String>, found: &mut Vec<Node>) {
    match &node.value {
        Value::Scalar(scalar) => in_text(&scalar.text, nesting + 1, names, found),
        Value::Seq(items) => items.iter().for_each(|item| in_node(item, nesting, names, found)),
        Value::Map(map) => {
            if let (Some(path), Some(value)) = (map.get("path").and_then(Node::as_str), map.get("value")) {
                in_operation(path, value, names, found);
            }
            let is_holder = map.get("kind").and_then(Node::as_str) == Some(HOLDER);
            if let Some(set) = map.get("data").and_then(Node::as_map).filter(|_| is_holder) {
                in_map(set, names, found);
            }
            for entry in map.iter() {
                match entry.value.as_map() {
                    Some(set) if &*entry.key.text == SETS => in_map(set, names, found),
                    _ => in_node(&entry.value, nesting, names, found),
                }
            }
        }
    }
}

fn in_map(set: &Map, names: &BTreeSet<String>, found: &mut Vec<Node>) {
    found.extend(set.iter().filter(|entry| names.contains(&*entry.key.text)).map(|entry| entry.value.clone()));
}

/// An operation of a JSON patch sets one variable, or all of them.
fn in_operation(path: &str, value: &Node, names: &BTreeSet<String>, found: &mut Vec<Node>) {
    let mut steps = path.rsplit('/');
    match (steps.next(), steps.next(), value.as_map()) {
        (Some(SETS), _, Some(set)) => in_map(set, names, found),
        (Some(name), Some(SETS), None) if names.contains(name) => found.push(value.clone()),
        _ => {}
    }
}
