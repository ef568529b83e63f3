//! What the commands of `kustomize edit` share: lists whose entries have names, and words that look like options.

use std::collections::BTreeMap;

use crate::pointer::kustomization::{list, put};
use crate::source::Problem;
use crate::yaml::{Map, Node};

/// Entries of a list by their names.
pub(super) type Entries = BTreeMap<String, Node>;

/// Sets the entries of a list: `laid_over` says what becomes of a new entry where the list has one of that name. Of old
/// entries with one name the first stays, and all are sorted by name.
pub(super) fn set(map: &mut Map, name: &'static str, mut entries: Entries, laid_over: impl Fn(&mut Node, &Node)) {
    if entries.is_empty() {
        return;
    }
    for old in map.get(name).and_then(Node::as_seq).unwrap_or_default() {
        let name = old.get("name").and_then(Node::as_str).unwrap_or_default();
        match entries.get_mut(name) {
            Some(new) => laid_over(new, old),
            None => {
                entries.insert(name.to_owned(), old.clone());
            }
        }
    }
    put(map, name, list(entries.into_values().collect()));
}

/// Refuses a parameter that kustomize would take for an option.
///
/// # Errors
/// When it begins with `-`.
pub(super) fn refuse_option(word: &str, parameter: &Node) -> Result<(), Problem> {
    if word.starts_with('-') && word.len() > 1 {
        return Err(Problem::new(format!("kustomize takes `{word}` for an option, since it begins with `-`"))
            .at(parameter.origin.span)
            .hint("begin it with another character"));
    }
    Ok(())
}
