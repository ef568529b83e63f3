//! Where things are: apps, their overlays in each environment, found by the paths that `apps` gives or by the
//! names of directories.
//!
//! What was found and why is told in notes, for people who wonder. Nothing is rendered here.

mod candidate;
mod discover;
mod names;
mod parts;

use std::collections::{BTreeMap, BTreeSet};

use super::apps::plain_name;
use super::config::Config;
use super::environments::{Environment, Environments};
use super::overlays::{App, Overlay};
use crate::kustomize::Web;
use crate::source::{RepoPath, Revision};
use candidate::{Candidate, count, examples};

/// The apps of a repository.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The environments in the order of promotion: the configured ones, else the usual ones that are there.
    pub environments: Environments,
    /// The apps, by name.
    pub apps: Vec<App>,
    /// How this view came about, one sentence each.
    pub notes: Vec<String>,
}

impl Layout {
    /// Finds the apps of `revision`. `elsewhere` has a revision for each environment that lives somewhere else
    /// ([`Environment::is_elsewhere`]), by the environment's name.
    #[must_use]
    pub fn find(config: &Config, revision: &Revision, elsewhere: &BTreeMap<String, &Revision>) -> Self {
        Self::find_in(config, &Web::new(revision), elsewhere, &BTreeSet::new())
    }

    /// As [`Self::find`], for a revision whose kustomizations are looked into afterwards, too. It is the revision of the
    /// environments `own`, which live somewhere else by the configuration; those that do not are then in `elsewhere`.
    #[must_use]
    pub fn find_in(
        config: &Config,
        web: &Web<'_>,
        elsewhere: &BTreeMap<String, &Revision>,
        own: &BTreeSet<String>,
    ) -> Self {
        let mut notes = Vec::new();
        let mut candidates = Vec::new();
        let mut at_home = config.environments.iter().filter(|environment| !environment.is_elsewhere()).peekable();
        if at_home.peek().is_some() {
            let home = at_home.find_map(|environment| elsewhere.get(&environment.name)).map(|home| Web::new(home));
            candidates.extend(here(config, home.as_ref().unwrap_or(web), &mut notes));
        }
        for environment in config.environments.iter().filter(|environment| environment.is_elsewhere()) {
            let own = own.contains(&environment.name).then(|| web.revision());
            match own.or_else(|| elsewhere.get(&environment.name).copied()) {
                Some(revision) => candidates.extend(there(config, revision, environment)),
                None => notes.push(format!("`{}` is elsewhere and was not looked at", environment.name)),
            }
        }
        let mut environments = config.environments.clone();
        if !environments.configured() && !candidates.is_empty() {
            let found: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.environment.as_str()).collect();
            environments.retain(|environment| found.contains(environment.name.as_str()));
        }
        let apps = group(candidates, &environments, &mut notes);
        notes.insert(0, summary(config, &environments, &apps));
        Self { environments, apps, notes }
    }

    /// The app of that name.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name)
    }
}

/// Every directory with a kustomization, whatever it is for, sorted.
#[must_use]
pub fn kustomizations(revision: &Revision) -> Vec<RepoPath> {
    discover::kustomizations(revision, |_| false)
}

/// The overlays of `revision` in the environments that live in it.
fn here(config: &Config, web: &Web<'_>, notes: &mut Vec<String>) -> Vec<Candidate> {
    if config.apps.is_empty() {
        return discover::overlays(web, &config.environments, notes);
    }
    let directories = kustomizations(web.revision());
    // Paths without `{environment}` speak of the one environment that is here, if it is the only one.
    let mut at_home = config.environments.iter().filter(|environment| !environment.is_elsewhere());
    let only = at_home.next().filter(|_| at_home.next().is_none()).map(|environment| environment.name.as_str());
    let found = listed(config, &directories, only);
    notes.extend(unused_paths(config, &directories, &found));
    notes.extend(unknown_environments(config, &directories, &found));
    parts::without(found, web, |part, whole| (&part.app, &part.environment) == (&whole.app, &whole.environment), notes)
}

/// The overlays of an environment that has a revision of its own.
fn there(config: &Config, revision: &Revision, environment: &Environment) -> Vec<Candidate> {
    let name = environment.name.as_str();
    let directories = discover::kustomizations(revision, |_| false);
    let found = if config.apps.is_empty() {
        let whole = directories.into_iter().map(|directory| {
            let key: Vec<String> = directory.components().map(str::to_owned).collect();
            let app = plain_name(directory.components());
            Candidate { key, app, environment: name.to_owned(), cluster: None, directory }
        });
        whole.collect()
    } else {
        listed(config, &directories, Some(name)).into_iter().filter(|found| found.environment == name).collect()
    };
    parts::without(found, &Web::new(revision), |_, _| true, &mut Vec::new())
}

