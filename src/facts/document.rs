//! The document that policies see: one app, as `schemas/input.schema.json` describes it.

use std::collections::HashSet;

use serde::Serialize;

use super::depends::{self, World};
use super::drift::{self, Drift};
use super::edits::{EditFact, Sides, edits};
use super::gather::Facts;
use super::references::Reference;
use super::variables::{MissingVariable, missing_variables};
use super::{aims, dependencies, images, quirks, references, unseen, versions};
use crate::change::{AppChange, Deployment, Is, Rendered, Tense, Was};
use crate::diff::{Side, diff};
use crate::kustomize::{Manifest, ResourceName, UnseenPart};
use crate::policy::Data;
use crate::repo::{Freeze, FreezeState, Moment, Overlay};

impl Facts<'_, '_> {
    /// The document for some deployments of an app. As of [`Tense::Before`] it is the one that the base revision would
    /// have got: its renders, and no change.
    #[must_use]
    pub fn document(&self, change: &AppChange<'_>, view: &[&Deployment<'_>], tense: Tense) -> Data {
        let environments = view.iter().map(|deployment| self.environment(change.app, deployment, tense));
        let unrenderable = change.deployments.iter().filter_map(|deployment| self.unrenderable(deployment, tense));
        let order = self.loaded.order().into_iter().map(Data::from);
        let Differences { drift, missing, unstaged, edits } = self.differences(change.app, view, tense);
        Data::object([
            ("app", Data::from(change.app)),
            ("now", Data::from(self.loaded.request.now.to_string())),
            ("environments", Data::array(environments)),
            ("unrenderable", Data::array(unrenderable)),
            ("order", Data::array(order)),
            ("drift", data(&drift)),
            ("unstaged", data(&unstaged)),
            ("unstaged_edits", data(&edits)),
            ("missing_variables", data(&missing)),
            ("depends_on", data(&depends::of(self.world(tense), change.app, view))),
            ("change", self.revisions()),
            ("evidence", Data::object::<&str>([])),
            ("provided", data(&self.loaded.rules.config.provided_secrets)),
        ])
    }

    /// The apps of that side, for what one has to do with others.
    fn world(&self, tense: Tense) -> World<'_, '_> {
        World { loaded: self.loaded, renderers: self.renderers, known: &self.dependencies, tense }
    }

    fn revisions(&self) -> Data {
        match &self.loaded.base {
            Some(base) => Data::object([("base", Data::from(base.name.as_str())), ("head", Data::null())]),
            None => Data::null(),
        }
    }

    /// Where an overlay is, and whether its environment is protected.
    pub(super) fn place(&self, overlay: &Overlay) -> [(&'static str, Data); 4] {
        let environment = self.loaded.head.layout.environments.find(&overlay.environment);
        [
            ("name", Data::from(overlay.environment.as_str())),
            ("protected", Data::from(environment.is_some_and(|environment| environment.protected))),
            ("path", Data::from(overlay.applied.directory.as_str())),
            ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
        ]
    }

    fn environment(&self, app: &str, deployment: &Deployment<'_>, tense: Tense) -> Data {
        let (overlay, now) = (deployment.overlay, tense == Tense::Now);
        let name = overlay.environment.as_str();
        let loaded = self.loaded;
        let now_run = deployment.rendered(tense);
        let resources = now_run.map(|rendered| rendered.resources).unwrap_or_default();
        let quirks = deployment.render(tense).map(|render| quirks::quirks(render, loaded.request.head.files()));
        let mut names = vec![name];
        names.extend(deployment.words.iter().map(String::as_str).filter(|word| *word != name));
        let frozen = loaded.rules.calendar.of_app(app, &names);
        let freezes = frozen.freezes.iter().map(|freeze| self::freeze(freeze, &frozen));
        let base = deployment.rendered(Tense::Before);
        let before = base.map(|base| base.resources).unwrap_or_default();
        let before_references = base.map(|base| self.references(name, base.resources, base.unseen)).unwrap_or_default();
        let old = loaded.base.as_ref().and_then(|base| base.overlay(app, overlay));
        let base = base.map_or_else(Data::null, |base| {
            let mut entries = self.runs(name, base.resources, base.unseen, &before_references);
            entries.push(("pointer", self.pointer(old.unwrap_or(overlay), Tense::Before)));
            Data::object(entries)
        });
        let ran = self.ran(&old.unwrap_or(overlay).applied).filter(|_| now);
        let annotation = self.dependencies.annotation();
        let unseen = now_run.map(|rendered| rendered.unseen).unwrap_or_default();
        let mut references = self.references(name, resources, unseen);
        depends::complete(self.world(tense), overlay, &mut references, &before_references);
        let mut entries = self.runs(name, resources, unseen, &references);
        entries.extend(self.place(overlay));
        let pointer = if now && deployment.is_gone() { Data::null() } else { self.pointer(overlay, tense) };
        entries.push(("pointer", pointer));
        entries.extend([
            ("quirks", data(&quirks.unwrap_or_default())),
            ("names", Data::array(names.iter().copied().map(Data::from))),
            ("ran", data(&ran)),
            ("waves", data(&dependencies::waves(name, resources))),
            ("needs", data(&dependencies::needs(name, resources, before, annotation))),
            ("freeze", Data::array(freezes)),
            ("changed", Data::from(now && deployment.is_changed())),
            ("removed", Data::from(now && deployment.is_gone())),
            ("was", Data::from(if now { deployment.was.word() } else { Was::NoBase.word() })),
            ("base", base),
        ]);
        Data::object(entries)
    }

    /// The pointer that has an overlay applied.
    fn pointer(&self, overlay: &Overlay, tense: Tense) -> Data {
        let files = self.loaded.request.head.files();
        let said = self.renderers.aims(tense, overlay);
        said.map_or_else(Data::null, |(place, said)| data(&aims::pointer(&overlay.environment, place, said, files)))
    }

    /// A deployment that cannot be rendered, on that side.
    fn unrenderable(&self, deployment: &Deployment<'_>, tense: Tense) -> Option<Data> {
        let broken = match tense {
            Tense::Now => matches!(deployment.is, Is::Unrenderable(_)),
            Tense::Before => matches!(deployment.was, Was::Unrenderable(_)),
        };
        broken.then(|| Data::object(self.place(deployment.overlay)))
    }

    /// The resources of an environment, and what is found in them and in what is known of the rest.
    fn runs(
        &self,
        environment: &str,
        resources: &[Manifest],
        parts: &[UnseenPart],
        references: &[Reference],
    ) -> Vec<(&'static str, Data)> {
        let manifests = if self.loaded.rules.manifests { resources } else { &[] };
        let files = Some(&**self.loaded.request.head.files());
        let mut images = images::images(environment, resources);
        images.retain(|image| !self.pointers.has(&image.at.resource));
        images.extend(unseen::images(environment, parts, files));
        let mut versions = versions::versions(environment, resources);
        versions.extend(unseen::versions(environment, parts, files));
        vec![
            ("resources", Data::array(manifests.iter().map(|manifest| Data::manifest(&manifest.node)))),
            ("images", data(&images)),
            ("references", data(&references)),
            ("versions", data(&versions)),
            ("unseen", data(&unseen::unseen(environment, parts, files))),
        ]
    }

    /// The references of a render. What the variables of a pointer are read from, another deployment of the cluster may
    /// make.
    fn references(&self, environment: &str, resources: &[Manifest], parts: &[UnseenPart]) -> Vec<Reference> {
        let mut references = references::references(environment, resources, parts);
        references.retain(|reference| !self.pointers.has(&reference.at.resource));
        references
    }

    /// What differs between the environments that are to be compared.
    fn differences(&self, app: &str, view: &[&Deployment<'_>], tense: Tense) -> Differences {
        // What is gone is compared with nothing: it differs in all.
        let there = |deployment: &&&Deployment<'_>| tense == Tense::Before || !deployment.is_gone();
        let there = view.iter().filter(there);
        let renders: Vec<Compared<'_>> = there
            .filter_map(|one| Some(Compared { now: one.rendered(tense)?, before: one.rendered(Tense::Before) }))
            .collect();
        let mut differences = Differences::default();
        for (lower, upper) in self.pairs(&renders) {
            let (mut found, variables) = self.compare(app, &lower.now, &upper.now);
            if let (Tense::Now, Some(lower), Some(upper)) = (tense, &lower.before, &upper.before) {
                drift::mark_known(&mut found, &self.compare(app, lower, upper).0);
            }
            differences.unstaged.extend(self.unstaged(app, lower, upper, &found));
            if let (Some(lower), Some(upper)) = (lower.sides(), upper.sides()) {
                differences.edits.extend(edits(&lower, &upper, self.loaded.request.head.files()));
            }
            differences.drift.extend(found);
            differences.missing.extend(variables);
        }
        differences
    }

    /// What the change alters in the upper environment, and the lower one does not run like that on the base revision;
    /// `drift` is what the two differ in with the change.
    fn unstaged(&self, app: &str, lower: &Compared<'_>, upper: &Compared<'_>, drift: &[Drift]) -> Vec<Unstaged> {
        let (Some(staged), Some(before)) = (&lower.before, &upper.before) else { return Vec::new() };
        // What renders to the same is the same render.
        if std::ptr::eq(before.resources, upper.now.resources) {
            return Vec::new();
        }
        let mut found = self.compare(app, staged, &upper.now).0;
        drift::mark_known(&mut found, &self.compare(app, staged, before).0);
        let stays: HashSet<(&ResourceName, &str)> = drift.iter().map(|one| (&one.resource, &*one.field)).collect();
        let differs = |one: &Drift| ["", &*one.field].iter().any(|field| stays.contains(&(&one.resource, *field)));
        let new = found.into_iter().filter(|one| one.new);
        let unstaged = new.map(|mut drift| {
            // What the lower environment had is in no render of this run.
            drift.at.lower = None;
            upper.now.environment.clone_into(&mut drift.at.environment);
            Unstaged { together: !differs(&drift), drift }
        });
        unstaged.collect()
    }

    fn compare(&self, app: &str, lower: &Rendered<'_>, upper: &Rendered<'_>) -> (Vec<Drift>, Vec<MissingVariable>) {
        let diff = diff(
            Side { resources: lower.resources, words: lower.words },
            Side { resources: upper.resources, words: upper.words },
        );
        let allow = &self.loaded.rules.config.drift.allow;
        let allowed = |resource: &ResourceName, field: &str| {
            allow.iter().any(|allowance| allowance.covers(app, &resource.kind, &resource.name, field))
                || self.pointers.judge(resource, field)
        };
        (drift::drift(lower, upper, &diff, &allowed), missing_variables(lower, upper, &diff))
    }

    /// The pairs that `drift.compare` names; without it, the two highest environments.
    fn pairs<'r>(&self, renders: &'r [Compared<'r>]) -> Vec<(&'r Compared<'r>, &'r Compared<'r>)> {
        let compared = &self.loaded.rules.config.drift.compare;
        let mut names: Vec<&str> = renders.iter().map(|one| one.now.environment).collect();
        names.dedup();
        let highest_two = match names.as_slice() {
            [.., lower, upper] => Some((*lower, *upper)),
            _ => None,
        };
        let wanted = |lower: &str, upper: &str| {
            if compared.is_empty() {
                highest_two == Some((lower, upper))
            } else {
                compared.iter().any(|(a, b)| a == lower && b == upper)
            }
        };
        let with_lower = |(at, upper)| renders.iter().take(at).map(move |lower| (lower, upper));
        let all = renders.iter().enumerate().flat_map(with_lower);
        all.filter(|(lower, upper)| wanted(lower.now.environment, upper.now.environment)).collect()
    }
}

/// What differs between environments.
#[derive(Default)]
struct Differences {
    drift: Vec<Drift>,
    missing: Vec<MissingVariable>,
    unstaged: Vec<Unstaged>,
    edits: Vec<EditFact>,
}

/// A difference that a change makes between an environment and what the one below it runs on the base revision.
#[derive(Serialize)]
struct Unstaged {
    #[serde(flatten)]
    drift: Drift,
    /// Whether the lower environment gets it with the same change.
    together: bool,
}

/// An environment that is compared with another, and what it was.
struct Compared<'r> {
    now: Rendered<'r>,
    before: Option<Rendered<'r>>,
}

impl Compared<'_> {
    fn sides(&self) -> Option<Sides<'_>> {
        Some(Sides { before: self.before.as_ref()?, now: &self.now })
    }
}

/// Facts serialise without fail: they hold text, numbers and lists.
fn data(value: &impl Serialize) -> Data {
    Data::of(value).unwrap_or_else(|_| Data::null())
}

/// A freeze that holds.
fn freeze(freeze: &Freeze, state: &FreezeState) -> Data {
    let text = |text: Option<String>| text.map_or_else(Data::null, Data::from);
    let time = |moment: &Option<Moment>| text(moment.as_ref().map(|moment| moment.time.to_string()));
    let clock = |moment: &Option<Moment>| text(moment.as_ref().map(ToString::to_string));
    Data::object([
        ("name", Data::from(freeze.name.as_str())),
        ("kind", Data::from(freeze.kind.word())),
        ("reason", text(freeze.reason.clone())),
        ("until", time(&freeze.until)),
        ("until_local", clock(&freeze.until)),
        ("opens", time(&state.opens)),
        ("opens_local", clock(&state.opens)),
    ])
}
