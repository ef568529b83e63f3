//! What the base revision is guilty of already, and whether a finding is among it.

use std::collections::{BTreeSet, HashMap};

use super::identity::{Generated, Subject, subject};
use super::offenders::is_added;
use super::words::{Words, skeleton};
use crate::change::{AppChange, Deployment, Rendered, Tense};
use crate::facts::Facts;
use crate::finding::{Located, Locator, Masks};
use crate::kustomize::Manifest;
use crate::policy::{Input, PolicySet, Verdict};

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

/// A finding of the change, and the resource that it is about.
pub(super) struct Suspect<'v> {
    pub(super) identity: Identity,
    pub(super) verdict: &'v Verdict,
    pub(super) manifest: Option<&'v Manifest>,
}

/// What the base revision is guilty of in one view.
#[derive(Default)]
pub(super) struct Known<'v> {
    keys: HashMap<Subject, BTreeSet<String>>,
    words: HashMap<Subject, Vec<Said<'v>>>,
}

/// Words of the base, and the resource that they are said of.
struct Said<'v> {
    words: String,
    manifest: Option<&'v Manifest>,
    taken: bool,
}

impl<'v> Known<'v> {
    /// Judges the base's renders of a view; empty without a base revision.
    pub(super) fn judge(facts: &Facts<'_, '_>, change: &AppChange<'_>, view: &[&'v Deployment<'_>]) -> Self {
        let mut known = Self::default();
        let Some(base) = &facts.loaded.base else { return known };
        let there: Vec<&Deployment<'_>> =
            view.iter().copied().filter(|deployment| deployment.rendered(Tense::Before).is_some()).collect();
        if there.is_empty() {
            return known;
        }
        let document = facts.document(change, &there, Tense::Before);
        let renders: Vec<Rendered<'v>> = view.iter().filter_map(|one| one.rendered(Tense::Before)).collect();
        let (masks, generated) = (Masks::default(), Generated::new(&renders));
        let locator = Locator::new(&renders, base.side.revision, &masks);
        for verdict in facts.loaded.rules.policies.judge(&document).verdicts {
            let mut located = locator.subject(&verdict.at);
            if located.resource.is_none() && verdict.keys.is_empty() {
                located = locator.locate(&verdict.at);
            }
            let identity = Identity::new(change.app, &verdict, &located, &generated);
            if identity.keys.is_empty() {
                let manifest = locator.manifest(&verdict.at);
                let said = Said { words: identity.words, manifest, taken: false };
                known.words.entry(identity.subject).or_default().push(said);
            } else {
                known.keys.entry(identity.subject).or_default().extend(identity.keys);
            }
        }
        known
    }

    /// Which of `suspects` the base is guilty of too.
    ///
    /// Of findings that the same words tell, and of those whose words differ in nothing but values that the change
    /// alters, as many are known as the base has.
    pub(super) fn among(&mut self, policies: &PolicySet, suspects: &[Suspect<'_>]) -> Vec<bool> {
        let said: Vec<bool> = suspects.iter().map(|suspect| self.is_said(policies, suspect)).collect();
        let reworded = |(suspect, said): (&Suspect<'_>, bool)| said || self.is_reworded(suspect);
        suspects.iter().zip(said).map(reworded).collect()
    }

    fn is_said(&mut self, policies: &PolicySet, suspect: &Suspect<'_>) -> bool {
        let identity = &suspect.identity;
        if !identity.keys.is_empty() {
            let known = self.keys.get(&identity.subject);
            return known.is_some_and(|known| identity.keys.iter().all(|key| known.contains(key)));
        }
        let said = self.words.get_mut(&identity.subject).map(Vec::as_mut_slice).unwrap_or_default();
        // The same is found by several views of what clusters share: it may be claimed more than once.
        let Some(same) = said.iter_mut().find(|said| said.words == identity.words) else { return false };
        same.taken = true;
        !same.hides(policies, suspect)
    }

    fn is_reworded(&mut self, suspect: &Suspect<'_>) -> bool {
        let identity = &suspect.identity;
        if !identity.keys.is_empty() {
            return false;
        }
        let said = self.words.get_mut(&identity.subject).map(Vec::as_mut_slice).unwrap_or_default();
        let mut open = said.iter_mut().filter(|said| !said.taken && said.words != identity.words);
        let values = Words::of(suspect.manifest);
        let same = open.find(|said| {
            let old = Words::of(said.manifest);
            skeleton(&identity.words, &values, &old) == skeleton(&said.words, &old, &values)
        });
        same.map(|said| said.taken = true).is_some()
    }
}

impl Said<'_> {
    /// Whether the same words hide that the change brings another offender: a policy that looks at whole manifests may
    /// not say which field it means.
    fn hides(&self, policies: &PolicySet, suspect: &Suspect<'_>) -> bool {
        let verdict = suspect.verdict;
        let policy = policies.policies().iter().find(|policy| policy.id == verdict.policy);
        let whole = verdict.at.get("path").is_none_or(|path| path.as_array().is_none_or(Vec::is_empty));
        let Some(policy) = policy.filter(|policy| whole && matches!(policy.input, Input::Resource | Input::Review))
        else {
            return false;
        };
        let both = suspect.manifest.zip(self.manifest);
        both.is_some_and(|(now, before)| is_added(policies, policy, &verdict.message, now, before))
    }
}
