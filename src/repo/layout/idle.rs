//! Paths of the configuration that no directory fits: whoever wrote them expects something to be judged that is not.

use std::collections::BTreeSet;

use super::walk::Walk;
use crate::pointer::Pointers;
use crate::repo::config::Config;
use crate::source::{Problem, RepoPath};

/// A path of the configuration that nothing fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdlePath {
    /// The path, as written.
    pub written: String,
    /// What is wrong, at its line.
    pub problem: Problem,
}

/// The directories that the paths of the configuration may speak of.
#[derive(Default)]
pub(super) struct Spoken {
    /// Those with a kustomization, and those that pointers have applied.
    overlays: BTreeSet<RepoPath>,
    /// Those with YAML files, where clusters may begin, and all above them.
    clusters: BTreeSet<RepoPath>,
}

impl Spoken {
    /// Notes the directories of a revision.
    pub(super) fn note(&mut self, config: &Config, walk: &Walk, pointers: Option<&Pointers>) {
        if !config.apps.is_empty() {
            self.overlays.extend(walk.own().into_iter().map(|place| place.path.clone()));
            let located = pointers.into_iter().flat_map(|pointers| &pointers.located);
            self.overlays.extend(located.map(|located| located.applied.directory.clone()));
        }
        if !config.clusters.is_empty() {
            let files = walk.manifests.iter().filter_map(RepoPath::parent);
            let directories: BTreeSet<RepoPath> =
                walk.own().into_iter().map(|place| place.path.clone()).chain(files).collect();
            self.clusters.extend(directories.iter().flat_map(RepoPath::upwards));
        }
    }

    /// The paths that none of these directories fits.
    pub(super) fn idle(&self, config: &Config) -> Vec<IdlePath> {
        let environments = &config.environments;
        let apps = config
            .apps
            .iter()
            .filter(|pattern| !self.overlays.iter().any(|directory| pattern.fit(directory, environments).is_some()));
        let apps = apps.map(|pattern| (&pattern.path, "kustomization"));
        let clusters = config
            .clusters
            .iter()
            .filter(|pattern| !self.clusters.iter().any(|directory| pattern.fit(directory, environments).is_some()));
        let clusters = clusters.map(|pattern| (&pattern.path, "YAML file"));
        let idle = apps.chain(clusters).map(|(path, what)| IdlePath {
            written: path.written.clone(),
            problem: Problem::new(format!("no directory with a {what} fits `{}`", path.written))
                .at(path.span)
                .hint("mend the path or take it away; `gate layout` shows what is found"),
        });
        idle.collect()
    }
}
