//! One app: its overlays rendered, the facts about them, what the policies say, and where.

use std::collections::BTreeSet;

use super::facts::Rendered;
use super::finding::{Finding, Status};
use super::fingerprint;
use super::input;
use super::locate::{Located, Locator};
use super::mask::Masks;
use super::misplaced::misplaced;
use super::setting::{Base, Setting};
use super::soak::Soaked;
use super::{Related, Severity};
use crate::kustomize::Render;
use crate::policy::{Data, Verdict};
use crate::repo::{App, Overlay};
use crate::source::{Files, Problem, RepoPath};

/// What came of one app.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// Whether something of it could not be rendered or judged.
    pub(super) incomplete: bool,
    pub(super) overlays: Vec<RepoPath>,
    pub(super) resources: usize,
    /// The files that were read, where the tree is judged as it is.
    pub(super) inputs: BTreeSet<RepoPath>,
}

/// An overlay as head, and the base revision, render it.
pub(super) struct Rendering<'a> {
    pub(super) overlay: &'a Overlay,
    pub(super) render: Render,
    /// `None` where the base revision has no such overlay, or there is no base revision.
    pub(super) base: Option<Render>,
    /// Whether head renders something else than the base revision.
    pub(super) changed: bool,
    /// Whether head has it no more: it renders nothing there, and `base` is what it was.
    pub(super) removed: bool,
    /// The names of its environment.
    pub(super) words: Vec<String>,
    /// Since when the base revision has run its images, where a policy wants to know.
    pub(super) soak: Vec<Soaked>,
}

impl Rendering<'_> {
    pub(super) fn head(&self) -> Rendered<'_> {
        Rendered { environment: &self.overlay.environment, words: &self.words, resources: &self.render.resources }
    }

    /// The base revision's render in the place of head's.
    pub(super) fn before(&self) -> Option<Rendered<'_>> {
        let resources = &self.base.as_ref()?.resources;
        Some(Rendered { environment: &self.overlay.environment, words: &self.words, resources })
    }
}

/// Renders and judges one app.
pub(super) fn judge(setting: &Setting<'_>, app: &App) -> Judged {
    let mut judged = Judged::default();
    let mut renderings = Vec::new();
    let mut failures = Vec::new();
    for overlay in &app.overlays {
        judged.overlays.push(overlay.directory.clone());
        match render(setting, app, overlay) {
            Ok(rendering) => {
                judged.resources += rendering.render.resources.len();
                if setting.base.is_none() {
                    judged.inputs.extend(rendering.render.inputs.files().cloned());
                }
                renderings.push(rendering);
            }
            Err(problem) => failures.push((overlay, problem)),
        }
    }
    add_removed(setting, app, &mut renderings);
    let masks = masks(&renderings);
    for (overlay, problem) in failures {
        judged.incomplete = true;
        judged.findings.push(render_error(setting, app, overlay, &problem, &masks));
    }
    if let Err(problem) = tell_soak(setting, app, &mut renderings) {
        judged.incomplete = true;
        judged.findings.push(failure("read-error", setting.request.head.files(), &problem, &masks));
    }
    for view in views(&renderings) {
        judge_view(setting, app, &view, &masks, &mut judged);
    }
    judged
}

/// The documents that policies get for an app, one for each view, and what must not be printed of them.
///
/// # Errors
/// When an overlay cannot be rendered, or history cannot be read.
pub(super) fn documents(setting: &Setting<'_>, app: &App) -> Result<(Vec<Data>, Masks), Problem> {
    let renderings = app.overlays.iter().map(|overlay| render(setting, app, overlay));
    let mut renderings = renderings.collect::<Result<Vec<_>, _>>()?;
    add_removed(setting, app, &mut renderings);
    tell_soak(setting, app, &mut renderings)?;
    let documents = views(&renderings).iter().map(|view| input::document(setting, app, view, false)).collect();
    Ok((documents, masks(&renderings)))
}

