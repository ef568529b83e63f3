//! Overlays that links lead to: each is judged under its own path, unless it is judged already where it is.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, count, examples};
use crate::source::RepoPath;

/// What an app or a directory is by: the key of its app, and the environment.
type Role<'a> = (&'a [String], &'a str);

/// The candidates without those that are the same overlay under another path. Of a link and what it leads to, in one
/// environment, what it leads to counts; only where that stands alone and the link beside other environments, the
/// link does. Those in `keep` stay.
pub(super) fn once(
    mut candidates: Vec<Candidate>,
    keep: &BTreeSet<&RepoPath>,
    notes: &mut Vec<String>,
) -> Vec<Candidate> {
    if candidates.iter().all(|candidate| !candidate.is_linked()) {
        return candidates;
    }
    let gone = aliases(&candidates, keep);
    if !gone.is_empty() {
        let noun = if gone.len() == 1 { "leads" } else { "lead" };
        let links = examples(gone.iter().collect());
        notes.push(format!("{} {noun} to what is judged under another path: {links}", count(gone.len(), "link")));
    }
    candidates.retain(|candidate| !gone.contains(&candidate.directory));
    candidates
}

/// The directories of the candidates that are judged under another path.
fn aliases(candidates: &[Candidate], keep: &BTreeSet<&RepoPath>) -> BTreeSet<RepoPath> {
    let plain: BTreeMap<&RepoPath, &Candidate> =
        candidates.iter().filter(|one| !one.is_linked()).map(|one| (&one.real, one)).collect();
    let mut environments: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
    for one in plain.values() {
        environments.entry(&one.key).or_default().insert(&one.environment);
    }
    let is_beside_others = |one: &Candidate| {
        environments.get(one.key.as_slice()).is_some_and(|all| all.iter().any(|other| *other != one.environment))
    };
    let mut gone = BTreeSet::new();
    let mut taken: BTreeSet<(&RepoPath, Role<'_>)> = BTreeSet::new();
    for one in candidates.iter().filter(|one| one.is_linked() && !keep.contains(&one.directory)) {
        let target = plain.get(&one.real).filter(|target| target.environment == one.environment);
        let is_first = taken.insert((&one.real, (&one.key, &one.environment)));
        match target {
            Some(target) if target.key != one.key && is_beside_others(one) && !is_beside_others(target) => {
                if !keep.contains(&target.directory) {
                    gone.insert(target.directory.clone());
                }
            }
            None if is_first => {}
            _ => {
                gone.insert(one.directory.clone());
            }
        }
    }
    gone
}
