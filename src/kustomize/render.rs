//! What a rendering is: options in, manifests out.

use std::sync::Arc;

use super::effects::Removal;
use super::inputs::Inputs;
use super::unseen::UnseenPart;
use crate::source::{Problem, RepoPath};
use crate::yaml::Node;

/// What `kustomize build` lets its caller choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The order where the kustomization does not choose one itself.
    pub order: Order,
    /// Which files a kustomization may read.
    pub restrictor: Restrictor,
    /// What becomes of parts that cannot be seen here.
    pub parts: Parts,
}

/// What becomes of parts that cannot be seen here: what the network, Helm or a program would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Parts {
    /// Without all of them nothing is rendered: what is printed is what kustomize prints.
    #[default]
    All,
    /// The others are rendered, and these are named.
    Seen,
}

/// The order of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Namespaces and definitions first, webhooks last, by kind and name.
    #[default]
    Legacy,
    /// As they were gathered.
    Fifo,
}

/// Which files a kustomization may read. Nothing outside the revision is ever read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restrictor {
    /// Only files in or below its own directory; kustomize's default.
    #[default]
    RootOnly,
    /// Any file of the repository.
    Repo,
}

/// A kustomization that a controller puts in the place of a directory's own before it builds the directory.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The file that it replaces; `None` where the directory has none.
    pub file: Option<RepoPath>,
    /// What the controller writes.
    pub kustomization: Node,
}

/// What a directory renders to.
#[derive(Debug, Clone, Default)]
pub struct Render {
    /// The resources, in the order in which they are printed.
    pub resources: Vec<Manifest>,
    /// What kustomize does silently and users should know, each at its place.
    pub quirks: Vec<Problem>,
    /// The parts that cannot be seen here.
    pub unseen: Vec<UnseenPart>,
    /// What this follows from.
    pub inputs: Arc<Inputs>,
}

/// What comes of rendering a directory.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The manifests, or why there are none.
    pub result: Result<Render, Problem>,
    /// What the result follows from, a problem too: where these are the same, so is the result.
    pub inputs: Arc<Inputs>,
}

/// One rendered resource.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The whole object.
    pub node: Node,
    /// What patches took away from it, oldest first.
    pub removed: Vec<Removal>,
}

impl Manifest {
    /// A resource that nothing has patched.
    #[must_use]
    pub fn new(node: Node) -> Self {
        Self { node, removed: Vec::new() }
    }

    /// `apiVersion`, empty where there is none.
    #[must_use]
    pub fn api_version(&self) -> &str {
        self.node.get("apiVersion").and_then(Node::text).unwrap_or_default()
    }

    /// The group of `apiVersion`; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version().rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.node.get("kind").and_then(Node::text).unwrap_or_default()
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.node.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default()
    }

    /// `metadata.namespace`, where it is set.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.node.at(&["metadata", "namespace"]).and_then(Node::text)
    }

    /// Whether it is a core `Secret`, whose values are never shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind() == "Secret" && self.group().is_empty()
    }
}
