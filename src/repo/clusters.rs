//! The entries of `clusters`: which directories hold what a cluster begins with, and for which environment.
//!
//! All that stands below such a directory is for its environment and cluster, whatever the directories on the way are
//! called.

use super::environments::Environments;
use super::placeholders::{CLUSTER, ENVIRONMENT, PathPattern};
use crate::source::{Problem, RepoPath};
use crate::yaml::Node;

/// Directories that clusters begin with.
#[derive(Debug, Clone)]
pub struct ClusterPattern {
    /// The path.
    pub path: PathPattern,
    /// The environment, where the path does not say it.
    environment: Option<String>,
}

/// What the path of a cluster's directory says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFit {
    /// The environment's name.
    pub environment: String,
    /// The cluster.
    pub cluster: Option<String>,
}

impl ClusterPattern {
    /// What the path of `directory` says; `None` where it does not fit.
    #[must_use]
    pub fn fit(&self, directory: &RepoPath, environments: &Environments) -> Option<ClusterFit> {
        let bound = self.path.fit(directory, environments)?;
        let cluster = bound.text(CLUSTER).map(str::to_owned);
        let environment = bound.environment.or_else(|| self.environment.clone())?;
        Some(ClusterFit { environment, cluster })
    }

    /// Reads an entry of `clusters`.
    pub(super) fn read(node: &Node, environments: &Environments, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = node.get("path").unwrap_or(node);
        let written = path.text()?;
        let read = PathPattern::read(written, path.origin.span, &[CLUSTER, ENVIRONMENT], environments);
        let path = read.map_err(|problem| problems.push(problem)).ok()?;
        let named = node.get("environment");
        let problem = match named {
            None if !path.names_environment() => Problem::new(format!("`{written}` has no `{{environment}}`"))
                .at(path.span)
                .hint("say where its name stands, as in `clusters/{environment}`, or give `environment` beside `path`"),
            Some(named) if path.names_environment() => {
                Problem::new(format!("`{written}` says the environment already"))
                    .at(named.origin.span)
                    .hint("take `environment` away, or `{environment}`")
            }
            _ => {
                let environment = named.and_then(|named| environments.resolve(named, problems));
                return (path.names_environment() || environment.is_some()).then_some(Self { path, environment });
            }
        };
        problems.push(problem);
        None
    }
}
