//! Overlays by the pointers of the repository: a directory that a controller applies is an overlay of the environment that
//! its pointer is for, whatever the directory is called.
//!
//! The environment is, in this order, what the path of the pointer's file says, that of what renders the pointer, that of
//! the directory, and the pointer's name. The app is what the directory is by its name, where that makes it an overlay, else its path.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::candidate::{Candidate, EXAMPLES, count, examples};
use super::listed;
use super::names::{Meaning, Names};
use super::walk::{Place, Walk, is_foreign};
use crate::kustomize::Web;
use crate::pointer::{
    Applier, Located, PointerKind, PointerPlace, Pointers, is_mentioned, may_release, may_set_options, pointers,
    released,
};
use crate::repo::apps::plain_name;
use crate::repo::config::Config;
use crate::repo::environments::Environments;
use crate::source::{Problem, RepoPath};

/// The pointers among the files of a revision.
pub(super) fn find(web: &Web<'_>, walk: &Walk) -> Pointers {
    let revision = web.revision();
    let own = walk.manifests.par_iter().filter(|path| !path.components().any(is_foreign));
    let asked = own.filter_map(|path| {
        let bytes = revision.peek(path).ok()?;
        let (points, sets) = (is_mentioned(&bytes), may_set_options(&bytes));
        let releases = if may_release(&bytes) { released(revision, path) } else { Vec::new() };
        (points || sets || !releases.is_empty()).then(|| (path.clone(), points, sets, releases))
    });
    let mut asked: Vec<(RepoPath, bool, bool, Vec<RepoPath>)> = asked.collect();
    asked.sort();
    let files: Vec<RepoPath> = asked.iter().filter(|one| one.1).map(|one| one.0.clone()).collect();
    let settings: Vec<RepoPath> = asked.iter().filter(|one| one.2).map(|one| one.0.clone()).collect();
    let releases = asked.into_iter().filter(|one| !one.3.is_empty()).map(|one| (one.0, one.3)).collect();
    Pointers { releases, ..pointers(web, &files, &settings) }
}

/// Adds to what candidates follow from the charts of the repository that objects in their files have rendered.
pub(super) fn add_charts(candidates: &mut [Candidate], pointers: &Pointers, web: &Web<'_>) {
    if pointers.releases.is_empty() {
        return;
    }
    candidates.par_iter_mut().for_each(|candidate| {
        let from = std::iter::once(&candidate.directory).chain(&candidate.reads);
        let reached: BTreeSet<RepoPath> = from.flat_map(|path| web.reach(path)).collect();
        let held = pointers.releases.iter().filter(|(file, _)| file.upwards().any(|path| reached.contains(&path)));
        let charts: Vec<RepoPath> = held.flat_map(|(_, charts)| charts.iter().cloned()).collect();
        candidate.reads.extend(charts);
    });
}

/// The candidates with those that `pointers` tell of: in the place of those of the same app, environment and cluster that
/// only their names tell of. Beside them the directories of pointers of which nothing says which environment they are for.
pub(super) fn place(
    candidates: Vec<Candidate>,
    pointers: &Pointers,
    places: &[&Place],
    config: &Config,
    notes: &mut Vec<String>,
) -> (Vec<Candidate>, BTreeSet<RepoPath>) {
    if pointers.located.is_empty() {
        notes.extend(unseen(pointers));
        return (candidates, BTreeSet::new());
    }
    let names = names(pointers, places, config);
    let known: BTreeMap<&RepoPath, &Candidate> = candidates.iter().map(|one| (&one.directory, one)).collect();
    let mut pointed = Vec::new();
    let (mut unclear, mut adrift) = (Vec::new(), BTreeSet::new());
    for located in &pointers.located {
        let directory = &located.applied.directory;
        if listed::is_excluded(config, directory) {
            continue;
        }
        let listed = listed::candidate(config, directory, directory, None);
        let known = known.get(directory).copied().or(listed.as_ref());
        if let Some(meaning) = meaning(located, &names, known, &config.environments) {
            pointed.push(candidate(located, &meaning, &names, known));
        } else {
            unclear.push(&located.place);
            adrift.insert(directory.clone());
        }
    }
    pointed.extend(roots(&pointed, &candidates, &names));
    notes.extend(unplaced(&unclear));
    notes.extend(unseen(pointers));
    let taken: BTreeSet<_> = pointed.iter().map(|one| (&one.key, &one.environment, &one.cluster)).collect();
    let applied: BTreeSet<_> = pointed.iter().map(|one| (&one.directory, &one.environment)).collect();
    let stays = |one: &Candidate| {
        !taken.contains(&(&one.key, &one.environment, &one.cluster))
            && !applied.contains(&(&one.directory, &one.environment))
    };
    let rest: Vec<Candidate> = candidates.iter().filter(|one| stays(one)).cloned().collect();
    (rest.into_iter().chain(pointed).collect(), adrift)
}

/// What the names of directories say: of those with kustomizations, of those of pointers, and of what these apply.
fn names(pointers: &Pointers, places: &[&Place], config: &Config) -> Names {
    let mut directories: BTreeSet<RepoPath> = places.iter().map(|place| place.path.clone()).collect();
    for located in &pointers.located {
        directories.extend(located.place.file.parent());
        directories.insert(located.applied.directory.clone());
    }
    let mut names = Names::read(&directories.iter().cloned().collect::<Vec<_>>(), &config.environments);
    if !config.clusters.is_empty() {
        names.settle(&directories, config);
    }
    names
}

