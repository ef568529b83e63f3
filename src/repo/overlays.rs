//! An app and its overlays.

use crate::pointer::Applied;
use crate::source::RepoPath;

/// What is promoted: a group of overlays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its name, such as `payments/api`.
    pub name: String,
    /// Its overlays, by environment in the order of promotion, then by cluster.
    pub overlays: Vec<Overlay>,
}

impl App {
    /// Its overlays in an environment, by cluster.
    #[must_use]
    pub fn overlays_in(&self, environment: &str) -> Vec<&Overlay> {
        self.overlays.iter().filter(|overlay| overlay.environment == environment).collect()
    }

    /// What another environment has beside `overlay`: the overlay of the same cluster or, where it has none of
    /// that name, all of its overlays.
    #[must_use]
    pub fn overlays_beside(&self, overlay: &Overlay, environment: &str) -> Vec<&Overlay> {
        let all = self.overlays_in(environment);
        match all.iter().find(|other| other.cluster == overlay.cluster) {
            Some(same) => vec![same],
            None => all,
        }
    }
}

/// An app in an environment: a directory that is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The environment's name.
    pub environment: String,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// The directory and who applies it; in the environment's own revision, where it has one.
    pub applied: Applied,
    /// Paths that it may follow from, beside the directory and what its kustomizations name.
    pub reads: Vec<RepoPath>,
}

impl Overlay {
    /// Whether two overlays of an app are of the same environment and cluster.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        (&self.environment, &self.cluster) == (&other.environment, &other.cluster)
    }
}
