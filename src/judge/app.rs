//! Judges one app: what the policies find in it, what of that the base is guilty of too, and where it is.

use std::collections::BTreeSet;

use super::identity::{Generated, of_failure};
use super::known::{Identity, Known, Suspect};
use crate::change::{AppChange, Deployment, Is, Loaded, Rendered, Tense};
use crate::facts::Facts;
use crate::finding::{Finding, Kinds, Located, Locator, Masks, Status, failure, misplaced};
use crate::policy::Verdict;
use crate::repo::RENDER_ERROR;
use crate::source::{Problem, RepoPath};

/// What came of one app, or of the repository as a whole.
#[derive(Default)]
pub struct Judged {
    /// The app; `None` for the repository as a whole.
    pub app: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The overlays that were rendered or tried to be.
    pub overlays: Vec<RepoPath>,
    /// How many resources they render to.
    pub resources: usize,
    /// The files that were read, where the tree is judged as it is.
    pub inputs: BTreeSet<RepoPath>,
    /// What policies printed.
    pub prints: Vec<String>,
}

/// What may not be shown of an app.
#[must_use]
pub fn masks(change: &AppChange<'_>) -> Masks {
    let mut masks = Masks::default();
    for deployment in &change.deployments {
        deployment.words.iter().for_each(|word| masks.add_name(word));
        let renders = [Tense::Now, Tense::Before].into_iter().filter_map(|tense| deployment.rendered(tense));
        renders.flat_map(|render| render.resources).for_each(|manifest| masks.add(manifest));
    }
    masks
}

/// Judges an app.
#[must_use]
pub fn app(facts: &Facts<'_, '_>, change: &AppChange<'_>) -> Judged {
    let loaded = facts.loaded;
    let masks = masks(change);
    let mut judged = Judged { app: Some(change.app.to_owned()), ..Judged::default() };
    for deployment in change.deployments.iter().filter(|deployment| !deployment.is_gone()) {
        judged.overlays.push(deployment.overlay.applied.directory.clone());
        match &deployment.is {
            Is::Rendered(render) => {
                judged.resources += render.resources.len();
                if loaded.base.is_none() {
                    judged.inputs.extend(render.inputs.files().cloned());
                }
            }
            Is::Unrenderable(problem) => {
                judged.findings.push(render_error(loaded, change.app, deployment, problem, &masks));
            }
            Is::Gone => {}
        }
    }
    // What clusters share is found once for each of them.
    let mut seen = BTreeSet::new();
    for view in change.views() {
        let (findings, prints) = self::view(facts, change, &view, &masks);
        judged.prints.extend(prints);
        for finding in findings {
            let key = (finding.fingerprint.clone(), finding.status, finding.message.clone(), finding.severity);
            if seen.insert((key, finding.place.as_ref().map(|place| place.location.clone()))) {
                judged.findings.push(finding);
            }
        }
    }
    judged
}

/// What is found in the deployments of one view, and what policies printed about it.
fn view(
    facts: &Facts<'_, '_>,
    change: &AppChange<'_>,
    view: &[&Deployment<'_>],
    masks: &Masks,
) -> (Vec<Finding>, Vec<String>) {
    let loaded = facts.loaded;
    let answer = loaded.rules.policies.judge(&facts.document(change, view, Tense::Now));
    let renders: Vec<Rendered<'_>> = view.iter().filter_map(|one| one.rendered(Tense::Now)).collect();
    let before = view.iter().filter_map(|one| one.rendered(Tense::Before));
    let both: Vec<Rendered<'_>> = renders.iter().copied().chain(before).collect();
    let locator = Locator::new(&renders, loaded.head.revision, masks);
    let generated = Generated::new(&renders);
    let kinds = Kinds::of(if answer.verdicts.is_empty() { &[] } else { &both });
    let misplaced = answer.verdicts.iter().filter_map(|verdict| misplaced(loaded, &kinds, verdict));
    let errors: Vec<Problem> = answer.errors.into_iter().chain(misplaced).collect();
    let located: Vec<Located> = answer.verdicts.iter().map(|verdict| locator.locate(&verdict.at)).collect();
    let suspect = |(verdict, located)| Suspect {
        identity: Identity::new(change.app, verdict, located, &generated),
        manifest: locator.manifest(&verdict.at),
        verdict,
    };
    let suspects: Vec<Suspect<'_>> = answer.verdicts.iter().zip(&located).map(suspect).collect();
    // Most changes are found guilty of nothing: then nothing need be known of the base.
    let mut known = if suspects.is_empty() { Known::default() } else { Known::judge(facts, change, view) };
    let known = known.among(&loaded.rules.policies, &suspects);
    let fingerprints: Vec<String> = suspects.iter().map(|suspect| suspect.identity.fingerprint()).collect();
    let findings = answer.verdicts.into_iter().zip(located).zip(fingerprints).zip(known);
    let mut findings: Vec<Finding> = findings
        .map(|(((verdict, located), fingerprint), known)| {
            let status = if known { Status::Known } else { Status::New };
            finding(change.app, verdict, located, masks, fingerprint, status)
        })
        .collect();
    let files = loaded.head.revision.files();
    findings.extend(
        errors.iter().map(|problem| failed("policy-error", None, failure("policy-error", files, problem, masks))),
    );
    (findings, answer.prints.iter().map(|line| masks.scrub(line).into_owned()).collect())
}

fn finding(
    app: &str,
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
        app: Some(app.to_owned()),
        environment: located.environment,
        cluster: located.cluster,
        resource: located.resource,
        field: located.field,
        digest: located.digest,
        place: located.place,
        related: located.related,
        also: Vec::new(),
        fingerprint,
    }
}

/// That an overlay cannot be rendered. It is known where the base cannot render it either and the change has no part in
/// that.
fn render_error(
    loaded: &Loaded<'_>,
    app: &str,
    deployment: &Deployment<'_>,
    problem: &Problem,
    masks: &Masks,
) -> Finding {
    let mut finding = failure(RENDER_ERROR, loaded.head.revision.files(), problem, masks);
    finding.app = Some(app.to_owned());
    finding.environment = Some(deployment.overlay.environment.clone());
    finding.cluster.clone_from(&deployment.overlay.cluster);
    if deployment.was_broken() {
        finding.status = Status::Known;
    }
    failed(RENDER_ERROR, Some(app), finding)
}

/// A failure with its fingerprint.
pub(super) fn failed(policy: &str, app: Option<&str>, finding: Finding) -> Finding {
    Finding { fingerprint: of_failure(policy, app, &finding.message), ..finding }
}
