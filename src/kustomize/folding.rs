//! Keys that Go's JSON decoder takes for the same field: it does not tell upper from lower case.
//!
//! A field that is written twice, as `images` and `Images`, is filled twice, in the order of the keys' text: single
//! values of the second count, maps and the entries of lists keep what the second does not set.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::source::Problem;
use crate::yaml::{Entry, Map, Node, Tag, Value};

/// Fields that hold maps whose keys are the user's: there, case counts.
const USER_KEYS: [&str; 5] = ["pairs", "labels", "annotations", "commonLabels", "commonAnnotations"];

/// Whether a key means the field of this name.
pub(super) fn is(key: &str, name: &str) -> bool {
    letters(key).eq(letters(name))
}

/// The letters by which a key is the same as another. Beside the ASCII letters, Unicode folds two others to `s` and `k`.
fn letters(key: &str) -> impl Iterator<Item = char> {
    key.chars().map(|c| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    })
}

/// The map, or list of maps, with every field there once.
pub(super) fn once(root: &Node) -> Cow<'_, Node> {
    if has_repeated(root) { Cow::Owned(folded(root)) } else { Cow::Borrowed(root) }
}

/// What to say of fields that are written in several ways.
pub(super) fn repeated(node: &Node, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|item| repeated(item, problems)),
        Value::Map(map) => {
            let mut seen: HashMap<String, &Entry> = HashMap::new();
            for entry in map.iter() {
                let first = *seen.entry(letters(&entry.key.text).collect()).or_insert(entry);
                if !std::ptr::eq(first, entry) {
                    let (key, other) = (&entry.key.text, &first.key.text);
                    problems.push(
                        Problem::new(format!("`{key}` is the same field as `{other}`: kustomize fills it from both"))
                            .at(entry.key.span)
                            .beside(first.key.span)
                            .hint("write the field once"),
                    );
                }
                if !has_user_keys(entry) {
                    repeated(&entry.value, problems);
                }
            }
        }
    }
}

fn has_user_keys(entry: &Entry) -> bool {
    entry.value.as_map().is_some() && USER_KEYS.iter().any(|name| is(&entry.key.text, name))
}

fn has_repeated(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Seq(items) => items.iter().any(has_repeated),
        Value::Map(map) => {
            let mut seen: HashSet<String> = HashSet::new();
            map.iter().any(|entry| {
                !seen.insert(letters(&entry.key.text).collect()) || !has_user_keys(entry) && has_repeated(&entry.value)
            })
        }
    }
}

fn folded(node: &Node) -> Node {
    let mut node = node.clone();
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter_mut().for_each(|item| *item = folded(item)),
        Value::Map(map) => {
            let mut entries: Vec<Entry> = std::mem::take(map).into_iter().collect();
            entries.sort_by(|a, b| a.key.text.cmp(&b.key.text));
            for entry in entries.iter_mut().filter(|entry| !has_user_keys(entry)) {
                entry.value = folded(&entry.value);
            }
            fill(map, entries);
        }
    }
    node
}

/// Fills the fields of a map, in the order of the entries.
fn fill(map: &mut Map, entries: impl IntoIterator<Item = Entry>) {
    let mut filled: Vec<Entry> = std::mem::take(map).into_iter().collect();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, entry) in filled.iter().enumerate() {
        places.entry(letters(&entry.key.text).collect()).or_insert(at);
    }
    for entry in entries {
        let place = *places.entry(letters(&entry.key.text).collect()).or_insert(filled.len());
        match filled.get_mut(place) {
            Some(known) => fill_field(known, entry),
            None => filled.push(entry),
        }
    }
    for entry in filled {
        map.push(entry.key, entry.value);
    }
}

/// Fills a field with another entry for it.
fn fill_field(known: &mut Entry, entry: Entry) {
    if has_user_keys(&entry) && known.value.as_map().is_some() {
        if let (Some(known), Value::Map(more)) = (known.value.as_map_mut(), entry.value.value) {
            more.into_iter().for_each(|entry| known.set(entry.key, entry.value));
        }
        return;
    }
    refill(&mut known.value, entry.value);
}

/// Fills a value again.
fn refill(known: &mut Node, new: Node) {
    match (&mut known.value, new.value) {
        // Null empties what may be missing, and leaves alone what may not.
        (Value::Scalar(_), Value::Scalar(scalar)) if scalar.tag == Tag::Null => {}
        // A value of a wrong type is an error though another takes its place.
        (Value::Scalar(old), Value::Scalar(scalar))
            if scalar.tag == Tag::Str && old.tag != Tag::Null && old.tag != Tag::Str => {}
        (Value::Map(known), Value::Map(more)) => fill(known, more),
        (Value::Seq(known), Value::Seq(items)) => {
            known.truncate(items.len());
            for (at, item) in items.into_iter().enumerate() {
                match known.get_mut(at) {
                    Some(known) if item.is_null() && known.as_seq().is_none() => {}
                    Some(known) => refill(known, item),
                    None => known.push(item),
                }
            }
        }
        (_, value) => known.overwrite(Node::new(value, new.origin)),
    }
}
