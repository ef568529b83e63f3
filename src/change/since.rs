//! Since when overlays have rendered what they render, told by the history of a branch.
//!
//! The branch is followed back, first parents only: what a merge brought counts from the merge on. An overlay is
//! rendered at those commits alone that touched what it is made of. What counts of a rendering is the caller's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rayon::prelude::*;

use super::touched::Touched;
use crate::kustomize::{Options, Render, Renderer, Web};
use crate::source::{History, Problem, RepoPath, changes};

/// Commits that are looked at; what has run for longer has run for long.
const MAX_COMMITS: usize = 5000;

/// Since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The time of the commit that brought it; no later than that where it was not followed further back.
    pub time: Timestamp,
    /// Whether it may have been there for longer than this clone can tell.
    pub cut: bool,
}

/// Since when each of `overlays`, a directory and its environment, has held each of the things that `facts` finds in its
/// rendering at the newest commit. History older than `enough` is not looked at.
///
/// # Errors
/// When a commit cannot be read.
pub fn since<'a, K: Ord + Send>(
    history: &History,
    overlays: &[(&'a RepoPath, &'a str)],
    enough: Option<Timestamp>,
    facts: impl Fn(&str, &Render) -> BTreeSet<K> + Sync,
) -> Result<Vec<BTreeMap<K, Since>>, Problem> {
    let mut landings = history.landings().take(MAX_COMMITS);
    let Some(mut landing) = landings.next().transpose()? else { return Ok(Vec::new()) };
    let mut revision = history.revision(&landing.commit)?;
    let holds = |renderer: &Renderer<'_>, (directory, environment): (&RepoPath, &str)| {
        // What cannot be rendered, nobody deployed.
        renderer.render(directory).map(|render| facts(environment, &render)).unwrap_or_default()
    };
    let (web, newest) = (Web::new(&revision), Renderer::new(&revision, Options::default()));
    let follow = |overlay: &(&'a RepoPath, &'a str)| Followed {
        overlay: *overlay,
        open: holds(&newest, *overlay),
        reach: web.reach(overlay.0),
        found: BTreeMap::new(),
    };
    let mut followed: Vec<Followed<'a, K>> = overlays.par_iter().map(follow).collect();
    loop {
        let time = Timestamp::from_second(landing.time).unwrap_or_default();
        let old_enough = enough.is_some_and(|enough| time <= enough);
        let over = old_enough || followed.iter().all(|overlay| overlay.open.is_empty());
        let older = if over { None } else { landings.next().transpose()? };
        let Some(older) = older else {
            let since = Since { time, cut: landing.cut && !old_enough };
            let closed = followed.into_iter().map(|mut overlay| {
                overlay.close(&BTreeSet::new(), since);
                overlay.found
            });
            return Ok(closed.collect());
        };
        let before = history.revision(&older.commit)?;
        let touched = Touched::new(&changes(&before, &revision));
        let (web, older_renderer) = (Web::new(&before), Renderer::new(&before, Options::default()));
        followed.par_iter_mut().filter(|overlay| !overlay.open.is_empty() && touched.any(&overlay.reach)).for_each(
            |overlay| {
                // What the older commit does not hold came with the newer one.
                overlay.close(&holds(&older_renderer, overlay.overlay), Since { time, cut: false });
                overlay.reach = web.reach(overlay.overlay.0);
            },
        );
        (landing, revision) = (older, before);
    }
}

/// An overlay on the way back.
struct Followed<'a, K> {
    overlay: (&'a RepoPath, &'a str),
    /// What it has held up to now.
    open: BTreeSet<K>,
    /// What it is made of, which stays the same where none of it is touched.
    reach: BTreeSet<RepoPath>,
    found: BTreeMap<K, Since>,
}

impl<K: Ord> Followed<'_, K> {
    /// Settles what is not among what the older commit holds.
    fn close(&mut self, older: &BTreeSet<K>, since: Since) {
        let (open, came) = std::mem::take(&mut self.open).into_iter().partition(|key| older.contains(key));
        self.open = open;
        self.found.extend(BTreeSet::into_iter(came).map(|key| (key, since)));
    }
}
