//! What of a document is secret, by the fields that hold it.

use super::called;
use super::kind;
use super::nested;
use crate::yaml::{Dialect, Entry, Map, Node, Path, Segment, Text, Value, parse_all};

/// What a secret part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A value.
    Value,
    /// Something beside the values, which may repeat them: annotations, fields that no Secret has in `metadata`.
    Beside,
    /// A literal `key=value`, or a list of them: the key may be shown.
    Literal,
    /// A text with manifests or patches of Secrets in it: the rest of it may be shown.
    Text,
    /// A text with values of a chart in it, some of them secret: the rest of it may be shown.
    Settings,
}

/// What a map is part of.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent of one another")]
struct Scope {
    /// Nothing: it is a document.
    root: bool,
    /// The `metadata` of a Secret.
    metadata: bool,
    /// A resource that carries Secrets.
    carrier: bool,
    /// Generators of Secrets.
    generator: bool,
    /// Generators of `ConfigMaps`.
    open: bool,
    /// The annotations of a Secret.
    annotations: bool,
    /// What a chart, a plugin or variables are set to: there, names tell what is secret.
    settings: bool,
}

/// A part of something that nothing is known of.
const PLAIN: Scope = Scope {
    root: false,
    metadata: false,
    carrier: false,
    generator: false,
    open: false,
    annotations: false,
    settings: false,
};

/// What a document is part of.
const DOCUMENT: Scope = Scope { root: true, ..PLAIN };

/// What the values of a chart are part of, which are written as a text.
const SETTINGS: Scope = Scope { settings: true, ..PLAIN };

/// What a map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Secret,
    Metadata,
    Carrier,
    Generator,
    Operation,
    Patch,
    Kustomization,
    Torn,
    Setting,
    Other,
}

/// What becomes of the value of a key.
enum Fate {
    Open(Scope),
    Hidden(Part),
}

/// Entries of a map beyond which it is data, not an object.
const WIDE: usize = 256;

fn holder(map: &Map, scope: Scope) -> Holder {
    if scope.metadata {
        return Holder::Metadata;
    }
    if map.len() > WIDE {
        return if scope.carrier { Holder::Carrier } else { Holder::Other };
    }
    let text = |key: &str| map.iter().find(|entry| entry.key.text.eq_ignore_ascii_case(key))?.value.text();
    let kind = text("kind").unwrap_or_default();
    if kind::generates_secrets(kind) {
        return Holder::Generator;
    }
    if kind::is_secret(kind) {
        // A reference to a Secret has neither.
        let whole = ["apiVersion", "metadata"].into_iter().any(|key| map.get(key).is_some());
        if whole || map.iter().any(|entry| kind::is_data(&entry.key.text)) {
            return Holder::Secret;
        }
    }
    if scope.generator {
        return Holder::Generator;
    }
    if scope.root && map.iter().any(|entry| has_lost_values(&entry.value)) {
        return Holder::Torn;
    }
    if kind::carries_secrets(kind) {
        return Holder::Carrier;
    }
    if map.get("op").is_some() && map.get("value").is_some() && text("path").is_some_and(kind::leads_into_data) {
        return Holder::Operation;
    }
    let of_secret = |target: &Node| target.get("kind").and_then(Node::text).is_some_and(kind::is_secret);
    if let Some(patch) = map.get("patch")
        && (map.get("target").is_some_and(of_secret) || patch.as_str().is_some_and(kind::has_marks))
    {
        return Holder::Patch;
    }
    if scope.root
        && matches!(kind, "" | "Kustomization" | "Component")
        && map.iter().any(|entry| kind::gathers(&entry.key.text))
    {
        return Holder::Kustomization;
    }
    if scope.settings && text("name").is_some_and(called::is_secret) {
        return Holder::Setting;
    }
    if scope.carrier { Holder::Carrier } else { Holder::Other }
}

/// Whether a value is one that a name can call secret: a switch is not.
fn may_be_secret(value: &Node) -> bool {
    match &value.value {
        Value::Scalar(scalar) => !value.is_null() && !matches!(&*scalar.text, "" | "true" | "false"),
        Value::Seq(items) => items.iter().any(may_be_secret),
        Value::Map(_) => false,
    }
}

/// Whether a Secret is in there that has lost its values: a key for them with nothing under it. Lines that are not
/// indented enough belong to what it is part of.
fn has_lost_values(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Seq(items) => items.iter().any(has_lost_values),
        Value::Map(map) => {
            let is_secret = map.get("kind").and_then(Node::text).is_some_and(kind::is_secret);
            let lost = |entry: &Entry| {
                let key = &entry.key.text;
                entry.value.is_null() && (kind::is_string_data(key) || (is_secret && kind::is_data(key)))
            };
            map.iter().any(lost) || map.iter().any(|entry| has_lost_values(&entry.value))
        }
    }
}

