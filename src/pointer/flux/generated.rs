//! The kustomization that the controller makes where a directory has none: all manifests in and below it.

use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{Entry, Kind, RepoPath, Revision, is_yaml, named};
use crate::yaml::{Cause, Key, Node, Origin, Value};

/// What kustomize does not take for an empty kustomization, where there is nothing to list.
const PLACEHOLDER: &str = "_placeholder";

/// The kustomization of a directory without one.
pub(super) fn kustomization(artifact: &Revision, directory: &RepoPath) -> Node {
    let mut found = Vec::new();
    walk(artifact, directory, &mut found);
    let origin = || Origin::new(None, Cause::Manifest);
    let resources = found.iter().map(|path| format!("./{}", path.relative_to(directory)));
    let resources: Vec<Node> = resources.map(|path| Node::string(path, origin())).collect();
    let mut kustomization = Node::empty_map(origin());
    if let Some(map) = kustomization.as_map_mut() {
        if resources.is_empty() {
            map.set(Key::new("namespace", None), Node::string(PLACEHOLDER, origin()));
        } else {
            map.set(Key::new("resources", None), Node::new(Value::Seq(resources), origin()));
        }
    }
    kustomization
}

/// Manifests in the order of their paths, and directories with a kustomization, which are not gone into.
fn walk(artifact: &Revision, directory: &RepoPath, found: &mut Vec<RepoPath>) {
    let Some(entries) = artifact.list(directory) else { return };
    for entry in entries.iter() {
        let path = directory.child(&entry.name);
        match entry.kind {
            Kind::Directory if has_kustomization(&artifact.list(&path).unwrap_or_default()) => found.push(path),
            Kind::Directory => walk(artifact, &path, found),
            _ if is_yaml(&entry.name) => found.push(path),
            _ => {}
        }
    }
}

fn has_kustomization(entries: &[Entry]) -> bool {
    KUSTOMIZATION_NAMES.iter().any(|name| named(entries, name).is_some_and(|entry| entry.kind != Kind::Directory))
}
