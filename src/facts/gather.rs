//! Puts the facts of a run together: what documents draw on beside the renders themselves.

use std::collections::BTreeMap;

use super::dependencies::declared;
use super::depends::{Dependencies, Lost};
use super::owners::Ownership;
use super::pointers::JudgedPointers;
use super::ran::{Historian, Ran};
use super::references::references;
use crate::change::{AppChange, Loaded, Rendered, Renderers, Tense};
use crate::pointer::Applied;
use crate::source::Problem;

/// The facts of a run. Threads share them.
pub struct Facts<'s, 'a> {
    /// The run.
    pub loaded: &'s Loaded<'a>,
    /// Renders what an app depends on.
    pub renderers: &'s Renderers<'a>,
    pub(super) dependencies: Dependencies,
    pub(super) ownership: Ownership<'a>,
    pub(super) pointers: JudgedPointers,
    historian: Option<Historian<'s, 'a>>,
    /// What environments have run, by directory, as far as it was asked for.
    ran: BTreeMap<Applied, Ran>,
    /// What keeps history from being read.
    unread: Option<Problem>,
}

impl<'s, 'a> Facts<'s, 'a> {
    /// Reads owners. No history is read yet.
    #[must_use]
    pub fn new(loaded: &'s Loaded<'a>, renderers: &'s Renderers<'a>) -> Self {
        let (historian, unread) = match Historian::new(loaded) {
            Ok(historian) => (historian, None),
            Err(problem) => (None, Some(problem)),
        };
        Self {
            dependencies: Dependencies::new(&loaded.rules.policies),
            pointers: JudgedPointers::of(loaded),
            ownership: Ownership::load(&loaded.request, &loaded.rules.config),
            loaded,
            renderers,
            historian,
            ran: BTreeMap::new(),
            unread,
        }
    }

    /// What becomes of an app takes away from others that may depend on it.
    #[must_use]
    pub fn lost(&self, change: &AppChange<'_>) -> Lost {
        if self.loaded.base.is_some() { Lost::of(change) } else { Lost::default() }
    }

    /// Looks for what a change takes away wherever something depends on it; which apps do, [`Self::misses`] says.
    pub fn miss(&mut self, lost: Lost) {
        self.dependencies.lost = lost;
    }

    /// Whether an app depends on something that the change takes away.
    #[must_use]
    pub fn misses(&self, change: &AppChange<'_>) -> bool {
        let renders = || change.deployments.iter().filter_map(|deployment| deployment.rendered(Tense::Now));
        let lost = &self.dependencies.lost;
        let refers = |render: Rendered<'_>| {
            references(render.environment, render.resources, render.unseen)
                .iter()
                .any(|one| !one.exists && !one.optional && lost.may_supply(one))
        };
        if lost.has_supplies() && renders().any(refers) {
            return true;
        }
        let declared =
            |render: Rendered<'_>| declared(render.environment, render.resources, self.dependencies.annotation());
        renders().flat_map(declared).any(|declared| self.dependencies.lost.may_have(&declared))
    }

    /// Whether what an app gets can only be judged by history: then [`Self::look_back`] comes first.
    #[must_use]
    pub fn depends_on_history(&self, change: &AppChange<'_>) -> bool {
        self.historian.as_ref().is_some_and(|historian| historian.is_asked(change))
    }

    /// Reads what the environments of some apps have run. History is walked once for all of them.
    pub fn look_back(&mut self, changes: &[&AppChange<'_>]) {
        let Some(historian) = self.historian.as_ref().filter(|_| !changes.is_empty()) else { return };
        match historian.ran(changes) {
            Ok(ran) => self.ran = ran,
            Err(problem) => self.unread = Some(problem),
        }
    }

    /// The problem that keeps history from being read.
    #[must_use]
    pub fn unread_history(&self) -> Option<&Problem> {
        self.unread.as_ref()
    }

    /// What the overlay that is at `directory` on the base revision has run; `None` where that was not asked for.
    pub(super) fn ran(&self, applied: &Applied) -> Option<&Ran> {
        self.ran.get(applied)
    }
}