/// Whether a field of a generator that holds no values has the shape that it should: what else stands there may be one.
fn fits(key: &str, value: &Node) -> bool {
    let is_flat =
        |node: &Node| node.as_map().is_some_and(|map| map.iter().all(|entry| entry.value.as_scalar().is_some()));
    match key {
        "files" | "envs" => value.as_seq().is_some_and(|items| items.iter().all(|item| item.as_scalar().is_some())),
        "options" => value.as_map().is_some_and(|map| {
            map.iter().all(|entry| match &*entry.key.text {
                "labels" | "annotations" => is_flat(&entry.value),
                _ => entry.value.as_scalar().is_some(),
            })
        }),
        _ => true,
    }
}

fn fate(holder: Holder, scope: Scope, key: &str, value: Option<&Node>) -> Fate {
    let is_scalar = value.is_none_or(|value| value.as_scalar().is_some());
    let text = value.and_then(Node::text).unwrap_or_default();
    match holder {
        // The lines below have become part of it.
        _ if matches!(key, "kind" | "apiVersion") && text.contains(char::is_whitespace) => Fate::Hidden(Part::Value),
        Holder::Secret if key == "metadata" => Fate::Open(Scope { metadata: true, ..Scope::default() }),
        Holder::Secret if kind::is_open(key, false) && (is_scalar || matches!(key, "sops" | "status")) => {
            Fate::Open(Scope::default())
        }
        Holder::Secret => Fate::Hidden(Part::Value),
        Holder::Operation if key == "value" => Fate::Hidden(Part::Value),
        Holder::Patch if key == "patch" => Fate::Hidden(Part::Text),
        // What fell out of a patch, whose lines are not indented enough.
        Holder::Patch if !matches!(key, "path" | "target" | "options") => Fate::Hidden(Part::Value),
        Holder::Kustomization if !kind::is_open_in_kustomization(key) => {
            Fate::Hidden(if is_scalar { Part::Value } else { Part::Beside })
        }
        Holder::Torn if is_scalar && !kind::is_open(key, false) => Fate::Hidden(Part::Value),
        Holder::Metadata if kind::is_open(key, true) => Fate::Open(Scope::default()),
        Holder::Metadata if key == "annotations" => Fate::Open(Scope { annotations: true, ..Scope::default() }),
        Holder::Metadata => Fate::Hidden(Part::Beside),
        Holder::Generator if !kind::is_open_in_generator(key, is_scalar) => Fate::Hidden(Part::Literal),
        Holder::Generator if value.is_some_and(|value| !fits(key, value)) => Fate::Hidden(Part::Literal),
        Holder::Carrier | Holder::Torn if kind::is_data(key) && value.is_none_or(|value| value.as_map().is_some()) => {
            Fate::Hidden(Part::Value)
        }
        _ if kind::is_generator(key) => Fate::Open(Scope { generator: true, ..Scope::default() }),
        _ if kind::is_open_generator(key) => Fate::Open(Scope { open: true, ..Scope::default() }),
        _ if kind::is_string_data(key) => Fate::Hidden(Part::Value),
        _ if key == "literals" && !scope.open => Fate::Hidden(Part::Literal),
        Holder::Setting if matches!(key, "value" | "string") && value.is_none_or(may_be_secret) => {
            Fate::Hidden(Part::Value)
        }
        _ if scope.settings && called::is_secret(key) && value.is_none_or(may_be_secret) => Fate::Hidden(Part::Value),
        _ => Fate::Open(Scope {
            carrier: matches!(holder, Holder::Carrier | Holder::Torn),
            generator: false,
            open: scope.open,
            settings: scope.settings || called::sets(key),
            ..Scope::default()
        }),
    }
}

/// Calls `found` for every secret part of a document, the largest that is secret as a whole.
pub fn parts<'a>(root: &'a Node, found: &mut dyn FnMut(&Path, &'a Node, Part)) {
    walk(root, &mut Path::default(), DOCUMENT, 0, found);
}

/// As [`parts`], for the values of a chart that are written as a text.
pub(super) fn parts_of_settings<'a>(root: &'a Node, found: &mut dyn FnMut(&Path, &'a Node, Part)) {
    walk(root, &mut Path::default(), SETTINGS, 0, found);
}

/// Whether something has any secret part.
fn holds(root: &Node, scope: Scope, nesting: usize) -> bool {
    let mut any = false;
    walk(root, &mut Path::default(), scope, nesting, &mut |_, _, _| any = true);
    any
}

/// What the text of a scalar is, where it holds something secret, or may.
fn part_of_text(node: &Node, scope: Scope, nesting: usize) -> Option<Part> {
    if nested::is_encrypted(node) {
        return Some(Part::Value);
    }
    if scope.settings && holds_settings(node, nesting) {
        return Some(Part::Settings);
    }
    is_secret_text(node, nesting).then_some(Part::Text)
}

