//! Where things are: apps, their overlays in each environment, found by the paths that `apps` gives or by the
//! names of directories.
//!
//! What was found and why is told in notes, for people who wonder. Nothing is rendered here.

mod candidate;
mod clusters;
mod discover;
mod grouped;
mod idle;
mod kept;
mod linked;
mod listed;
mod looked;
mod names;
mod parts;
mod pointed;
mod told;
mod unplaced;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::apps::plain_name;
use super::config::Config;
use super::environments::{Environment, Environments};
use super::overlays::App;
use crate::kustomize::Web;
use crate::pointer::{Applier, Follows};
use crate::source::{Problem, RepoPath, Revision};
use candidate::{Candidate, count, examples};
use grouped::{app_names, group};
pub use idle::IdlePath;
use idle::Spoken;
pub use kept::{Kept, Otherwise};
use looked::Looked;
pub use unplaced::{Misfit, Unplaced};
pub use walk::{CASE_FILE, CASE_HEAD, is_foreign};
use walk::{Place, Walk};

/// The apps of a repository.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The environments in the order of promotion: the configured ones, else the usual ones that are there.
    pub environments: Environments,
    /// The apps, by name.
    pub apps: Vec<App>,
    /// How this view came about, one sentence each.
    pub notes: Vec<String>,
    /// The overlays that are some only because the base revision has them.
    pub kept: Vec<Kept>,
    /// Directories that look like overlays and are none.
    pub unplaced: Vec<Unplaced>,
    /// Directories that pointers have applied of which nothing says which environment they are for.
    pub adrift: BTreeSet<RepoPath>,
    /// What was not looked at although it is there.
    pub faults: Vec<Problem>,
    /// Paths of the configuration that nothing fits.
    pub idle: Vec<IdlePath>,
    /// The overlays of the environments that live in the revision itself.
    home: Vec<Candidate>,
    /// What its pointers follow from.
    follows: Follows,
    /// What apps are called, by what their overlays have in common.
    names: BTreeMap<Vec<String>, String>,
    /// What was seen in its files.
    looked: Arc<Looked>,
}

/// What is known of the base revision when the apps of head are found.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// Its apps.
    pub layout: &'a Layout,
    /// The files that differ in head.
    pub changed: &'a HashSet<&'a RepoPath>,
}

impl Layout {
    /// Finds the apps of `revision`. `elsewhere` has a revision for each environment that lives somewhere else
    /// ([`Environment::is_elsewhere`]), by the environment's name.
    #[must_use]
    pub fn find(config: &Config, revision: &Revision, elsewhere: &BTreeMap<String, &Revision>) -> Self {
        Self::find_in(config, &Web::new(revision), elsewhere, &BTreeSet::new(), None)
    }

