//! Places that policies name and that are nowhere: an environment, a resource whose kind is spelled otherwise.
//!
//! Any other resource that is nowhere may be what the policy misses. That a place has the right shape, `policy` has
//! said.

use serde_json::Value as Json;

use super::locate::resource_name;
use crate::change::{Loaded, Rendered};
use crate::kustomize::Manifest;
use crate::policy::Verdict;
use crate::schema::nearest;
use crate::source::Problem;

/// What is wrong with the place of a verdict. `renders` are those of both revisions: what is said of a
/// resource that a change takes away, names one of the base.
#[must_use]
pub fn misplaced(loaded: &Loaded<'_>, renders: &[Rendered<'_>], verdict: &Verdict) -> Option<Problem> {
    let problem = environment(loaded, verdict).or_else(|| kind(renders, verdict))?;
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

fn kind(renders: &[Rendered<'_>], verdict: &Verdict) -> Option<Problem> {
    let wanted = resource_name(verdict.at.get("resource")?)?;
    let environment = verdict.at.get("environment").and_then(Json::as_str);
    let renders = renders.iter().filter(|rendered| environment.is_none_or(|name| rendered.environment == name));
    let manifests = renders.flat_map(|rendered| rendered.resources);
    let kinds: Vec<&str> = manifests.filter(|manifest| manifest.name() == wanted.name).map(Manifest::kind).collect();
    if kinds.contains(&wanted.kind.as_str()) {
        return None;
    }
    let near = nearest(&wanted.kind, kinds.iter().copied())?;
    let (policy, kind) = (&verdict.policy, &wanted.kind);
    let problem = Problem::new(format!("`{policy}` finds something in the kind `{kind}`, of which there is none"));
    Some(problem.hint(format!("did you mean `{near}`?")))
}
