//! The document that policies see: one app, as `schemas/input.schema.json` describes it.

use serde::Serialize;

use super::app::Rendering;
use super::depends;
use super::facts::{self, Drift, MissingVariable, Rendered};
use super::setting::Setting;
use crate::diff::{Side, diff};
use crate::kustomize::Manifest;
use crate::policy::Data;
use crate::repo::{App, Freeze, FreezeState, Moment};

/// The document for some environments of an app. With `before`, it is the one that the base revision would
/// have got: its renders, and no change.
pub(super) fn document<'a>(setting: &Setting<'_>, app: &App, view: &[&'a Rendering<'_>], before: bool) -> Data {
    let environments = view.iter().map(|rendering| environment(setting, app, rendering, before));
    let render = |rendering: &&'a Rendering<'_>| match (before, rendering.removed) {
        (true, _) => rendering.before(),
        // What is gone is compared with nothing: it differs in all.
        (false, gone) => (!gone).then(|| rendering.head()),
    };
    let renders: Vec<Rendered<'_>> = view.iter().filter_map(render).collect();
    let (drift, missing) = differences(setting, app, view, &renders, before);
    Data::object([
        ("app", Data::from(app.name.as_str())),
        ("now", Data::from(setting.request.now.to_string())),
        ("environments", Data::array(environments)),
        ("drift", data(&drift)),
        ("missing_variables", data(&missing)),
        ("depends_on", data(&depends::of(setting, app, view, before))),
        ("change", change(setting)),
        ("evidence", Data::object::<&str>([])),
        ("provided", data(&setting.config.provided_secrets)),
    ])
}

/// Facts serialise without fail: they hold text, numbers and lists.
fn data(value: &impl Serialize) -> Data {
    Data::of(value).unwrap_or_else(|_| Data::null())
}

fn change(setting: &Setting<'_>) -> Data {
    match &setting.request.base {
        Some((_, name)) => Data::object([("base", Data::from(name.as_str())), ("head", Data::null())]),
        None => Data::null(),
    }
}

fn environment(setting: &Setting<'_>, app: &App, rendering: &Rendering<'_>, before: bool) -> Data {
    let overlay = rendering.overlay;
    let known = setting.layout.environments.find(&overlay.environment);
    let base = rendering.base.as_ref().map(|base| base.resources.as_slice());
    let resources = if before { base.unwrap_or_default() } else { &rendering.render.resources };
    let render = if before { rendering.base.as_ref() } else { Some(&rendering.render) };
    let quirks = render.map(|render| facts::quirks(render, setting.request.head.files())).unwrap_or_default();
    let mut names = vec![overlay.environment.as_str()];
    names.extend(rendering.words.iter().map(String::as_str));
    let frozen = setting.calendar.of_app(&app.name, &names);
    let freezes = frozen.freezes.iter().map(|freeze| self::freeze(freeze, &frozen));
    let run = |resources: &[Manifest]| run(setting, &overlay.environment, resources);
    let mut entries = run(resources);
    entries.extend([
        ("name", Data::from(overlay.environment.as_str())),
        ("protected", Data::from(known.is_some_and(|environment| environment.protected))),
        ("path", Data::from(overlay.directory.as_str())),
        ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
        ("quirks", data(&quirks)),
        ("soak", data(&rendering.soak)),
        ("waves", data(&facts::waves(&overlay.environment, resources))),
        ("needs", data(&facts::needs(&overlay.environment, resources, setting.dependencies.annotation()))),
        ("freeze", Data::array(freezes)),
        ("changed", Data::from(rendering.changed && !before)),
        ("removed", Data::from(rendering.removed && !before)),
        ("base", base.map_or_else(Data::null, |base| Data::object(run(base)))),
    ]);
    Data::object(entries)
}

