//! Overlays by the paths under `apps` in the configuration; the first path that a directory fits decides.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, examples};
use super::names::is_shared;
use super::walk::Place;
use crate::pointer::Applier;
use crate::repo::apps::AppPattern;
use crate::repo::config::Config;
use crate::source::RepoPath;

/// The directories that fit a path of the configuration. `fallback` is the environment of paths that name none.
pub(super) fn candidates(config: &Config, places: &[&Place], fallback: Option<&str>) -> Vec<Candidate> {
    let fit = |place: &&Place| {
        config.apps.iter().find_map(|pattern| {
            let fit = pattern.fit(&place.path, &config.environments).filter(|_| !pattern.excludes(&place.path))?;
            let environment = fit.environment.or_else(|| fallback.map(str::to_owned))?;
            let key = vec![fit.app.clone()];
            let (directory, real) = (place.path.clone(), place.real.clone());
            Some(Candidate {
                key,
                app: fit.app,
                environment,
                cluster: fit.cluster,
                directory,
                real,
                by: Applier::Unknown,
                reads: Vec::new(),
            })
        })
    };
    places.iter().filter_map(fit).collect()
}

/// Whether a directory fits a path of the configuration that excludes it.
pub(super) fn is_excluded(config: &Config, directory: &RepoPath) -> bool {
    config.apps.iter().any(|pattern| fits(pattern, config, directory) && pattern.excludes(directory))
}

/// Whether a directory fits a path of the configuration but for the environment.
pub(super) fn is_beside(config: &Config, directory: &RepoPath) -> bool {
    config.apps.iter().any(|pattern| pattern.environment_word(directory).is_some_and(|word| !is_shared(word)))
}

/// What of the paths is not as whoever wrote them thought, one sentence each.
pub(super) fn notes(config: &Config, places: &[&Place], found: &[Candidate]) -> Vec<String> {
    let count = places.len();
    let unused = config.apps.iter().filter(|pattern| !found.iter().any(|one| fits(pattern, config, &one.directory)));
    let mut notes: Vec<String> =
        unused.map(|pattern| format!("`{}` fits none of {count} kustomizations", pattern.written)).collect();
    for pattern in &config.apps {
        for exclusion in &pattern.exclude {
            if !places.iter().any(|place| fits(pattern, config, &place.path) && exclusion.covers(&place.path)) {
                notes.push(format!("`exclude: {}` of `{}` excludes nothing", exclusion.written, pattern.written));
            }
        }
    }
    let excluded: Vec<&RepoPath> =
        places.iter().map(|place| &place.path).filter(|path| is_excluded(config, path)).collect();
    if !excluded.is_empty() {
        notes.push(format!("excluded under `apps`, and not judged: {}", examples(excluded)));
    }
    notes.extend(unknown_environments(config, places, found));
    notes
}

fn fits(pattern: &AppPattern, config: &Config, directory: &RepoPath) -> bool {
    pattern.fit(directory, &config.environments).is_some()
}

/// Directories that fit a path of the configuration but for the environment.
fn unknown_environments(config: &Config, places: &[&Place], found: &[Candidate]) -> Vec<String> {
    let known: BTreeSet<&RepoPath> = found.iter().map(|candidate| &candidate.directory).collect();
    let mut words: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
    for directory in places.iter().map(|place| &place.path).filter(|path| !known.contains(path)) {
        let word = config.apps.iter().find_map(|pattern| pattern.environment_word(directory));
        let unknown = |word: &&str| !matches!(*word, "base" | "bases") && config.environments.find(word).is_none();
        if let Some(word) = word.filter(unknown) {
            words.entry(word).or_default().push(directory);
        }
    }
    let note = |(word, directories): (&str, Vec<&RepoPath>)| {
        format!("`{word}` is no environment: {} left out", examples(directories))
    };
    words.into_iter().map(note).collect()
}
