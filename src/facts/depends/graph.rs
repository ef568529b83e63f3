//! What depends on what in an environment, followed from one app as far as it leads.

use std::collections::{BTreeMap, VecDeque};

use super::world::World;
use crate::facts::dependencies::{Declared, Target, same_object};
use crate::kustomize::ResourceName;
use crate::repo::Overlay;

/// Something that depends or is depended on: an app, or an object of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stop {
    pub(super) app: String,
    pub(super) object: Option<ResourceName>,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.object {
            Some(object) => object.fmt(f),
            None => f.write_str(&self.app),
        }
    }
}

/// The dependencies in the environment and cluster of an overlay.
#[derive(Clone, Copy)]
pub(super) struct Graph<'s, 'a> {
    pub(super) world: World<'s, 'a>,
    pub(super) overlay: &'s Overlay,
    /// Whether to look for objects in every app.
    pub(super) wide: bool,
}

impl Graph<'_, '_> {
    /// Where a dependency leads; `None` where nothing is known to be there.
    pub(super) fn follow(&self, from: &Stop, declared: &Declared) -> Option<Stop> {
        match &declared.target {
            Target::App(name) => {
                let app = self.world.meant(&from.app, name)?;
                Some(Stop { app: app.name.clone(), object: None })
            }
            // An Application is looked up where it is named, and found there.
            Target::Object(object) if !declared.flux => {
                Some(Stop { app: from.app.clone(), object: Some(object.clone()) })
            }
            Target::Object(object) => {
                let home = self.world.home(self.overlay, self.world.app(&from.app)?, object, self.wide)?;
                Some(Stop { app: home.name.clone(), object: Some(object.clone()) })
            }
        }
    }

    /// The shortest way from `first`, on which `start` depends, back to `start`. A circle has many beginnings: only
    /// the first of those on it that are judged gives it.
    pub(super) fn cycle(&self, start: &Stop, first: Stop) -> Vec<String> {
        let mut came_from: BTreeMap<Stop, Option<Stop>> = BTreeMap::from([(first.clone(), None)]);
        let mut open = VecDeque::from([first]);
        while let Some(stop) = open.pop_front() {
            if same(&stop, start) {
                return self.told(start, &stop, &came_from);
            }
            for next in self.next(&stop) {
                if !came_from.contains_key(&next) {
                    came_from.insert(next.clone(), Some(stop.clone()));
                    open.push_back(next);
                }
            }
        }
        Vec::new()
    }

    fn told(&self, start: &Stop, end: &Stop, came_from: &BTreeMap<Stop, Option<Stop>>) -> Vec<String> {
        let back = std::iter::successors(Some(end), |stop| came_from.get(stop)?.as_ref());
        let mut way: Vec<&Stop> = back.collect();
        way.push(start);
        way.reverse();
        let judged = |stop: &&&Stop| {
            self.world.loaded.is_touched(&stop.app) && self.world.loaded.head.layout.app(&stop.app).is_some()
        };
        let rank = |stop: &Stop| (stop.app.clone(), stop.to_string());
        let first = way.iter().filter(judged).map(|stop| rank(stop)).min();
        if first.is_some_and(|first| first < rank(start)) {
            return Vec::new();
        }
        way.iter().map(ToString::to_string).collect()
    }

    /// What something depends on.
    fn next(&self, stop: &Stop) -> Vec<Stop> {
        let Some(app) = self.world.app(&stop.app) else { return Vec::new() };
        let beside = app.overlays_beside(self.overlay, &self.overlay.environment);
        let parts: Vec<_> = beside.into_iter().filter_map(|overlay| self.world.part(overlay)).collect();
        let declared =
            parts.iter().flat_map(|part| &part.declared).filter(|declared| match (&declared.target, &stop.object) {
                (Target::App(_), None) => true,
                (Target::Object(_), Some(object)) => same_object(&declared.subject, object),
                _ => false,
            });
        declared.filter_map(|declared| self.follow(stop, declared)).collect()
    }
}

fn same(a: &Stop, b: &Stop) -> bool {
    a.app == b.app
        && match (&a.object, &b.object) {
            (Some(a), Some(b)) => same_object(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
}
