//! Entries of `images` in a kustomization: the one that set an image, changed, or new ones.

use crate::facts::ImageVersion;
use crate::source::Span;
use crate::yaml::edit::{self, Edit};
use crate::yaml::{Entry, Map, Node};

/// The lists of a kustomization that set images, the one for new entries first.
const LISTS: [&str; 2] = ["images", "imageTags"];

/// An entry to be added.
#[derive(PartialEq, Eq)]
pub(super) struct NewEntry {
    pub(super) name: String,
    pub(super) version: ImageVersion,
}

impl NewEntry {
    fn fields(&self) -> Vec<(&str, &str)> {
        let version = [("newTag", &self.version.tag), ("digest", &self.version.digest)];
        let version = version.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        std::iter::once(("name", self.name.as_str())).chain(version).collect()
    }
}

/// The entry that holds the text at `span`, as a node and a map.
pub(super) fn setting(root: &Node, span: Span) -> Option<(&Node, &Map)> {
    let is_at = |node: &Node| node.origin.span.is_some_and(|at| (at.start, at.len) == (span.start, span.len));
    let map = root.as_map()?;
    let lists = LISTS.iter().filter_map(|name| field(map, name));
    let items = lists.flat_map(|list| list.value.as_seq().unwrap_or_default());
    let mut maps = items.filter_map(|item| Some((item, item.as_map()?)));
    maps.find(|(item, map)| is_at(item) || map.iter().any(|field| is_at(&field.value)))
}

/// The list that new entries go to.
pub(super) fn list(root: &Node) -> Option<&Entry> {
    field(root.as_map()?, LISTS[0])
}

/// Adds entries to the list, or the list with them.
pub(super) fn add(source: &str, root: &Node, entries: &[NewEntry]) -> Option<Edit> {
    let items: Vec<Vec<(&str, &str)>> = entries.iter().map(NewEntry::fields).collect();
    match list(root) {
        Some(present) => edit::append(source, present, &items),
        None => edit::append_section(source, root, LISTS[0], &items),
    }
}

/// Makes an entry say that version.
pub(super) fn change(source: &str, item: &Node, map: &Map, new: &ImageVersion) -> Option<Vec<Edit>> {
    let (tag, digest) = (field(map, "newTag"), field(map, "digest"));
    match (tag, digest, &new.tag, &new.digest) {
        (Some(tag), None, None, Some(new)) => return Some(vec![edit::rename_field(source, tag, "digest", new)?]),
        (None, Some(digest), Some(new), None) => return Some(vec![edit::rename_field(source, digest, "newTag", new)?]),
        _ => {}
    }
    let mut edits = Vec::new();
    for (key, entry, new) in [("newTag", tag, &new.tag), ("digest", digest, &new.digest)] {
        match (entry, new) {
            (Some(entry), Some(new)) => {
                let old = entry.value.text()?;
                if old != new {
                    edits.push(edit::replace_scalar(source, entry.value.origin.span?, old, new)?);
                }
            }
            (Some(entry), None) if !entry.value.is_null() => {
                edits.push(edit::remove_field(source, item, &entry.key.text)?);
            }
            (None, Some(new)) => edits.push(edit::add_field(source, item, key, new)?),
            (_, None) => {}
        }
    }
    Some(edits)
}

/// The field that counts, as kustomize finds it: letter case does not matter to it.
pub(super) fn field<'m>(map: &'m Map, name: &str) -> Option<&'m Entry> {
    map.entry(name).or_else(|| map.iter().rfind(|entry| entry.key.text.eq_ignore_ascii_case(name)))
}
