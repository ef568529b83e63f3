//! Says which entries of a list kustomize loses or repeats without having been told to.

use std::collections::{BTreeSet, HashSet};

use super::directive::raw;
use super::merging::{Merging, Pair};
use super::slots::By;
use crate::source::Problem;
use crate::yaml::{Node, Path};

/// Reports the entries that are not in `order`, the list as it became, or are there more than once.
pub(super) fn report(path: &Path, merging: &Merging<'_>, order: &[usize], quirks: &mut Vec<Problem>) {
    let By::Keys(keys) = merging.all.by else { return };
    let mut kept = HashSet::new();
    let repeated: BTreeSet<usize> = order.iter().copied().filter(|entry| !kept.insert(*entry)).collect();
    let lost = |entry: &usize| match merging.became.get(entry) {
        Some(Pair::Entry(became) | Pair::Replacement(became)) => !kept.contains(became),
        Some(Pair::Deletion(_)) => false,
        Some(Pair::Nothing) | None => !kept.contains(entry),
    };
    let itself = merging.base_numbers == merging.patch_numbers;
    let base_lost: Vec<usize> = merging
        .base_numbers
        .clone()
        .filter(|entry| !itself && !kept.contains(entry) && !merging.deleted.contains(entry))
        .collect();
    let names = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
    let hint = format!("every entry of this list needs its own {names}: kustomize tells them apart by that");

    for node in repeated.iter().filter_map(|entry| merging.all.nodes.get(*entry)) {
        let why = reason(node, keys, &names);
        quirks.push(
            Problem::new(format!("kustomize repeats this entry of `{path}`: {why}"))
                .at(node.origin.span)
                .hint(hint.clone()),
        );
    }
    let mut along = base_lost.len();
    for entry in merging.patch_numbers.clone().filter(lost) {
        let Some(node) = merging.all.nodes.get(entry) else { continue };
        let (why, hint) = match merging.became.get(&entry) {
            Some(Pair::Replacement(_)) => (
                "`$patch: replace` does nothing in one entry of a list".to_owned(),
                "leave it out, and set the fields that shall go to null".to_owned(),
            ),
            _ => (reason(node, keys, &names), hint.clone()),
        };
        let also = match std::mem::take(&mut along) {
            0 => String::new(),
            1 => ", and an entry of the object with it".to_owned(),
            count => format!(", and {count} entries of the object with it"),
        };
        quirks.push(
            Problem::new(format!("kustomize drops this entry of `{path}`{also}: {why}"))
                .at(node.origin.span)
                .hint(hint),
        );
    }
    if along == 0 {
        return;
    }
    for node in base_lost.iter().filter_map(|entry| merging.all.nodes.get(*entry)) {
        let why = reason(node, keys, &names);
        quirks.push(
            Problem::new(format!("kustomize drops this entry of `{path}`: {why}"))
                .at(node.origin.span)
                .hint(hint.clone()),
        );
    }
}

fn reason(node: &Node, keys: &[&str], names: &str) -> String {
    let missing = keys.iter().find(|key| node.get(key).is_none_or(|value| raw(value).is_empty()));
    match missing {
        Some(key) => format!("it has no `{key}`"),
        None => format!("another one has the same {names}, or lacks one of them"),
    }
}