/// The directories that fit a path of the configuration; the first path that fits decides. `fallback` is the
/// environment of paths that name none.
fn listed(config: &Config, directories: &[RepoPath], fallback: Option<&str>) -> Vec<Candidate> {
    let fit = |directory: &RepoPath| {
        config.apps.iter().find_map(|pattern| {
            let fit = pattern.fit(directory, &config.environments)?;
            let environment = fit.environment.or_else(|| fallback.map(str::to_owned))?;
            let key = vec![fit.app.clone()];
            Some(Candidate { key, app: fit.app, environment, cluster: fit.cluster, directory: directory.clone() })
        })
    };
    directories.iter().filter_map(fit).collect()
}

/// Paths of the configuration that found nothing.
fn unused_paths(config: &Config, directories: &[RepoPath], found: &[Candidate]) -> Vec<String> {
    let fits = |pattern: &super::AppPattern| {
        found.iter().any(|candidate| pattern.fit(&candidate.directory, &config.environments).is_some())
    };
    let unused = config.apps.iter().filter(|pattern| !fits(pattern));
    let count = directories.len();
    unused.map(|pattern| format!("`{}` fits none of {count} kustomizations", pattern.written)).collect()
}

/// Directories that fit a path of the configuration but for the environment.
fn unknown_environments(config: &Config, directories: &[RepoPath], found: &[Candidate]) -> Vec<String> {
    let known: BTreeSet<&RepoPath> = found.iter().map(|candidate| &candidate.directory).collect();
    let mut words: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
    for directory in directories.iter().filter(|directory| !known.contains(directory)) {
        let word = config.apps.iter().find_map(|pattern| pattern.environment_word(directory));
        if let Some(word) = word.filter(|word| !matches!(*word, "base" | "bases")) {
            words.entry(word).or_default().push(directory);
        }
    }
    let note = |(word, directories): (&str, Vec<&RepoPath>)| {
        format!("`{word}` is no environment: {} left out", examples(directories))
    };
    words.into_iter().map(note).collect()
}

/// Puts overlays into apps.
fn group(candidates: Vec<Candidate>, environments: &Environments, notes: &mut Vec<String>) -> Vec<App> {
    let mut groups: BTreeMap<Vec<String>, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        groups.entry(candidate.key.clone()).or_default().push(candidate);
    }
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for app in groups.values().filter_map(|group| group.first()) {
        *names.entry(app.app.clone()).or_default() += 1;
    }
    let mut apps = Vec::new();
    for (key, group) in groups {
        let Some(name) = group.first().map(|first| first.app.clone()) else { continue };
        let name = if names.get(&name).is_some_and(|count| *count > 1) { key.join("/") } else { name };
        let overlays = overlays(&name, group, environments, notes);
        apps.push(App { name, overlays });
    }
    apps.sort_by(|a, b| a.name.cmp(&b.name));
    apps
}

/// The overlays of an app in their order. Where two are the same but for their place, the place tells them apart.
fn overlays(app: &str, group: Vec<Candidate>, environments: &Environments, notes: &mut Vec<String>) -> Vec<Overlay> {
    let mut places: BTreeMap<(usize, Option<String>), Vec<Candidate>> = BTreeMap::new();
    for candidate in group {
        let position = environments.position(&candidate.environment).unwrap_or(usize::MAX);
        places.entry((position, candidate.cluster.clone())).or_default().push(candidate);
    }
    let mut overlays = Vec::new();
    for (_, mut same) in places {
        same.sort_by(|a, b| a.directory.cmp(&b.directory));
        let several = same.len() > 1;
        if let Some(first) = same.first().filter(|_| several) {
            let directories = examples(same.iter().map(|candidate| &candidate.directory).collect());
            notes.push(format!(
                "`{app}` has several overlays in `{}`: {directories}; each counts as a cluster",
                first.environment
            ));
        }
        overlays.extend(same.into_iter().map(|Candidate { environment, cluster, directory, .. }| {
            let cluster = if several { Some(directory.to_string()) } else { cluster };
            Overlay { environment, cluster, directory }
        }));
    }
    overlays
}

fn summary(config: &Config, environments: &Environments, apps: &[App]) -> String {
    let overlays: usize = apps.iter().map(|app| app.overlays.len()).sum();
    let how = if config.apps.is_empty() { "the names of directories" } else { "the paths under `apps`" };
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
    format!("found {} in {} by {how}: {}", count(apps.len(), "app"), count(overlays, "overlay"), names.join(", "))
}

#[cfg(test)]
mod tests;
