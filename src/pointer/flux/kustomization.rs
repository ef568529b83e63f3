//! The kustomization that is put in the place of the directory's own: that one, read into kustomize's types and written
//! again, with what the `Kustomization` sets.

use super::generated;
use super::spec::FluxSpec;
use crate::kustomize::{StandIn, rewritten_as_text};
use crate::pointer::files;
use crate::pointer::kustomization::{Own, SELECTOR, append, list, own, put, some_of};
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Cause, Map, Node, Origin};

/// Beginnings of paths that kustomize would fetch.
const REMOTE: [&str; 8] = ["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];

/// The kustomization that is built for a directory of the artifact.
pub(super) fn stand_in(artifact: &Revision, directory: &RepoPath, spec: &FluxSpec<'_>) -> Result<StandIn, Problem> {
    let own = own(artifact, directory)?;
    let file = own.as_ref().map(|own| own.path.clone());
    let mut kustomization = match own {
        Some(Own { node, .. }) => rewritten_as_text(&node.unwrap_or_else(|| Node::empty_map(Origin::default()))),
        None => generated::kustomization(artifact, directory),
    };
    let Some(map) = kustomization.as_map_mut() else { return Ok(StandIn { file, kustomization }) };
    if file.is_some() && map.get("resources").and_then(Node::as_seq).is_none_or(<[Node]>::is_empty) {
        // Not to be empty to kustomize; the annotations end up in the cluster.
        let option = Node::string("originAnnotations", Origin::new(spec.span, Cause::BuildMetadata));
        put(map, "buildMetadata", list(vec![option]));
    }
    let texts =
        [("namespace", spec.target_namespace), ("namePrefix", spec.name_prefix), ("nameSuffix", spec.name_suffix)];
    for (name, value) in texts {
        if let Some(value) = value {
            put(map, name, value.clone());
        }
    }
    append(map, "patches", spec.patches.iter().map(patch));
    append(map, "components", components(artifact, directory, spec)?);
    images(map, spec.images);
    if !spec.build_metadata.is_empty() {
        put(map, "buildMetadata", list(spec.build_metadata.to_vec()));
    }
    Ok(StandIn { file, kustomization })
}

fn patch(node: &Node) -> Node {
    let mut patch = some_of(node, &["patch", "target"]);
    if let Some(target) = patch.get_mut("target") {
        *target = some_of(target, &SELECTOR);
    }
    patch
}

fn components(artifact: &Revision, directory: &RepoPath, spec: &FluxSpec<'_>) -> Result<Vec<Node>, Problem> {
    let mut found = Vec::new();
    for component in spec.components {
        let path = component.as_str().unwrap_or_default();
        let lower = path.to_lowercase();
        let is_remote = REMOTE.iter().any(|start| lower.starts_with(start) && lower.len() > start.len());
        if is_remote || path.starts_with('/') || lower.strip_prefix("file://").is_some_and(|path| path.starts_with('/'))
        {
            return Err(Problem::new(format!("the component `{path}` must be a local and relative path"))
                .at(component.origin.span)
                .hint("name a directory of the source, relative to `spec.path`"));
        }
        if files::is_there(artifact, directory, path) || !spec.ignores_missing_components {
            found.push(component.clone());
        }
    }
    Ok(found)
}

/// Lays images over those of the file: an entry of a name that the file has changes that one.
fn images(map: &mut Map, images: &[Node]) {
    for image in images {
        let image = some_of(image, &["name", "newName", "newTag", "digest"]);
        let text = |node: &Node, name: &str| node.get(name).and_then(Node::as_str).unwrap_or_default().to_owned();
        let name = text(&image, "name");
        let known = map.get_mut("images").and_then(Node::as_seq_mut);
        let known = known.and_then(|known| known.iter_mut().find(|known| text(known, "name") == name));
        let Some(known) = known.and_then(Node::as_map_mut) else {
            append(map, "images", [image]);
            continue;
        };
        let set =
            |field: &str| image.as_map().and_then(|map| map.entry(field)).filter(|_| !text(&image, field).is_empty());
        if let Some(entry) = set("newName") {
            known.set(entry.key.clone(), entry.value.clone());
        }
        // Both say which version it is: one of them alone takes the other away.
        let version = ["newTag", "digest"].map(set);
        if version.iter().any(Option::is_some) {
            for field in ["newTag", "digest"] {
                known.remove(field);
            }
            for entry in version.into_iter().flatten() {
                known.set(entry.key.clone(), entry.value.clone());
            }
        }
    }
}
