//! Puts the facts of a run together: what documents draw on beside the renders themselves.

use std::collections::BTreeMap;

use super::depends::Dependencies;
use super::owners::Ownership;
use super::soak::{Soaked, soaks};
use crate::change::{Loaded, Renderers};
use crate::source::{Problem, RepoPath};

/// The facts of a run. Threads share them.
pub struct Facts<'s, 'a> {
    /// The run.
    pub loaded: &'s Loaded<'a>,
    /// Renders what an app depends on.
    pub renderers: &'s Renderers<'a>,
    pub(super) dependencies: Dependencies,
    pub(super) ownership: Ownership<'a>,
    /// Since when the lower environments have run what they run, by directory, where a policy wants to know.
    soaks: Result<BTreeMap<RepoPath, Vec<Soaked>>, Problem>,
}

impl<'s, 'a> Facts<'s, 'a> {
    /// Reads owners and history.
    #[must_use]
    pub fn new(loaded: &'s Loaded<'a>, renderers: &'s Renderers<'a>) -> Self {
        Self {
            dependencies: Dependencies::new(&loaded.rules.config),
            ownership: Ownership::load(&loaded.request, &loaded.rules.config),
            soaks: soaks(loaded, renderers),
            loaded,
            renderers,
        }
    }

    /// The problem that keeps history from being read.
    #[must_use]
    pub fn unread_history(&self) -> Option<&Problem> {
        self.soaks.as_ref().err()
    }

    /// What the overlay at `directory` runs on the base revision, and since when.
    pub(super) fn soak(&self, directory: &RepoPath) -> &[Soaked] {
        self.soaks.as_ref().ok().and_then(|soaks| soaks.get(directory)).map(Vec::as_slice).unwrap_or_default()
    }
}
