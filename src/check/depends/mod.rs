//! What apps depend on: whether it is there, whether it leads in a circle, and what it runs.
//!
//! The apps that are named are rendered for it, those that they name in turn too, and no others: but for an object
//! that a change lets Flux wait for and that no such app has, which is looked for in its whole environment.

mod graph;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;

use super::ResourceName;
use super::app::Rendering;
use super::facts::{self, At, Declared, Target, same_namespace};
use super::setting::Setting;
use crate::kustomize::Manifest;
use crate::repo::{App, Config, Overlay};
use crate::schema::nearest;
use crate::source::RepoPath;
use graph::{Graph, Stop};

/// The policy whose settings name the annotation.
const POLICY: &str = "promotion-order";

/// The annotation that names the apps that an app needs, where no setting names another.
const ANNOTATION: &str = "gate.dev/depends-on";

/// Something that an app depends on, as policies see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Dependency {
    /// What says so.
    kind: &'static str,
    environment: String,
    /// What depends: the app, or an object of it.
    subject: String,
    /// What on: an app, or an object.
    name: String,
    /// The app that has it; `None` where none is known to.
    app: Option<String>,
    /// Whether it exists; `None` where nobody looked.
    found: Option<bool>,
    /// What there is and is spelled most like it.
    nearest: Option<String>,
    /// The way that leads back to what depends, both ends included; empty where none does, or where another one
    /// that is on it and is judged tells it.
    cycle: Vec<String>,
    /// Whether the app has the environment.
    here: bool,
    /// What the app runs there.
    images: Vec<Version>,
    /// What it runs in the environment below, where the change promotes what depends.
    lower: Option<Below>,
    at: At,
}

/// What an app runs in the environment below.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Below {
    environment: String,
    images: Vec<Version>,
}

/// An image as far as promoting goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Version {
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// What is known of one render.
struct Part {
    declared: Vec<Declared>,
    objects: BTreeSet<ResourceName>,
    images: BTreeSet<Version>,
}

/// By whether the revision is the base, and by directory; `None` where it cannot be rendered.
type Parts = HashMap<(bool, RepoPath), Option<Arc<Part>>>;

/// What has been found out about renders so far. Threads share it: no lock is held while something is rendered.
pub(super) struct Dependencies {
    annotation: String,
    parts: Mutex<Parts>,
}

impl Dependencies {
    pub(super) fn new(config: &Config) -> Self {
        let named = config.policies.settings.get(POLICY).and_then(|settings| settings.get("annotation")?.text());
        Self { annotation: named.unwrap_or(ANNOTATION).to_owned(), parts: Mutex::default() }
    }

    /// The annotation that names the apps that an app needs.
    pub(super) fn annotation(&self) -> &str {
        &self.annotation
    }

    fn part(&self, resources: &[Manifest], environment: &str) -> Part {
        let images = facts::images(environment, resources)
            .into_iter()
            .filter_map(|image| Some(Version { repository: image.repository?, tag: image.tag, digest: image.digest }));
        Part {
            declared: facts::declared(environment, resources, &self.annotation),
            objects: facts::flux_objects(resources).map(facts::name_of).collect(),
            images: images.collect(),
        }
    }
}

/// The apps of one revision and their renders.
#[derive(Clone, Copy)]
struct Side<'s> {
    setting: &'s Setting<'s>,
    before: bool,
}

impl<'s> Side<'s> {
    fn apps(&self) -> &'s [App] {
        let base = self.setting.base.as_ref().filter(|_| self.before);
        base.map_or(&self.setting.all_apps, |base| &base.all_apps)
    }

    fn app(&self, name: &str) -> Option<&'s App> {
        self.apps().iter().find(|app| app.name == name)
    }

    /// The app that `from` means by a name: that of the whole name, else the one in the same group.
    fn meant(&self, from: &str, name: &str) -> Option<&'s App> {
        let beside = || self.app(&format!("{}/{name}", from.rsplit_once('/')?.0));
        self.app(name).or_else(beside)
    }

    /// What an overlay renders to; `None` where it cannot be rendered, which is told where it is judged.
    fn part(&self, overlay: &Overlay) -> Option<Arc<Part>> {
        let known = &self.setting.dependencies.parts;
        let key = (self.before, overlay.directory.clone());
        if let Some(part) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return part.clone();
        }
        let base = self.setting.base.as_ref().filter(|_| self.before);
        let renderer = base.map_or(&self.setting.head, |base| &base.renderer);
        let render = renderer.render(&overlay.directory).ok();
        let part = render.map(|render| self.setting.dependencies.part(&render.resources, &overlay.environment));
        self.keep(&overlay.directory, part.map(Arc::new))
    }

    fn keep(&self, directory: &RepoPath, part: Option<Arc<Part>>) -> Option<Arc<Part>> {
        let mut known = self.setting.dependencies.parts.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((self.before, directory.clone())).or_insert(part).clone()
    }

    fn images(&self, overlays: &[&Overlay]) -> Vec<Version> {
        let parts = overlays.iter().filter_map(|overlay| self.part(overlay));
        let images: BTreeSet<Version> = parts.flat_map(|part| part.images.clone()).collect();
        images.into_iter().collect()
    }

    /// The app that renders an object beside `overlay`: `from`, else one that is called like it or, with `wide`,
    /// any.
    fn home(&self, overlay: &Overlay, from: &App, object: &ResourceName, wide: bool) -> Option<&'s App> {
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

