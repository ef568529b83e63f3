//! Types read from an OpenAPI 2 document of the user's (`openapi: {path}`).

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::Problem;
use crate::yaml::{Map, Node};

/// The types of a document.
#[derive(Debug, Clone)]
pub(in crate::kustomize) struct OpenApi {
    pub(super) definitions: HashMap<Arc<str>, Definition>,
    /// Names of definitions, by `apiVersion` and kind.
    pub(super) roots: HashMap<(String, String), Arc<str>>,
    namespaced: HashMap<(String, String), bool>,
    /// Whether the built-in types are known, too.
    pub(super) beside_builtin: bool,
}

/// One type.
#[derive(Debug, Clone, Default)]
pub(in crate::kustomize) struct Definition {
    /// The definition that this one stands for. What stands beside a `$ref` does not count.
    pub(super) reference: Option<Arc<str>>,
    pub(super) fields: HashMap<Arc<str>, Definition>,
    /// The type of fields without one of their own.
    pub(super) other_fields: Option<Box<Definition>>,
    pub(super) items: Option<Box<Definition>>,
    pub(super) merge_keys: Option<Vec<Arc<str>>>,
}

impl OpenApi {
    pub(super) fn parse(document: &Node) -> Result<Self, Problem> {
        let wrong = |what: &str, node: &Node| {
            Problem::new(format!("{what} is not a map, so this is no OpenAPI document"))
                .at(node.origin.span)
                .hint("write it with `kustomize openapi fetch`")
        };
        if document.as_map().is_none() {
            return Err(wrong("the document", document));
        }
        let mut openapi = Self {
            definitions: HashMap::new(),
            roots: HashMap::new(),
            namespaced: HashMap::new(),
            beside_builtin: false,
        };
        for (name, definition) in section(document, "definitions").map_err(|node| wrong("`definitions`", node))? {
            for id in list(definition, "x-kubernetes-group-version-kind").iter().filter_map(group_version_kind) {
                openapi.roots.insert(id, name.clone());
            }
            openapi.definitions.insert(name.clone(), Definition::parse(definition));
        }
        for (path, item) in section(document, "paths").map_err(|node| wrong("`paths`", node))? {
            let kind = item.at(&["get", "x-kubernetes-group-version-kind"]).and_then(group_version_kind);
            if let Some(id) = kind {
                *openapi.namespaced.entry(id).or_default() |= path.contains("namespaces/{namespace}");
            }
        }
        Ok(openapi)
    }

    pub(super) fn is_namespaced(&self, api_version: &str, kind: &str) -> Option<bool> {
        self.namespaced.get(&(api_version.to_owned(), kind.to_owned())).copied()
    }
}

impl Definition {
    fn parse(node: &Node) -> Self {
        let boxed = |node: &Node| Box::new(Self::parse(node));
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let merges = text("x-kubernetes-patch-strategy").is_some_and(|all| all.split(',').any(|one| one == "merge"));
        Self {
            reference: text("$ref").and_then(definition_name),
            fields: node
                .get("properties")
                .and_then(Node::as_map)
                .into_iter()
                .flat_map(Map::iter)
                .map(|entry| (entry.key.text.clone(), Self::parse(&entry.value)))
                .collect(),
            other_fields: node.get("additionalProperties").filter(|other| other.as_map().is_some()).map(boxed),
            items: node.get("items").filter(|_| text("type") == Some("array")).map(boxed),
            merge_keys: merges.then(|| merge_keys(node)),
        }
    }

    pub(super) fn merge_keys(&self) -> Option<&[Arc<str>]> {
        self.merge_keys.as_deref()
    }
}

/// `x-kubernetes-list-map-keys` where there are some, else the one key of `x-kubernetes-patch-merge-key`,
/// else none: a list of plain values.
fn merge_keys(node: &Node) -> Vec<Arc<str>> {
    match node.get("x-kubernetes-list-map-keys").and_then(Node::as_seq) {
        Some(keys) => keys.iter().filter_map(Node::as_str).map(Arc::from).collect(),
        None => node.get("x-kubernetes-patch-merge-key").and_then(Node::as_str).map(Arc::from).into_iter().collect(),
    }
}

/// The name in `#/definitions/NAME`, its escapes of a JSON pointer undone.
fn definition_name(reference: &str) -> Option<Arc<str>> {
    let name = reference.strip_prefix("#/definitions/")?;
    Some(name.replace("~1", "/").replace("~0", "~").into())
}

/// The entries of a map that may be left out; the node where it is something else.
fn section<'a>(document: &'a Node, name: &str) -> Result<Vec<(&'a Arc<str>, &'a Node)>, &'a Node> {
    match document.get(name) {
        None => Ok(Vec::new()),
        Some(node) if node.is_null() => Ok(Vec::new()),
        Some(node) => Ok(node.as_map().ok_or(node)?.iter().map(|entry| (&entry.key.text, &entry.value)).collect()),
    }
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::as_seq).unwrap_or_default()
}

/// `apiVersion` and kind of a `{group, version, kind}`.
fn group_version_kind(node: &Node) -> Option<(String, String)> {
    let version = node.get("version").and_then(Node::as_str)?;
    let kind = node.get("kind").and_then(Node::as_str)?;
    let api_version = match node.get("group").and_then(Node::as_str) {
        Some(group) if !group.is_empty() => format!("{group}/{version}"),
        _ => version.to_owned(),
    };
    Some((api_version, kind.to_owned()))
}
