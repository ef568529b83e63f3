//! Overlays by the names of directories, without a configuration.
//!
//! A kustomization whose path has a directory named like an environment is an overlay; paths equal but for that
//! are one app. Of two environments in a path the inner one counts.

use rayon::prelude::*;

use super::candidate::{Candidate, count, examples};
use super::names::Names;
use super::parts;
use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::repo::apps::plain_name;
use crate::repo::environments::{Environment, Environments};
use crate::source::{Kind, RepoPath, Revision};

/// Directories that hold what is not the repository's own, or is there to be tested.
const SKIPPED: [&str; 3] = ["node_modules", "testdata", "vendor"];

/// Every directory with a kustomization, sorted. Links are not followed; `skip` says by name where not to look.
pub(super) fn kustomizations(revision: &Revision, skip: impl Fn(&str) -> bool + Sync) -> Vec<RepoPath> {
    let mut found = below(revision, &RepoPath::root(), &skip);
    found.sort();
    found
}

/// As [`kustomizations`], at and below a directory.
fn below(revision: &Revision, directory: &RepoPath, skip: &(impl Fn(&str) -> bool + Sync)) -> Vec<RepoPath> {
    let Some(entries) = revision.list(directory) else { return Vec::new() };
    let is_kustomization = |name: &str| KUSTOMIZATION_NAMES.contains(&name);
    let own =
        entries.iter().any(|entry| matches!(entry.kind, Kind::File | Kind::Link) && is_kustomization(&entry.name));
    let directories = entries.par_iter().filter(|entry| entry.kind == Kind::Directory && !skip(&entry.name));
    let mut found: Vec<RepoPath> =
        directories.flat_map_iter(|entry| below(revision, &directory.child(&entry.name), skip)).collect();
    found.extend(own.then(|| directory.clone()));
    found
}

/// The overlays that the names of directories tell.
pub(super) fn overlays(web: &Web<'_>, environments: &Environments, notes: &mut Vec<String>) -> Vec<Candidate> {
    let directories = kustomizations(web.revision(), |name| name.starts_with('.') || SKIPPED.contains(&name));
    let names = Names::read(&directories, environments);
    let found: Vec<Candidate> = directories.par_iter().filter_map(|directory| candidate(directory, &names)).collect();
    if found.is_empty() {
        notes.extend(account(&directories, environments));
        return found;
    }
    notes.extend(unclear(&directories, &names, environments));
    let strangers = names.strangers(&directories);
    if !strangers.is_empty() {
        let directories = examples(strangers.iter().collect());
        notes.push(format!("beside environments, but none that is known: {directories}"));
    }
    parts::without(found, web, |part, whole| part.environment == whole.environment, notes)
}

/// The overlay that `directory` is.
fn candidate(directory: &RepoPath, names: &Names) -> Option<Candidate> {
    let mut steps = Vec::new();
    let mut path = RepoPath::root();
    for component in directory.components() {
        let parent = path.clone();
        path = path.child(component);
        steps.push((parent, component, names.meaning(&path)));
    }
    let (home, inner) = steps.iter().rev().find_map(|(parent, _, meaning)| Some((parent, (*meaning)?)))?;
    // Where the inner name stands alone, an outer one of the same environment only repeats it.
    let repeats = !names.is_home(home);
    let mut key = Vec::new();
    let mut cluster = None;
    for (parent, component, meaning) in &steps {
        match meaning.filter(|meaning| parent == home || (repeats && meaning.environment == inner.environment)) {
            Some(meaning) => {
                cluster = meaning.cluster.clone().or(cluster);
                key.extend(meaning.app.clone());
            }
            None => key.push((*component).to_owned()),
        }
    }
    let app = plain_name(key.iter().map(String::as_str));
    Some(Candidate { key, app, environment: inner.environment.clone(), cluster, directory: directory.clone() })
}

/// Names of environments that did not count.
fn unclear(directories: &[RepoPath], names: &Names, environments: &Environments) -> Vec<String> {
    let word = |directory: &RepoPath| {
        let mut path = RepoPath::root();
        let mut word = None;
        for component in directory.components() {
            path = path.child(component);
            if names.meaning(&path).is_some() {
                return None;
            }
            word = word.or_else(|| environments.find(component).map(|_| path.clone()));
        }
        word
    };
    let mut unclear: Vec<RepoPath> = directories.par_iter().filter_map(word).collect();
    unclear.dedup();
    if unclear.is_empty() {
        return Vec::new();
    }
    vec![format!("no other environment is beside {}: not taken for an environment", examples(unclear.iter().collect()))]
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
