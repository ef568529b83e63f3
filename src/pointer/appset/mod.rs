//! Argo CD's `ApplicationSet`: the Applications that it makes, as far as that can be told without a cluster or a forge.
//!
//! Generators give sets of parameters; the template is filled in with each.

mod functions;
mod generators;
mod git;
mod meter;
mod params;
mod patch;
mod template;

use crate::kustomize::{Manifest, Render};
use crate::pointer::fields;
use crate::source::{Problem, Reason, Revision};
use crate::yaml::{Cause, Key, Node, Origin, Value};
use generators::Generators;
use params::{MOST, Params};
use template::Template;

/// What an Application gets that is to take what it made with it.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// The Applications of an `ApplicationSet`, in the order of its generators.
pub(super) fn render(revision: &Revision, object: &Node) -> Result<Render, Problem> {
    let template = Template::read(object)?;
    let generators = Generators { revision, template: &template };
    let mut resources = Vec::new();
    for generator in fields::list(object, &["spec", "generators"])? {
        for made in generators.evaluate(generator, None)? {
            if resources.len() >= MOST {
                return Err(Problem::new(format!("the ApplicationSet makes more than {MOST} Applications"))
                    .at(generator.origin.span)
                    .reason(Reason::Limit)
                    .hint("divide it"));
            }
            let node = application(object, made.template.as_ref(), &made.params, &template)?;
            resources.push(Manifest::new(node));
        }
    }
    // In which order Argo CD merges is left to chance.
    if fields::list(object, &["spec", "generators"])?.iter().any(merges) {
        resources.sort_by(|a, b| a.name().cmp(b.name()));
    }
    Ok(Render { resources, ..Render::default() })
}

/// Whether a generator is a merge, or has one in it.
fn merges(generator: &Node) -> bool {
    let inside = |kind: &str| fields::list(generator, &[kind, "generators"]).unwrap_or_default().iter().any(merges);
    generator.get("merge").is_some_and(|merge| !merge.is_null()) || inside("matrix")
}

/// One Application: the template of the set, under what its generator's own template says.
fn application(set: &Node, own: Option<&Node>, params: &Params, template: &Template) -> Result<Node, Problem> {
    let whole =
        fields::value(set, &["spec", "template"]).cloned().unwrap_or_else(|| Node::empty_map(Origin::default()));
    let mut filled = match own {
        Some(own) => over(own, &whole),
        None => whole,
    };
    if let Some(map) = filled.as_map_mut() {
        map.retain(|entry| matches!(&*entry.key.text, "metadata" | "spec"));
    }
    let filling = template.with(params);
    let mut application = filling.node(&filled)?;
    if let Some(text) = fields::text(set, &["spec", "templatePatch"])? {
        patch::apply(&mut application, text, &filling)?;
    }
    let keeps = fields::flag(set, &["spec", "syncPolicy", "preserveResourcesOnDeletion"])?;
    let namespace = fields::value(set, &["metadata", "namespace"]);
    let Some(map) = application.as_map_mut() else { return Ok(application) };
    if let Some(spec) = map.get_mut("spec").and_then(Node::as_map_mut)
        && spec.get("project").is_none()
    {
        // Argo CD writes it even where nobody has.
        spec.set(Key::new("project", None), Node::string("", Origin::default()));
    }
    if map.get("metadata").and_then(Node::as_map).is_none() {
        map.set(Key::new("metadata", None), Node::empty_map(Origin::default()));
    }
    let Some(metadata) = map.get_mut("metadata").and_then(Node::as_map_mut) else { return Ok(application) };
    if !keeps && metadata.get("finalizers").and_then(Node::as_seq).is_none_or(<[Node]>::is_empty) {
        let origin = || Origin::new(None, Cause::Manifest);
        let finalizers = Node::new(Value::Seq(vec![Node::string(FINALIZER, origin())]), origin());
        metadata.set(Key::new("finalizers", None), finalizers);
    }
    if let Some(namespace) = namespace {
        metadata.set(Key::new("namespace", namespace.origin.span), namespace.clone());
    }
    Ok(application)
}

/// A template over another: what it leaves empty is the other's.
fn over(own: &Node, whole: &Node) -> Node {
    let (Some(own), Some(below)) = (own.as_map(), whole.as_map()) else {
        let empty = own.is_null() || own.is_empty_collection() || own.text() == Some("");
        return if empty { whole.clone() } else { own.clone() };
    };
    let mut result = whole.clone();
    if let Some(result) = result.as_map_mut() {
        for entry in own.iter() {
            let value = match below.get(&entry.key.text) {
                Some(below) => over(&entry.value, below),
                None => entry.value.clone(),
            };
            result.set(entry.key.clone(), value);
        }
    }
    result
}
