//! Finds what the rules that a change brings would find that those of the base do not, and the other way round.
//!
//! Both are asked about every app as head has it: a rule that is new finds most in what the change leaves alone.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::app::{Judged, app, failed};
use super::idle::finding;
use crate::change::{Loaded, Renderers, Request, Scope, compare};
use crate::facts::Facts;
use crate::finding::{Finding, Masks, Status, failure};
use crate::policy::Given;
use crate::repo::{IdlePath, Waiver};
use crate::source::{Problem, Revision};

/// The findings that come and go with the new rules; nothing where the change leaves the rules alone. New rules
/// that cannot be used would stop every later run, so they stop this one.
#[must_use]
pub fn preview(loaded: &Loaded<'_>) -> Judged {
    let mut judged = Judged::default();
    let Some(base) = &loaded.base else { return judged };
    let rules = loaded.rule_files();
    if !base.extent.files.iter().any(|file| rules.iter().any(|rule| file.path.is_within(rule))) {
        return judged;
    }
    let judge = loaded.request.judge();
    match (foretell(loaded, judge), foretell(loaded, loaded.head.revision)) {
        (Ok(old), Ok(new)) => {
            let is_known = |path: &&IdlePath| old.idle.iter().any(|old| old.written == path.written);
            let idle = new.idle.iter().filter(|path| !is_known(path));
            judged.findings.extend(idle.map(|path| finding(loaded, &path.problem)));
            judged.findings.extend(stopped(&new.findings, &old.findings));
            judged.findings.extend(beyond(&new.findings, &old.findings, Status::Coming));
            judged.findings.extend(beyond(&old.findings, &new.findings, Status::Going));
        }
        // The old rules were used a moment ago; should they fail now, that is as bad.
        (Err(problems), _) | (_, Err(problems)) => {
            let (files, masks) = (loaded.head.revision.files(), Masks::default());
            let id = "configuration-error";
            let failures = problems.iter().map(|problem| failed(id, None, failure(id, files, problem, &masks)));
            judged.findings.extend(failures);
        }
    }
    judged
}

/// What the rules of a revision make of head.
struct Foretold {
    findings: Vec<Finding>,
    /// Paths of the configuration that nothing fits.
    idle: Vec<IdlePath>,
}

/// What the rules of a revision make of head.
fn foretell(loaded: &Loaded<'_>, rules: &Revision) -> Result<Foretold, Vec<Problem>> {
    let mut request = Request { base: None, ..loaded.request.clone() };
    if std::ptr::eq(rules, loaded.request.judge()) {
        // What the change brings first, the old rules do not have.
        let Given { policies, data, .. } = &mut request.given;
        for paths in [policies, data] {
            paths.retain(|path| rules.resolve(path).is_ok());
        }
    }
    let loaded = Loaded::under(request, rules, Scope::All)?;
    let renderers = Renderers::new(&loaded);
    let facts = Facts::new(&loaded, &renderers);
    let apps = loaded.apps();
    let judged = apps.par_iter().flat_map_iter(|one| app(&facts, &compare(&loaded, &renderers, one)).findings);
    Ok(Foretold { findings: judged.collect(), idle: loaded.head.layout.idle.clone() })
}

/// The waivers that the change grants itself: they count from the merge on, not for it.
pub(super) fn granted(loaded: &Loaded<'_>) -> Vec<Waiver> {
    let config = loaded.base.as_ref().and_then(|_| loaded.config_of_head());
    // What the protected branch took back since the change left it, the change does not bring.
    let before = loaded.config_of_base().map(|config| config.waivers).unwrap_or_default();
    let new = |waiver: &Waiver| {
        let without_place = |waiver: &Waiver| Waiver { span: None, ..waiver.clone() };
        let mut old = loaded.rules.config.waivers.iter().chain(&before);
        !old.any(|old| without_place(old) == without_place(waiver))
    };
    config.map(|config| config.waivers.into_iter().filter(new).collect()).unwrap_or_default()
}

/// The failures of new rules: they would stop every run after the merge.
fn stopped(new: &[Finding], old: &[Finding]) -> Vec<Finding> {
    let mut failures: Vec<Finding> = new.iter().filter(|finding| finding.policy == "policy-error").cloned().collect();
    failures.retain(|failure| !old.iter().any(|known| known.message == failure.message));
    failures.sort_by(|a, b| (&a.message, &a.fingerprint).cmp(&(&b.message, &b.fingerprint)));
    failures.dedup_by(|a, b| (&a.message, &a.place) == (&b.message, &b.place));
    failures
}

/// What is in `all` and not in `others`.
fn beyond(all: &[Finding], others: &[Finding], status: Status) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.fingerprint.clone(), finding.severity);
    let known: BTreeSet<_> = others.iter().map(key).collect();
    let found = all.iter().filter(|finding| !finding.is_failure() && !known.contains(&key(finding)));
    found.map(|finding| Finding { status, ..finding.clone() }).collect()
}
