//! Overlays by the pointers of the repository: a directory that a controller applies is an overlay of the environment that
//! its pointer is for, whatever the directory is called.
//!
//! Which environment that is, [`super::told`] says. The app is what the directory is by its name, where that makes it an
//! overlay, else its path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rayon::prelude::*;

use super::candidate::{Candidate, EXAMPLES, count, examples};
use super::looked::Looked;
use super::names::{Meaning, Names};
use super::told::Told;
use super::walk::{Place, Walk};
use super::{clusters, listed};
use crate::kustomize::Web;
use crate::pointer::{Applier, BuildSetting, Located, Places, PointerKind, PointerPlace, Pointers, pointers, released};
use crate::repo::apps::plain_name;
use crate::repo::config::Config;
use crate::repo::environments::Environments;
use crate::source::{Problem, RepoPath};

/// The pointers among the files of a revision that were looked at.
pub(super) fn find(web: &Web<'_>, walk: &Walk, looked: &Looked, config: &Config) -> Pointers {
    let revision = web.revision();
    // What is read is known to whoever hides secrets: a pointer may be shown by a run that renders no Secret of its.
    if !looked.all(|looks| looks.points && looks.sets_variables).is_empty() {
        for path in looked.all(|looks| looks.asks_for_variables || looks.sets_variables) {
            // What cannot be read is told where it is rendered.
            drop(revision.read(&path));
        }
    }
    let kustomizations: Vec<RepoPath> = walk.own().into_iter().map(|place| place.path.clone()).collect();
    let releases = looked.all(|looks| looks.releases).into_par_iter();
    let releases = releases.map(|path| (path.clone(), released(revision, &path)));
    let releases = releases.filter(|(_, charts)| !charts.is_empty()).collect();
    let files = looked.all(|looks| looks.points);
    let config_maps = looked.all(|looks| looks.holds_variables);
    let sources = looked.all(|looks| looks.holds_source);
    // Few repositories ask for it.
    let names = LazyLock::new(|| {
        let homes = files.iter().chain(&config_maps).chain(&sources).filter_map(RepoPath::parent);
        names(&kustomizations.iter().cloned().chain(homes).collect(), files.iter(), config)
    });
    let cluster = |path: &RepoPath| names.of(path).map(|(_, meaning)| meaning.place());
    let places = Places {
        pointers: files.clone(),
        options: looked.all(|looks| looks.sets_options),
        config_maps: config_maps.clone(),
        sources: sources.clone(),
        kustomizations: kustomizations.clone(),
        cluster: &cluster,
    };
    Pointers { releases, ..pointers(web, &places) }
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
    let mut directories: BTreeSet<RepoPath> = places.iter().map(|place| place.path.clone()).collect();
    for located in &pointers.located {
        directories.extend(located.place.file.parent());
        directories.insert(located.applied.directory.clone());
    }
    let names = names(&directories, pointers.located.iter().map(|located| &located.place.file), config);
    let known: BTreeMap<&RepoPath, &Candidate> = candidates.iter().map(|one| (&one.directory, one)).collect();
    let mut pointed = Vec::new();
    let (mut unclear, mut adrift) = (Vec::new(), BTreeSet::new());
    let told = Told { located: &pointers.located, names: &names, environments: &config.environments };
    for located in &pointers.located {
        let directory = &located.applied.directory;
        if listed::is_excluded(config, directory) {
            continue;
        }
        let listed = listed::candidate(config, directory, directory, None);
        let known = known.get(directory).copied().or(listed.as_ref());
        let meanings = told.meanings(located, known);
        if meanings.is_empty() {
            unclear.push(&located.place);
            adrift.insert(directory.clone());
        }
        pointed.extend(meanings.iter().map(|meaning| candidate(located, meaning, &names, known, &config.environments)));
    }
    pointed.extend(roots(&pointed, &candidates, &names, &pointers.ignore_files));
    notes.extend(unplaced(&unclear));
    notes.extend(staying(pointers));
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

/// What the names of `directories` say, where pointers stand in `files`.
fn names<'f>(directories: &BTreeSet<RepoPath>, files: impl Iterator<Item = &'f RepoPath>, config: &Config) -> Names {
    let mut names = Names::read(&directories.iter().cloned().collect::<Vec<_>>(), &config.environments);
    names.split(clusters::of_pointers(files, &names));
    if !config.clusters.is_empty() {
        names.settle(directories, config);
    }
    names
}

/// The overlay that a pointer makes of a directory.
fn candidate(
    located: &Located,
    meaning: &Meaning,
    names: &Names,
    known: Option<&Candidate>,
    environments: &Environments,
) -> Candidate {
    let directory = &located.applied.directory;
    let cluster = meaning.cluster.clone();
    let (key, app, cluster) = if let Some(known) = known {
        (known.key.clone(), known.app.clone(), cluster.or_else(|| known.cluster.clone()))
    } else {
        let key = if *directory == located.place.file {
            key_of_pointer(located, names, environments)
        } else {
            key(directory, names)
        };
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

/// What a pointer is by its own place and name, where what it has applied is in no directory.
fn key_of_pointer(located: &Located, names: &Names, environments: &Environments) -> Vec<String> {
    let called = located.place.called();
    let words: Vec<&str> = called.split(['-', '_', '.']).filter(|word| environments.find(word).is_none()).collect();
    let name = if words.is_empty() { called.to_owned() } else { words.join("-") };
    let mut key = located.place.file.parent().map(|home| key(&home, names)).unwrap_or_default();
    key.push(name);
    key
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
fn roots(pointed: &[Candidate], plain: &[Candidate], names: &Names, ignore_files: &[RepoPath]) -> Vec<Candidate> {
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
            reads: ignore_files.to_vec(),
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
        // Several parents may apply the same.
        let all: BTreeSet<String> = pointers.iter().map(written).collect();
        let all = examples(all.into_iter().collect());
        format!("not judged, as nothing says which environment they are for: {all}")
    })
}

/// Pointers whose source stays at a revision.
fn staying(pointers: &Pointers) -> Option<String> {
    let settings = pointers.located.iter().filter_map(|located| located.place.setting.as_ref());
    let revision = |setting: &BuildSetting| match setting {
        BuildSetting::Revision { file, revision } => Some(format!("{file} (`{revision}`)")),
        BuildSetting::Options { .. } | BuildSetting::Variables(_) => None,
    };
    let all: BTreeSet<String> = settings.filter_map(revision).collect();
    let files = (!all.is_empty()).then(|| examples(all.into_iter().collect()))?;
    Some(format!("what is applied from a fixed revision does not follow from this tree, as these say: {files}"))
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
