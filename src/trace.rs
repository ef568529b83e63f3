//! The chain that set a value: what set it last, what that overrode, and so on down to the base.

use serde::Serialize;

use crate::diff::is_secret_path;
use crate::finding::{MASK, Masks, Place};
use crate::kustomize::{Manifest, ResourceName};
use crate::source::Files;
use crate::yaml::{Cause, Node, Origin, Path, Scalar};

/// How a field of a render came to be what it is. Values of Secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The resource.
    pub resource: ResourceName,
    /// The field, as people write it.
    pub field: String,
    /// Its values: one for a single value, every one inside for a map or a list; none where it was taken away.
    pub values: Vec<TracedValue>,
}

/// A single value and the chain that set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedValue {
    /// The field that holds it, as people write it.
    pub field: String,
    /// The value; `None` where it was taken away.
    pub value: Option<String>,
    /// What set it, newest first.
    pub steps: Vec<Step>,
}

/// One text that had its say about a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What kind of text it is: `manifest`, `patch`, `images`...
    pub cause: &'static str,
    /// What it made of the value; `None` where it took it away, or where that was a map or a list.
    pub value: Option<String>,
    /// Whether it took the value away.
    pub removed: bool,
    /// Where it is; `None` for values that no text set.
    pub place: Option<Place>,
}

/// Traces the field at `path`. `None` where neither it nor anything that was taken away is there.
#[must_use]
pub fn trace(manifest: &Manifest, path: &Path, files: &Files, masks: &Masks) -> Option<Trace> {
    let tracer = Tracer { manifest, files, masks };
    let values = match manifest.node.follow(path) {
        Some(node) => tracer.leaves(path, node),
        None => tracer.removed(path),
    };
    let field = path.describe(&manifest.node);
    (!values.is_empty()).then(|| Trace { resource: ResourceName::of(manifest), field, values })
}

struct Tracer<'a> {
    manifest: &'a Manifest,
    files: &'a Files,
    masks: &'a Masks,
}

impl Tracer<'_> {
    fn leaves(&self, path: &Path, node: &Node) -> Vec<TracedValue> {
        let mut values = Vec::new();
        node.leaves(&mut |below, leaf| {
            let path = path.join(below.iter().cloned());
            values.push(TracedValue {
                field: path.describe(&self.manifest.node),
                value: Some(leaf.as_scalar().map_or_else(|| leaf.to_json().to_string(), |own| self.shown(&path, own))),
                steps: self.steps(&path, leaf.as_scalar(), &leaf.origin),
            });
        });
        values
    }

    /// What was taken away at `path`, in it or with it, the last first.
    fn removed(&self, path: &Path) -> Vec<TracedValue> {
        let concerns =
            |removal: &&crate::kustomize::Removal| removal.path.starts_with(path) || path.starts_with(&removal.path);
        let traced = |removal: &crate::kustomize::Removal| {
            let inside = path.get(removal.path.len()..).unwrap_or_default();
            let old = removal.value.follow(inside)?;
            let by = Step {
                cause: Cause::Patch.word(),
                value: None,
                removed: true,
                place: removal.by.map(|span| self.masks.place(self.files, span)),
            };
            let steps = self.steps(&removal.path, old.as_scalar(), &old.origin);
            Some(TracedValue {
                field: path.describe(&self.manifest.node),
                value: None,
                steps: std::iter::once(by).chain(steps).collect(),
            })
        };
        self.manifest.removed.iter().rev().filter(concerns).filter_map(traced).take(1).collect()
    }

    /// An origin and all that it overrode. A step that only hands on the text of the one before it is kept: it
    /// says by which way the value came.
    fn steps(&self, path: &Path, value: Option<&Scalar>, origin: &Origin) -> Vec<Step> {
        let own = std::iter::once((value, origin));
        let older = origin.chain().map(|link| (link.value.as_ref(), &link.origin));
        let steps = own.chain(older).map(|(value, origin)| Step {
            cause: origin.cause.word(),
            value: value.map(|value| self.shown(path, value)),
            removed: false,
            place: origin.span.map(|span| self.masks.place(self.files, span)),
        });
        let mut steps: Vec<Step> = steps.filter(|step| step.value.is_some() || step.place.is_some()).collect();
        // kustomize goes over images twice, which a reader need not see.
        steps.dedup();
        steps
    }

    fn shown(&self, path: &Path, value: &Scalar) -> String {
        if is_secret_path(self.manifest, path) { MASK.to_owned() } else { self.masks.scrub(&value.text).into_owned() }
    }
}
