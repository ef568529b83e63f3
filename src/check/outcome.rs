//! From what came of every app to the report: waivers applied, one total order.

use std::collections::{BTreeMap, BTreeSet};

use super::app::{Judged, failure};
use super::finding::{Finding, Report, Status, Summary};
use super::mask::Masks;
use super::setting::{Request, Setting};
use super::waivers;
use crate::source::{Files, Location, Problem};

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
    let mut findings = once(setting, findings);
    findings.sort_by_cached_key(order);
    findings.dedup();
    overlays.sort();
    Report { summary, findings, incomplete, notes: setting.notes.clone(), overlays, ..asked }
}

/// What several environments of an app have from one text is one finding: that of the most severe or, where they
/// are equally so, the highest environment. Each was held against base and waivers before.
fn once(setting: &Setting<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    type Key = (Status, String, Option<String>, String, Option<String>, Location);
    let key = |finding: &Finding| -> Option<Key> {
        let at = finding.place.as_ref()?.location.clone();
        let Finding { status, policy, app, message, field, .. } = finding.clone();
        Some((status, policy, app, message, field, at))
    };
    let rank = |finding: &Finding| {
        let environment = finding.environment.as_ref();
        (finding.severity, environment.and_then(|name| setting.layout.environments.position(name)))
    };
    let mut highest: BTreeMap<Key, _> = BTreeMap::new();
    for finding in &findings {
        if let Some(key) = key(finding) {
            let known = highest.entry(key).or_insert_with(|| rank(finding));
            *known = (*known).max(rank(finding));
        }
    }
    let is_highest = |finding: &Finding| key(finding).is_none_or(|key| highest.get(&key) == Some(&rank(finding)));
    findings.into_iter().filter(is_highest).collect()
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
