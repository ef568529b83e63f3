//! Variables that Flux puts into Secrets: what a `Kustomization` sets them to is as secret as what they end up in.

use std::collections::BTreeSet;

use crate::source::SourceFile;
use crate::yaml::{Dialect, Node, Text, parse_all};

/// What every text has in it that sets variables.
const SETS: &str = "substitute";

/// The names of the variables in a text.
pub fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

/// What a file sets some variables to.
#[must_use]
pub fn substitutes(file: &SourceFile, names: &BTreeSet<String>) -> Vec<Node> {
    let Some(text) = file.text().filter(|text| text.contains(SETS)) else { return Vec::new() };
    let documents = parse_all(&Text::loose(text), Dialect::Resource).unwrap_or_default();
    let set = documents.iter().filter_map(|document| document.at(&["spec", "postBuild", SETS])?.as_map());
    let entries = set.flat_map(|map| map.iter().filter(|entry| names.contains(&*entry.key.text)));
    entries.map(|entry| entry.value.clone()).collect()
}