fn holds(objects: &BTreeSet<ResourceName>, wanted: &ResourceName) -> bool {
    objects.iter().any(|object| {
        (&object.kind, &object.name) == (&wanted.kind, &wanted.name)
            && same_namespace(object.namespace.as_deref(), wanted.namespace.as_deref())
    })
}

/// The dependencies of an app in the environments of a view. With `before`, as the base revision has them.
pub(super) fn of(setting: &Setting<'_>, app: &App, view: &[&Rendering<'_>], before: bool) -> Vec<Dependency> {
    let side = Side { setting, before };
    let mut found = Vec::new();
    for rendering in view {
        let base = rendering.base.as_ref().map(|base| base.resources.as_slice());
        let resources = if before { base.unwrap_or_default() } else { &rendering.render.resources };
        let environment = &rendering.overlay.environment;
        // Most apps depend on nothing, and need no more than this.
        if facts::declared(environment, resources, setting.dependencies.annotation()).is_empty() {
            continue;
        }
        let part = setting.dependencies.part(resources, environment);
        let directory = setting.base.as_ref().filter(|_| before).map(|base| base.directory(app, rendering.overlay));
        let part = Arc::new(part);
        side.keep(directory.as_ref().unwrap_or(&rendering.overlay.directory), Some(part.clone()));
        let old = base.filter(|_| !before).map(|old| setting.dependencies.part(old, environment));
        for declared in &part.declared {
            // What the change leaves as it was, it is not asked about: nobody need search for that.
            let was = |old: &Part| {
                old.declared
                    .iter()
                    .any(|known| (&known.subject, &known.target) == (&declared.subject, &declared.target))
                    && !matches!(&declared.target, Target::Object(object) if holds(&old.objects, object))
            };
            let wide = setting.base.is_none() || !(before || old.as_ref().is_some_and(was));
            found.push(dependency(side, app, rendering, &part, declared, wide));
        }
    }
    found
}

fn dependency(
    side: Side<'_>,
    app: &App,
    rendering: &Rendering<'_>,
    part: &Part,
    declared: &Declared,
    wide: bool,
) -> Dependency {
    let overlay = rendering.overlay;
    let graph = Graph { side, overlay, wide };
    let start = match &declared.target {
        Target::App(_) => Stop { app: app.name.clone(), object: None },
        Target::Object(_) => Stop { app: app.name.clone(), object: Some(declared.subject.clone()) },
    };
    let target = graph.follow(&start, declared);
    let home = target.as_ref().and_then(|target| side.app(&target.app));
    let (name, near) = match &declared.target {
        Target::App(name) => {
            let names = side.apps().iter().map(|app| app.name.as_str());
            (name.clone(), nearest(name, names).map(str::to_owned))
        }
        Target::Object(object) => {
            let kind = part.objects.iter().filter(|other| other.kind == object.kind);
            let near = nearest(&object.name, kind.map(|other| other.name.as_str()));
            (object.to_string(), near.map(|name| format!("{}/{name}", object.kind)))
        }
    };
    let found = match (&target, &declared.target) {
        (None, Target::Object(_)) if !wide => None,
        (target, _) => Some(target.is_some()),
    };
    let other = home.filter(|other| other.name != app.name);
    let here = other.map(|other| other.overlays_beside(overlay, &overlay.environment)).unwrap_or_default();
    let promoted = rendering.changed && !side.before;
    Dependency {
        kind: if declared.flux { "flux" } else { "annotation" },
        environment: overlay.environment.clone(),
        subject: start.to_string(),
        name,
        app: home.map(|home| home.name.clone()),
        nearest: near.filter(|_| found == Some(false)),
        found,
        cycle: target.map(|target| graph.cycle(&start, target)).unwrap_or_default(),
        here: other.is_none() || !here.is_empty(),
        lower: other.filter(|_| promoted && !here.is_empty()).and_then(|other| below(side, other, overlay)),
        images: if promoted { side.images(&here) } else { Vec::new() },
        at: declared.at.clone(),
    }
}

/// What an app runs in its environment below that of `overlay`.
fn below(side: Side<'_>, app: &App, overlay: &Overlay) -> Option<Below> {
    let environments = side.setting.layout.environments.iter().map(|environment| environment.name.as_str());
    let lower: Vec<&str> = environments.take_while(|name| *name != overlay.environment).collect();
    let lower = lower.into_iter().rev().find(|name| !app.overlays_in(name).is_empty())?;
    Some(Below { environment: lower.to_owned(), images: side.images(&app.overlays_beside(overlay, lower)) })
}
