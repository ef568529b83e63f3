//! The hash that a generated object's name ends in (docs/kustomize.md, "Hash").

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::gojson::GoJson;
use super::resource::{Asked, Resource};
use crate::source::{Problem, Reason};
use crate::yaml::{Cause, Node, Value};

/// The annotation in which kustomize notes that an object wants the hash. A manifest or a patch may set it too.
pub(super) const NEEDS_HASH: [&str; 3] = ["metadata", "annotations", "internal.config.kubernetes.io/needsHashSuffix"];

/// Whether an object says itself if it wants the hash.
pub(super) fn is_annotated(resource: &Resource) -> bool {
    resource.node.at(&NEEDS_HASH).is_some()
}

/// Appends the hash to the names of the objects that want it.
///
/// # Errors
/// When an object wants it that is neither a ConfigMap nor a Secret.
pub(super) fn apply(resources: &mut [Resource]) -> Result<(), Problem> {
    for resource in resources {
        let asked = match resource.node.at(&NEEDS_HASH) {
            Some(note) => (raw(note) == "enabled").then_some(Asked(note.origin.span)),
            None => resource.hashed_by,
        };
        let Some(Asked(span)) = asked else { continue };
        if !matches!(&*resource.kind(), "ConfigMap" | "Secret") {
            return Err(Problem::new("the hash that this annotation asks for is known of ConfigMaps and Secrets only")
                .at(span)
                .reason(Reason::Limit)
                .hint(
                    "remove the annotation: of other kinds, kustomize hashes the lines and columns of their text too",
                ));
        }
        let hash = hash(&resource.node);
        resource.remember_id();
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(name, span, Cause::Hash);
    }
    Ok(())
}

fn raw(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| &scalar.text)
}

/// Ten characters of the SHA-256 of the content, digits and vowels replaced so that no words come out.
fn hash(node: &Node) -> String {
    let digest = Sha256::digest(content(node).to_string().as_bytes());
    let digits = digest.iter().take(5).flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .map(|digit| match digit {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect()
}

/// The JSON that is hashed. The name is always empty: upstream looks it up under a key that holds a slash.
fn content(node: &Node) -> GoJson {
    let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
    let fields: &[&str] = if kind == "Secret" { &["data", "type"] } else { &["data"] };
    let extra = if kind == "Secret" { "stringData" } else { "binaryData" };
    let mut map = BTreeMap::new();
    map.insert("kind".to_owned(), GoJson::Text(kind.to_owned()));
    map.insert("name".to_owned(), GoJson::Text(String::new()));
    for field in fields {
        let value = node.get(field).map_or(GoJson::Text(String::new()), value_of);
        map.insert((*field).to_owned(), value);
    }
    if let Some(value @ Node { value: Value::Map(_), .. }) = node.get(extra) {
        map.insert(extra.to_owned(), value_of(value));
    }
    GoJson::Map(map)
}

/// Text for a scalar, JSON for everything else.
fn value_of(node: &Node) -> GoJson {
    match node.as_scalar() {
        Some(scalar) => GoJson::Text(scalar.text.to_string()),
        None => GoJson::of(node),
    }
}
