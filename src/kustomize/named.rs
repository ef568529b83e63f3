//! The files that the texts of a configuration name, whichever field they stand in: what cannot be run here is made of
//! them, or reads them.

use std::collections::BTreeSet;

use super::load::Loader;
use crate::yaml::Node;

/// What the words of a text are divided by: blanks, and the marks of YAML, JSON and options.
const MARKS: [char; 14] = ['"', '\'', '`', ',', ';', ':', '=', '(', ')', '[', ']', '{', '}', '|'];

/// What a configuration says, and the files that it names.
pub(super) fn told(config: &Node, loader: &Loader<'_>) -> Vec<String> {
    let mut told = vec![config.to_json().to_string()];
    told.extend(named_in(config, loader));
    told
}

/// What tells the content of each file that a text in a node names from others, by name. Programs are told of files in
/// ways of their own, so every word counts.
pub(super) fn named_in(node: &Node, loader: &Loader<'_>) -> Vec<String> {
    let mut names = BTreeSet::new();
    node.leaves(&mut |_, leaf| {
        let text = leaf.text().unwrap_or_default();
        names.insert(text);
        names.extend(text.split_once('=').map(|(_, path)| path));
        names.extend(text.split(|c: char| c.is_whitespace() || MARKS.contains(&c)));
    });
    names.into_iter().filter_map(|name| loader.content(name)).collect()
}
