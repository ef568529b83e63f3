//! Clusters by the names of directories: where an environment is several clusters, each has a directory of its own below
//! that of the environment.
//!
//! Such a name stands for a cluster and not for an app where the place bears it out:
//!
//! - For overlays: several directories that hold environments (`api/production/eu`, `web/production/eu`) have it below one
//!   and the same environment, and nowhere below another. So have directories beside one that do.
//! - For pointers: below a directory that says that it holds clusters, an environment has two directories in which files
//!   are called alike (`clusters/production/eu/apps.yaml`, `clusters/production/us/apps.yaml`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::names::{Names, is_shared, says_clusters};
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{PathStep, RepoPath};

/// The directories right below those of environments that stand for clusters, by path.
#[derive(Default)]
pub(super) struct ClusterDirectories(HashSet<String>);

impl ClusterDirectories {
    /// Those among the directories with kustomizations, and above them.
    pub(super) fn read(directories: &[RepoPath], names: &Names) -> Self {
        let mut below: BTreeMap<&str, Occurrences<'_>> = BTreeMap::new();
        let mut children: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for directory in directories {
            for (above, step) in directory.steps().zip(directory.steps().skip(1)) {
                let Some(meaning) = names.meaning(above.path) else { continue };
                if names.meaning(step.path).is_some() || is_shared(step.name) {
                    continue;
                }
                let found = below.entry(step.name).or_default();
                found.environments.insert(meaning.environment.as_str());
                found.homes.insert(above.directory);
                children.entry(above.path).or_default().insert(step.name);
            }
        }
        let is_bound = |name: &str| below.get(name).is_some_and(|found| found.environments.len() == 1);
        let is_cluster = |name: &str| is_bound(name) && below.get(name).is_some_and(|found| found.homes.len() > 1);
        let of = |(above, names): (&str, BTreeSet<&str>)| -> Vec<String> {
            if !names.iter().any(|name| is_cluster(name)) {
                return Vec::new();
            }
            names.into_iter().filter(|name| is_bound(name)).map(|name| format!("{above}/{name}")).collect()
        };
        Self(children.into_iter().flat_map(of).collect())
    }

    /// Whether a directory stands for a cluster.
    pub(super) fn has(&self, step: &PathStep<'_>) -> bool {
        self.0.contains(step.path)
    }
}

/// Where a name stands below environments.
#[derive(Default)]
struct Occurrences<'a> {
    environments: BTreeSet<&'a str>,
    /// The directories that hold these environments.
    homes: BTreeSet<&'a str>,
}

/// The directories below those of environments that `files`, which pointers stand in, show to be clusters, each with that
/// of the environment.
pub(super) fn of_pointers<'p>(files: impl Iterator<Item = &'p RepoPath>, names: &Names) -> Vec<(String, String)> {
    // By the directory that holds the environments, and that of one: what is in each directory below it.
    let mut holders: HashMap<String, BTreeMap<String, BTreeMap<String, BTreeSet<String>>>> = HashMap::new();
    let mut direct: HashSet<String> = HashSet::new();
    for file in files {
        let Some((environment, meaning)) = names.of(file) else { continue };
        let holder = environment.rsplit_once('/').map_or("", |(holder, _)| holder);
        let rest = file.as_str().strip_prefix(environment).and_then(|rest| rest.strip_prefix('/'));
        let Some(rest) = rest.filter(|_| meaning.cluster.is_none() && says_clusters(holder)) else { continue };
        match rest.split_once('/') {
            Some((below, tail)) => {
                let environments = holders.entry(holder.to_owned()).or_default();
                let tails =
                    environments.entry(environment.to_owned()).or_default().entry(below.to_owned()).or_default();
                if !KUSTOMIZATION_NAMES.contains(&tail) {
                    tails.insert(tail.to_owned());
                }
            }
            None => {
                direct.insert(holder.to_owned());
            }
        }
    }
    let alike = |below: &BTreeMap<String, BTreeSet<String>>| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        below.values().any(|tails| tails.iter().any(|tail| !seen.insert(tail)))
    };
    let holders = holders
        .into_iter()
        .filter(|(holder, environments)| !direct.contains(holder) && environments.values().any(alike));
    let clusters = holders
        .flat_map(|(_, environments)| environments)
        .flat_map(|(environment, below)| below.into_keys().map(move |name| (environment.clone(), name)));
    clusters.collect()
}
