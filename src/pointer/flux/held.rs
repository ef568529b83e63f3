//! Objects of the repository that pointers speak of by name. Which cluster one is in, the names of directories say.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::kustomize::{Gathered, Web};
use crate::pointer::files;
use crate::pointer::says::{CHANGES, says_any};
use crate::source::{RepoPath, Revision};
use crate::yaml::Node;

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

/// Tells which of the objects of a name is meant, and whether it is what its file says.
pub(in crate::pointer) struct Held<'x, 'a> {
    web: &'x Web<'a>,
    /// The directories with kustomizations, which may make others of the objects.
    kustomizations: &'x [RepoPath],
    cluster: ClusterOf<'x>,
    /// What each of them gathers.
    gathered: OnceLock<Vec<Gathered>>,
}

impl<'x, 'a> Held<'x, 'a> {
    pub(in crate::pointer) fn new(web: &'x Web<'a>, kustomizations: &'x [RepoPath], cluster: ClusterOf<'x>) -> Self {
        Self { web, kustomizations, cluster, gathered: OnceLock::new() }
    }

    /// The objects of those files.
    pub(super) fn objects(&self, files: &[RepoPath]) -> Vec<HeldObject> {
        files.par_iter().flat_map_iter(|file| objects(self.web.revision(), file)).collect()
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
        let (mut own, mut any, mut others) = (Vec::new(), Vec::new(), false);
        for one in all.filter(|one| one.is_in(namespace)) {
            match (self.cluster)(&one.file) {
                Some(cluster) if has(&cluster) => own.push(one),
                Some(_) => others = true,
                None => any.push(one),
            }
        }
        match (own.as_slice(), any.as_slice()) {
            ([one], _) => Some(*one),
            // Beside those of clusters, one that is for none may be an example.
            ([], [one]) if !others && !clusters.is_empty() => Some(*one),
            _ => None,
        }
    }

    /// Whether a cluster that applies an object of the file gets it as it stands there: a kustomization takes it in that
    /// changes nothing, or none is in the way.
    pub(super) fn is_as_written(&self, file: &RepoPath) -> bool {
        let mut holders = self.holders(file).peekable();
        if holders.peek().is_none() {
            let is_below_one = self.kustomizations.iter().any(|directory| file.is_within(directory));
            return (self.cluster)(file).is_some() && !is_below_one;
        }
        !holders.any(|directory| self.mentions(directory, &CHANGES))
    }

    /// Whether a kustomization that takes the file in speaks of the kind, and so may change an object of it.
    pub(super) fn may_change(&self, file: &RepoPath, kind: &str) -> bool {
        self.holders(file).any(|directory| self.mentions(directory, &[kind]))
    }

    /// The directories of the kustomizations that take a file in.
    fn holders<'h>(&'h self, file: &'h RepoPath) -> impl Iterator<Item = &'h RepoPath> {
        let gather = || self.kustomizations.par_iter().map(|directory| self.web.gathered(directory)).collect();
        let gathered = self.gathered.get_or_init(gather).iter();
        gathered.zip(self.kustomizations).filter(|(gathered, _)| gathered.has(file)).map(|(_, directory)| directory)
    }

    fn mentions(&self, directory: &RepoPath, words: &[&str]) -> bool {
        says_any(self.web.revision(), directory, words).unwrap_or(true)
    }
}

/// The objects of a file, those of its lists as well. What cannot be read holds none.
pub(super) fn objects(revision: &Revision, file: &RepoPath) -> Vec<HeldObject> {
    let items = |node: Node| match node.get("items").and_then(Node::as_seq) {
        Some(items) => items.to_vec(),
        None => vec![node],
    };
    let nodes = files::objects(revision, file).into_iter().flat_map(items);
    nodes.map(|node| HeldObject { file: file.clone(), node }).collect()
}
