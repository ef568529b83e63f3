//! Overlays put together: those of one app, each in its environment and cluster, and what the apps are called.

use std::collections::BTreeMap;

use super::candidate::{Candidate, examples};
use crate::pointer::{Applied, Applier};
use crate::repo::environments::Environments;
use crate::repo::overlays::{App, Overlay};

/// What apps are called. One that was called something `before` still is, whatever comes beside it; of several that would
/// be called alike, each is called by the whole of its path.
pub(super) fn app_names(
    candidates: &[Candidate],
    before: Option<&BTreeMap<Vec<String>, String>>,
) -> BTreeMap<Vec<String>, String> {
    let short: BTreeMap<&Vec<String>, &String> = candidates.iter().rev().map(|one| (&one.key, &one.app)).collect();
    let known = |key: &Vec<String>| before.and_then(|before| before.get(key));
    let mut taken: BTreeMap<&String, usize> = BTreeMap::new();
    for (key, name) in &short {
        *taken.entry(known(key).unwrap_or(name)).or_default() += 1;
    }
    let called = |(key, name): (&&Vec<String>, &&String)| {
        let new = || if taken.get(*name).is_some_and(|count| *count > 1) { key.join("/") } else { (*name).clone() };
        ((*key).clone(), known(key).cloned().unwrap_or_else(new))
    };
    short.iter().map(called).collect()
}

/// Puts overlays into apps.
pub(super) fn group(
    candidates: Vec<Candidate>,
    names: &BTreeMap<Vec<String>, String>,
    environments: &Environments,
    notes: &mut Vec<String>,
) -> Vec<App> {
    let mut groups: BTreeMap<Vec<String>, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        groups.entry(candidate.key.clone()).or_default().push(candidate);
    }
    let mut apps = Vec::new();
    for (key, group) in groups {
        let Some(name) = names.get(&key).cloned() else { continue };
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
        same.sort_by(|a, b| (&a.directory, &a.by).cmp(&(&b.directory, &b.by)));
        let several = same.len() > 1;
        if let Some(first) = same.first().filter(|_| several) {
            let directories = examples(same.iter().map(|candidate| &candidate.directory).collect());
            notes.push(format!(
                "`{app}` has several overlays in `{}`: {directories}; each counts as a cluster",
                first.environment
            ));
        }
        let twins = |one: &Candidate| same.iter().filter(|other| other.directory == one.directory).count() > 1;
        let clusters: Vec<Option<String>> = same
            .iter()
            .map(|one| match &one.by {
                _ if !several => one.cluster.clone(),
                Applier::Pointer(place) if twins(one) => Some(format!("{}:{}", place.file, place.called())),
                _ => Some(one.directory.to_string()),
            })
            .collect();
        overlays.extend(same.into_iter().zip(clusters).map(|(candidate, cluster)| {
            let Candidate { environment, directory, by, reads, .. } = candidate;
            Overlay { environment, cluster, applied: Applied { directory, by }, reads }
        }));
    }
    overlays
}