/// The environment of a pointer.
fn meaning(
    located: &Located,
    names: &Names,
    known: Option<&Candidate>,
    environments: &Environments,
) -> Option<Meaning> {
    let of_path = |path: &RepoPath| names.of(path).map(|(_, meaning)| meaning.clone());
    let of_known = || {
        let known = known?;
        let (environment, cluster) = (known.environment.clone(), known.cluster.clone());
        Some(Meaning { environment, cluster, app: None })
    };
    let of_name = || {
        let words = located.place.called().split(['-', '_', '.']);
        let found: BTreeSet<&str> =
            words.filter_map(|word| environments.find(word)).map(|environment| environment.name.as_str()).collect();
        let mut found = found.into_iter();
        let environment = found.next().filter(|_| found.next().is_none())?.to_owned();
        Some(Meaning { environment, cluster: None, app: None })
    };
    let home = located.place.file.parent().and_then(|home| of_path(&home));
    let of_parent = || {
        located.place.ancestors().find_map(|parent| {
            let home = parent.pointer().and_then(|place| place.file.parent());
            home.and_then(|home| of_path(&home)).or_else(|| of_path(&parent.directory))
        })
    };
    home.or_else(of_parent).or_else(of_known).or_else(|| of_path(&located.applied.directory)).or_else(of_name)
}

/// The overlay that a pointer makes of a directory.
fn candidate(located: &Located, meaning: &Meaning, names: &Names, known: Option<&Candidate>) -> Candidate {
    let directory = &located.applied.directory;
    let cluster = meaning.cluster.clone();
    let (key, app, cluster) = if let Some(known) = known {
        (known.key.clone(), known.app.clone(), cluster.or_else(|| known.cluster.clone()))
    } else {
        let key = key(directory, names);
        let app = plain_name(key.iter().map(String::as_str));
        (key, app, cluster)
    };
    Candidate {
        key,
        app,
        environment: meaning.environment.clone(),
        cluster,
        directory: directory.clone(),
        real: directory.clone(),
        by: located.applied.by.clone(),
        reads: located.reads.clone(),
    }
}

/// A path without the names of environments in it.
fn key(directory: &RepoPath, names: &Names) -> Vec<String> {
    let mut key = Vec::new();
    for step in directory.steps() {
        match names.meaning(step.path) {
            Some(meaning) => key.extend(meaning.app.clone()),
            None => key.push(step.name.to_owned()),
        }
    }
    if key.is_empty() { directory.components().map(str::to_owned).collect() } else { key }
}

/// The directories that clusters begin with: those of an environment that pointers of Flux stand in, where nothing is known
/// that applies these pointers.
fn roots(pointed: &[Candidate], plain: &[Candidate], names: &Names) -> Vec<Candidate> {
    let mut roots: BTreeMap<RepoPath, Candidate> = BTreeMap::new();
    let applied: BTreeSet<&RepoPath> = pointed.iter().chain(plain).map(|one| &one.directory).collect();
    let is_applied = |home: &RepoPath| home.upwards().any(|up| applied.contains(&up));
    for one in pointed {
        let Applier::Pointer(PointerPlace { file, kind: PointerKind::FluxKustomization, .. }) = &one.by else {
            continue;
        };
        let Some(home) = file.parent() else { continue };
        let Some((root, meaning)) = names.of(&home) else { continue };
        let Ok(root) = RepoPath::new(root) else { continue };
        if is_applied(&home) {
            continue;
        }
        let key = key(&root, names);
        roots.entry(root.clone()).or_insert_with(|| Candidate {
            app: plain_name(key.iter().map(String::as_str)),
            key,
            environment: meaning.environment.clone(),
            cluster: meaning.cluster.clone(),
            real: root.clone(),
            reads: Vec::new(),
            directory: root,
            by: Applier::ClusterRoot,
        });
    }
    roots.into_values().collect()
}

/// Pointers of which it is not clear which environment they are for.
fn unplaced(pointers: &[&PointerPlace]) -> Option<String> {
    let written = |place: &&PointerPlace| format!("{} ({} {})", place.file, place.kind.name(), place.called());
    (!pointers.is_empty()).then(|| {
        let all = examples(pointers.iter().map(written).collect());
        format!("not judged, as nothing says which environment they are for: {all}")
    })
}

/// Pointers of which it cannot be told what they apply.
fn unseen(pointers: &Pointers) -> Vec<String> {
    let note = |(place, why): &(PointerPlace, Problem)| {
        let (file, kind, name) = (&place.file, place.kind.name(), place.called());
        format!("what `{kind}/{name}` in `{file}` applies is not judged: {why}")
    };
    // Several parents may apply the same.
    let all: BTreeSet<String> = pointers.unseen.iter().map(note).collect();
    let mut notes: Vec<String> = all.iter().take(EXAMPLES).cloned().collect();
    if let Some(more) = all.len().checked_sub(EXAMPLES).filter(|more| *more > 0) {
        notes.push(format!("so it is with {}", count(more, "more pointer")));
    }
    notes
}
