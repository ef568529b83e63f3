//! Which objects a replacement reads from and writes to.
//!
//! Unlike patches, replacements see the namespace of today as it is written: where none is, it is empty.

use std::sync::Arc;

use super::options::Options;
use crate::kustomize::decode::Text;
use crate::kustomize::id::{Gvk, group_version};
use crate::kustomize::pattern::Whole;
use crate::kustomize::resource::Resource;
use crate::kustomize::selector::Requirements;
use crate::schema::nearest;
use crate::source::{Problem, Reason, Span};

/// What an object is or was called.
struct Known {
    kind: Arc<str>,
    name: Arc<str>,
    namespace: Arc<str>,
}

/// The name of today, then those before.
fn names(resource: &Resource) -> impl Iterator<Item = Known> {
    let now =
        Known { kind: resource.kind(), name: resource.name(), namespace: resource.namespace().unwrap_or_default() };
    std::iter::once(now).chain(resource.history.iter().map(|previous| Known {
        kind: previous.kind.clone(),
        name: previous.name.clone(),
        namespace: previous.namespace.clone(),
    }))
}

/// The `source` of a replacement: parts that are empty fit anything, others exactly.
pub(super) struct Exact {
    pub(super) span: Option<Span>,
    pub(super) gvk: Gvk,
    pub(super) name: Text,
    pub(super) namespace: Text,
}

impl Exact {
    /// The one resource that is meant, and its position.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub(super) fn choose<'a>(&self, resources: &'a [Resource]) -> Result<(usize, &'a Resource), Problem> {
        let mut chosen = resources.iter().enumerate().filter(|(_, resource)| self.fits(resource));
        let Some(first) = chosen.next() else {
            return Err(self.selects_nothing(resources));
        };
        match chosen.next() {
            None => Ok(first),
            Some((_, second)) => {
                let (first, second) = (first.1, second);
                Err(Problem::new(format!("the source could be `{}` or `{}`", first.id(), second.id()))
                    .at(self.span)
                    .beside(first.node.origin.span)
                    .beside(second.node.origin.span)
                    .hint("add `kind`, `name` or `namespace` until one object is left"))
            }
        }
    }

    fn selects_nothing(&self, resources: &[Resource]) -> Problem {
        let problem =
            Problem::new("the source of the replacement selects no object").at(self.span).reason(Reason::Absent);
        let others = resources.iter().filter(|resource| self.gvk.kind.is_empty() || self.gvk.kind == *resource.kind());
        let names: Vec<Arc<str>> = others.map(Resource::name).collect();
        match nearest(&self.name, names.iter().map(|name| &**name)) {
            Some(name) if *name != *self.name => problem.hint(format!("did you mean `name: {name}`?")),
            Some(_) => problem.hint("an object with this name is there, but of another type or namespace"),
            None => problem.hint("name an object of this kustomization, as it is named now or in a base"),
        }
    }

    fn fits(&self, resource: &Resource) -> bool {
        let api_version = resource.api_version();
        let (group, version) = group_version(&api_version);
        let written = |namespace: &str| if namespace.is_empty() { "default".to_owned() } else { namespace.to_owned() };
        names(resource).any(|id| {
            (self.name.is_empty() || *self.name == *id.name)
                && (self.namespace.is_empty() || written(&self.namespace) == written(&id.namespace))
                && self.gvk.fits(group, version, &id.kind)
        })
    }
}

/// A regular expression for each part of an id; none fits anything.
#[derive(Default)]
pub(super) struct Patterns {
    pub(super) group: Option<Whole>,
    pub(super) version: Option<Whole>,
    pub(super) kind: Option<Whole>,
    pub(super) name: Option<Whole>,
    pub(super) namespace: Option<Whole>,
    pub(super) labels: Option<Requirements>,
    pub(super) annotations: Option<Requirements>,
}

impl Patterns {
    fn fit_id(&self, resource: &Resource) -> bool {
        let fits = |regex: &Option<Whole>, text: &str| regex.as_ref().is_none_or(|regex| regex.fits(text));
        let api_version = resource.api_version();
        let (group, version) = group_version(&api_version);
        fits(&self.group, group)
            && fits(&self.version, version)
            && names(resource).any(|id| {
                fits(&self.kind, &id.kind) && fits(&self.name, &id.name) && fits(&self.namespace, &id.namespace)
            })
    }

    fn fit_labels(&self, resource: &Resource) -> bool {
        let met = |requirements: &Option<Requirements>, field| {
            requirements.as_ref().is_none_or(|requirements| requirements.met_by(&resource.node, field))
        };
        met(&self.labels, "labels") && met(&self.annotations, "annotations")
    }

    fn has_id(&self) -> bool {
        [&self.group, &self.version, &self.kind, &self.name, &self.namespace].into_iter().any(Option::is_some)
    }

    fn has_labels(&self) -> bool {
        self.labels.is_some() || self.annotations.is_some()
    }
}

/// An entry of `targets`.
pub(super) struct Target {
    pub(super) span: Option<Span>,
    pub(super) select: Patterns,
    pub(super) reject: Vec<Patterns>,
    pub(super) paths: Vec<Text>,
    pub(super) options: Options,
}

impl Target {
    /// Whether the object is written to. A `reject` with both an id and labels rejects what either fits.
    pub(super) fn selects(&self, resource: &Resource) -> bool {
        let rejected = |reject: &Patterns| {
            (reject.has_id() && reject.fit_id(resource)) || (reject.has_labels() && reject.fit_labels(resource))
        };
        self.select.fit_id(resource) && self.select.fit_labels(resource) && !self.reject.iter().any(rejected)
    }
}
