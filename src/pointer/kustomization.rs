//! Kustomizations that controllers change before they build: finding a directory's own, and changing its nodes.

use super::files;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{Kind, Problem, RepoPath, Revision};
use crate::yaml::{Key, Map, Node, Origin, Value};

/// The fields of a selector of objects.
pub(super) const SELECTOR: [&str; 7] =
    ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

/// The kustomization file of a directory.
pub(super) struct Own {
    pub(super) path: RepoPath,
    /// What it says; `None` where it holds nothing but comments.
    pub(super) node: Option<Node>,
}

/// The first of the kustomization files that a directory has.
pub(super) fn own(revision: &Revision, directory: &RepoPath) -> Result<Option<Own>, Problem> {
    let paths = KUSTOMIZATION_NAMES.iter().map(|name| directory.child(name));
    let Some(path) = { paths }.find(|path| matches!(revision.resolve(path), Ok((_, Kind::File)))) else {
        return Ok(None);
    };
    Ok(Some(Own { node: files::yaml(revision, &path)?, path }))
}

pub(super) fn list(items: Vec<Node>) -> Node {
    Node::new(Value::Seq(items), Origin::default())
}

/// Appends to a list of the kustomization. What is no list is left for kustomize to refuse.
pub(super) fn append(map: &mut Map, name: &'static str, items: impl IntoIterator<Item = Node>) {
    let items: Vec<Node> = items.into_iter().collect();
    if items.is_empty() {
        return;
    }
    match map.get_mut(name) {
        Some(known) if known.as_seq().is_some() => {
            known.as_seq_mut().into_iter().for_each(|known| known.extend(items.clone()));
        }
        Some(known) if !known.is_null() => {}
        _ => put(map, name, list(items)),
    }
}

/// Sets a field. Nothing remembers what it was: a kustomization with a value over another one has written it twice.
pub(super) fn put(map: &mut Map, name: &'static str, value: Node) {
    map.remove(name);
    map.push(Key::new(name, value.origin.span), value);
}

/// A map with some of the fields of another.
pub(super) fn some_of(node: &Node, names: &[&'static str]) -> Node {
    let mut left = Node::empty_map(node.origin.clone());
    for name in names {
        let entry = node.as_map().and_then(|map| map.entry(name)).filter(|entry| !entry.value.is_null());
        if let (Some(entry), Some(left)) = (entry, left.as_map_mut()) {
            left.set(Key::new(*name, entry.key.span), entry.value.clone());
        }
    }
    left
}
