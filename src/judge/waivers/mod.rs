//! Waivers: which findings they cover, and what is wrong with them themselves, as findings of `waiver`.
//!
//! Those of the configuration are the protected branch's, as all of it; those beside what they waive are looked up
//! there too ([`inline`]). What a change brings counts from the merge on.

mod about;
mod inline;

use std::collections::BTreeSet;

use self::about::{GRANTED, finding, too_broad};
use super::identity::of_failure;
use super::preview::granted;
use crate::change::Loaded;
use crate::finding::{Finding, Masks, Status};
use crate::repo::{Ledger, Subject, Verdict, Waiver};
use crate::source::RepoPath;

/// Applies the waivers; what is wrong with them comes back as findings of its own. `inputs` are the files that
/// were read where there is no base revision.
#[must_use]
pub fn apply(loaded: &Loaded<'_>, inputs: &BTreeSet<RepoPath>, findings: &mut [Finding]) -> Vec<Finding> {
    let mut ledger = Ledger::new(&loaded.rules.config.waivers, loaded.request.now);
    let mut beside = inline::Shelf::new(loaded);
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
    let mut about = of_configuration(loaded, &expired, &ledger);
    about.extend(beside.faults(inputs));
    about
}

/// What is wrong with the waivers of the configuration.
fn of_configuration(loaded: &Loaded<'_>, expired: &[&Waiver], ledger: &Ledger<'_>) -> Vec<Finding> {
    let (mut about, masks) = (Vec::new(), Masks::default());
    let mut say = |waiver: &Waiver, status: Status, message: &str| {
        let help = "take it out of gate.yaml, or renew it with a new end and reason";
        let finding = finding(loaded, &masks, waiver.span, &format!("{message}: `{}`", waiver.reason), Some(help));
        let name = format!("{message} {}", waiver.reason);
        let fingerprint = of_failure("waiver", Some(&waiver.policy), &name);
        about.push(Finding { status, fingerprint, environment: waiver.environment.clone(), ..finding });
    };
    for waiver in expired {
        say(waiver, Status::New, &format!("this waiver ended after {}", waiver.until));
    }
    // Only where everything was judged does it say something that nothing fits.
    if loaded.base.is_none() && loaded.request.within == RepoPath::root() {
        for waiver in ledger.unused() {
            say(waiver, Status::New, "this waiver covers nothing");
        }
    }
    let granted = granted(loaded);
    for waiver in &granted {
        say(waiver, Status::New, GRANTED);
    }
    let known = if loaded.base.is_some() { Status::Known } else { Status::New };
    let own = loaded.rules.config.waivers.iter().map(|waiver| (waiver, known));
    for (waiver, status) in own.chain(granted.iter().map(|waiver| (waiver, Status::New))) {
        if let Some(why) = waiver.too_broad(&loaded.head.layout.environments, loaded.request.now) {
            say(waiver, status, &too_broad(&why));
        }
    }
    about
}
