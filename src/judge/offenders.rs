//! A second offender behind the same words: whether a change adds to what a policy finds in a resource, where the policy
//! says the same as before and not of which field.
//!
//! The policy is asked again about each part that the change alters, with the part's siblings left out, as the change has
//! it and as the base has it. What it finds in the one and not in the other, the change has brought.

use crate::kustomize::Manifest;
use crate::policy::{Data, Policy, PolicySet};
use crate::yaml::{Map, Node, Value};

/// Parts that are asked about one by one; of more, all are asked about at once.
const PARTS: usize = 32;

/// Keys that say what something is: policies look at them wherever they look.
const NAMES: [&str; 5] = ["apiVersion", "kind", "metadata", "name", "namespace"];

/// Whether `policy`, which finds `message` in a manifest now and before, finds it in something that the change brings.
pub(super) fn is_added(
    policies: &PolicySet,
    policy: &Policy,
    message: &str,
    now: &Manifest,
    before: &Manifest,
) -> bool {
    if now.node.same_data(&before.node) {
        return false;
    }
    let finds = |node: &Node| policies.finds(policy, &Data::manifest(node)).iter().any(|found| found == message);
    [Siblings::Kept, Siblings::LeftOut].into_iter().any(|siblings| {
        let mut parts = parts(&now.node, &before.node, siblings);
        if parts.len() > PARTS {
            parts = vec![changed_only(&now.node, &before.node)];
        }
        parts.iter().any(|(now, before)| finds(now) && !finds(before))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Siblings {
    Kept,
    LeftOut,
}

/// Each part in which two values differ, within what is around it on either side. Of a list it is the item alone.
fn parts(now: &Node, before: &Node, siblings: Siblings) -> Vec<(Node, Node)> {
    if now.same_data(before) {
        return Vec::new();
    }
    match (&now.value, &before.value) {
        (Value::Map(now_map), Value::Map(before_map)) => {
            let around = |node: &Node, map: &Map, key: &str, value: Option<Node>| {
                let mut kept = map.clone();
                kept.retain(|entry| {
                    let text = &*entry.key.text;
                    text != key && (siblings == Siblings::Kept || NAMES.contains(&text))
                });
                if let (Some(value), Some(entry)) = (value, map.entry(key)) {
                    kept.push(entry.key.clone(), value);
                }
                with(node, Value::Map(kept))
            };
            let keys = now_map.iter().chain(before_map.iter().filter(|entry| now_map.get(&entry.key.text).is_none()));
            let of_key = |key: &str| match (now_map.get(key), before_map.get(key)) {
                (Some(a), Some(b)) => {
                    parts(a, b, siblings).into_iter().map(|(a, b)| (Some(a), Some(b))).collect::<Vec<_>>()
                }
                (a, b) => vec![(a.cloned(), b.cloned())],
            };
            keys.flat_map(|entry| {
                let key = &*entry.key.text;
                let pair = |(a, b)| (around(now, now_map, key, a), around(before, before_map, key, b));
                of_key(key).into_iter().map(pair).collect::<Vec<_>>()
            })
            .collect()
        }
        (Value::Seq(now_items), Value::Seq(before_items)) => {
            let list = |node: &Node, item: Option<Node>| with(node, Value::Seq(item.into_iter().collect()));
            let mut found = Vec::new();
            for item in now_items {
                match partner(item, before_items) {
                    Some(old) => {
                        let inner = parts(item, old, siblings).into_iter();
                        found.extend(inner.map(|(a, b)| (list(now, Some(a)), list(before, Some(b)))));
                    }
                    None => found.push((list(now, Some(item.clone())), list(before, None))),
                }
            }
            let gone = before_items.iter().filter(|old| partner(old, now_items).is_none());
            found.extend(gone.map(|old| (list(now, None), list(before, Some(old.clone())))));
            found
        }
        _ => vec![(now.clone(), before.clone())],
    }
}

/// Two values without what they have in common.
fn changed_only(now: &Node, before: &Node) -> (Node, Node) {
    match (&now.value, &before.value) {
        (Value::Map(a), Value::Map(b)) => {
            let (mut left, mut right) = (a.clone(), b.clone());
            let same =
                |key: &str| !NAMES.contains(&key) && a.get(key).zip(b.get(key)).is_some_and(|(a, b)| a.same_data(b));
            left.retain(|entry| !same(&entry.key.text));
            right.retain(|entry| !same(&entry.key.text));
            for entry in left.iter_mut().filter(|entry| !NAMES.contains(&&*entry.key.text)) {
                if let Some(other) = right.get_mut(&entry.key.text) {
                    (entry.value, *other) = changed_only(&entry.value, other);
                }
            }
            (with(now, Value::Map(left)), with(before, Value::Map(right)))
        }
        (Value::Seq(a), Value::Seq(b)) => {
            let differ = |items: &[Node], others: &[Node]| {
                let differs = |item: &&Node| partner(item, others).is_none_or(|other| !item.same_data(other));
                Value::Seq(items.iter().filter(differs).cloned().collect())
            };
            (with(now, differ(a, b)), with(before, differ(b, a)))
        }
        _ => (now.clone(), before.clone()),
    }
}

/// The item of a list that is the same one as `item`: of the same name or, without one, of the same content.
fn partner<'a>(item: &Node, others: &'a [Node]) -> Option<&'a Node> {
    let name = |node: &Node| {
        ["name", "key", "mountPath", "port"].iter().find_map(|key| node.get(key)?.text().map(str::to_owned))
    };
    match name(item) {
        Some(own) => others.iter().find(|other| name(other).is_some_and(|other| other == own)),
        None => others.iter().find(|other| other.same_data(item)),
    }
}

fn with(node: &Node, value: Value) -> Node {
    Node::new(value, node.origin.clone())
}