fn masks(renderings: &[Rendering<'_>]) -> Masks {
    let mut masks = Masks::default();
    for rendering in renderings {
        rendering.words.iter().for_each(|word| masks.add_name(word));
        let renders = [Some(&rendering.render), rendering.base.as_ref()];
        renders.into_iter().flatten().flat_map(|render| &render.resources).for_each(|manifest| masks.add(manifest));
    }
    masks
}

fn render<'a>(setting: &Setting<'_>, app: &App, overlay: &'a Overlay) -> Result<Rendering<'a>, Problem> {
    let elsewhere = setting.elsewhere.get(&overlay.environment);
    let render = elsewhere.unwrap_or(&setting.head).render(&overlay.directory)?;
    let words = words(setting, overlay);
    let mut rendering =
        Rendering { overlay, render, base: None, changed: false, removed: false, words, soak: Vec::new() };
    let Some(base) = &setting.base else { return Ok(rendering) };
    if elsewhere.is_some() {
        // Another branch or checkout, which the change leaves as it is.
        rendering.base = Some(rendering.render.clone());
        return Ok(rendering);
    }
    let directory = base.directory(app, overlay);
    // Where nothing differs that a rendering follows from, it is the base's too.
    if directory == overlay.directory && rendering.render.inputs.same(setting.request.head, base.revision) {
        rendering.base = Some(rendering.render.clone());
        return Ok(rendering);
    }
    // What the base revision cannot render it does not run: the change is judged as if it were new.
    rendering.base = base.renderer.render(&directory).ok();
    rendering.changed = rendering.base.as_ref().is_none_or(|base| !same_resources(base, &rendering.render));
    Ok(rendering)
}

fn words(setting: &Setting<'_>, overlay: &Overlay) -> Vec<String> {
    let environment = setting.layout.environments.find(&overlay.environment);
    environment.map(|environment| environment.names().map(str::to_owned).collect()).unwrap_or_default()
}

/// Adds the overlays of the app that the change takes away. What the base revision cannot render it did not run.
fn add_removed<'a>(setting: &'a Setting<'_>, app: &App, renderings: &mut Vec<Rendering<'a>>) {
    let Some(base) = &setting.base else { return };
    renderings.extend(base.removed(app).filter_map(|overlay| {
        let before = base.renderer.render(&overlay.directory).ok()?;
        let (render, words) = (Render::default(), words(setting, overlay));
        Some(Rendering { overlay, render, base: Some(before), changed: true, removed: true, words, soak: Vec::new() })
    }));
    let place = |rendering: &Rendering<'_>| setting.layout.environments.position(&rendering.overlay.environment);
    renderings.sort_by(|a, b| (place(a), &a.overlay.cluster).cmp(&(place(b), &b.overlay.cluster)));
}

/// Adds since when the environments have run their images.
fn tell_soak(setting: &Setting<'_>, app: &App, renderings: &mut [Rendering<'_>]) -> Result<(), Problem> {
    let Some(base) = &setting.base else { return Ok(()) };
    let soaks = setting.soaks.as_ref().map_err(Clone::clone)?;
    for rendering in renderings.iter_mut().filter(|rendering| rendering.base.is_some()) {
        let found = soaks.get(&base.directory(app, rendering.overlay));
        rendering.soak = found.cloned().unwrap_or_default();
    }
    Ok(())
}

fn same_resources(a: &Render, b: &Render) -> bool {
    a.resources.len() == b.resources.len()
        && a.resources.iter().zip(&b.resources).all(|(a, b)| a.node.same_data(&b.node))
}

/// The environments to be judged together: all of them or, where the highest has clusters, once for each of
/// these, beside the same cluster of each lower environment, or all its clusters.
fn views<'r, 'a>(renderings: &'r [Rendering<'a>]) -> Vec<Vec<&'r Rendering<'a>>> {
    let Some(highest) = renderings.last().map(|rendering| rendering.overlay.environment.as_str()) else {
        return Vec::new();
    };
    let of = |environment: &str| -> Vec<&'r Rendering<'a>> {
        renderings.iter().filter(|rendering| rendering.overlay.environment == environment).collect()
    };
    let mut names: Vec<&str> = renderings.iter().map(|rendering| rendering.overlay.environment.as_str()).collect();
    names.dedup();
    let mut views = Vec::new();
    for top in of(highest) {
        let mut view = Vec::new();
        for name in names.iter().filter(|name| **name != highest) {
            let all = of(name);
            let same: Vec<_> =
                all.iter().copied().filter(|other| other.overlay.cluster == top.overlay.cluster).collect();
            view.extend(if same.is_empty() { all } else { same });
        }
        view.push(top);
        views.push(view);
    }
    views
}

