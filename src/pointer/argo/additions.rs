//! What a source adds to lists of the kustomization: patches, which Argo CD appends to the file itself, and components.

use super::parameters::Parameters;
use crate::pointer::files;
use crate::pointer::kustomization::{Own, SELECTOR, append, list, put, some_of};
use crate::pointer::pattern;
use crate::source::{Kind, Problem, RepoPath, Revision};
use crate::yaml::{Map, Node};

/// Appends patches. The file is read as any YAML.
///
/// # Errors
/// When it is no map, or has no list of patches where it should have one.
pub(super) fn patches(kustomization: &mut Node, own: &Own, parameters: &Parameters<'_>) -> Result<(), Problem> {
    let Some(first) = parameters.patches.first() else { return Ok(()) };
    let is_nothing = own.node.is_none() && !parameters.edits();
    let Some(map) = kustomization.as_map_mut().filter(|_| !is_nothing) else {
        return Err(Problem::new(format!("`{}` is no map that Argo CD could append patches to", own.path))
            .at(first.origin.span)
            .hint("list what the kustomization renders under `resources:`"));
    };
    if let Some(known) = map.get("patches").filter(|known| known.as_seq().is_none()) {
        return Err(Problem::new("`patches` of the kustomization is no list that Argo CD could append to")
            .at(known.origin.span)
            .beside(first.origin.span)
            .hint("write a list, or remove the field"));
    }
    append(map, "patches", parameters.patches.iter().map(patch));
    Ok(())
}

fn patch(node: &Node) -> Node {
    let mut patch = some_of(node, &["path", "patch", "target", "options"]);
    if let Some(target) = patch.get_mut("target").filter(|target| target.as_map().is_some()) {
        *target = some_of(target, &SELECTOR);
        drop_empty(target);
    }
    drop_empty(&mut patch);
    patch
}

fn drop_empty(node: &mut Node) {
    if let Some(map) = node.as_map_mut() {
        map.retain(|entry| entry.value.as_str() != Some(""));
    }
}

/// The components to add: those that are there, where others are left out, and for patterns what fits them.
pub(super) fn components(revision: &Revision, directory: &RepoPath, parameters: &Parameters<'_>) -> Vec<Node> {
    let mut found = Vec::new();
    for component in parameters.components {
        let path = component.as_str().unwrap_or_default();
        if parameters.ignores_missing_components && !files::is_there(revision, directory, path) {
            continue;
        }
        let fitting = if has_pattern(path) { fitting(revision, directory, path) } else { Vec::new() };
        match fitting.as_slice() {
            // What is not there is left for kustomize to refuse.
            [] => found.push(component.clone()),
            paths => found.extend(paths.iter().map(|path| Node::string(path.as_str(), component.origin.clone()))),
        }
    }
    found
}

/// Adds components that are not in the list yet.
pub(super) fn add_components(map: &mut Map, components: Vec<Node>, file: &str) {
    let mut all: Vec<Node> = map.get("components").and_then(Node::as_seq).unwrap_or_default().to_vec();
    for component in components {
        let path = component.as_str();
        if path != Some(file) && !all.iter().any(|known| known.as_str() == path) {
            all.push(component);
        }
    }
    put(map, "components", list(all));
}

/// Whether a path, or a step of one, is a pattern.
pub(super) fn has_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '\\'])
}

/// The paths that fit a pattern, relative to the directory, in their order; hidden ones only where the pattern is.
fn fitting(revision: &Revision, directory: &RepoPath, path: &str) -> Vec<String> {
    let (above, name) = path.rsplit_once('/').unwrap_or((".", path));
    let parents = if has_pattern(above) { fitting(revision, directory, above) } else { vec![above.to_owned()] };
    let mut found = Vec::new();
    for parent in parents {
        let resolved = directory.join(&parent).ok().and_then(|path| revision.resolve(&path).ok());
        let Some((resolved, Kind::Directory)) = resolved else { continue };
        for entry in revision.list(&resolved).unwrap_or_default().iter() {
            let is_hidden = entry.name.starts_with('.') && !name.starts_with('.');
            if !is_hidden && pattern::matches(name, &entry.name) == Some(true) {
                found.push(if parent == "." { entry.name.clone() } else { format!("{parent}/{}", entry.name) });
            }
        }
    }
    found
}
