//! Objects of the repository that pointers speak of by name. Which cluster one is in, the names of directories say.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// An object of a file.
#[derive(Debug, Clone)]
pub(super) struct HeldObject {
    pub(super) file: RepoPath,
    pub(super) node: Node,
}

impl HeldObject {
    /// What is at a path of it, as text.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        self.node.at(path).and_then(Node::as_str)
    }

    fn is_in(&self, namespace: &str) -> bool {
        // Of one that leaves it open, something else says the namespace.
        self.text(&["metadata", "namespace"]).is_none_or(|found| found == namespace)
    }
}

/// Says which cluster a path is for, where its names say that: `environment`, or `environment/cluster`.
pub(in crate::pointer) type ClusterOf<'x> = &'x (dyn Fn(&RepoPath) -> Option<String> + Sync);

/// Tells which of the objects of a name is meant.
pub(in crate::pointer) struct Held<'x> {
    pub(super) revision: &'x Revision,
    /// The directories with kustomizations, which may make others of the objects.
    kustomizations: &'x [RepoPath],
    cluster: ClusterOf<'x>,
}

impl<'x> Held<'x> {
    pub(in crate::pointer) fn new(
        revision: &'x Revision,
        kustomizations: &'x [RepoPath],
        cluster: ClusterOf<'x>,
    ) -> Self {
        Self { revision, kustomizations, cluster }
    }

    /// The object among `all` that a pointer means in its namespace: the only one of its cluster, else the only one that is
    /// for none. The pointer is written in the first of `homes`, and the others have it applied.
    pub(super) fn meant<'o>(
        &self,
        all: impl Iterator<Item = &'o HeldObject>,
        namespace: &str,
        homes: &[&RepoPath],
    ) -> Option<&'o HeldObject> {
        let clusters: BTreeSet<String> = homes.iter().filter_map(|home| (self.cluster)(home)).collect();
        // What is for an environment is for each of its clusters.
        let has = |cluster: &str| {
            let mut within = clusters.iter().filter_map(|own| own.strip_prefix(cluster));
            within.any(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let (mut own, mut any) = (Vec::new(), Vec::new());
        for one in all.filter(|one| one.is_in(namespace)) {
            match (self.cluster)(&one.file) {
                Some(cluster) if has(&cluster) => own.push(one),
                Some(_) => {}
                None => any.push(one),
            }
        }
        match (own.as_slice(), any.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }

    /// Whether a kustomization speaks of an object of that kind and name, so that it may make another of it.
    pub(super) fn may_change(&self, kind: &str, name: &str) -> bool {
        // Generators are called in lower case.
        let kind = kind.get(1..).unwrap_or(kind);
        let files = |directory: &RepoPath| KUSTOMIZATION_NAMES.map(|file| directory.child(file));
        let speaks = |bytes: &[u8]| memmem::find(bytes, kind.as_bytes()).is_some() && names_object(bytes, name);
        let mut files = self.kustomizations.iter().flat_map(files);
        files.any(|file| self.revision.peek(&file).is_ok_and(|bytes| speaks(&bytes)))
    }

    /// Whether a file names an object so.
    pub(super) fn is_named(&self, file: &RepoPath, name: &str) -> bool {
        self.revision.peek(file).is_ok_and(|bytes| names_object(&bytes, name))
    }
}

/// The objects of a file. What cannot be read holds none.
pub(super) fn objects(revision: &Revision, file: &RepoPath) -> Vec<HeldObject> {
    let Ok((id, source)) = revision.read(file) else { return Vec::new() };
    let documents = documents(&Text::of_file(id, source.text().unwrap_or_default(), 0)).unwrap_or_default();
    let nodes = documents.iter().filter_map(|text| parse_first(text, Dialect::Resource).ok().flatten());
    nodes.map(|node| HeldObject { file: file.clone(), node }).collect()
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
