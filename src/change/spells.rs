//! From when until when overlays have held what they hold or held, told by the history of a branch.
//!
//! The branch is followed back, first parents only: what a merge brought counts from the merge on. An overlay is
//! rendered at those commits alone that touched what it is made of. Where it cannot be rendered, it goes on with what
//! it held before: a cluster keeps what it was given last. What counts of a rendering is the caller's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rayon::prelude::*;

use super::touched::Touched;
use crate::kustomize::{KUSTOMIZATION_NAMES, Parts, Render, Web};
use crate::pointer::{Applied, Builder};
use crate::source::{History, Problem, RepoPath, Revision, changes};

/// How far history is followed.
pub struct Walk<'h> {
    /// The history.
    pub history: &'h History,
    /// The time that counts as now: no commit is later.
    pub now: Timestamp,
    /// The time from which on everything counts.
    pub start: Timestamp,
}

/// A time in which something was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// The time of the commit that brought it; no later than that where it was not followed further back.
    pub from: Timestamp,
    /// The time of the commit that took it away; `None` while it is there.
    pub until: Option<Timestamp>,
    /// Whether it may have been there for longer than this clone can tell.
    pub cut: bool,
}

/// What overlays have held.
pub struct Spells<K> {
    /// For each overlay, in the order in which they were given.
    pub overlays: Vec<Vec<(K, Spell)>>,
    /// The time of the oldest commit that was looked at.
    pub from: Timestamp,
    /// Whether the clone has no more, though what was there before counts too.
    pub cut: bool,
}

/// When each of `overlays`, what is applied and its environment, has held each of the things that `facts` finds in its
/// renderings. Beyond the start, history is followed as long as something is not yet seen to come that `matters`; that
/// is asked with whether it is still there.
///
/// # Errors
/// When a commit cannot be read.
pub fn spells<'a, K: Ord + Clone + Send + Sync>(
    walk: &Walk<'_>,
    overlays: &[(&'a Applied, &'a str)],
    facts: impl Fn(&str, &Render) -> BTreeSet<K> + Sync,
    matters: impl Fn(&K, bool) -> bool + Sync,
) -> Result<Spells<K>, Problem> {
    let branch = walk.history.branch(walk.now)?;
    let mut commits = branch.commits.iter();
    let Some(mut landed) = commits.next() else {
        return Ok(Spells { overlays: Vec::new(), from: walk.now, cut: branch.cut });
    };
    let mut revision = walk.history.revision(&landed.commit)?;
    let follow = |overlay: &(&'a Applied, &'a str)| Followed::new(*overlay, landed.time);
    let mut followed: Vec<Followed<'a, K>> = overlays.iter().map(follow).collect();
    look(&revision, landed.time, followed.par_iter_mut(), &facts);
    let is_open = |overlay: &Followed<'a, K>| overlay.open.iter().any(|(key, until)| matters(key, until.is_none()));
    loop {
        let inside = landed.time > walk.start;
        let over = !inside && !followed.iter().any(is_open);
        let older = if over { None } else { commits.next() };
        let Some(older) = older else {
            let cut = !over && branch.cut;
            let overlays = followed.into_iter().map(|mut overlay| {
                overlay.close(&BTreeSet::new(), cut);
                overlay.found
            });
            return Ok(Spells { overlays: overlays.collect(), from: landed.time, cut: inside && cut });
        };
        let before = walk.history.revision(&older.commit)?;
        let touched = Touched::new(&changes(&before, &revision));
        let is_touched = |overlay: &&mut Followed<'a, K>| touched.any(&overlay.reach);
        let (asked, same): (Vec<_>, Vec<_>) =
            followed.iter_mut().filter(|overlay| inside || is_open(overlay)).partition(is_touched);
        for overlay in same {
            overlay.is_same(older.time);
        }
        look(&before, older.time, asked.into_par_iter(), &facts);
        (landed, revision) = (older, before);
    }
}

/// Renders overlays as a commit has them, which is older than those that were looked at.
fn look<'f, 'a: 'f, K: Ord + Clone + Send + Sync + 'f>(
    revision: &Revision,
    time: Timestamp,
    followed: impl ParallelIterator<Item = &'f mut Followed<'a, K>>,
    facts: &(impl Fn(&str, &Render) -> BTreeSet<K> + Sync),
) {
    let (web, builder) = (Web::new(revision), Builder::new(revision, Parts::Seen));
    followed.for_each(|overlay| {
        let (applied, environment) = overlay.overlay;
        let directory = &applied.directory;
        let is_there = || match applied.pointer() {
            Some(place) => revision.resolve(&place.file).is_ok(),
            None => KUSTOMIZATION_NAMES.iter().any(|name| revision.resolve(&directory.child(name)).is_ok()),
        };
        overlay.reach = web.reach(directory);
        overlay.reach.extend(applied.pointer().map(|place| place.file.clone()));
        overlay.broken = false;
        match builder.render(applied) {
            Ok(render) => overlay.held(facts(environment, &render), time),
            Err(_) if is_there() => overlay.broken = true,
            Err(_) => overlay.held(BTreeSet::new(), time),
        }
    });
}

/// An overlay on the way back.
struct Followed<'a, K> {
    overlay: (&'a Applied, &'a str),
    /// What the oldest rendering holds, and until when it did; `None` for what is still there.
    open: BTreeMap<K, Option<Timestamp>>,
    /// The oldest commit that is known to render to that.
    since: Timestamp,
    /// Whether anything was rendered yet.
    seen: bool,
    /// Whether the commit at hand cannot be rendered.
    broken: bool,
    /// What it is made of, which stays the same where none of it is touched.
    reach: BTreeSet<RepoPath>,
    found: Vec<(K, Spell)>,
}

impl<'a, K: Ord + Clone> Followed<'a, K> {
    fn new(overlay: (&'a Applied, &'a str), since: Timestamp) -> Self {
        Self {
            overlay,
            open: BTreeMap::new(),
            since,
            seen: false,
            broken: false,
            reach: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// An older commit has the same.
    fn is_same(&mut self, time: Timestamp) {
        if !self.broken {
            self.since = time;
        }
    }

    /// An older commit holds `older`: what it does not hold came later, and what it alone holds has left.
    fn held(&mut self, older: BTreeSet<K>, time: Timestamp) {
        self.close(&older, false);
        let left = self.seen.then_some(self.since);
        for key in older {
            self.open.entry(key).or_insert(left);
        }
        (self.since, self.seen) = (time, true);
    }

    /// Settles what is not among what the older commit holds.
    fn close(&mut self, older: &BTreeSet<K>, cut: bool) {
        let from = self.since;
        let came = self.open.extract_if(.., |key, _| !older.contains(key));
        self.found.extend(came.map(|(key, until)| (key, Spell { from, until, cut })));
    }
}