    /// As [`Self::find`], for a revision whose kustomizations are looked into afterwards, too. It is the revision of the
    /// environments `own`, which live somewhere else by the configuration; those that do not are then in `elsewhere`.
    /// Overlays of the base revision stay overlays as long as they have a kustomization.
    #[must_use]
    pub fn find_in(
        config: &Config,
        web: &Web<'_>,
        elsewhere: &BTreeMap<String, &Revision>,
        own: &BTreeSet<String>,
        before: Option<Before<'_>>,
    ) -> Self {
        let mut notes = Vec::new();
        let mut spoken = Spoken::default();
        let mut at_home = config.environments.iter().filter(|environment| !environment.is_elsewhere()).peekable();
        let found = if at_home.peek().is_some() {
            let home = at_home.find_map(|environment| elsewhere.get(&environment.name)).map(|home| Web::new(home));
            here(config, home.as_ref().unwrap_or(web), before, &mut spoken, &mut notes)
        } else {
            Here::default()
        };
        let Here { candidates: home, kept, unplaced, adrift, faults, follows, looked } = found;
        let before = before.map(|before| before.layout);
        let mut candidates = home.clone();
        let mut is_whole = true;
        for environment in config.environments.iter().filter(|environment| environment.is_elsewhere()) {
            let own = own.contains(&environment.name).then(|| web.revision());
            if let Some(revision) = own.or_else(|| elsewhere.get(&environment.name).copied()) {
                candidates.extend(there(config, revision, environment, &mut spoken));
            } else {
                is_whole = false;
                notes.push(format!("`{}` is elsewhere and was not looked at", environment.name));
            }
        }
        let mut environments = config.environments.clone();
        if !environments.configured() && !candidates.is_empty() {
            let found: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.environment.as_str()).collect();
            // Another environment does not become the protected one because a change empties that.
            let was = |name: &str| before.is_some_and(|before| before.environments.find(name).is_some());
            let stays = |environment: &Environment| found.contains(environment.name.as_str()) || was(&environment.name);
            environments.retain(stays);
        }
        let names = app_names(&candidates, before.map(|before| &before.names));
        let apps = group(candidates, &names, &environments, &mut notes);
        notes.insert(0, summary(config, &environments, &apps));
        let idle = if is_whole { spoken.idle(config) } else { Vec::new() };
        Self { environments, apps, notes, kept, unplaced, adrift, faults, idle, home, follows, names, looked }
    }

    /// Whether there may be pointers in it.
    #[must_use]
    pub fn has_pointers(&self) -> bool {
        self.follows.any()
    }

    /// Whether another layout may follow from what a file holds, wherever it stands: a pointer, or what pointers are read
    /// with, here or in `head`. What the names of files and kustomizations make of it is not asked.
    #[must_use]
    pub fn follows_from(&self, file: &RepoPath, head: &Revision) -> bool {
        self.looked.has(file) || self.follows.has(file) || looked::is_worth_it(head, file)
    }

    /// Whether a path has the name of a protected environment in it.
    #[must_use]
    pub fn is_protected(&self, path: &RepoPath) -> bool {
        names::is_protected(path, &self.environments)
    }

    /// The app of that name.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<&App> {
        let at = self.apps.binary_search_by(|app| app.name.as_str().cmp(name)).ok()?;
        self.apps.get(at)
    }
}

/// Every directory with a kustomization, whatever it is for, sorted; links are not followed.
#[must_use]
pub fn kustomizations(revision: &Revision) -> Vec<RepoPath> {
    let walk = Walk::new(revision, &[], |_| false);
    walk.places.into_iter().filter(|place| !place.is_linked()).map(|place| place.path).collect()
}

/// What is known of the environments that live in the revision at hand.
#[derive(Default)]
struct Here {
    candidates: Vec<Candidate>,
    kept: Vec<Kept>,
    unplaced: Vec<Unplaced>,
    adrift: BTreeSet<RepoPath>,
    faults: Vec<Problem>,
    follows: Follows,
    looked: Arc<Looked>,
}

/// The overlays of `revision` in the environments that live in it.
fn here(
    config: &Config,
    web: &Web<'_>,
    before: Option<Before<'_>>,
    spoken: &mut Spoken,
    notes: &mut Vec<String>,
) -> Here {
    let by_names = config.apps.is_empty();
    let skip = if by_names { walk::is_foreign } else { |_: &str| false };
    let mut walk = Walk::new(web.revision(), &config.policies.paths, skip);
    let places = walk.own();
    let look = || {
        let files = walk.manifests.par_iter().filter(|path| !path.components().any(is_foreign));
        Looked::at(web.revision(), files, before.map(|before| (&*before.layout.looked, before.changed)))
    };
    let ((mut candidates, found), looked) = rayon::join(|| by_layout(config, &places, notes), look);
    let before = before.map(|before| before.layout);
    let pointers = pointed::find(web, &walk, &looked, config);
    spoken.note(config, &walk, Some(&pointers));
    let (placed, adrift) = pointed::place(candidates, &pointers, &places, config, notes);
    candidates = placed;
    let mut kept = kept::restore(&mut candidates, before.map(|before| before.home.as_slice()), &walk, web);
    let beside = |path: &RepoPath| match &found {
        Some(found) => found.is_beside(path),
        None => listed::is_beside(config, path),
    };
    let out = |path: &RepoPath| listed::is_excluded(config, path);
    let unplaced = unplaced::find(&walk, &candidates, &config.environments, beside, out);
    notes.extend(broken_links(&unplaced));
    let keep = before.into_iter().flat_map(|before| before.home.iter().map(|old| &old.directory)).collect();
    let (candidates, pointed): (Vec<Candidate>, Vec<Candidate>) = candidates.into_iter().partition(Candidate::is_plain);
    let candidates = linked::once(candidates, &keep, notes);
    let together = |part: &Candidate, whole: &Candidate| {
        (by_names || part.app == whole.app) && part.environment == whole.environment
    };
    let (mut candidates, parts) = parts::without(candidates, web, together, &keep, notes);
    candidates.extend(pointed);
    pointed::add_charts(&mut candidates, &pointers, web);
    kept.extend(parts.into_iter().map(|(directory, whole)| Kept { directory, why: Otherwise::Part(whole) }));
    let (looked, follows) = (Arc::new(looked), pointers.follows);
    Here { candidates, kept, unplaced, adrift, faults: std::mem::take(&mut walk.faults), follows, looked }
}

