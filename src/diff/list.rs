//! Pairs the items of two lists: by the key that names them, else by what they hold, else by place.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffTag};

use super::names::Names;
use crate::yaml::{Node, Value};

/// Keys that name an item, most telling first: Kubernetes' merge keys and those that custom resources
/// and configuration files use.
const KEYS: &[&str] = &[
    "name",
    "containerPort",
    "mountPath",
    "devicePath",
    "port",
    "key",
    "host",
    "path",
    "id",
    "uid",
    "ip",
    "type",
    "topologyKey",
    "secretKey",
    "secretName",
    "objectName",
    "kind",
];

/// Keys whose value is no more than a setting: items that are called differently still correspond.
const RENAMED: &[&str] = &["host"];

/// Above this many items, lists whose items have no name are compared place by place: finding what they
/// have in common takes time that grows with the square of the differences.
const MAX_ALIGNED: usize = 1000;

/// An item's place in each list that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partners {
    pub(super) lower: Option<usize>,
    pub(super) upper: Option<usize>,
}

/// Pairs the items; those of the lower list in their order, then what only the upper has.
pub(super) fn pair(names: &Names<'_>, lower: &[Node], upper: &[Node]) -> Vec<Partners> {
    if let Some(partners) = named(names, lower, upper) {
        return partners;
    }
    if lower.len().max(upper.len()) > MAX_ALIGNED {
        return block(0..lower.len(), 0..upper.len()).collect();
    }
    aligned(names, lower, upper)
}

/// Pairs by the first key that all items have and that tells them apart.
fn named(names: &Names<'_>, lower: &[Node], upper: &[Node]) -> Option<Vec<Partners>> {
    let by_key = || KEYS.iter().find_map(|key| Some((*key, unique(lower, key)?, unique(upper, key)?)));
    let (key, lower, upper) = by_key().or_else(|| Some(("", options(lower)?, options(upper)?)))?;
    let mut partners: Vec<Partners> =
        (0..lower.len()).map(|index| Partners { lower: Some(index), upper: None }).collect();

    let mut exact: HashMap<&str, usize> = upper.iter().enumerate().map(|(index, name)| (*name, index)).collect();
    for (partner, name) in partners.iter_mut().zip(&lower) {
        partner.upper = exact.remove(name);
    }
    let rest = upper.iter().enumerate().rev().filter(|(_, name)| exact.contains_key(**name));
    let mut canonical: HashMap<String, usize> =
        rest.map(|(index, name)| (names.canonical_upper(name), index)).collect();
    for (partner, name) in partners.iter_mut().zip(&lower).filter(|(partner, _)| partner.upper.is_none()) {
        partner.upper = canonical.remove(&names.canonical_lower(name));
    }

    let taken: HashSet<usize> = partners.iter().filter_map(|partner| partner.upper).collect();
    let mut open = (0..upper.len()).filter(|index| !taken.contains(index));
    if RENAMED.contains(&key) {
        for partner in partners.iter_mut().filter(|partner| partner.upper.is_none()) {
            partner.upper = open.next();
        }
    }
    partners.extend(open.map(|index| Partners { lower: None, upper: Some(index) }));
    Some(partners)
}

/// The items' names by `key`; `None` where one has none or two have the same.
fn unique<'a>(items: &'a [Node], key: &str) -> Option<Vec<&'a str>> {
    let names: Vec<&str> = items.iter().map(|item| item.get(key)?.text()).collect::<Option<_>>()?;
    distinct(names)
}

fn distinct(names: Vec<&str>) -> Option<Vec<&str>> {
    let set: HashSet<&str> = names.iter().copied().collect();
    (set.len() == names.len()).then_some(names)
}

/// The items' names where they are a command's arguments and some are options with values: `--port` of
/// `--port=80`. `None` where that does not tell them apart.
fn options(items: &[Node]) -> Option<Vec<&str>> {
    let texts: Vec<&str> = items.iter().map(Node::text).collect::<Option<_>>()?;
    let option = |text: &'_ str| text.starts_with('-').then(|| text.find('=')).flatten();
    if !texts.iter().any(|text| option(text).is_some()) {
        return None;
    }
    let names: Vec<&str> =
        texts.iter().map(|text| option(text).and_then(|end| text.get(..end)).unwrap_or(text)).collect();
    distinct(names)
}

/// Pairs equal items in their order; between those, items that are equal but for names; between those, by place.
fn aligned(names: &Names<'_>, lower: &[Node], upper: &[Node]) -> Vec<Partners> {
    let contents = |items: &[Node], canonical: &dyn Fn(&str) -> String| -> Vec<String> {
        items.iter().map(|item| content(item, canonical)).collect()
    };
    // What both environments call alike is the same, also where its name would stand for another one's.
    let written = (contents(lower, &str::to_owned), contents(upper, &str::to_owned));
    let named =
        (contents(lower, &|text| names.canonical_lower(text)), contents(upper, &|text| names.canonical_upper(text)));
    let mut partners = Vec::new();
    for (lower, upper, is_equal) in stretches(&written.0, &written.1, 0..lower.len(), 0..upper.len()) {
        if is_equal {
            partners.extend(block(lower, upper));
        } else {
            let stretches = stretches(&named.0, &named.1, lower, upper);
            partners.extend(stretches.into_iter().flat_map(|(lower, upper, _)| block(lower, upper)));
        }
    }
    partners
}

/// Stretches of two lists that correspond, and whether they are equal.
fn stretches(
    a: &[String],
    b: &[String],
    lower: Range<usize>,
    upper: Range<usize>,
) -> Vec<(Range<usize>, Range<usize>, bool)> {
    let ops = similar::capture_diff(Algorithm::Myers, a, lower, b, upper);
    ops.iter().map(|op| (op.old_range(), op.new_range(), op.tag() == DiffTag::Equal)).collect()
}

/// Two stretches, item by item; the longer one's tail has no partners.
fn block(lower: Range<usize>, upper: Range<usize>) -> impl Iterator<Item = Partners> {
    (0..lower.len().max(upper.len())).map(move |at| Partners {
        lower: (at < lower.len()).then_some(lower.start + at),
        upper: (at < upper.len()).then_some(upper.start + at),
    })
}

/// A text that is equal for items that hold the same but for names.
fn content(node: &Node, canonical: &dyn Fn(&str) -> String) -> String {
    match &node.value {
        Value::Scalar(scalar) => format!("{:?}{:?}", scalar.tag, canonical(&scalar.text)),
        Value::Seq(items) => {
            let items: Vec<String> = items.iter().map(|item| content(item, canonical)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Map(map) => {
            let mut entries: Vec<String> =
                map.iter().map(|entry| format!("{:?}:{}", entry.key.text, content(&entry.value, canonical))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}
