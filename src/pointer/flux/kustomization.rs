//! The kustomization that is put in the place of the directory's own: that one, read into kustomize's types and written
//! again, with what the `Kustomization` sets.

use super::generated;
use super::spec::FluxSpec;
use crate::kustomize::{KUSTOMIZATION_NAMES, StandIn, rewritten_as_text};
use crate::source::{Kind, Problem, RepoPath, Revision};
use crate::yaml::{Cause, Dialect, Key, Map, Node, Origin, Text, Value, parse_first};

/// Beginnings of paths that kustomize would fetch.
const REMOTE: [&str; 8] = ["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];

/// The fields of a selector that are taken over.
const SELECTOR: [&str; 7] = ["group", "version", "kind", "namespace", "name", "labelSelector", "annotationSelector"];

/// The kustomization that is built for a directory of the artifact.
pub(super) fn stand_in(artifact: &Revision, directory: &RepoPath, spec: &FluxSpec<'_>) -> Result<StandIn, Problem> {
    let own = own(artifact, directory)?;
    let file = own.as_ref().map(|(path, _)| path.clone());
    let mut kustomization = match own {
        Some((_, node)) => rewritten_as_text(&node),
        None => generated::kustomization(artifact, directory),
    };
    let Some(map) = kustomization.as_map_mut() else { return Ok(StandIn { file, kustomization }) };
    if file.is_some() && map.get("resources").and_then(Node::as_seq).is_none_or(<[Node]>::is_empty) {
        // Not to be empty to kustomize; the annotations end up in the cluster.
        let option = Node::string("originAnnotations", Origin::new(spec.span, Cause::BuildMetadata));
        map.set(Key::new("buildMetadata", spec.span), list(vec![option]));
    }
    let texts =
        [("namespace", spec.target_namespace), ("namePrefix", spec.name_prefix), ("nameSuffix", spec.name_suffix)];
    for (name, value) in texts {
        if let Some(value) = value {
            map.set(Key::new(name, value.origin.span), value.clone());
        }
    }
    append(map, "patches", spec.patches.iter().map(patch));
    append(map, "components", components(artifact, directory, spec)?);
    images(map, spec.images);
    if !spec.build_metadata.is_empty() {
        map.set(Key::new("buildMetadata", None), list(spec.build_metadata.to_vec()));
    }
    Ok(StandIn { file, kustomization })
}

/// The first of the kustomization files that there is, and what it says.
fn own(artifact: &Revision, directory: &RepoPath) -> Result<Option<(RepoPath, Node)>, Problem> {
    let paths = KUSTOMIZATION_NAMES.iter().map(|name| directory.child(name));
    let Some(path) = { paths }.find(|path| matches!(artifact.resolve(path), Ok((_, Kind::File)))) else {
        return Ok(None);
    };
    let (id, file) = artifact.read(&path).map_err(|error| Problem::from(error).within(&path))?;
    let text = file.text().ok_or_else(|| Problem::new(format!("`{path}` is not UTF-8 text")).within(&path))?;
    let node = parse_first(&Text::of_file(id, text, 0), Dialect::Config)?;
    Ok(Some((path, node.unwrap_or_else(|| Node::empty_map(Origin::default())))))
}

fn list(items: Vec<Node>) -> Node {
    Node::new(Value::Seq(items), Origin::default())
}

/// Appends to a list of the kustomization. What is no list is left for kustomize to refuse.
fn append(map: &mut Map, name: &'static str, items: impl IntoIterator<Item = Node>) {
    let items: Vec<Node> = items.into_iter().collect();
    if items.is_empty() {
        return;
    }
    match map.get_mut(name) {
        Some(known) if known.as_seq().is_some() => {
            known.as_seq_mut().into_iter().for_each(|known| known.extend(items.clone()));
        }
        Some(known) if !known.is_null() => {}
        _ => map.set(Key::new(name, None), list(items)),
    }
}

/// A map with some of the fields of another.
fn some_of(node: &Node, names: &[&'static str]) -> Node {
    let mut left = Node::empty_map(node.origin.clone());
    for name in names {
        let entry = node.as_map().and_then(|map| map.entry(name)).filter(|entry| !entry.value.is_null());
        if let (Some(entry), Some(left)) = (entry, left.as_map_mut()) {
            left.set(Key::new(*name, entry.key.span), entry.value.clone());
        }
    }
    left
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
        let is_there = directory.join(path).is_ok_and(|path| artifact.resolve(&path).is_ok());
        if is_there || !spec.ignores_missing_components {
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
