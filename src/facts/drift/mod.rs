//! Drift: what differs between two neighbouring environments, and what kind of difference it is.
//!
//! Which class a difference has and whether such differences are usual is a fact about config
//! repositories in general; whether this one may be is for policies to say.

mod class;
mod field;
mod quantity;
mod settings;
mod sort;
mod text;

pub use class::Class;

use std::collections::HashMap;

use serde_json::Value as Json;

use super::place::At;
use crate::change::Rendered;
use crate::diff::{Change, ChangeKind, Diff, without_hash};
use crate::kustomize::{Manifest, ResourceName};
use crate::policy::REDACTED;
use crate::yaml::{Node, Path};

/// A difference between two environments.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Drift {
    /// Which side has a value.
    pub kind_of: ChangeKind,
    /// The environment of lower trust.
    pub lower: String,
    /// The environment of higher trust.
    pub upper: String,
    /// The upper resource; the lower one where the upper environment has none.
    pub resource: ResourceName,
    /// The field in it; empty for a whole resource.
    pub path: Path,
    /// The field as people write it, list items by their names: it stays the same when items move.
    pub field: String,
    /// The lower value; null where there is none, and for a whole resource.
    pub lower_value: Json,
    /// The upper value.
    pub upper_value: Json,
    /// What kind of difference it is.
    pub class: Class,
    /// Whether environments usually differ in this way.
    pub expected: bool,
    /// Whether the configuration allows it.
    pub allowed: bool,
    /// Whether the change brings it; true where there is no base to tell.
    pub new: bool,
    /// Where the upper environment has it, or would; for a resource that it lacks, as `lower_at`.
    pub at: At,
    /// Where the lower environment has it, or would; for a resource that it lacks, as `at`.
    pub lower_at: At,
    /// The resource without the hash of its name.
    #[serde(skip)]
    stem: String,
}

/// The differences between two environments, less those that are names only, in the order of `diff`.
///
/// `allowed` says whether the configuration allows a difference in that field of that resource.
#[must_use]
pub fn drift(
    lower: &Rendered<'_>,
    upper: &Rendered<'_>,
    diff: &Diff<'_>,
    allowed: &dyn Fn(&ResourceName, &str) -> bool,
) -> Vec<Drift> {
    let judge = sort::Judge::new(lower, upper, &diff.names);
    let mut found = Vec::new();
    for change in &diff.changes {
        let Some((class, expected)) = judge.class(change) else { continue };
        let Some(manifest) = change.pair.upper.or(change.pair.lower) else { continue };
        let at = |rendered: &Rendered<'_>, manifest: &Manifest, path: &Path| {
            At::new(rendered.environment, manifest, path.clone())
        };
        let lower_at = change.pair.lower.map(|manifest| at(lower, manifest, &change.lower_path));
        let upper_at = change.pair.upper.map(|manifest| {
            let lower = lower_at.clone().map(Box::new);
            At { lower, ..at(upper, manifest, &change.upper_path) }
        });
        let Some(at) = upper_at.or_else(|| lower_at.clone()) else { continue };
        let lower_at = lower_at.unwrap_or_else(|| at.clone());
        let resource = ResourceName::of(manifest);
        found.push(Drift {
            kind_of: change.kind,
            lower: lower.environment.to_owned(),
            upper: upper.environment.to_owned(),
            allowed: is_allowed(change, &resource, allowed),
            resource,
            path: change.path().clone(),
            lower_value: shown(change, change.lower),
            upper_value: shown(change, change.upper),
            class,
            expected,
            new: true,
            at,
            lower_at,
            field: field(change),
            stem: without_hash(manifest).into_owned(),
        });
    }
    found
}

/// Marks what the base revision has too.
pub fn mark_known(drifts: &mut [Drift], base: &[Drift]) {
    let mut known: HashMap<(&str, &str), Vec<&Drift>> = HashMap::new();
    for old in base {
        known.entry((&old.stem, &old.field)).or_default().push(old);
    }
    for drift in drifts {
        let old = known.get(&(drift.stem.as_str(), drift.field.as_str())).map(Vec::as_slice).unwrap_or_default();
        drift.new = !old.iter().any(|old| drift.is_same(old));
    }
}

impl Drift {
    fn is_same(&self, other: &Self) -> bool {
        (self.kind_of, &self.field, &self.stem) == (other.kind_of, &other.field, &other.stem)
            && (&self.resource.kind, &self.resource.namespace) == (&other.resource.kind, &other.resource.namespace)
            && (&self.lower, &self.upper) == (&other.lower, &other.upper)
            && (&self.lower_value, &self.upper_value) == (&other.lower_value, &other.upper_value)
    }
}

/// The manifest that `change.path()` leads into.
fn holder<'a>(change: &Change<'a>) -> Option<&'a Manifest> {
    if change.kind == ChangeKind::OnlyLower { change.pair.lower } else { change.pair.upper }
}

fn field(change: &Change<'_>) -> String {
    holder(change).map(|manifest| change.path().describe(&manifest.node)).unwrap_or_default()
}

/// A value as policies may see it.
fn shown(change: &Change<'_>, node: Option<&Node>) -> Json {
    match node {
        Some(_) if change.is_whole_resource() => Json::Null,
        Some(_) if change.is_secret() => REDACTED.into(),
        Some(node) => node.to_json(),
        None => Json::Null,
    }
}

/// A field is allowed when it is named, by place or by what names its items, or all that it holds is.
fn is_allowed(change: &Change<'_>, resource: &ResourceName, allowed: &dyn Fn(&ResourceName, &str) -> bool) -> bool {
    let Some(manifest) = holder(change) else { return false };
    let named = |path: &Path| allowed(resource, &path.describe(&manifest.node)) || allowed(resource, &path.to_string());
    if named(change.path()) {
        return true;
    }
    let (ChangeKind::OnlyLower | ChangeKind::OnlyUpper, Some(node)) = (change.kind, change.lower.or(change.upper))
    else {
        return false;
    };
    let mut all = node.as_scalar().is_none();
    node.leaves(&mut |below, _| all = all && named(&change.path().join(below.iter().cloned())));
    all
}

#[cfg(test)]
mod tests;
