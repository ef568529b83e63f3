//! The list of resources that a directory gathers, in order, no two with the same id.

use std::collections::HashSet;

use super::effects::Removal;
use super::hash;
use super::id::Id;
use super::metadata;
use super::nodes;
use super::resource::{Behavior, Resource};
use crate::source::{Problem, Reason};
use crate::yaml::{Key, Map, Node, Path, Scalar, Segment, Value};

/// Resources in the order in which they were gathered.
#[derive(Debug, Clone, Default)]
pub(super) struct Resources {
    list: Vec<Resource>,
    /// The ids of `list`, as long as nothing was changed; appending needs them.
    ids: Option<HashSet<Id>>,
}

impl Resources {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.list.iter()
    }

    pub(super) fn as_slice(&self) -> &[Resource] {
        &self.list
    }

    /// The resources to change; ids may change too.
    pub(super) fn all_mut(&mut self) -> &mut Vec<Resource> {
        self.ids = None;
        &mut self.list
    }

    pub(super) fn into_vec(self) -> Vec<Resource> {
        self.list
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// When there is one with that id.
    pub(super) fn append(&mut self, resource: Resource) -> Result<(), Problem> {
        let id = resource.id();
        let ids = self.ids.get_or_insert_with(|| self.list.iter().map(Resource::id).collect());
        if !ids.insert(id.clone()) {
            return Err(self.registered_twice(&id, &resource));
        }
        self.list.push(resource);
        Ok(())
    }

    fn registered_twice(&self, id: &Id, resource: &Resource) -> Problem {
        let first = self.list.iter().find(|other| other.id() == *id);
        let name = |resource: &Resource| resource.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
        Problem::new(format!("`{id}` is there twice"))
            .at(name(resource).or(resource.node.origin.span))
            .beside(first.and_then(name))
            .hint("rename one, patch the first instead, or list what two bases share only once")
    }

    /// Adds resources.
    ///
    /// # Errors
    /// When one has the id of another.
    pub(super) fn append_all(&mut self, resources: impl IntoIterator<Item = Resource>) -> Result<(), Problem> {
        resources.into_iter().try_for_each(|resource| self.append(resource))
    }

    /// Checks that no two resources have the same id.
    ///
    /// # Errors
    /// When two do.
    pub(super) fn check_unique(&mut self) -> Result<(), Problem> {
        let list = std::mem::take(&mut self.list);
        self.ids = None;
        self.list.reserve(list.len());
        self.append_all(list)
    }

    /// Positions of the resources that have or had an id that `matches` accepts.
    pub(super) fn by_any_id(&self, mut matches: impl FnMut(&Id) -> bool) -> Vec<usize> {
        let found = self.list.iter().enumerate().filter(|(_, resource)| resource.any_id(&mut matches));
        found.map(|(at, _)| at).collect()
    }

    /// Takes in what a generator made, by its behavior (docs/kustomize.md, "Generators").
    ///
    /// # Errors
    /// When the behavior does not fit what is there.
    pub(super) fn absorb(&mut self, mut new: Resource) -> Result<(), Problem> {
        let id = new.id();
        let at = new.node.origin.span;
        let matches = self.by_any_id(|other| *other == id);
        let merging = matches!(new.behavior, Behavior::Merge | Behavior::Replace);
        match (matches.as_slice(), merging) {
            ([], false) => self.append(new),
            ([], true) => Err(Problem::new(format!("`{id}` does not exist, so it cannot be merged or replaced"))
                .at(at)
                .reason(Reason::Absent)
                .hint("check its name and namespace: the base must generate it, in the same namespace")),
            ([_], false) => Err(Problem::new(format!("`{id}` exists already"))
                .at(at)
                .hint("set `behavior: merge` or `behavior: replace` to change it")),
            ([position], true) => {
                let Some(old) = self.list.get(*position) else { return Ok(()) };
                take_over(&mut new, old);
                if let Some(place) = self.all_mut().get_mut(*position) {
                    *place = new;
                }
                Ok(())
            }
            _ => Err(Problem::new(format!("`{id}` could be merged into {} objects", matches.len()))
                .at(at)
                .hint("rename the objects so that one is meant")),
        }
    }
}

