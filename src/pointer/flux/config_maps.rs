//! The ConfigMaps of the repository that variables are read from (`postBuild.substituteFrom`). A Secret is encrypted where it
//! is in a repository, so what it holds stays open.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::held::{Held, HeldObject, objects};
use super::spec::FluxSpec;
use crate::pointer::cluster::Cluster;
use crate::pointer::fields;
use crate::pointer::files::holds;
use crate::pointer::object::Pointer;
use crate::source::{RepoPath, Revision};
use crate::yaml::Node;

/// The kind.
const KIND: &str = "ConfigMap";

/// Whether a text may hold a ConfigMap.
pub(in crate::pointer) fn may_hold_config_map(text: &[u8]) -> bool {
    holds(text, KIND.as_bytes())
}

/// The ConfigMaps that are in files of a revision.
pub(in crate::pointer) struct ConfigMaps<'x> {
    revision: &'x Revision,
    files: &'x [RepoPath],
    /// The files that pointers stand in.
    pointers: &'x [RepoPath],
    /// Those of the files, by name; none where a pointer patches any.
    found: OnceLock<HashMap<String, Vec<HeldObject>>>,
}

impl<'x> ConfigMaps<'x> {
    /// Those of `files`, which pointers in files of `pointers` may patch.
    pub(in crate::pointer) fn new(revision: &'x Revision, files: &'x [RepoPath], pointers: &'x [RepoPath]) -> Self {
        Self { revision, files, pointers, found: OnceLock::new() }
    }

    /// The ConfigMaps that an object reads variables from: the name and the file of each. It is written in the first of
    /// `homes`, and the others have it applied. Where it is not clear which one is meant, or what it holds, none is.
    pub(in crate::pointer) fn of(
        &self,
        held: &Held<'_, '_>,
        object: &Node,
        homes: &[&RepoPath],
    ) -> Vec<(String, RepoPath)> {
        let Ok(spec) = FluxSpec::read(object) else { return Vec::new() };
        let file = |name: &str| {
            let all = self.all(held).get(name)?;
            let one = held.meant(all.iter(), spec.namespace, homes)?;
            // Two of one name are no different here, whatever their namespaces are.
            let alone = all.iter().filter(|other| other.file == one.file).count() == 1;
            let is_known = alone && is_plain(one) && held.is_as_written(&one.file);
            is_known.then(|| (name.to_owned(), one.file.clone()))
        };
        names(&spec).into_iter().filter_map(file).collect()
    }

    fn all(&self, held: &Held<'_, '_>) -> &HashMap<String, Vec<HeldObject>> {
        self.found.get_or_init(|| {
            let mut found: HashMap<String, Vec<HeldObject>> = HashMap::new();
            if self.pointers.iter().any(|file| self.patches_any(file)) {
                return found;
            }
            for object in held.objects(self.files).into_iter().filter(is_config_map) {
                let name = object.text(&["metadata", "name"]).unwrap_or_default().to_owned();
                found.entry(name).or_default().push(object);
            }
            found
        })
    }

    /// Whether a pointer of a file patches ConfigMaps, or what it patches is not clear.
    fn patches_any(&self, file: &RepoPath) -> bool {
        let text = self.revision.peek(file).unwrap_or_default();
        let has = |word: &str| holds(&text, word.as_bytes());
        let patches = |pointer: &Pointer| {
            let patches = fields::list(&pointer.object, &["spec", "patches"]).unwrap_or_default();
            patches.iter().any(|patch| patch.to_json().to_string().contains(KIND))
        };
        has("patches") && has(KIND) && Pointer::all(self.revision, file).unwrap_or_default().iter().any(patches)
    }
}

/// What is known of a cluster where an object reads variables from ConfigMaps in files.
pub(in crate::pointer) fn cluster(revision: &Revision, object: &Node, files: &[(String, RepoPath)]) -> Cluster {
    let mut cluster = Cluster::open();
    let Ok(spec) = FluxSpec::read(object) else { return cluster };
    for name in names(&spec) {
        let file = files.iter().find(|(known, _)| known == name);
        let found = file.and_then(|(_, file)| in_file(revision, file, name).into_iter().next());
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

fn is_config_map(object: &HeldObject) -> bool {
    object.text(&["kind"]) == Some(KIND)
}

/// The ConfigMaps of a file that have the name.
fn in_file(revision: &Revision, file: &RepoPath, name: &str) -> Vec<HeldObject> {
    let mut found = objects(revision, file);
    found.retain(|object| is_config_map(object) && object.text(&["metadata", "name"]) == Some(name));
    found
}

/// Whether it is what it says: it is not encrypted, and an API server takes it.
fn is_plain(config_map: &HeldObject) -> bool {
    let data = config_map.node.get("data").and_then(Node::as_map);
    let mut entries = data.into_iter().flat_map(|map| map.iter());
    config_map.node.get("sops").is_none() && entries.all(|entry| entry.value.as_str().is_some())
}

/// Its values, by key.
fn values(config_map: &HeldObject) -> Vec<(String, Node)> {
    let entries = config_map.node.get("data").and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    entries.map(|entry| (entry.key.text.to_string(), entry.value.clone())).collect()
}
