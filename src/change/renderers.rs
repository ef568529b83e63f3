//! Renders the overlays of a run, each revision by a renderer of its own that shares what overlays have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::loaded::Loaded;
use crate::kustomize::{Attempt, Options, Render, Renderer, Web};
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
    head: Renderer<'a>,
    base: Option<Renderer<'a>>,
    /// Those of the environments that live elsewhere, by the environment's name.
    elsewhere: BTreeMap<String, Renderer<'a>>,
    web: Web<'a>,
}

impl<'a> Renderers<'a> {
    /// The renderers of a run; nothing is rendered yet.
    #[must_use]
    pub fn new(loaded: &Loaded<'a>) -> Self {
        let renderer = |revision| Renderer::new(revision, Options::default());
        Self {
            head: renderer(loaded.head.revision),
            base: loaded.base.as_ref().map(|base| renderer(base.side.revision)),
            elsewhere: loaded.request.elsewhere.iter().map(|(name, it)| (name.clone(), renderer(it))).collect(),
            web: Web::new(loaded.head.revision),
        }
    }

    /// Renders an overlay. One that lives elsewhere is the same before and now, as is everything without a base
    /// revision.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub fn render(&self, tense: Tense, overlay: &Overlay) -> Result<Render, Problem> {
        self.attempt(tense, overlay).result
    }

    /// As [`Self::render`], with all that the result depends on, be it a render or a problem.
    pub(super) fn attempt(&self, tense: Tense, overlay: &Overlay) -> Attempt {
        let here = match (tense, &self.base) {
            (Tense::Before, Some(base)) => base,
            _ => &self.head,
        };
        self.elsewhere.get(&overlay.environment).unwrap_or(here).attempt(&overlay.directory)
    }

    /// Whether the overlays of an environment live in a revision of their own.
    #[must_use]
    pub fn is_elsewhere(&self, environment: &str) -> bool {
        self.elsewhere.contains_key(environment)
    }

    /// Every path that a rendering of a directory of head can follow from, also where it fails.
    #[must_use]
    pub fn reach(&self, directory: &RepoPath) -> BTreeSet<RepoPath> {
        self.web.reach(directory)
    }
}