/// What a generated object keeps of the one whose place it takes: metadata and history, and with
/// `merge` its data. Type and `immutable` are the new one's.
fn take_over(new: &mut Resource, old: &Resource) {
    for field in ["labels", "annotations"] {
        merge_map(&mut new.node, &old.node, &["metadata", field]);
    }
    for field in ["name", "namespace"] {
        let kept = old.node.at(&["metadata", field]).filter(|node| !node.is_null()).cloned();
        let Some(metadata) = new.node.get_mut("metadata").and_then(Node::as_map_mut) else { continue };
        let key = metadata.remove(field).map(|entry| entry.key);
        if let Some(value) = kept {
            let key = key.or_else(|| Some(old.node.get("metadata")?.as_map()?.entry(field)?.key.clone()));
            if let Some(key) = key {
                metadata.push(key, value);
            }
        }
    }
    new.removed.clone_from(&old.removed);
    for field in ["type", "immutable"] {
        succeed(new, old, field);
    }
    if new.behavior == Behavior::Replace {
        for field in ["data", "binaryData"] {
            succeed(new, old, field);
        }
    }
    if new.behavior == Behavior::Merge {
        for field in ["data", "binaryData"] {
            merge_map(&mut new.node, &old.node, &[field]);
            // An empty map of data is left out here, though a fresh Secret prints one.
            let is_empty = new.node.get(field).and_then(Node::as_map).is_some_and(Map::is_empty);
            if let Some(root) = new.node.as_map_mut().filter(|_| is_empty) {
                root.remove(field);
            }
        }
        metadata::keep_origin(new, old);
    }
    new.history.clone_from(&old.history);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.vars.clone_from(&old.vars);
    new.behavior = old.behavior;
    // Only where both want the hash is it appended.
    if old.hashed_by.is_none() && !hash::is_annotated(old) {
        new.hashed_by = None;
    }
}

/// Remembers what stood in a field that is the new object's alone.
fn succeed(new: &mut Resource, old: &Resource, field: &str) {
    let Some(before) = old.node.get(field) else { return };
    let by = new.node.origin.span;
    let path: Path = [Segment::from(field)].into_iter().collect();
    match new.node.get_mut(field) {
        Some(now) => {
            now.origin = std::mem::take(&mut now.origin).above(before.clone().into_overridden());
            new.removed.extend(Removal::of_collection(&path, before, by));
        }
        None => new.removed.push(Removal { path, value: before.clone(), by }),
    }
}

/// Lays the new map at `path` over the old one.
fn merge_map(new: &mut Node, old: &Node, path: &[&str]) {
    let Some(old) = old.at(path) else { return };
    let (Some((field, parents)), Value::Map(base)) = (path.split_last(), &old.value) else { return };
    let Some(parent) = parents.iter().try_fold(new, |node, key| node.get_mut(key)).and_then(Node::as_map_mut) else {
        return;
    };
    let over = parent.remove(field);
    let mut merged = base.clone();
    // The maps are written anew, and keys without quotes.
    for entry in merged.iter_mut() {
        entry.key = Key::plain(entry.key.text.clone(), entry.key.span);
        if entry.value.is_null() && parents.is_empty() {
            entry.value.value = Value::Scalar(Scalar::string(""));
        }
        nodes::write_anew(&mut entry.value);
    }
    let key = match over {
        Some(over) => {
            if let Value::Map(entries) = over.value.value {
                entries.into_iter().for_each(|entry| merged.set(entry.key, entry.value));
            }
            over.key
        }
        None => Key::new(*field, old.origin.span),
    };
    if !merged.is_empty() {
        parent.push(key, Node::new(Value::Map(merged), old.origin.clone()));
    }
}
