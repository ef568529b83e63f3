//! Pointers whose source is not in this repository: another repository, a registry, a chart. What they have applied cannot
//! be seen; that they do, and at which version, is judged.

use std::collections::BTreeSet;

use super::applied::BuildSetting;
use super::object::PointerKind;
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
    fields::sources(object).map(|source| Address::repository(&text(source, &["repoURL"]))).collect()
}

/// Whether the path that a pointer names has variables in it that nothing here fills in.
fn is_variable(object: &Node) -> bool {
    fields::value(object, &["spec", "path"]).and_then(Node::text).is_some_and(|path| path.contains("${"))
}

/// The directory that a pointer names, whether it is there or not; of several sources, the first.
pub(super) fn named_directory(object: &Node) -> Option<RepoPath> {
    let flux = fields::value(object, &["spec", "path"]).filter(|_| object.at(&["spec", "sourceRef"]).is_some());
    let path = flux.or_else(|| fields::sources(object).find_map(|source| fields::value(source, &["path"])))?;
    RepoPath::new(path.text()?).ok().filter(|path| !path.is_root())
}

/// What is known of what an object of that kind has applied. `setting` may say which revision of its source that is.
pub(super) fn render(revision: &Revision, kind: PointerKind, object: &Node, setting: Option<&BuildSetting>) -> Render {
    let version = setting.and_then(|setting| match setting {
        BuildSetting::Revision { revision, .. } => Some(revision.clone()),
        BuildSetting::Options { .. } | BuildSetting::Variables(_) => None,
    });
    let unseen = match kind {
        PointerKind::FluxKustomization => vec![UnseenPart { version, ..of_flux(object) }],
        PointerKind::ArgoApplication => match argo::elsewhere(revision, object) {
            Ok(parts) if !parts.is_empty() => parts,
            _ => vec![whole(object, Unseen::Remote, "source")],
        },
        PointerKind::ApplicationSet => vec![whole(object, Unseen::Program, "generators")],
    };
    Render { unseen, ..Render::default() }
}

/// What a `Kustomization` of Flux has applied of another source, or where only the cluster knows.
fn of_flux(object: &Node) -> UnseenPart {
    let variable = fields::value(object, &["spec", "path"]).filter(|_| is_variable(object)).and_then(Node::text);
    let name = variable.map(str::to_owned).or_else(|| names(object).pop());
    UnseenPart { name: name.unwrap_or_default(), ..whole(object, Unseen::Source, "sourceRef") }
}

/// All that an object asks for, told at a field of its `spec`.
fn whole(object: &Node, what: Unseen, field: &str) -> UnseenPart {
    let text = |path: &[&str]| object.at(path).and_then(Node::text).unwrap_or_default();
    UnseenPart {
        what,
        name: format!("{}/{}", text(&["kind"]), text(&["metadata", "name"])),
        of: None,
        version: None,
        held: false,
        content: fingerprint(&[object.get("spec").map(|spec| spec.to_json().to_string()).unwrap_or_default()]),
        span: fields::value(object, &["spec", field]).and_then(|node| node.origin.span),
    }
}
