//! Waivers: which findings they cover, and what is wrong with them themselves, as findings of `waiver`.
//!
//! Those of the configuration are the base revision's, as all of it; those beside what they waive are looked up
//! there too ([`inline`]). What a change brings counts from the merge on.

mod inline;

use std::collections::BTreeSet;

use super::finding::{Finding, Status};
use super::mask::Masks;
use super::setting::Setting;
use super::{Severity, fingerprint, preview};
use crate::repo::{Ledger, Subject, Verdict, Waiver};
use crate::source::{RepoPath, Span};

/// What is said of a waiver that a change brings.
const GRANTED: &str = "this change grants itself a waiver, which counts from the merge on only";

/// Applies the waivers; what is wrong with them comes back as findings of its own. `inputs` are the files that
/// were read where there is no base revision.
pub(super) fn apply(setting: &Setting<'_>, inputs: &BTreeSet<RepoPath>, findings: &mut [Finding]) -> Vec<Finding> {
    let mut ledger = Ledger::new(&setting.config.waivers, setting.request.now);
    let mut beside = inline::Shelf::new(setting);
    let mut expired: Vec<&Waiver> = Vec::new();
    let counting = |finding: &&mut Finding| matches!(finding.status, Status::New | Status::Known);
    for finding in findings.iter_mut().filter(counting) {
        let resource = finding.resource.as_ref().map(ToString::to_string);
        let subject = Subject {
            policy: &finding.policy,
            app: finding.app.as_deref(),
            environment: finding.environment.as_deref(),
            resource: resource.as_deref(),
            field: finding.field.as_deref(),
            digest: finding.digest.as_deref(),
        };
        let verdict = ledger.judge(&subject);
        if matches!(verdict, Verdict::Waived(_)) || beside.covers(finding) {
            finding.status = Status::Waived;
        } else if let Verdict::Expired(waiver) = verdict
            && !expired.contains(&waiver)
        {
            expired.push(waiver);
        }
    }
    let mut about = of_configuration(setting, &expired, &ledger);
    about.extend(beside.faults(inputs));
    about
}

/// What is wrong with the waivers of the configuration.
fn of_configuration(setting: &Setting<'_>, expired: &[&Waiver], ledger: &Ledger<'_>) -> Vec<Finding> {
    let mut about = Vec::new();
    let mut say = |waiver: &Waiver, status: Status, message: &str| {
        let help = "take it out of gate.yaml, or renew it with a new end and reason";
        let finding = finding(setting, waiver.span, &format!("{message}: `{}`", waiver.reason), Some(help));
        let name = format!("{message} {}", waiver.reason);
        let fingerprint = fingerprint::of_failure("waiver", Some(&waiver.policy), &name);
        about.push(Finding { status, fingerprint, environment: waiver.environment.clone(), ..finding });
    };
    for waiver in expired {
        say(waiver, Status::New, &format!("this waiver ended after {}", waiver.until));
    }
    // Only where everything was judged does it say something that nothing fits.
    if setting.base.is_none() && setting.request.within == RepoPath::root() {
        for waiver in ledger.unused() {
            say(waiver, Status::New, "this waiver covers nothing");
        }
    }
    let granted = preview::granted(setting);
    for waiver in &granted {
        say(waiver, Status::New, GRANTED);
    }
    let known = if setting.base.is_some() { Status::Known } else { Status::New };
    let own = setting.config.waivers.iter().map(|waiver| (waiver, known));
    for (waiver, status) in own.chain(granted.iter().map(|waiver| (waiver, Status::New))) {
        if let Some(why) = waiver.too_broad(&setting.layout.environments, setting.request.now) {
            say(waiver, status, &too_broad(&why));
        }
    }
    about
}

fn too_broad(why: &str) -> String {
    format!("this waiver is more than an exception, as {why}")
}

/// A finding about a waiver at its place.
fn finding(setting: &Setting<'_>, span: Option<Span>, message: &str, help: Option<&str>) -> Finding {
    let files = setting.request.head.files();
    let masks = Masks::default();
    let message = masks.message(files, span, message);
    Finding {
        policy: "waiver".to_owned(),
        severity: Severity::Warning,
        status: Status::New,
        fingerprint: fingerprint::of_failure("waiver", None, &message),
        message,
        help: help.map(str::to_owned),
        app: None,
        environment: None,
        resource: None,
        field: None,
        digest: None,
        place: span.map(|span| masks.place(files, span)),
        related: Vec::new(),
    }
}
