//! Places that policies name and an app does not have: an environment, a resource whose kind is spelled otherwise.
//!
//! Any other resource that is nowhere may be what the policy misses. That a place has the right shape, `policy` has
//! said.

use serde_json::Value as Json;

use super::facts::Rendered;
use super::locate::resource_name;
use super::setting::Setting;
use crate::kustomize::Manifest;
use crate::policy::Verdict;
use crate::repo::App;
use crate::schema::nearest;
use crate::source::Problem;

/// What is wrong with the place of a verdict about `app`. `renders` are those of both revisions: what is said of a
/// resource that a change takes away, names one of the base.
pub(super) fn misplaced(
    setting: &Setting<'_>,
    app: &App,
    renders: &[Rendered<'_>],
    verdict: &Verdict,
) -> Option<Problem> {
    let problem = environment(setting, app, verdict).or_else(|| kind(renders, verdict))?;
    Some(problem.at(verdict.rule))
}

fn environment(setting: &Setting<'_>, app: &App, verdict: &Verdict) -> Option<Problem> {
    let name = verdict.at.get("environment")?.as_str()?;
    let of = |app: &App| app.overlays.iter().any(|overlay| overlay.environment == name);
    // Those that are not to be judged included.
    let app = setting.all_apps.iter().find(|whole| whole.name == app.name).unwrap_or(app);
    if of(app) {
        return None;
    }
    let lacks = if setting.all_apps.iter().any(of) {
        format!("an environment that `{}` does not have", app.name)
    } else {
        "an environment that no app has".to_owned()
    };
    let known = app.overlays.iter().map(|overlay| overlay.environment.as_str());
    let problem = Problem::new(format!("`{}` finds something in `{name}`, {lacks}", verdict.policy));
    Some(problem.hint(match nearest(name, known) {
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
