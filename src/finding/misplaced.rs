//! Places that policies name and that are nowhere: an environment, a resource whose kind is spelled otherwise.
//!
//! Any other resource that is nowhere may be what the policy misses. That a place has the right shape, `policy` has
//! said.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::locate::resource_name;
use crate::change::{Loaded, Rendered};
use crate::policy::Verdict;
use crate::schema::nearest;
use crate::source::Problem;

/// The kinds of the resources of some renders, with the environment of each, by the resource's name.
pub struct Kinds<'r>(HashMap<&'r str, Vec<(&'r str, &'r str)>>);

impl<'r> Kinds<'r> {
    /// The kinds in `renders`. They are those of both revisions: what is said of a resource that a change takes away,
    /// names one of the base.
    #[must_use]
    pub fn of(renders: &[Rendered<'r>]) -> Self {
        let mut kinds: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
        for rendered in renders {
            for manifest in rendered.resources {
                kinds.entry(manifest.name()).or_default().push((rendered.environment, manifest.kind()));
            }
        }
        Self(kinds)
    }
}

/// What is wrong with the place of a verdict.
#[must_use]
pub fn misplaced(loaded: &Loaded<'_>, kinds: &Kinds<'_>, verdict: &Verdict) -> Option<Problem> {
    let problem = environment(loaded, verdict).or_else(|| kind(kinds, verdict))?;
    Some(problem.at(verdict.rule))
}

fn environment(loaded: &Loaded<'_>, verdict: &Verdict) -> Option<Problem> {
    let name = verdict.at.get("environment")?.as_str()?;
    // That an app lacks one may be what the policy says.
    let layouts = [Some(&loaded.head.layout), loaded.base.as_ref().map(|base| &base.side.layout)];
    let known =
        || layouts.iter().flatten().flat_map(|layout| layout.environments.iter()).map(|known| known.name.as_str());
    if known().any(|known| known == name) {
        return None;
    }
    let problem = Problem::new(format!("`{}` finds something in `{name}`, which is no environment", verdict.policy));
    Some(problem.hint(match nearest(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "take the `name` of one of `input.environments`, or leave `environment` out".to_owned(),
    }))
}

fn kind(kinds: &Kinds<'_>, verdict: &Verdict) -> Option<Problem> {
    let wanted = resource_name(verdict.at.get("resource")?)?;
    let environment = verdict.at.get("environment").and_then(Json::as_str);
    let named = kinds.0.get(wanted.name.as_str()).map(Vec::as_slice).unwrap_or_default().iter();
    let kinds: Vec<&str> =
        named.filter(|(there, _)| environment.is_none_or(|name| *there == name)).map(|(_, kind)| *kind).collect();
    if kinds.contains(&wanted.kind.as_str()) {
        return None;
    }
    let near = nearest(&wanted.kind, kinds.iter().copied())?;
    let (policy, kind) = (&verdict.policy, &wanted.kind);
    let problem = Problem::new(format!("`{policy}` finds something in the kind `{kind}`, of which there is none"));
    Some(problem.hint(format!("did you mean `{near}`?")))
}
