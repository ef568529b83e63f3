//! A resource on its way through the transformers: the object and what is remembered about it.

use std::sync::Arc;

use super::effects::Removal;
use super::id::{CLUSTER, Id};
use super::schema::Schema;
use super::ties::{self, Ties};
use crate::source::{Problem, Span};
use crate::yaml::{Cause, Key, Map, Node, Origin, Scalar, Value};

/// What a generator wants when an object of that name is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Behavior {
    /// Nothing was said; as `Create`.
    #[default]
    Unspecified,
    /// There must be none.
    Create,
    /// Its content goes.
    Replace,
    /// Its content stays where the new one does not say otherwise.
    Merge,
}

/// The text that asks for something, where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked(pub(super) Option<Span>);

/// The name, kind and effective namespace that a resource had before a transformer changed them.
#[derive(Debug, Clone)]
pub(super) struct Previous {
    pub(super) name: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) namespace: Arc<str>,
}

/// An object and its history.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) node: Node,
    /// Oldest first.
    pub(super) history: Vec<Previous>,
    /// Innermost first, as `namePrefix` added them.
    pub(super) prefixes: Vec<Arc<str>>,
    /// Innermost first, as `nameSuffix` added them.
    pub(super) suffixes: Vec<Arc<str>>,
    pub(super) behavior: Behavior,
    /// The generator whose content hash is to be appended to the name.
    pub(super) hashed_by: Option<Asked>,
    /// Names of the `vars` that read from it.
    pub(super) vars: Vec<Arc<str>>,
    pub(super) removed: Vec<Removal>,
    /// The types that are known, where they are not the built-in ones.
    pub(super) types: Option<Arc<Schema>>,
    /// What kustomize holds as one in several places of the object.
    pub(super) ties: Ties,
}

impl Resource {
    pub(super) fn new(node: Node) -> Self {
        Self {
            node,
            history: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::default(),
            hashed_by: None,
            vars: Vec::new(),
            removed: Vec::new(),
            types: None,
            ties: Ties::default(),
        }
    }

    fn text(&self, path: &[&str]) -> Option<Arc<str>> {
        self.node.at(path)?.as_scalar().map(|scalar| scalar.text.clone())
    }

    pub(super) fn api_version(&self) -> Arc<str> {
        self.text(&["apiVersion"]).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> Arc<str> {
        self.text(&["kind"]).unwrap_or_default()
    }

    pub(super) fn name(&self) -> Arc<str> {
        self.node
            .at(&["metadata", "name"])
            .and_then(Node::as_scalar)
            .filter(|scalar| !is_null(scalar))
            .map_or_else(Arc::default, |scalar| scalar.text.clone())
    }

    /// The namespace as written; `None` where it is not, or empty.
    pub(super) fn namespace(&self) -> Option<Arc<str>> {
        let scalar = self.node.at(&["metadata", "namespace"])?.as_scalar()?;
        (!is_null(scalar) && !scalar.text.is_empty()).then(|| scalar.text.clone())
    }

    /// What identifies it now.
    pub(super) fn id(&self) -> Id {
        let namespace = if self.is_cluster_scoped() {
            CLUSTER.into()
        } else {
            self.namespace().unwrap_or_else(|| "default".into())
        };
        Id { api_version: self.api_version(), kind: self.kind(), name: self.name(), namespace }
    }

    /// Whether its kind is known to live outside namespaces.
    pub(super) fn is_cluster_scoped(&self) -> bool {
        let (api_version, kind) = (self.api_version(), self.kind());
        match &self.types {
            Some(types) => types.is_cluster_scoped(&api_version, &kind),
            None => Schema::builtin().is_cluster_scoped(&api_version, &kind),
        }
    }

    /// What identified it before, oldest first. The type is of today but for the kind (as upstream).
    pub(super) fn previous_ids(&self) -> impl Iterator<Item = Id> {
        let api_version = self.api_version();
        self.history.iter().map(move |previous| Id {
            api_version: api_version.clone(),
            kind: previous.kind.clone(),
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
        })
    }

    /// What identified it first.
    pub(super) fn original_id(&self) -> Id {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// Whether it has or had an id that `matches` accepts.
    pub(super) fn any_id(&self, mut matches: impl FnMut(&Id) -> bool) -> bool {
        self.previous_ids().any(|id| matches(&id)) || matches(&self.id())
    }

    /// Remembers the present id before it changes.
    pub(super) fn remember_id(&mut self) {
        let id = self.id();
        self.history.push(Previous { name: id.name, kind: id.kind, namespace: id.namespace });
    }

    /// Makes values that kustomize holds as one the same again, and adds to `quirks` what that changes.
    pub(super) fn settle(&mut self, quirks: &mut Vec<Problem>) {
        ties::settle(&mut self.node, self.ties, quirks);
    }

    /// Forgets what kustomize keeps in annotations of its own, and loses with them.
    pub(super) fn forget(&mut self) {
        self.history.clear();
        self.prefixes.clear();
        self.suffixes.clear();
        self.behavior = Behavior::default();
        self.hashed_by = None;
    }

    /// Makes an empty map of annotations where there is none, but kustomize has some of its own by now.
    pub(super) fn show_annotations(&mut self) {
        let has_own = !self.history.is_empty() || self.behavior != Behavior::default() || self.hashed_by.is_some();
        let Some(metadata) = self.node.get_mut("metadata").and_then(Node::as_map_mut).filter(|_| has_own) else {
            return;
        };
        if metadata.get("annotations").is_none_or(Node::is_null) {
            metadata.remove("annotations");
            metadata.push(Key::new("annotations", None), Node::empty_map(Origin::default()));
        }
    }

    /// Writes the name; the value at `metadata` is made a map where it is none.
    pub(super) fn set_name(&mut self, name: impl Into<Arc<str>>, span: Option<Span>, cause: Cause) {
        set_at(&mut self.node, &["metadata", "name"], Scalar::string(name), span, cause);
    }
}

fn is_null(scalar: &Scalar) -> bool {
    scalar.tag == crate::yaml::Tag::Null
}

/// Sets a scalar below `node`, making the maps on the way.
pub(super) fn set_at(node: &mut Node, path: &[&str], scalar: Scalar, span: Option<Span>, cause: Cause) {
    let origin = || Origin::new(span, cause);
    let Some((key, rest)) = path.split_first() else {
        node.overwrite_scalar(scalar, span, cause);
        return;
    };
    if node.as_map().is_none() {
        node.overwrite(Node::empty_map(origin()));
    }
    let Some(map) = node.as_map_mut() else { return };
    if let Some(child) = map.get_mut(key) {
        set_at(child, rest, scalar, span, cause);
        return;
    }
    let mut child =
        if rest.is_empty() { Node::new(Value::Scalar(scalar.clone()), origin()) } else { Node::empty_map(origin()) };
    if !rest.is_empty() {
        set_at(&mut child, rest, scalar, span, cause);
    }
    map.push(Key::new(*key, span), child);
}

/// The entries of `metadata.labels` or `metadata.annotations` as text.
pub(super) fn metadata_map<'a>(node: &'a Node, field: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let map = node.at(&["metadata", field]).and_then(Node::as_map);
    map.into_iter().flat_map(Map::iter).filter_map(|entry| Some((&*entry.key.text, &*entry.value.as_scalar()?.text)))
}
