//! From what came of every app to the report: waivers applied, one total order.

use std::collections::BTreeSet;

use super::app::{Judged, failure};
use super::finding::{Finding, Report, Summary};
use super::mask::Masks;
use super::setting::{Request, Setting};
use super::waivers;
use crate::source::{Files, Problem};

/// A report of which only the question is known.
pub(super) fn blank(request: &Request<'_>) -> Report {
    Report {
        root: request.root.clone(),
        now: request.now.to_string(),
        base: request.base.as_ref().map(|(_, name)| name.clone()),
        fail_on: request.fail_on,
        fail_on_known: request.fail_on_known,
        ..Report::default()
    }
}

/// The report where configuration or policies cannot be used: nothing was judged, and every report says why.
pub(super) fn unusable(asked: Report, files: &Files, problems: &[Problem]) -> Report {
    let masks = Masks::default();
    let findings = problems.iter().map(|problem| failure("configuration-error", files, problem, &masks)).collect();
    Report { findings, incomplete: true, ..asked }
}

/// Puts everything into one report.
pub(super) fn report(asked: Report, setting: &Setting<'_>, judged: Vec<Judged>) -> Report {
    let mut summary = Summary {
        apps: setting.apps().len(),
        untouched: setting.layout.apps.len() - setting.apps().len(),
        policies: setting.policies.policies().iter().filter(|policy| policy.enabled).count(),
        ..Summary::default()
    };
    let (mut findings, mut overlays, mut inputs, mut incomplete) = (Vec::new(), Vec::new(), BTreeSet::new(), false);
    for app in judged {
        summary.overlays += app.overlays.len();
        summary.resources += app.resources;
        incomplete |= app.incomplete;
        findings.extend(app.findings);
        inputs.extend(app.inputs);
        overlays.extend(app.overlays);
    }
    let about_waivers = waivers::apply(setting, &inputs, &mut findings);
    findings.extend(about_waivers);
    findings.sort_by_cached_key(order);
    findings.dedup();
    overlays.sort();
    Report { summary, findings, incomplete, notes: setting.notes.clone(), overlays, ..asked }
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
        finding.app.clone(),
        finding.environment.clone(),
        finding.message.clone(),
        finding.fingerprint.clone(),
    )
}
