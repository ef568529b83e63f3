//! Objects as Argo CD takes them from what was rendered: lists are taken apart, and of objects that are there twice the last
//! one counts.

use std::collections::HashMap;

use crate::kustomize::{Manifest, Render, Schema};
use crate::source::Problem;
use crate::yaml::Node;

/// Checks that a node is an object.
///
/// # Errors
/// When it is no map, or has no kind.
pub(super) fn check(object: &Node) -> Result<(), Problem> {
    if object.as_map().is_none() {
        return Err(Problem::new("an object should stand here")
            .at(object.origin.span)
            .hint("write a map with a `kind`"));
    }
    if object.get("kind").and_then(Node::as_str).is_none_or(str::is_empty) {
        return Err(Problem::new("the object has no `kind`")
            .at(object.origin.span)
            .hint("set `kind` and `apiVersion`"));
    }
    Ok(())
}

/// The objects with those of lists in the place of the lists: of whatever has `items`.
///
/// # Errors
/// When one of a list is no object.
pub(super) fn expanded(manifests: Vec<Manifest>) -> Result<Vec<Manifest>, Problem> {
    let mut expanded = Vec::new();
    for mut manifest in manifests {
        let says = |field: &str| manifest.node.get(field).is_some();
        let is_empty = manifest.node.get("items").is_some_and(Node::is_null) && !says("spec") && !says("status");
        match manifest.node.get_mut("items").and_then(Node::as_seq_mut) {
            Some(items) => {
                for node in std::mem::take(items) {
                    check(&node)?;
                    expanded.push(Manifest::new(node));
                }
            }
            None if is_empty => {}
            None => expanded.push(manifest),
        }
    }
    Ok(expanded)
}

/// Leaves out objects of which there is another one behind them. `namespace` is that of objects that have none.
pub(super) fn drop_repeated(render: &mut Render, namespace: &str) {
    let schema = Schema::builtin();
    let identity = |manifest: &Manifest| {
        let is_global = schema.is_cluster_scoped(manifest.api_version(), manifest.kind());
        let own = manifest.namespace().filter(|namespace| !namespace.is_empty()).unwrap_or(namespace);
        let namespace = if is_global { "" } else { own };
        [manifest.group(), manifest.kind(), namespace, manifest.name()].map(str::to_owned)
    };
    let mut last: HashMap<[String; 4], usize> = HashMap::new();
    for (at, manifest) in render.resources.iter().enumerate() {
        last.insert(identity(manifest), at);
    }
    if last.len() == render.resources.len() {
        return;
    }
    let mut kept = Vec::new();
    for (at, manifest) in std::mem::take(&mut render.resources).into_iter().enumerate() {
        // A name that the cluster makes up is another one each time.
        if manifest.name().is_empty() || last.get(&identity(&manifest)) == Some(&at) {
            kept.push(manifest);
            continue;
        }
        let span = manifest.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
        let (kind, name) = (manifest.kind(), manifest.name());
        render.quirks.push(
            Problem::new(format!("`{kind}/{name}` is there more than once: Argo CD applies the last one"))
                .at(span)
                .hint("keep one of them"),
        );
    }
    render.resources = kept;
}
