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
    places.iter().filter_map(|place| candidate(config, &place.path, &place.real, fallback)).collect()
}

/// What a directory is by the first path of the configuration that it fits; `real` is the directory, links resolved.
pub(super) fn candidate(
    config: &Config,
    directory: &RepoPath,
    real: &RepoPath,
    fallback: Option<&str>,
) -> Option<Candidate> {
    config.apps.iter().find_map(|pattern| {
        let fit = pattern.fit(directory, &config.environments).filter(|_| !pattern.excludes(directory))?;
        let environment = fit.environment.or_else(|| fallback.map(str::to_owned))?;
        Some(Candidate {
            key: vec![fit.app.clone()],
            app: fit.app,
            environment,
            cluster: fit.cluster,
            directory: directory.clone(),
            real: real.clone(),
            by: Applier::Unknown,
            reads: Vec::new(),
        })
    })
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
    let mut notes = Vec::new();
    for pattern in &config.apps {
        for exclusion in &pattern.exclude {
            if !places.iter().any(|place| fits(pattern, config, &place.path) && exclusion.covers(&place.path)) {
                notes.push(format!("`exclude: {}` of `{}` excludes nothing", exclusion.written, pattern.path.written));
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
