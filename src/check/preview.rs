//! What the rules that a change brings would find that those of the base do not, and the other way round.
//!
//! Both are asked about every app as head has it: a rule that is new finds most in what the change leaves alone.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::app::{self, Judged, failure};
use super::finding::{Finding, Status};
use super::mask::Masks;
use super::setting::{Request, Setting};
use crate::policy::Given;
use crate::repo::Waiver;
use crate::source::Revision;

/// The findings that come and go with the new rules; nothing where the change leaves the rules alone. New rules
/// that cannot be used would stop every later run, so they stop this one.
pub(super) fn judge(setting: &Setting<'_>) -> Judged {
    let mut judged = Judged::default();
    let Some(base) = &setting.base else { return judged };
    let rules = setting.rules();
    if !base.change.files.iter().any(|file| rules.iter().any(|rule| file.path.is_within(rule))) {
        return judged;
    }
    let request = || Request { base: None, judge: None, ..setting.request.clone() };
    let findings = |rules: &Revision| {
        let mut request = request();
        if std::ptr::eq(rules, base.revision) {
            // What the change brings first, the old rules do not have.
            let Given { policies, data, .. } = &mut request.given;
            for paths in [policies, data] {
                paths.retain(|path| rules.resolve(path).is_ok());
            }
        }
        Setting::under(request, rules, Vec::new()).map(|setting| {
            let judged: Vec<Judged> = setting.apps().par_iter().map(|app| app::judge(&setting, app)).collect();
            judged.into_iter().flat_map(|judged| judged.findings).collect::<Vec<Finding>>()
        })
    };
    match (findings(base.revision), findings(setting.request.head)) {
        (Ok(old), Ok(new)) => {
            judged.findings.extend(beyond(&new, &old, Status::Coming));
            judged.findings.extend(beyond(&old, &new, Status::Going));
        }
        // The old rules were used a moment ago; should they fail now, that is as bad.
        (Err(problems), _) | (_, Err(problems)) => {
            judged.incomplete = true;
            let masks = Masks::default();
            let files = setting.request.head.files();
            let failures = problems.iter().map(|problem| failure("configuration-error", files, problem, &masks));
            judged.findings.extend(failures);
        }
    }
    judged
}

/// The waivers that the change grants itself: they count from the merge on, not for it.
pub(super) fn granted(setting: &Setting<'_>) -> Vec<Waiver> {
    let config = setting.base.as_ref().and_then(|_| setting.config_of_head());
    // What the protected branch took back since the change left it, the change does not bring.
    let before = setting.config_of_base().map(|config| config.waivers).unwrap_or_default();
    let new = |waiver: &Waiver| {
        let without_place = |waiver: &Waiver| Waiver { span: None, ..waiver.clone() };
        let mut old = setting.config.waivers.iter().chain(&before);
        !old.any(|old| without_place(old) == without_place(waiver))
    };
    config.map(|config| config.waivers.into_iter().filter(new).collect()).unwrap_or_default()
}

/// What is in `all` and not in `others`.
fn beyond(all: &[Finding], others: &[Finding], status: Status) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.fingerprint.clone(), finding.severity);
    let known: BTreeSet<_> = others.iter().map(key).collect();
    let found = all.iter().filter(|finding| !known.contains(&key(finding)));
    found.map(|finding| Finding { status, ..finding.clone() }).collect()
}
