//! Pointers whose source is not in this repository: another repository, a registry, a chart. What they have applied cannot
//! be seen; that they do, and at which version, is judged.

use std::collections::BTreeSet;

use super::charts::content;
use super::object::{Pointer, PointerKind};
use super::{argo, fields};
use crate::kustomize::{Address, Render, Unseen, UnseenPart};
use crate::source::{Problem, Reason, RepoPath, Revision, fingerprint};
use crate::yaml::Node;

/// The repositories that some pointers are known to read this repository by.
#[derive(Debug, Default)]
pub(super) struct OwnSources(BTreeSet<String>);

impl OwnSources {
    /// Those of pointers whose directory is here.
    pub(super) fn of<'n>(found: impl Iterator<Item = &'n Node>) -> Self {
        Self(found.flat_map(names).collect())
    }

    /// Whether a pointer that asks for what is not here asks another repository for it.
    pub(super) fn is_elsewhere(&self, object: &Node, problem: &Problem) -> bool {
        match problem.kind() {
            Reason::Remote | Reason::Helm => true,
            // Only the cluster knows where a variable leads.
            Reason::Missing if is_variable(object) => true,
            Reason::Missing => !names(object).iter().any(|name| self.0.contains(name)),
            _ => false,
        }
    }
}

/// What the sources of a pointer are called: addresses, or objects of Flux.
fn names(object: &Node) -> Vec<String> {
    let text =
        |node: &Node, path: &[&str]| fields::value(node, path).and_then(Node::text).unwrap_or_default().to_owned();
    if let Some(reference) = fields::value(object, &["spec", "sourceRef"]) {
        return vec![format!("{}/{}", text(reference, &["kind"]), text(reference, &["name"]))];
    }
    let sources = fields::list(object, &["spec", "sources"]).unwrap_or_default();
    let sources = sources.iter().chain(fields::value(object, &["spec", "source"]));
    sources.map(|source| Address::repository(&text(source, &["repoURL"]))).collect()
}

/// Whether the path that a pointer names has variables in it that nothing here fills in.
fn is_variable(object: &Node) -> bool {
    fields::value(object, &["spec", "path"]).and_then(Node::text).is_some_and(|path| path.contains("${"))
}

/// The directory that a pointer names, whether it is there or not; of several sources, the first.
pub(super) fn named_directory(object: &Node) -> Option<RepoPath> {
    let flux = fields::value(object, &["spec", "path"]).filter(|_| object.at(&["spec", "sourceRef"]).is_some());
    let sources = fields::list(object, &["spec", "sources"]).unwrap_or_default();
    let sources = sources.iter().chain(fields::value(object, &["spec", "source"]));
    let path = flux.or_else(|| sources.into_iter().find_map(|source| fields::value(source, &["path"])))?;
    RepoPath::new(path.text()?).ok().filter(|path| !path.is_root())
}

/// What is known of what a pointer has applied.
pub(super) fn render(revision: &Revision, pointer: &Pointer) -> Render {
    match pointer.kind {
        PointerKind::ApplicationSet => only(UnseenPart {
            what: Unseen::Program,
            name: format!("ApplicationSet/{}", pointer.metadata("name")),
            of: None,
            version: None,
            held: false,
            content: fingerprint(&[pointer.object.to_json().to_string()]),
            span: fields::value(&pointer.object, &["spec", "generators"]).and_then(|node| node.origin.span),
        }),
        PointerKind::FluxKustomization | PointerKind::ArgoApplication => render_object(revision, &pointer.object),
    }
}

/// The same for an object that is no `ApplicationSet`.
pub(super) fn render_object(revision: &Revision, object: &Node) -> Render {
    let spec = object.get("spec");
    let text = |path: &[&str]| fields::value(object, path).and_then(Node::text).filter(|text| !text.is_empty());
    let source = fields::list(object, &["spec", "sources"]).ok().and_then(<[Node]>::first);
    let source = source.or(fields::value(object, &["spec", "source"]));
    let said = spec.map(|spec| spec.to_json().to_string()).unwrap_or_default();
    let content = content(revision, &said, &argo::reads_elsewhere(revision, object));
    let part = if let Some(source) = source {
        let part = |key: &str| source.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        let version = source.get("targetRevision");
        UnseenPart {
            what: if part("chart").is_some() { Unseen::Chart } else { Unseen::Remote },
            name: part("chart").or(part("repoURL")).unwrap_or_default().to_owned(),
            of: part("repoURL").filter(|_| part("chart").is_some()).map(Address::repository),
            version: part("targetRevision").map(str::to_owned),
            held: false,
            content,
            span: version.and_then(|version| version.origin.span).or(source.origin.span),
        }
    } else {
        let (kind, name) = (text(&["spec", "sourceRef", "kind"]), text(&["spec", "sourceRef", "name"]));
        let reference = fields::value(object, &["spec", "sourceRef"]);
        UnseenPart {
            what: Unseen::Source,
            name: match text(&["spec", "path"]).filter(|_| is_variable(object)) {
                Some(path) => path.to_owned(),
                None => format!("{}/{}", kind.unwrap_or_default(), name.unwrap_or_default()),
            },
            of: None,
            version: None,
            held: false,
            content,
            span: reference.and_then(|reference| reference.origin.span),
        }
    };
    only(part)
}

fn only(part: UnseenPart) -> Render {
    Render { unseen: vec![part], ..Render::default() }
}