/// What the places of directories, or the configuration, make overlays; beside them what the places say, where they do.
fn by_layout(config: &Config, places: &[&Place], notes: &mut Vec<String>) -> (Vec<Candidate>, Option<discover::Found>) {
    if config.apps.is_empty() {
        let mut found = discover::overlays(places, &config.environments, notes);
        return (std::mem::take(&mut found.candidates), Some(found));
    }
    // Paths without `{environment}` speak of the one environment that is here, if it is the only one.
    let mut at_home = config.environments.iter().filter(|environment| !environment.is_elsewhere());
    let only = at_home.next().filter(|_| at_home.next().is_none()).map(|environment| environment.name.as_str());
    let candidates = listed::candidates(config, places, only);
    notes.extend(listed::notes(config, places, &candidates));
    (candidates, None)
}

/// Links where an overlay would be expected that lead to none.
fn broken_links(unplaced: &[Unplaced]) -> Option<String> {
    let broken: Vec<&RepoPath> =
        unplaced.iter().filter(|one| matches!(one.why, Misfit::Link(_))).map(|one| &one.directory).collect();
    (!broken.is_empty())
        .then(|| format!("links that lead nowhere, out of the repository or in a circle: {}", examples(broken)))
}

/// The overlays of an environment that has a revision of its own.
fn there(config: &Config, revision: &Revision, environment: &Environment, spoken: &mut Spoken) -> Vec<Candidate> {
    let name = environment.name.as_str();
    let walk = Walk::new(revision, &config.policies.paths, |_| false);
    spoken.note(config, &walk, None);
    let places = walk.own();
    let found = if config.apps.is_empty() {
        let whole = places.into_iter().map(|place| {
            let key: Vec<String> = place.path.components().map(str::to_owned).collect();
            let app = plain_name(place.path.components());
            let (directory, real) = (place.path.clone(), place.real.clone());
            Candidate {
                key,
                app,
                environment: name.to_owned(),
                cluster: None,
                directory,
                real,
                by: Applier::Unknown,
                reads: Vec::new(),
            }
        });
        whole.collect()
    } else {
        let listed = listed::candidates(config, &places, Some(name));
        listed.into_iter().filter(|found| found.environment == name).collect()
    };
    let (notes, none) = (&mut Vec::new(), BTreeSet::new());
    let found = linked::once(found, &none, notes);
    parts::without(found, &Web::new(revision), |_, _| true, &none, notes).0
}

fn summary(config: &Config, environments: &Environments, apps: &[App]) -> String {
    let overlays: usize = apps.iter().map(|app| app.overlays.len()).sum();
    let how = if config.apps.is_empty() { "the names of directories" } else { "the paths under `apps`" };
    let pointed = apps.iter().flat_map(|app| &app.overlays).any(|overlay| overlay.applied.by != Applier::Unknown);
    let also = if pointed { " and by pointers" } else { "" };
    if overlays == 0 {
        return format!("no overlay was found by {how}");
    }
    let names: Vec<String> = environments
        .iter()
        .map(|environment| {
            let protected = if environment.protected { " (protected)" } else { "" };
            format!("`{}`{protected}", environment.name)
        })
        .collect();
    format!("found {} in {} by {how}{also}: {}", count(apps.len(), "app"), count(overlays, "overlay"), names.join(", "))
}

#[cfg(test)]
mod tests;
