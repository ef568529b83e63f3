//! Keys that Go's JSON decoder takes for the same field: it does not tell upper from lower case.
//!
//! A field that is written twice, as `images` and `Images`, is filled twice, in the order of the keys' text: single
//! values of the second count, maps and the entries of lists keep what the second does not set.

use std::borrow::Cow;

use crate::source::Problem;
use crate::yaml::{Entry, Map, Node, Tag, Value};

/// Fields that hold maps whose keys are the user's: there, case counts.
const USER_KEYS: [&str; 5] = ["pairs", "labels", "annotations", "commonLabels", "commonAnnotations"];

/// Whether a key means the field of this name. Beside the ASCII letters, Unicode folds two others to `s` and `k`.
pub(super) fn is(key: &str, name: &str) -> bool {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(name.chars().map(fold))
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
            for (at, entry) in map.iter().enumerate() {
                if let Some(first) = map.iter().take(at).find(|first| is(&first.key.text, &entry.key.text)) {
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
        Value::Map(map) => map.iter().enumerate().any(|(at, entry)| {
            map.iter().take(at).any(|first| is(&first.key.text, &entry.key.text))
                || !has_user_keys(entry) && has_repeated(&entry.value)
        }),
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
            for mut entry in entries {
                if !has_user_keys(&entry) {
                    entry.value = folded(&entry.value);
                }
                fill(map, entry);
            }
        }
    }
    node
}

/// Fills the field of an entry.
fn fill(map: &mut Map, entry: Entry) {
    let user_keys = has_user_keys(&entry);
    let Some(known) = map.iter_mut().find(|known| is(&known.key.text, &entry.key.text)) else {
        map.push(entry.key, entry.value);
        return;
    };
    if user_keys && known.value.as_map().is_some() {
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
        (Value::Map(known), Value::Map(more)) => more.into_iter().for_each(|entry| fill(known, entry)),
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
