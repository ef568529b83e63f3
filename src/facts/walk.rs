//! Finds things inside manifests at any depth: custom resources hold pod templates where they like.

use crate::kustomize::Manifest;
use crate::yaml::{Map, Node, Path, Segment, Value};

/// The lists in which a pod names its containers.
pub(super) const CONTAINER_LISTS: &[&str] = &["initContainers", "containers", "ephemeralContainers"];

/// Calls `visit` with each map of a manifest and its path, outermost first.
///
/// Objects that only describe others hold no pods: definitions of kinds, and the patterns of Kyverno's
/// and Gatekeeper's policies.
pub(super) fn maps<'a>(manifest: &'a Manifest, visit: &mut dyn FnMut(&Path, &'a Map)) {
    let describes = match manifest.group() {
        "apiextensions.k8s.io" | "kyverno.io" => true,
        group => group.ends_with(".kyverno.io") || group.ends_with(".gatekeeper.sh"),
    };
    if !describes {
        walk(&manifest.node, &mut Path::default(), visit);
    }
}

fn walk<'a>(node: &'a Node, path: &mut Path, visit: &mut dyn FnMut(&Path, &'a Map)) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Segment::Index(index));
                walk(item, path, visit);
                path.pop();
            }
        }
        Value::Map(map) => {
            visit(path, map);
            for entry in map.iter() {
                path.push(Segment::Key(entry.key.text.clone()));
                walk(&entry.value, path, visit);
                path.pop();
            }
        }
    }
}

/// The items of the list at `key`, with their places.
pub(super) fn items<'a>(map: &'a Map, key: &str) -> impl Iterator<Item = (usize, &'a Node)> + use<'a> {
    map.get(key).and_then(Node::as_seq).unwrap_or_default().iter().enumerate()
}

/// The text at `keys` below `node`, where there is one that is not empty.
pub(super) fn text<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a str> {
    node.at(keys)?.text().filter(|text| !text.is_empty())
}
