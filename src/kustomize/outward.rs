//! Paths in a kustomization, or in the configuration of a plugin, that lead up by `..`, whichever field they stand in.
//! Where they lead out of the kustomization's directory, a link may lead back into it.

use super::manifest::{self, Role};
use crate::yaml::{Node, Text};

/// Every text in `node` that is such a path, or `key=path`.
pub(super) fn paths(node: &Node, found: &mut Vec<String>) {
    if let Some(map) = node.as_map() {
        for entry in map.iter() {
            paths(&entry.value, found);
        }
    } else if let Some(items) = node.as_seq() {
        for item in items {
            paths(item, found);
        }
    } else if let Some(text) = node.text() {
        found.extend(path(text));
    }
}

/// The paths that a text is, or holds behind a key.
pub(super) fn path(text: &str) -> impl Iterator<Item = String> {
    let behind_key = text.split_once('=').map(|(_, path)| path);
    let leads_up = |path: &&str| path.split('/').any(|part| part == "..");
    [Some(text), behind_key].into_iter().flatten().filter(leads_up).map(str::to_owned)
}

/// The same of the objects in a text; false where it holds none, as the path of a file does.
pub(super) fn paths_in(text: &Text<'_>, found: &mut Vec<String>) -> bool {
    let objects = manifest::read(text, Role::Resource);
    objects.iter().flatten().for_each(|object| paths(object, found));
    objects.is_ok()
}