/// A freeze that holds.
fn freeze(freeze: &Freeze, state: &FreezeState) -> Data {
    let text = |text: Option<String>| text.map_or_else(Data::null, Data::from);
    let time = |moment: &Option<Moment>| text(moment.as_ref().map(|moment| moment.time.to_string()));
    let clock = |moment: &Option<Moment>| text(moment.as_ref().map(ToString::to_string));
    Data::object([
        ("name", Data::from(freeze.name.as_str())),
        ("kind", Data::from(freeze.kind.word())),
        ("reason", text(freeze.reason.clone())),
        ("until", time(&freeze.until)),
        ("until_local", clock(&freeze.until)),
        ("opens", time(&state.opens)),
        ("opens_local", clock(&state.opens)),
    ])
}

/// What an environment runs.
fn run(setting: &Setting<'_>, environment: &str, resources: &[Manifest]) -> Vec<(&'static str, Data)> {
    let manifests = if setting.manifests { resources } else { &[] };
    vec![
        ("resources", Data::array(manifests.iter().map(|manifest| Data::manifest(&manifest.node)))),
        ("images", data(&facts::images(environment, resources))),
        ("references", data(&facts::references(environment, resources))),
        ("versions", data(&facts::versions(environment, resources))),
    ]
}

/// What differs between the environments that are to be compared.
fn differences(
    setting: &Setting<'_>,
    app: &App,
    view: &[&Rendering<'_>],
    renders: &[Rendered<'_>],
    before: bool,
) -> (Vec<Drift>, Vec<MissingVariable>) {
    let (mut drift, mut missing) = (Vec::new(), Vec::new());
    for (lower, upper) in pairs(setting, renders) {
        let (mut found, variables) = compare(setting, app, lower, upper);
        if !before && let Some(base) = base_of(view, lower, upper) {
            facts::mark_known(&mut found, &compare(setting, app, &base.0, &base.1).0);
        }
        drift.extend(found);
        missing.extend(variables);
    }
    (drift, missing)
}

fn compare(
    setting: &Setting<'_>,
    app: &App,
    lower: &Rendered<'_>,
    upper: &Rendered<'_>,
) -> (Vec<Drift>, Vec<MissingVariable>) {
    let diff = diff(
        Side { resources: lower.resources, words: lower.words },
        Side { resources: upper.resources, words: upper.words },
    );
    let allow = &setting.config.drift.allow;
    let allowed = |resource: &super::ResourceName, field: &str| {
        allow.iter().any(|allowance| allowance.covers(&app.name, &resource.kind, &resource.name, field))
    };
    (facts::drift(lower, upper, &diff, &allowed), facts::missing_variables(lower, upper, &diff))
}

/// The renders of the base revision in the place of two of head's, where it has both.
fn base_of<'v>(
    view: &'v [&Rendering<'_>],
    lower: &Rendered<'_>,
    upper: &Rendered<'_>,
) -> Option<(Rendered<'v>, Rendered<'v>)> {
    let base = |head: &Rendered<'_>| {
        view.iter().find(|rendering| std::ptr::eq(rendering.render.resources.as_slice(), head.resources))?.before()
    };
    Some((base(lower)?, base(upper)?))
}

/// The pairs that `drift.compare` names; without it, the two highest environments.
fn pairs<'r>(setting: &Setting<'_>, renders: &'r [Rendered<'r>]) -> Vec<(&'r Rendered<'r>, &'r Rendered<'r>)> {
    let compared = &setting.config.drift.compare;
    let mut pairs = Vec::new();
    for (at, upper) in renders.iter().enumerate() {
        for lower in renders.iter().take(at) {
            let wanted = if compared.is_empty() {
                let between = |other: &Rendered<'_>| {
                    other.environment != lower.environment && other.environment != upper.environment
                };
                let neighbours = !renders
                    .iter()
                    .skip_while(|other| other.environment != lower.environment)
                    .take_while(|other| other.environment != upper.environment)
                    .any(between);
                let highest = renders.last().is_some_and(|last| last.environment == upper.environment);
                lower.environment != upper.environment && neighbours && highest
            } else {
                compared.iter().any(|(a, b)| a == lower.environment && b == upper.environment)
            };
            if wanted {
                pairs.push((lower, upper));
            }
        }
    }
    pairs
}
