//! What the base revision is guilty of already, and whether a finding is among it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::identity::{Generated, Subject, subject};
use super::words::{Words, skeleton};
use crate::change::{AppChange, Deployment, Rendered, Tense};
use crate::facts::Facts;
use crate::finding::{Located, Locator, Masks};
use crate::policy::Verdict;

/// A finding by what it is about and what tells it from others there.
pub(super) struct Identity {
    pub(super) subject: Subject,
    /// The keys that its policy gives.
    pub(super) keys: Vec<String>,
    /// What it says, generated objects called by their names without a hash.
    pub(super) words: String,
}

impl Identity {
    pub(super) fn new(app: &str, verdict: &Verdict, located: &Located, generated: &Generated<'_>) -> Self {
        let subject = subject(app, verdict, located, generated);
        let words = generated.without_hashes(&verdict.message).into_owned();
        Self { subject, keys: verdict.keys.clone(), words }
    }

    pub(super) fn fingerprint(&self) -> String {
        let mut keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        keys.sort_unstable();
        let words = [self.words.as_str()];
        self.subject.fingerprint(if keys.is_empty() { &words } else { &keys })
    }
}

/// What the base revision is guilty of in one view.
#[derive(Default)]
pub(super) struct Known {
    keys: HashMap<Subject, BTreeSet<String>>,
    words: HashMap<Subject, Vec<Said>>,
}

/// Words of the base, and the values of the resource that they are said of.
struct Said {
    words: String,
    values: Words,
    taken: bool,
}

impl Known {
    /// Judges the base's renders of a view; empty without a base revision.
    pub(super) fn judge(facts: &Facts<'_, '_>, change: &AppChange<'_>, view: &[&Deployment<'_>]) -> Self {
        let mut known = Self::default();
        let Some(base) = &facts.loaded.base else { return known };
        let there: Vec<&Deployment<'_>> =
            view.iter().copied().filter(|deployment| deployment.rendered(Tense::Before).is_some()).collect();
        if there.is_empty() {
            return known;
        }
        let document = facts.document(change, &there, Tense::Before);
        let renders: Vec<Rendered<'_>> = there.iter().filter_map(|one| one.rendered(Tense::Before)).collect();
        let (masks, generated) = (Masks::default(), Generated::new(&renders));
        let locator = Locator::new(&renders, base.side.revision, &masks);
        for verdict in facts.loaded.rules.policies.judge(&document).verdicts {
            let mut located = locator.subject(&verdict.at);
            if located.resource.is_none() && verdict.keys.is_empty() {
                located = locator.locate(&verdict.at);
            }
            let identity = Identity::new(change.app, &verdict, &located, &generated);
            if identity.keys.is_empty() {
                let values = Words::of(locator.manifest(&verdict.at));
                let said = Said { words: identity.words, values, taken: false };
                known.words.entry(identity.subject).or_default().push(said);
            } else {
                known.keys.entry(identity.subject).or_default().extend(identity.keys);
            }
        }
        known
    }

    /// Which of `findings` the base is guilty of too. `values` are those of the resource that each is said of.
    ///
    /// Of findings that the same words tell, and of those whose words differ in nothing but values that the change
    /// alters, as many are known as the base has.
    pub(super) fn among(&mut self, findings: &[(Identity, Words)]) -> Vec<bool> {
        let mut known: Vec<bool> = findings.iter().map(|(identity, _)| self.is_known(identity)).collect();
        let claimed: HashSet<usize> = known.iter().enumerate().filter(|(_, known)| **known).map(|(at, _)| at).collect();
        for (at, (identity, values)) in findings.iter().enumerate().filter(|(at, _)| !claimed.contains(at)) {
            if let Some(flag) = known.get_mut(at) {
                *flag = identity.keys.is_empty() && self.is_reworded(identity, values);
            }
        }
        known
    }

    fn is_known(&mut self, identity: &Identity) -> bool {
        if !identity.keys.is_empty() {
            let known = self.keys.get(&identity.subject);
            return known.is_some_and(|known| identity.keys.iter().all(|key| known.contains(key)));
        }
        let said = self.words.get_mut(&identity.subject).map(Vec::as_mut_slice).unwrap_or_default();
        // The same is found by several views of what clusters share: it may be claimed more than once.
        let same = said.iter_mut().find(|said| said.words == identity.words);
        same.map(|said| said.taken = true).is_some()
    }

    fn is_reworded(&mut self, identity: &Identity, values: &Words) -> bool {
        let Some(said) = self.words.get_mut(&identity.subject) else { return false };
        let same = said.iter_mut().filter(|said| !said.taken).find(|said| {
            skeleton(&identity.words, values, &said.values) == skeleton(&said.words, &said.values, values)
        });
        same.map(|said| said.taken = true).is_some()
    }
}
