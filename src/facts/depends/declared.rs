//! The dependencies of an app, as policies see them.

use std::sync::Arc;

use serde::Serialize;

use super::graph::{Graph, Stop};
use super::world::{ImageAt, Part, World};
use crate::change::{Deployment, Tense};
use crate::facts::dependencies::{Declared, Target, declared, holds};
use crate::facts::place::At;
use crate::repo::{App, Overlay};
use crate::schema::nearest;

/// Something that an app depends on, as policies see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::facts) struct Dependency {
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
    /// Whether the change takes the app out of the environment.
    taken: bool,
    /// What the app runs there.
    images: Vec<ImageAt>,
    /// What it runs in the environment below, where the change promotes what depends.
    lower: Option<Below>,
    at: At,
}

/// What an app runs in the environment below.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Below {
    environment: String,
    images: Vec<ImageAt>,
}

/// The dependencies of an app in the environments of a view, as `world` has them.
pub(in crate::facts) fn of(world: World<'_, '_>, app: &str, view: &[&Deployment<'_>]) -> Vec<Dependency> {
    let mut found = Vec::new();
    let before = world.tense == Tense::Before;
    for deployment in view {
        let Some(rendered) = deployment.rendered(world.tense) else { continue };
        let environment = rendered.environment;
        // Most apps depend on nothing, and need no more than this.
        if declared(environment, rendered.resources, world.known.annotation()).is_empty() {
            continue;
        }
        let part = Arc::new(world.known.part(rendered.resources, environment));
        let base = world.loaded.base.as_ref().filter(|_| before);
        let old = base.and_then(|base| base.overlay(app, deployment.overlay));
        world.keep(old.unwrap_or(deployment.overlay), Some(part.clone()));
        let old = deployment.rendered(Tense::Before).filter(|_| !before);
        let old = old.map(|old| world.known.part(old.resources, environment));
        for declared in &part.declared {
            // What the change leaves as it was, it is not asked about: nobody need search for that.
            let was = |old: &Part| {
                old.declared
                    .iter()
                    .any(|known| (&known.subject, &known.target) == (&declared.subject, &declared.target))
                    && !matches!(&declared.target, Target::Object(object) if holds(&old.objects, object))
            };
            let wide = world.loaded.base.is_none()
                || world.known.lost.may_have(declared)
                || !(before || old.as_ref().is_some_and(was));
            found.push(dependency(world, app, deployment, &part, declared, wide));
        }
    }
    found
}

fn dependency(
    world: World<'_, '_>,
    app: &str,
    deployment: &Deployment<'_>,
    part: &Part,
    declared: &Declared,
    wide: bool,
) -> Dependency {
    let overlay = deployment.overlay;
    let graph = Graph { world, overlay, wide };
    let start = match &declared.target {
        Target::App(_) => Stop { app: app.to_owned(), object: None },
        Target::Object(_) => Stop { app: app.to_owned(), object: Some(declared.subject.clone()) },
    };
    let target = graph.follow(&start, declared);
    let home = target.as_ref().and_then(|target| world.app(&target.app));
    let (name, near) = match &declared.target {
        Target::App(name) => {
            let names = world.apps().iter().map(|app| app.name.as_str());
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
    let other = home.filter(|other| other.name != app);
    let here = other.map(|other| other.overlays_beside(overlay, &overlay.environment)).unwrap_or_default();
    let promoted = deployment.is_changed() && world.tense == Tense::Now;
    Dependency {
        kind: if declared.flux { "flux" } else { "annotation" },
        environment: overlay.environment.clone(),
        subject: start.to_string(),
        name,
        app: home.map(|home| home.name.clone()),
        nearest: near.filter(|_| found == Some(false)),
        found,
        taken: world.tense == Tense::Now
            && matches!(declared.target, Target::App(_))
            && home.is_some_and(|home| world.known.lost.has_app(&home.name, &overlay.environment)),
        here: other.is_none() || !here.is_empty(),
        cycle: target.map(|target| graph.cycle(&start, target)).unwrap_or_default(),
        lower: other.filter(|_| promoted && !here.is_empty()).and_then(|other| below(world, other, overlay)),
        images: if promoted { world.images(&here) } else { Vec::new() },
        at: declared.at.clone(),
    }
}

/// What an app runs in its environment below that of `overlay`.
fn below(world: World<'_, '_>, app: &App, overlay: &Overlay) -> Option<Below> {
    let environments = world.loaded.head.layout.environments.iter().map(|environment| environment.name.as_str());
    let lower: Vec<&str> = environments.take_while(|name| *name != overlay.environment).collect();
    let lower = lower.into_iter().rev().find(|name| !app.overlays_in(name).is_empty())?;
    Some(Below { environment: lower.to_owned(), images: world.images(&app.overlays_beside(overlay, lower)) })
}
