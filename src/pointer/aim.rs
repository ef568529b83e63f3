//! Where a pointer takes what it has applied from, and where that goes: what can be said of it without rendering.

use super::applied::{Applied, PointerPlace};
use super::builder::Builder;
use super::object::PointerKind;
use super::{argo, fields};
use crate::kustomize::Address;
use crate::source::Span;
use crate::yaml::Node;

/// What a pointer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// What that is about: `repository`, `revision` or, of one that stays what it is, `version`, `path`, `destination` or
    /// `suspend`. Of several sources, each says it.
    pub field: &'static str,
    /// What it says.
    pub value: String,
    /// The text.
    pub span: Option<Span>,
}

impl Builder<'_> {
    /// What the pointer says that has something applied; `None` where none has, or it is not there any more.
    #[must_use]
    pub fn aims<'p>(&self, applied: &'p Applied) -> Option<(&'p PointerPlace, Vec<Aim>)> {
        let place = applied.pointer()?;
        let object = self.object(place)?;
        let aims = match place.kind {
            PointerKind::FluxKustomization => of_flux(&object),
            PointerKind::ApplicationSet | PointerKind::ArgoApplication => of_argo(&object),
        };
        Some((place, aims))
    }
}

fn of_flux(object: &Node) -> Vec<Aim> {
    let text = |path: &[&str]| fields::value(object, path).and_then(Node::text).filter(|text| !text.is_empty());
    let reference = fields::value(object, &["spec", "sourceRef"]);
    let within = text(&["spec", "sourceRef", "namespace"]).or_else(|| text(&["metadata", "namespace"]));
    let named = [text(&["spec", "sourceRef", "kind"]), within, text(&["spec", "sourceRef", "name"])];
    let named: Vec<&str> = named.into_iter().flatten().collect();
    let mut aims = Vec::new();
    aims.extend(reference.map(|node| aim("repository", named.join("/"), node)));
    aims.extend(said(object, "path", &["spec", "path"], directory));
    aims.extend(said(object, "destination", &["spec", "kubeConfig", "secretRef", "name"], str::to_owned));
    aims.extend(said(object, "suspend", &["spec", "suspend"], str::to_owned).filter(|aim| aim.value == "true"));
    aims
}

fn of_argo(object: &Node) -> Vec<Aim> {
    let mut aims = Vec::new();
    // The version of a chart is judged as such.
    for source in fields::sources(object).filter(|source| source.get("chart").is_none()) {
        aims.extend(said(source, "repository", &["repoURL"], Address::repository));
        aims.extend(said(source, "path", &["path"], directory));
        match said(source, "revision", &["targetRevision"], str::to_owned).filter(|aim| !aim.value.is_empty()) {
            Some(fixed) if argo::is_fixed(&fixed.value) => aims.push(Aim { field: "version", ..fixed }),
            Some(revision) => aims.push(revision),
            None => aims.push(aim("revision", "HEAD".to_owned(), source)),
        }
    }
    let destination = |field: &str| said(object, "destination", &["spec", "destination", field], str::to_owned);
    aims.extend(["server", "name"].into_iter().filter_map(destination));
    aims
}

fn said(node: &Node, field: &'static str, path: &[&str], form: impl Fn(&str) -> String) -> Option<Aim> {
    let found = fields::value(node, path)?;
    Some(aim(field, form(found.text()?), found))
}

fn aim(field: &'static str, value: String, node: &Node) -> Aim {
    Aim { field, value, span: node.origin.span }
}

/// A path as it is written most shortly.
fn directory(path: &str) -> String {
    path.split('/').filter(|step| !matches!(*step, "" | ".")).collect::<Vec<_>>().join("/")
}
