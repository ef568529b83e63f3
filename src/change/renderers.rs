//! Renders the overlays of a run, each revision by a renderer of its own that shares what overlays have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::loaded::Loaded;
use super::touched::reach;
use crate::kustomize::{Attempt, Render, Web};
use crate::pointer::{Aim, Builder, PointerPlace};
use crate::repo::Overlay;
use crate::source::{Problem, RepoPath};

/// The side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tense {
    /// As the base revision has it.
    Before,
    /// As the tree to judge has it.
    Now,
}

/// The renderers of a run. Threads share them.
pub struct Renderers<'a> {
    head: Builder<'a>,
    base: Option<Builder<'a>>,
    /// Those of the environments that live elsewhere, by the environment's name.
    elsewhere: BTreeMap<String, Builder<'a>>,
    web: Web<'a>,
}

impl<'a> Renderers<'a> {
    /// The renderers of a run; nothing is rendered yet.
    #[must_use]
    pub fn new(loaded: &Loaded<'a>) -> Self {
        let parts = loaded.rules.config.parts();
        Self {
            head: Builder::new(loaded.head.revision, parts),
            base: loaded.base.as_ref().map(|base| Builder::new(base.side.revision, parts)),
            elsewhere: loaded
                .request
                .elsewhere
                .iter()
                .map(|(name, it)| (name.clone(), Builder::new(it, parts)))
                .collect(),
            web: Web::new(loaded.head.revision),
        }
    }

    /// Renders an overlay. One that lives elsewhere is the same before and now, as is everything without a base
    /// revision.
    ///
    /// # Errors
    /// As [`Builder::render`].
    pub fn render(&self, tense: Tense, overlay: &Overlay) -> Result<Render, Problem> {
        self.attempt(tense, overlay).result
    }

    /// As [`Self::render`], with all that the result depends on, be it a render or a problem.
    pub(super) fn attempt(&self, tense: Tense, overlay: &Overlay) -> Attempt {
        self.builder(tense, overlay).attempt(&overlay.applied)
    }

    /// The pointer that has an overlay applied, and what it says of where that comes from and goes.
    #[must_use]
    pub fn aims<'p>(&self, tense: Tense, overlay: &'p Overlay) -> Option<(&'p PointerPlace, Vec<Aim>)> {
        self.builder(tense, overlay).aims(&overlay.applied)
    }

    fn builder(&self, tense: Tense, overlay: &Overlay) -> &Builder<'a> {
        let here = match (tense, &self.base) {
            (Tense::Before, Some(base)) => base,
            _ => &self.head,
        };
        self.elsewhere.get(&overlay.environment).unwrap_or(here)
    }

    /// Whether the overlays of an environment live in a revision of their own.
    #[must_use]
    pub fn is_elsewhere(&self, environment: &str) -> bool {
        self.elsewhere.contains_key(environment)
    }

    /// Every path that what head makes of an overlay can follow from, also where it fails.
    #[must_use]
    pub fn reach(&self, overlay: &Overlay) -> BTreeSet<RepoPath> {
        reach(&self.web, overlay)
    }
}
