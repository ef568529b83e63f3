//! The ConfigMaps of the repository that variables are read from (`postBuild.substituteFrom`). Which cluster one is in, the
//! names of directories say. A Secret is encrypted where it is in a repository, so what it holds stays open.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use memchr::memmem;

use super::spec::FluxSpec;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::pointer::cluster::Cluster;
use crate::source::{RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// The kind.
const KIND: &str = "ConfigMap";

/// Whether a text may hold a ConfigMap.
pub(in crate::pointer) fn is_mentioned(text: &[u8]) -> bool {
    memmem::find(text, KIND.as_bytes()).is_some()
}

/// A ConfigMap of a file.
pub(in crate::pointer) struct ConfigMap {
    file: RepoPath,
    namespace: Option<String>,
    /// Its values, by key.
    values: Vec<(String, Node)>,
}

impl ConfigMap {
    /// Whether it is what it says: no variable is put into it itself.
    fn is_plain(&self) -> bool {
        !self.values.iter().filter_map(|(_, value)| value.as_str()).any(|value| value.contains("${"))
    }
}

/// The ConfigMaps that are in files of a revision.
pub(in crate::pointer) struct ConfigMaps<'x> {
    revision: &'x Revision,
    files: &'x [RepoPath],
    /// The directories with kustomizations, which may make others of them.
    kustomizations: &'x [RepoPath],
    cluster: &'x (dyn Fn(&RepoPath) -> Option<String> + Sync),
    /// Those looked for so far, by name; `None` where something changes them.
    found: Mutex<HashMap<String, Option<Arc<[ConfigMap]>>>>,
}

impl<'x> ConfigMaps<'x> {
    /// Those of `files`. `cluster` says which cluster a path is for, where its names say that.
    pub(in crate::pointer) fn new(
        revision: &'x Revision,
        files: &'x [RepoPath],
        kustomizations: &'x [RepoPath],
        cluster: &'x (dyn Fn(&RepoPath) -> Option<String> + Sync),
    ) -> Self {
        Self { revision, files, kustomizations, cluster, found: Mutex::default() }
    }

    /// The files of the ConfigMaps that an object reads variables from. It is written in the first of `homes`, and the
    /// others have it applied. Where it is not clear which one is meant, none is.
    pub(in crate::pointer) fn of(&self, object: &Node, homes: &[&RepoPath]) -> Vec<RepoPath> {
        let Ok(spec) = FluxSpec::read(object) else { return Vec::new() };
        let files = names(&spec).into_iter().filter_map(|name| self.file(name, spec.namespace, homes));
        files.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn file(&self, name: &str, namespace: &str, homes: &[&RepoPath]) -> Option<RepoPath> {
        let all = self.all(name)?;
        let fits = |one: &&ConfigMap| one.namespace.as_deref().is_none_or(|found| found == namespace);
        let clusters: BTreeSet<String> = homes.iter().filter_map(|home| (self.cluster)(home)).collect();
        let of = |is: &dyn Fn(Option<String>) -> bool| {
            all.iter().filter(fits).filter(|one| is((self.cluster)(&one.file))).collect::<Vec<_>>()
        };
        // What is for an environment is for each of its clusters.
        let has = |cluster: &str| {
            clusters
                .iter()
                .any(|own| own.strip_prefix(cluster).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let own = of(&|cluster| cluster.is_some_and(|cluster| has(&cluster)));
        let any = of(&|cluster| cluster.is_none());
        match (own.as_slice(), any.as_slice()) {
            ([one], _) | ([], [one]) => Some(one).filter(|one| one.is_plain()).map(|one| one.file.clone()),
            _ => None,
        }
    }

    /// The ConfigMaps of a name; `None` where a kustomization speaks of it, which may make another of it.
    fn all(&self, name: &str) -> Option<Arc<[ConfigMap]>> {
        if let Some(known) = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return known.clone();
        }
        let speaks = |file: &RepoPath| self.revision.peek(file).is_ok_and(|bytes| names_object(&bytes, name));
        let mut kustomizations = self
            .kustomizations
            .iter()
            .flat_map(|directory| KUSTOMIZATION_NAMES.iter().map(|file| directory.child(file)));
        let all = if kustomizations.any(|file| speaks(&file)) {
            None
        } else {
            let files = self.files.iter().filter(|file| speaks(file));
            Some(files.flat_map(|file| in_file(self.revision, file, name)).collect())
        };
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), all.clone());
        all
    }
}

/// Whether a text names an object so, and not only a file or a part of another name.
fn names_object(text: &[u8], name: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    memmem::find_iter(text, name.as_bytes()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let behind = text.get(at + name.len());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

/// What is known of a cluster where an object reads variables from ConfigMaps in `files`.
pub(in crate::pointer) fn cluster(revision: &Revision, object: &Node, files: &[RepoPath]) -> Cluster {
    let mut cluster = Cluster::open();
    let Ok(spec) = FluxSpec::read(object) else { return cluster };
    for name in names(&spec) {
        let found = files.iter().find_map(|file| in_file(revision, file, name).into_iter().next());
        if let Some(found) = found.filter(ConfigMap::is_plain) {
            cluster.add(KIND, spec.namespace, name, found.values);
        }
    }
    cluster
}

/// The names of the ConfigMaps that variables are read from.
fn names<'s>(spec: &FluxSpec<'s>) -> BTreeSet<&'s str> {
    let sources = spec.post_build.iter().flat_map(|build| &build.substitute_from);
    sources.filter(|source| source.kind == KIND).map(|source| source.name).collect()
}

/// The ConfigMaps of a file that have the name. What cannot be read holds none.
fn in_file(revision: &Revision, file: &RepoPath, name: &str) -> Vec<ConfigMap> {
    let Ok((id, source)) = revision.read(file) else { return Vec::new() };
    let documents = documents(&Text::of_file(id, source.text().unwrap_or_default(), 0)).unwrap_or_default();
    let objects = documents.iter().filter_map(|text| parse_first(text, Dialect::Resource).ok().flatten());
    let text = |node: &Node, path: &[&str]| node.at(path).and_then(Node::as_str).map(str::to_owned);
    let is_meant = |object: &Node| {
        text(object, &["kind"]).as_deref() == Some(KIND) && text(object, &["metadata", "name"]).as_deref() == Some(name)
    };
    let found = objects.filter(is_meant).map(|object| ConfigMap {
        file: file.clone(),
        namespace: text(&object, &["metadata", "namespace"]),
        values: object.get("data").map(entries).unwrap_or_default(),
    });
    found.collect()
}

fn entries(data: &Node) -> Vec<(String, Node)> {
    let entries = data.as_map().into_iter().flat_map(|map| map.iter());
    entries
        .filter(|entry| entry.value.as_str().is_some())
        .map(|entry| (entry.key.text.to_string(), entry.value.clone()))
        .collect()
}