fn judge_view(setting: &Setting<'_>, app: &App, view: &[&Rendering<'_>], masks: &Masks, judged: &mut Judged) {
    let document = input::document(setting, app, view, false);
    let answer = setting.policies.judge(&document);
    let files = setting.request.head.files();
    let renders: Vec<Rendered<'_>> = view.iter().map(|rendering| rendering.head()).collect();
    let locator = Locator { renders: &renders, revision: setting.request.head, masks };
    let known = known(setting, app, view);
    let both: Vec<Rendered<'_>> = renders.iter().copied().chain(view.iter().filter_map(|one| one.before())).collect();
    let misplaced = answer.verdicts.iter().filter_map(|verdict| misplaced(setting, &both, verdict));
    let errors = answer.errors.into_iter().chain(misplaced).collect::<Vec<_>>();
    for verdict in answer.verdicts {
        let located = locator.locate(&verdict.at);
        let fingerprint = fingerprint::of(app, &verdict, &located, &renders);
        let status = if known.contains(&fingerprint) { Status::Known } else { Status::New };
        let finding = finding(app, verdict, located, masks, fingerprint, status);
        // What clusters share is found once for each of them.
        if !judged.findings.contains(&finding) {
            judged.findings.push(finding);
        }
    }
    for problem in errors {
        judged.incomplete = true;
        let finding = failure("policy-error", files, &problem, masks);
        if !judged.findings.contains(&finding) {
            judged.findings.push(finding);
        }
    }
}

/// The fingerprints of what the base revision is guilty of already.
fn known(setting: &Setting<'_>, app: &App, view: &[&Rendering<'_>]) -> BTreeSet<String> {
    let Some(Base { revision, .. }) = &setting.base else { return BTreeSet::new() };
    if view.iter().any(|rendering| rendering.base.is_none()) {
        return BTreeSet::new();
    }
    let document = input::document(setting, app, view, true);
    let renders: Vec<Rendered<'_>> = view.iter().filter_map(|rendering| rendering.before()).collect();
    let masks = Masks::default();
    let locator = Locator { renders: &renders, revision, masks: &masks };
    let verdicts = setting.policies.judge(&document).verdicts;
    let fingerprint = |verdict: &Verdict| fingerprint::of(app, verdict, &locator.locate(&verdict.at), &renders);
    verdicts.iter().map(fingerprint).collect()
}

fn finding(
    app: &App,
    verdict: Verdict,
    located: Located,
    masks: &Masks,
    fingerprint: String,
    status: Status,
) -> Finding {
    Finding {
        message: masks.scrub(&verdict.message).into_owned(),
        help: verdict.help.map(|help| masks.scrub(&help).into_owned()),
        policy: verdict.policy,
        severity: verdict.severity,
        status,
        app: Some(app.name.clone()),
        environment: located.environment,
        resource: located.resource,
        field: located.field,
        digest: located.digest,
        place: located.place,
        related: located.related,
        fingerprint,
    }
}

fn render_error(setting: &Setting<'_>, app: &App, overlay: &Overlay, problem: &Problem, masks: &Masks) -> Finding {
    let mut finding = failure("render-error", setting.request.head.files(), problem, masks);
    finding.app = Some(app.name.clone());
    finding.environment = Some(overlay.environment.clone());
    finding.fingerprint = fingerprint::of_failure("render-error", Some(&app.name), &finding.message);
    finding
}

/// A problem as a finding: broken input reaches every report.
pub(super) fn failure(policy: &str, files: &Files, problem: &Problem, masks: &Masks) -> Finding {
    let message = masks.message(files, problem.span(), problem.message());
    let place = problem.span().map(|span| masks.place(files, span));
    let related =
        problem.trail().iter().map(|span| Related { label: "read from here".into(), place: masks.place(files, *span) });
    let message = match (&place, problem.path()) {
        (None, Some(path)) => format!("{message} (in `{path}`)"),
        _ => message,
    };
    Finding {
        policy: policy.to_owned(),
        severity: Severity::Error,
        status: Status::New,
        fingerprint: fingerprint::of_failure(policy, None, &message),
        message,
        help: problem.hint_text().map(|hint| masks.scrub(hint).into_owned()),
        app: None,
        environment: None,
        resource: None,
        field: None,
        digest: None,
        place,
        related: related.collect(),
    }
}
