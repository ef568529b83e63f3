//! The environments that pointers are for: in this order, what the path of the pointer's file says, that of what has the
//! pointer applied, that of the directory, and the pointer's name.

use std::collections::BTreeSet;

use super::candidate::Candidate;
use super::names::{Meaning, Names};
use crate::pointer::Located;
use crate::repo::environments::Environments;
use crate::source::RepoPath;

/// What tells which environments pointers are for.
pub(super) struct Told<'p> {
    pub(super) located: &'p [Located],
    pub(super) names: &'p Names,
    pub(super) environments: &'p Environments,
}

impl Told<'_> {
    /// The environments of a pointer, each with its cluster: one that several clusters begin with is for each of them.
    /// `known` is what the directory is by its name.
    pub(super) fn meanings(&self, located: &Located, known: Option<&Candidate>) -> Vec<Meaning> {
        let one = self.of_file(located).or_else(|| self.of_parent(located));
        if let Some(one) = one {
            return vec![one];
        }
        let appliers = self.of_appliers(located);
        if !appliers.is_empty() {
            return appliers;
        }
        let known = known.map(|known| Meaning {
            environment: known.environment.clone(),
            cluster: known.cluster.clone(),
            app: None,
        });
        let of_directory = || self.of_path(&located.applied.directory);
        let one = known.or_else(of_directory).or_else(|| self.of_name(located));
        one.into_iter().collect()
    }

    fn of_path(&self, path: &RepoPath) -> Option<Meaning> {
        self.names.of(path).map(|(_, meaning)| meaning.clone())
    }

    fn of_file(&self, located: &Located) -> Option<Meaning> {
        self.of_path(&located.place.file.parent()?)
    }

    fn of_parent(&self, located: &Located) -> Option<Meaning> {
        located.place.ancestors().find_map(|parent| {
            let home = parent.pointer().and_then(|place| place.file.parent());
            home.and_then(|home| self.of_path(&home)).or_else(|| self.of_path(&parent.directory))
        })
    }

    /// The environments of those that have the pointer applied, of those that have these applied, and so on.
    fn of_appliers(&self, located: &Located) -> Vec<Meaning> {
        let mut found: Vec<Meaning> = Vec::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<usize> = located.appliers.clone();
        while let Some(index) = open.pop() {
            let Some(applier) = self.located.get(index).filter(|_| seen.insert(index)) else { continue };
            match self.of_file(applier).or_else(|| self.of_parent(applier)) {
                Some(meaning) if found.contains(&meaning) => {}
                Some(meaning) => found.push(meaning),
                None if applier.appliers.is_empty() => {
                    let directory = &applier.applied.directory;
                    found.extend(self.of_path(directory).filter(|meaning| !found.contains(meaning)));
                }
                None => open.extend(&applier.appliers),
            }
        }
        found.sort_by(|a, b| (&a.environment, &a.cluster).cmp(&(&b.environment, &b.cluster)));
        found
    }

    fn of_name(&self, located: &Located) -> Option<Meaning> {
        let words = located.place.called().split(['-', '_', '.']);
        let found = words.filter_map(|word| self.environments.find(word));
        let found: BTreeSet<&str> = found.map(|environment| environment.name.as_str()).collect();
        let mut found = found.into_iter();
        let environment = found.next().filter(|_| found.next().is_none())?.to_owned();
        Some(Meaning { environment, cluster: None, app: None })
    }
}
