//! From what came of every app to the report: waivers applied, one finding for one cause, one total order.

use std::collections::BTreeSet;

use super::cause::one_for_each_cause;
use crate::change::{Loaded, Request};
use crate::finding::{Finding, Masks, Report, Summary, failure};
use crate::judge::{Judged, apply, of_failure};
use crate::source::{Files, Problem};

/// A report of which only the question is known.
pub(super) fn blank(request: &Request<'_>) -> Report {
    Report {
        root: request.root.clone(),
        now: request.now.to_string(),
        base: request.base.as_ref().map(|base| base.name.clone()),
        fail_on: request.fail_on,
        fail_on_known: request.fail_on_known,
        ..Report::default()
    }
}

/// The report where configuration or policies cannot be used: nothing was judged, and every report says why.
pub(super) fn unusable(asked: Report, files: &Files, problems: &[Problem]) -> Report {
    let (id, masks) = ("configuration-error", Masks::default());
    let finding = |problem| {
        let finding = failure(id, files, problem, &masks);
        Finding { fingerprint: of_failure(id, None, &finding.message), ..finding }
    };
    Report { findings: problems.iter().map(finding).collect(), ..asked }.scrubbed(Masks::of(files))
}

/// Puts everything into one report.
pub(super) fn report(asked: Report, loaded: &Loaded<'_>, judged: Vec<Judged>) -> Report {
    let apps = judged.iter().filter(|one| !one.overlays.is_empty()).count();
    let mut summary = Summary {
        apps,
        untouched: loaded.head.layout.apps.len() - apps,
        policies: loaded.rules.policies().iter().filter(|policy| policy.enabled).count(),
        ..Summary::default()
    };
    let (mut findings, mut overlays, mut inputs) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut prints = Vec::new();
    for one in judged {
        summary.overlays += one.overlays.len();
        summary.resources += one.resources;
        findings.extend(one.findings);
        inputs.extend(one.inputs);
        prints.extend(one.prints);
        overlays.extend(one.overlays);
    }
    let about_waivers = apply(loaded, &inputs, &mut findings);
    findings.extend(about_waivers);
    findings.sort_by_cached_key(order);
    findings.dedup();
    let rank = |environment: &str| loaded.head.layout.environments.position(environment);
    let mut findings = one_for_each_cause(findings, &rank);
    findings.sort_by_cached_key(order);
    overlays.sort();
    let report = Report { summary, findings, notes: loaded.notes.clone(), prints, overlays, ..asked };
    report.scrubbed(Masks::of(loaded.head.revision.files()))
}

/// Most severe first, then by place, then by what is said.
fn order(finding: &Finding) -> impl Ord + use<> {
    let place = finding.place.as_ref().map(|place| place.location.clone());
    (
        std::cmp::Reverse(finding.severity),
        finding.status,
        place.is_none(),
        place,
        finding.policy.clone(),
        finding.subject(),
        finding.message.clone(),
        finding.fingerprint.clone(),
    )
}
