//! `kustomize edit set image`: an image takes the place of the whole entry of its name.

use super::environment::Environment;
use super::named::{self, Entries};
use crate::source::Problem;
use crate::yaml::{Cause, Key, Map, Node, Origin};

/// Stands for what the kustomization says.
const KEPT: &str = "*";

/// The fields of an entry beside its name.
const FIELDS: [&str; 3] = ["newName", "newTag", "digest"];

/// Sets images, each `name[=newName][:tag][@digest]`.
///
/// # Errors
/// When one changes nothing.
pub(super) fn set(map: &mut Map, images: &[Node], environment: &Environment) -> Result<(), Problem> {
    let mut entries = Entries::new();
    for image in images {
        let word = environment.expand(image)?;
        named::refuse_option(&word, image)?;
        let (name, entry) = entry(&word, image)?;
        entries.insert(name, entry);
    }
    named::set(map, "images", entries, |new, old| fill(new, Some(old)));
    let known = map.get_mut("images").and_then(Node::as_seq_mut).filter(|_| !images.is_empty());
    known.into_iter().flatten().for_each(|entry| fill(entry, None));
    Ok(())
}

/// The entry that an image is, and its name.
fn entry(word: &str, image: &Node) -> Result<(String, Node), Problem> {
    let (key, value) = word.split_once('=').unwrap_or(("", word));
    let (name, tag, digest) = divided(value);
    if name == word {
        return Err(Problem::new(format!("`{word}` says nothing that `kustomize edit set image` could set"))
            .at(image.origin.span)
            .hint("add a tag, a digest or another name, as in `nginx:1.27` or `nginx=mirror.example/nginx`"));
    }
    let (name, new_name) = if key.is_empty() { (name, "") } else { (key, name) };
    let text = |text: &str| Node::string(text, Origin::new(image.origin.span, Cause::Images));
    let mut entry = Node::empty_map(Origin::new(image.origin.span, Cause::Images));
    if let Some(map) = entry.as_map_mut() {
        map.push(Key::new("name", image.origin.span), text(name));
        for (field, value) in FIELDS.into_iter().zip([new_name, tag, digest]) {
            if !value.is_empty() {
                map.push(Key::new(field, image.origin.span), text(value));
            }
        }
    }
    Ok((name.to_owned(), entry))
}

/// Name, tag and digest of an image; a port of its registry is no tag.
fn divided(image: &str) -> (&str, &str, &str) {
    let from = image.find('/').unwrap_or(0);
    let behind = |mark: char| image.get(from..).and_then(|rest| rest.find(mark)).map(|at| at + from);
    let part = |from: usize, to: usize| image.get(from..to).unwrap_or_default();
    let end = image.len();
    match (behind(':'), behind('@')) {
        (None, None) => (image, "", ""),
        (Some(tag), Some(digest)) if tag < digest => (part(0, tag), part(tag + 1, digest), part(digest + 1, end)),
        (_, Some(digest)) => (part(0, digest), "", part(digest + 1, end)),
        (Some(tag), None) => (part(0, tag), part(tag + 1, end), ""),
    }
}

/// Puts what the kustomization says, or else nothing, in the place of what stands for it.
fn fill(entry: &mut Node, old: Option<&Node>) {
    let Some(map) = entry.as_map_mut() else { return };
    for field in FIELDS {
        if map.get(field).and_then(Node::as_str) != Some(KEPT) {
            continue;
        }
        map.remove(field);
        map.remove("tagSuffix");
        let old = old.and_then(Node::as_map).and_then(|old| old.entry(field));
        if let Some(old) = old.filter(|old| !old.value.is_null()) {
            map.push(old.key.clone(), old.value.clone());
        }
    }
}
