//! Overlays by the names of directories, without a configuration.
//!
//! A kustomization whose path has a directory named like an environment is an overlay; paths equal but for that
//! are one app. Of two environments in a path the inner one counts.

use rayon::prelude::*;

use super::candidate::{Candidate, count, examples};
use super::clusters::ClusterDirectories;
use super::names::{Meaning, Names};
use super::walk::Place;
use crate::pointer::Applier;
use crate::repo::apps::plain_name;
use crate::repo::environments::{Environment, Environments};
use crate::source::{PathStep, RepoPath};

/// What the names of directories tell.
pub(super) struct Found {
    /// The overlays.
    pub(super) candidates: Vec<Candidate>,
    names: Names,
}

/// The overlays that the names of directories tell, and how they came about, one sentence each.
pub(super) fn overlays(places: &[&Place], environments: &Environments, notes: &mut Vec<String>) -> Found {
    let directories: Vec<RepoPath> = places.iter().map(|place| place.path.clone()).collect();
    let names = Names::read(&directories, environments);
    let clusters = ClusterDirectories::read(&directories, &names);
    let candidates: Vec<Candidate> =
        places.par_iter().filter_map(|place| candidate(place, &names, &clusters)).collect();
    if candidates.is_empty() {
        notes.extend(account(&directories, environments));
        return Found { candidates, names };
    }
    notes.extend(unclear(&directories, &names, environments));
    let strangers = names.strangers(&directories);
    if !strangers.is_empty() {
        let directories = examples(strangers.into_iter().collect());
        notes.push(format!("beside environments, but none that is known: {directories}"));
    }
    Found { candidates, names }
}

impl Found {
    /// Whether a directory, or one that holds it, stands where environments do and is none.
    pub(super) fn is_beside(&self, directory: &RepoPath) -> bool {
        !self.names.strangers(std::slice::from_ref(directory)).is_empty()
    }
}

/// The overlay that a directory is.
fn candidate(place: &Place, names: &Names, clusters: &ClusterDirectories) -> Option<Candidate> {
    let (home, inner) = place.path.steps().rev().find_map(|step| Some((step.directory, names.meaning(step.path)?)))?;
    // Where the inner name stands alone, an outer one of the same environment only repeats it.
    let repeats = !names.is_home(home);
    let mut key = Vec::new();
    let mut cluster = None;
    for step in place.path.steps() {
        let PathStep { directory, name, path } = step;
        let counts = |meaning: &&Meaning| directory == home || (repeats && meaning.environment == inner.environment);
        match names.meaning(path).filter(counts) {
            Some(meaning) => {
                cluster = meaning.cluster.clone().or(cluster);
                key.extend(meaning.app.clone());
            }
            None if cluster.is_none() && clusters.has(&step) => cluster = Some(name.to_owned()),
            None => key.push(name.to_owned()),
        }
    }
    let app = plain_name(key.iter().map(String::as_str));
    let (directory, real) = (place.path.clone(), place.real.clone());
    Some(Candidate {
        key,
        app,
        environment: inner.environment.clone(),
        cluster,
        directory,
        real,
        by: Applier::Unknown,
        reads: Vec::new(),
    })
}

/// Names of environments that did not count.
fn unclear(directories: &[RepoPath], names: &Names, environments: &Environments) -> Vec<String> {
    let is_placed = |directory: &&RepoPath| directory.steps().any(|step| names.meaning(step.path).is_some());
    let mut unclear: Vec<&str> = directories
        .par_iter()
        .filter(|directory| !is_placed(directory))
        .filter_map(|directory| directory.steps().find(|step| environments.find(step.name).is_some()))
        .map(|step| step.path)
        .collect();
    unclear.dedup();
    if unclear.is_empty() {
        return Vec::new();
    }
    vec![format!("no other environment is beside {}: not taken for an environment", examples(unclear))]
}

/// Why nothing was found.
fn account(directories: &[RepoPath], environments: &Environments) -> Vec<String> {
    if directories.is_empty() {
        return vec!["there is no kustomization.yaml to be found".to_owned()];
    }
    let words: Vec<String> = environments.iter().flat_map(Environment::names).map(|name| format!("`{name}`")).collect();
    let mut account = vec![format!(
        "of {} none is in or below a directory that names an environment: {}",
        count(directories.len(), "kustomization"),
        words.join(", ")
    )];
    account.extend(unclear(directories, &Names::default(), environments));
    account.push(
        "say in `gate.yaml` where overlays are: `apps: [{path: \"apps/{app}/overlays/{environment}\"}]`".to_owned(),
    );
    account
}
