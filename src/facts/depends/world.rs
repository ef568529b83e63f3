//! The apps of one revision and what is known of their renders, as far as dependencies go. What has been found out
//! is kept: threads share it, and no lock is held while something is rendered.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;

use super::lost::Lost;
use crate::change::{Loaded, Renderers, Tense};
use crate::facts::dependencies::{Declared, declared, flux_objects, holds};
use crate::facts::images::images;
use crate::facts::supply::Supply;
use crate::kustomize::{Manifest, ResourceName};
use crate::pointer::Applied;
use crate::policy::PolicySet;
use crate::repo::{App, Overlay};

/// The policy whose settings name the annotation.
const POLICY: &str = "promotion-order";

/// An image as far as promoting goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct ImageAt {
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// What is known of one render.
pub(super) struct Part {
    pub(super) declared: Vec<Declared>,
    pub(super) objects: BTreeSet<ResourceName>,
    images: BTreeSet<ImageAt>,
    /// What others may refer to.
    pub(super) supply: Supply,
}

/// By revision and directory; `None` where it cannot be rendered.
type Parts = HashMap<(Tense, Applied), Option<Arc<Part>>>;

/// What has been found out about renders so far.
pub(in crate::facts) struct Dependencies {
    annotation: String,
    parts: Mutex<Parts>,
    /// What the change takes away, as far as it was looked at.
    pub(in crate::facts) lost: Lost,
}

impl Dependencies {
    pub(in crate::facts) fn new(policies: &PolicySet) -> Self {
        let annotation = policies.settings(POLICY).and_then(|settings| settings.text("annotation"));
        Self { annotation: annotation.unwrap_or_default(), parts: Mutex::default(), lost: Lost::default() }
    }

    /// The annotation that names the apps that an app needs.
    pub(in crate::facts) fn annotation(&self) -> &str {
        &self.annotation
    }

    /// What is known of a render.
    pub(super) fn part(&self, resources: &[Manifest], environment: &str) -> Part {
        let images = images(environment, resources)
            .into_iter()
            .filter_map(|image| Some(ImageAt { repository: image.repository?, tag: image.tag, digest: image.digest }));
        Part {
            declared: declared(environment, resources, &self.annotation),
            objects: flux_objects(resources).map(ResourceName::of).collect(),
            images: images.collect(),
            // What cannot be seen of one is nothing that another could count on.
            supply: Supply::new(resources, &[]),
        }
    }
}

/// The apps of one revision and their renders.
#[derive(Clone, Copy)]
pub(in crate::facts) struct World<'s, 'a> {
    /// The run.
    pub(in crate::facts) loaded: &'s Loaded<'a>,
    /// Renders what is named.
    pub(in crate::facts) renderers: &'s Renderers<'a>,
    /// What has been found out.
    pub(in crate::facts) known: &'s Dependencies,
    /// The revision.
    pub(in crate::facts) tense: Tense,
}

impl<'s> World<'s, '_> {
    pub(super) fn apps(&self) -> &'s [App] {
        let base = self.loaded.base.as_ref().filter(|_| self.tense == Tense::Before);
        &base.map_or(&self.loaded.head.whole, |base| &base.side.whole).apps
    }

    pub(super) fn app(&self, name: &str) -> Option<&'s App> {
        self.apps().iter().find(|app| app.name == name)
    }

    /// The app that `from` means by a name: that of the whole name, else the one in the same group.
    pub(super) fn meant(&self, from: &str, name: &str) -> Option<&'s App> {
        let beside = || self.app(&format!("{}/{name}", from.rsplit_once('/')?.0));
        self.app(name).or_else(beside)
    }

    /// What is known of an overlay; `None` where it cannot be rendered, which is told where it is judged.
    pub(super) fn part(&self, overlay: &Overlay) -> Option<Arc<Part>> {
        let key = (self.tense, overlay.applied.clone());
        if let Some(part) = self.known.parts.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return part.clone();
        }
        let render = self.renderers.render(self.tense, overlay).ok();
        let part = render.map(|render| self.known.part(&render.resources, &overlay.environment));
        self.keep(overlay, part.map(Arc::new))
    }

    /// Keeps what is known of an overlay; what is known already counts.
    pub(super) fn keep(&self, overlay: &Overlay, part: Option<Arc<Part>>) -> Option<Arc<Part>> {
        let mut known = self.known.parts.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((self.tense, overlay.applied.clone())).or_insert(part).clone()
    }

    /// The images of some overlays.
    pub(super) fn images(&self, overlays: &[&Overlay]) -> Vec<ImageAt> {
        let parts = overlays.iter().filter_map(|overlay| self.part(overlay));
        let images: BTreeSet<ImageAt> = parts.flat_map(|part| part.images.clone()).collect();
        images.into_iter().collect()
    }

    /// The app that renders an object beside `overlay`: `from`, else one that is called like it or, with `wide`,
    /// any.
    pub(super) fn home(&self, overlay: &Overlay, from: &App, object: &ResourceName, wide: bool) -> Option<&'s App> {
        let has = |app: &App| {
            let beside = app.overlays_beside(overlay, &overlay.environment);
            beside.iter().filter_map(|overlay| self.part(overlay)).any(|part| holds(&part.objects, object))
        };
        let like = |app: &&App| app.name.rsplit('/').next() == Some(object.name.as_str());
        let own = self.app(&from.name).filter(|app| has(app));
        let named = || self.apps().iter().filter(like).find(|app| has(app));
        let any = || self.apps().par_iter().find_first(|app| has(app));
        own.or_else(named).or_else(|| if wide { any() } else { None })
    }
}