/// Whether the text of a scalar holds values of a chart that are secret. Where it is a template, each line counts for
/// itself.
fn holds_settings(node: &Node, nesting: usize) -> bool {
    let Some(text) = node.as_str().filter(|text| text.contains(':') && called::is_hinted(text)) else { return false };
    let calls = |line: &str| {
        line.split_once(':').is_some_and(|(key, value)| called::is_secret(key) && !value.trim().is_empty())
    };
    match parse_all(&Text::loose(text), Dialect::Resource) {
        Ok(documents) if nesting < nested::NESTING => {
            documents.iter().any(|document| document.as_scalar().is_none() && holds(document, SETTINGS, nesting + 1))
        }
        Ok(_) | Err(_) => text.lines().any(calls),
    }
}

/// Whether the text of a scalar holds values of a Secret, or may: what speaks of Secrets and cannot be read does.
fn is_secret_text(node: &Node, nesting: usize) -> bool {
    let Some(text) = node.as_str() else { return false };
    if !text.contains(['\n', '{']) || !kind::has_marks(text) {
        return false;
    }
    if nesting >= nested::NESTING {
        return true;
    }
    parse_all(&Text::loose(text), Dialect::Resource)
        .map_or(true, |documents| documents.iter().any(|document| holds(document, DOCUMENT, nesting + 1)))
}

fn walk<'a>(
    node: &'a Node,
    path: &mut Path,
    scope: Scope,
    nesting: usize,
    found: &mut dyn FnMut(&Path, &'a Node, Part),
) {
    match &node.value {
        Value::Scalar(_) => {
            if scope.annotations {
                found(path, node, Part::Beside);
            } else if scope.generator {
                // A literal that is in no list of literals.
                found(path, node, Part::Literal);
            } else if let Some(part) = part_of_text(node, scope, nesting) {
                found(path, node, part);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Segment::Index(index));
                walk(item, path, scope, nesting, found);
                path.pop();
            }
        }
        Value::Map(map) if scope.annotations => {
            for entry in map.iter() {
                path.push(Segment::Key(entry.key.text.clone()));
                found(path, &entry.value, Part::Beside);
                path.pop();
            }
        }
        Value::Map(map) => {
            let holder = holder(map, scope);
            for entry in map.iter() {
                path.push(Segment::Key(entry.key.text.clone()));
                match fate(holder, scope, &entry.key.text, Some(&entry.value)) {
                    Fate::Hidden(part) => found(path, &entry.value, part),
                    Fate::Open(_) if holder == Holder::Generator => {
                        for item in entry.value.as_seq().unwrap_or(std::slice::from_ref(&entry.value)) {
                            if item.as_str().is_some_and(|text| kind::is_misplaced(&entry.key.text, text)) {
                                found(path, item, Part::Literal);
                            }
                        }
                    }
                    Fate::Open(scope) => walk(&entry.value, path, scope, nesting, found),
                }
                path.pop();
            }
        }
    }
}

/// Calls `found` for every text of a secret part that is a value beyond doubt, those inside texts too.
pub fn values(node: &Node, part: Part, found: &mut dyn FnMut(&str)) {
    values_within(node, part, 0, found);
}

fn values_within(node: &Node, part: Part, nesting: usize, found: &mut dyn FnMut(&str)) {
    match part {
        Part::Beside => {}
        Part::Text | Part::Settings => {
            let scope = if part == Part::Settings { SETTINGS } else { DOCUMENT };
            for document in nested::documents(node, nesting) {
                let mut parts = Vec::new();
                walk(&document, &mut Path::default(), scope, nesting + 1, &mut |_, node, part| {
                    parts.push((node, part));
                });
                for (node, part) in parts {
                    values_within(node, part, nesting + 1, found);
                }
            }
        }
        Part::Value | Part::Literal => node.leaves(&mut |_, leaf| {
            let text = leaf.text().unwrap_or_default();
            found(text.split_once('=').filter(|_| part == Part::Literal).map_or(text, |(_, value)| value));
        }),
    }
}

/// Whether the value at `path` is part of something secret, or holds it. `value` is what stands there, where that is
/// known; what is not there any more counts by where it was.
#[must_use]
pub fn is_secret(root: &Node, path: &[Segment], value: Option<&Node>) -> bool {
    let (mut node, mut scope) = (Some(root), DOCUMENT);
    for (index, step) in path.iter().enumerate() {
        if scope.annotations {
            return true;
        }
        let known = value.filter(|_| index + 1 == path.len());
        let next = || known.or_else(|| node?.follow(std::slice::from_ref(step)));
        match (step, node.and_then(Node::as_map)) {
            (Segment::Key(key), map) => {
                let next = next();
                let holder = map.map_or(Holder::Other, |map| holder(map, scope));
                match fate(holder, scope, key, next) {
                    Fate::Hidden(_) => return true,
                    Fate::Open(within) => (node, scope) = (next, within),
                }
            }
            (Segment::Index(_), _) => node = next(),
        }
    }
    let is_whole = |node: &Node| {
        path.is_empty() && node.as_map().is_some_and(|map| holder(map, Scope::default()) == Holder::Secret)
    };
    let mut any = scope.annotations || node.is_some_and(is_whole);
    if let Some(node) = node.filter(|_| !any) {
        walk(node, &mut Path::default(), scope, 0, &mut |_, _, _| any = true);
    }
    any
}
