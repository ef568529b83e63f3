//! Judges the repository as a whole: what a change does to the gate itself, and who owns what.

use std::collections::BTreeSet;

use super::app::{Judged, failed};
use super::identity::of_failure;
use crate::change::{Side, Tense};
use crate::facts::Facts;
use crate::finding::{Finding, Locator, Masks, Status, failure};
use crate::policy::Verdict;
use crate::source::{Problem, ReadError};

/// Asks the policies about the repository.
#[must_use]
pub fn repository(facts: &Facts<'_, '_>) -> Judged {
    let (loaded, masks) = (facts.loaded, Masks::default());
    let locator = Locator::new(&[], loaded.head.revision, &masks);
    let policies = &loaded.rules.policies;
    let answer = policies.judge_repository(&facts.repository(Tense::Now));
    // Most changes are found guilty of nothing: then nothing need be known of the base.
    let known: BTreeSet<String> = match &loaded.base {
        Some(_) if !answer.verdicts.is_empty() => {
            policies.judge_repository(&facts.repository(Tense::Before)).verdicts.iter().map(fingerprint).collect()
        }
        _ => BTreeSet::new(),
    };
    let mut findings: Vec<Finding> =
        answer.verdicts.into_iter().map(|verdict| finding(verdict, &locator, &known)).collect();
    let files = loaded.head.revision.files();
    let errors = answer.errors.iter().map(|problem| failure("policy-error", files, problem, &masks));
    findings.extend(errors.map(|finding| failed("policy-error", None, finding)));
    Judged { findings, prints: answer.prints, ..Judged::default() }
}

/// What could not be read: directories that could not be listed or named, history that could not be followed. What
/// cannot be named, and links without end, are known where the base has them too.
#[must_use]
pub fn unread(facts: &Facts<'_, '_>) -> Judged {
    let loaded = facts.loaded;
    let (files, masks) = (loaded.head.revision.files(), Masks::default());
    let (head, base) = (&loaded.head, loaded.base.as_ref().map(|base| &base.side));
    let faults = |side: &Side<'_>| side.revision.faults().into_iter();
    let damaged = |fault: &ReadError| !matches!(fault, ReadError::Unnamed(_));
    let hint = "a damaged or partial clone: run `git fsck`, or clone again";
    let damage = faults(head).chain(base.into_iter().flat_map(faults)).filter(damaged);
    let damage = damage.map(|fault| Problem::from(fault).hint(hint));
    let broken = damage.chain(facts.unread_history().cloned()).map(|problem| (problem, Status::New));
    let unseen = |side: &Side<'_>| -> Vec<Problem> {
        let hint = "give it a name in UTF-8: it cannot be judged, and may be deployed";
        let unnamed = faults(side).filter(|fault| !damaged(fault)).map(|fault| Problem::from(fault).hint(hint));
        unnamed.chain(side.layout.faults.iter().cloned()).collect()
    };
    let before = base.map(unseen).unwrap_or_default();
    // Where the layout is the base's, head was not looked at as a whole.
    let new =
        unseen(head).into_iter().filter(|problem| !before.contains(problem)).map(|problem| (problem, Status::New));
    let new: Vec<(Problem, Status)> = new.collect();
    let known = before.into_iter().map(|problem| (problem, Status::Known));
    let findings = broken.chain(new).chain(known).map(|(problem, status)| {
        let finding = failed("read-error", None, failure("read-error", files, &problem, &masks));
        Finding { status, ..finding }
    });
    Judged { findings: findings.collect(), ..Judged::default() }
}

fn app(verdict: &Verdict) -> Option<&str> {
    verdict.at.get("app").and_then(serde_json::Value::as_str)
}

fn fingerprint(verdict: &Verdict) -> String {
    let words = verdict.message.as_str();
    let told = if verdict.keys.is_empty() { words.to_owned() } else { verdict.keys.join("\n") };
    of_failure(&verdict.policy, app(verdict), &told)
}

fn finding(verdict: Verdict, locator: &Locator<'_, '_>, known: &BTreeSet<String>) -> Finding {
    let located = locator.locate(&verdict.at);
    let fingerprint = fingerprint(&verdict);
    Finding {
        status: if known.contains(&fingerprint) { Status::Known } else { Status::New },
        fingerprint,
        app: app(&verdict).map(str::to_owned),
        message: verdict.message,
        help: verdict.help,
        policy: verdict.policy,
        severity: verdict.severity,
        environment: located.environment,
        cluster: None,
        resource: None,
        field: None,
        digest: None,
        place: located.place,
        related: located.related,
        also: Vec::new(),
    }
}
