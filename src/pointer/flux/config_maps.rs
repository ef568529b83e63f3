//! The ConfigMaps of the repository that variables are read from (`postBuild.substituteFrom`). A Secret is encrypted where it
//! is in a repository, so what it holds stays open.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;

use super::held::{Held, HeldObject, objects};
use super::spec::FluxSpec;
use crate::pointer::cluster::Cluster;
use crate::source::{RepoPath, Revision};
use crate::yaml::Node;

/// The kind.
const KIND: &str = "ConfigMap";

/// Whether a text may hold a ConfigMap.
pub(in crate::pointer) fn may_hold_config_map(text: &[u8]) -> bool {
    memmem::find(text, KIND.as_bytes()).is_some()
}

/// The ConfigMaps that are in files of a revision.
pub(in crate::pointer) struct ConfigMaps<'x> {
    files: &'x [RepoPath],
    /// Those looked for so far, by name.
    found: Mutex<HashMap<String, Arc<[HeldObject]>>>,
}

impl<'x> ConfigMaps<'x> {
    /// Those of `files`.
    pub(in crate::pointer) fn new(files: &'x [RepoPath]) -> Self {
        Self { files, found: Mutex::default() }
    }

    /// The files of the ConfigMaps that an object reads variables from. It is written in the first of `homes`, and the
    /// others have it applied. Where it is not clear which one is meant, or what it holds, none is.
    pub(in crate::pointer) fn of(&self, held: &Held<'_>, object: &Node, homes: &[&RepoPath]) -> Vec<RepoPath> {
        let Ok(spec) = FluxSpec::read(object) else { return Vec::new() };
        let file = |name: &str| {
            let all = self.all(held, name);
            let one = held.meant(all.iter(), spec.namespace, homes).filter(|one| is_plain(one))?;
            (!held.may_change(KIND, name)).then(|| one.file.clone())
        };
        names(&spec).into_iter().filter_map(file).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The ConfigMaps of a name.
    fn all(&self, held: &Held<'_>, name: &str) -> Arc<[HeldObject]> {
        if let Some(known) = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return known.clone();
        }
        let files = self.files.iter().filter(|file| held.is_named(file, name));
        let all: Arc<[HeldObject]> = files.flat_map(|file| in_file(held.revision, file, name)).collect();
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), all.clone());
        all
    }
}

/// What is known of a cluster where an object reads variables from ConfigMaps in `files`.
pub(in crate::pointer) fn cluster(revision: &Revision, object: &Node, files: &[RepoPath]) -> Cluster {
    let mut cluster = Cluster::open();
    let Ok(spec) = FluxSpec::read(object) else { return cluster };
    for name in names(&spec) {
        let found = files.iter().find_map(|file| in_file(revision, file, name).into_iter().next());
        if let Some(found) = found.filter(is_plain) {
            cluster.add(KIND, spec.namespace, name, values(&found));
        }
    }
    cluster
}

/// The names of the ConfigMaps that variables are read from.
fn names<'s>(spec: &FluxSpec<'s>) -> BTreeSet<&'s str> {
    let sources = spec.post_build.iter().flat_map(|build| &build.substitute_from);
    sources.filter(|source| source.kind == KIND).map(|source| source.name).collect()
}

/// The ConfigMaps of a file that have the name.
fn in_file(revision: &Revision, file: &RepoPath, name: &str) -> Vec<HeldObject> {
    let mut found = objects(revision, file);
    found.retain(|object| object.text(&["kind"]) == Some(KIND) && object.text(&["metadata", "name"]) == Some(name));
    found
}

/// Whether it is what it says: no variable is put into it itself.
fn is_plain(config_map: &HeldObject) -> bool {
    !values(config_map).iter().filter_map(|(_, value)| value.as_str()).any(|value| value.contains("${"))
}

/// Its values, by key.
fn values(config_map: &HeldObject) -> Vec<(String, Node)> {
    let entries = config_map.node.get("data").and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    let texts = entries.filter(|entry| entry.value.as_str().is_some());
    texts.map(|entry| (entry.key.text.to_string(), entry.value.clone())).collect()
}
