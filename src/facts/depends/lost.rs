//! What a change takes away that apps may depend on.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::change::{AppChange, Deployment, Tense};
use crate::diff::without_hash;
use crate::facts::dependencies::{Declared, Target, flux_objects, holds};
use crate::facts::images::images;
use crate::facts::offer::{Kind, same_namespace};
use crate::facts::references::Reference;
use crate::facts::supply::Supply;
use crate::kustomize::{Manifest, ResourceName};

/// What a change takes away.
#[derive(Debug, Default)]
pub struct Lost {
    /// The apps, each with an environment, that are not there any more, or run nothing there any more.
    apps: BTreeSet<(String, String)>,
    /// The objects that Flux's `dependsOn` can name and that an app renders no more. Another may.
    objects: BTreeSet<ResourceName>,
    /// The Secrets and ConfigMaps that an app renders or has made no more, each with the namespaces that it was in. Another
    /// app may.
    supplies: BTreeMap<(Kind, String), BTreeSet<Option<String>>>,
}

impl Lost {
    /// What is lost by what becomes of an app.
    pub(in crate::facts) fn of(change: &AppChange<'_>) -> Self {
        let mut lost = Self::default();
        for deployment in change.deployments.iter().filter(|deployment| deployment.is_changed()) {
            let (before, now) = (deployment.rendered(Tense::Before), deployment.rendered(Tense::Now));
            let Some((before, now)) = before.zip(now) else { continue };
            let left: BTreeSet<ResourceName> = flux_objects(now.resources).map(ResourceName::of).collect();
            lost.objects.extend(flux_objects(before.resources).map(ResourceName::of).filter(|it| !left.contains(it)));
            // What follows from content is only named by what is rendered with it.
            let is_hashed = |manifest: &&Manifest| without_hash(manifest) != manifest.name();
            let hashed: HashSet<&str> = before.resources.iter().filter(is_hashed).map(Manifest::name).collect();
            let supply = Supply::new(now.resources, now.unseen);
            for offer in Supply::new(before.resources, &[]).without(&supply, &hashed) {
                let places = lost.supplies.entry((offer.kind, offer.name.clone())).or_default();
                places.insert(offer.namespace.clone());
            }
        }
        let gone = change.deployments.iter().filter(|deployment| deployment.is_gone() || is_emptied(deployment));
        lost.apps.extend(gone.map(|deployment| (change.app.to_owned(), deployment.overlay.environment.clone())));
        lost
    }

    /// Whether everything that was there still is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty() && self.objects.is_empty() && self.supplies.is_empty()
    }

    /// Adds what another change takes away.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.apps.extend(other.apps);
        self.objects.extend(other.objects);
        for (what, places) in other.supplies {
            self.supplies.entry(what).or_default().extend(places);
        }
        self
    }

    /// Whether an app is among it in an environment.
    pub(super) fn has_app(&self, app: &str, environment: &str) -> bool {
        self.apps.contains(&(app.to_owned(), environment.to_owned()))
    }

    /// Whether it may include the Secret or ConfigMap that a reference names.
    pub(in crate::facts) fn may_supply(&self, reference: &Reference) -> bool {
        let places = self.supplies.get(&(reference.kind, reference.name.clone()));
        let namespace = reference.namespace.as_deref();
        places.is_some_and(|places| places.iter().any(|place| same_namespace(place.as_deref(), namespace)))
    }

    /// Whether it includes any Secret or ConfigMap.
    pub(in crate::facts) fn has_supplies(&self) -> bool {
        !self.supplies.is_empty()
    }

    /// Whether what a dependency needs may be among it: which app a name means depends on who says it.
    pub(in crate::facts) fn may_have(&self, declared: &Declared) -> bool {
        match &declared.target {
            Target::App(name) => self.apps.iter().any(|(app, environment)| {
                *environment == declared.at.environment
                    && (app == name || app.strip_suffix(name).is_some_and(|head| head.ends_with('/')))
            }),
            Target::Object(object) => holds(&self.objects, object),
        }
    }
}

/// Whether something runs images on the base and none on head.
fn is_emptied(deployment: &Deployment<'_>) -> bool {
    let runs =
        |tense| deployment.rendered(tense).map(|render| !images(render.environment, render.resources).is_empty());
    deployment.is_changed() && runs(Tense::Before) == Some(true) && runs(Tense::Now) == Some(false)
}
