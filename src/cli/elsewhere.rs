//! Environments that live somewhere else: on a branch of their own, or in another checkout.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::repo::{Config, Environment};
use crate::source::{DiskTree, Files, GitRepository, Problem, RepoPath, Revision};

/// Opens the revision of each environment that is elsewhere, by the environment's name. `root` is the root of the
/// repository on disk, `below` the way to it in its Git repository.
///
/// # Errors
/// When a branch or checkout is not here: an environment that is not looked at would pass in silence.
pub(super) fn open(
    config: &Config,
    root: &Path,
    below: impl Fn(&GitRepository) -> Result<RepoPath, Problem>,
    files: &Arc<Files>,
) -> Result<BTreeMap<String, Revision>, Vec<Problem>> {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for environment in config.environments.iter().filter(|environment| environment.is_elsewhere()) {
        match one(environment, root, &below, files) {
            Ok(revision) => drop(found.insert(environment.name.clone(), revision)),
            Err(problem) => problems.push(problem.at(environment.span)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn one(
    environment: &Environment,
    root: &Path,
    below: impl Fn(&GitRepository) -> Result<RepoPath, Problem>,
    files: &Arc<Files>,
) -> Result<Revision, Problem> {
    if let Some(revision) = &environment.revision {
        let git = GitRepository::around(root)?;
        let commit = git.commit(revision)?;
        git.expect_whole(&commit)?;
        return Ok(Revision::new(git.tree(&commit, &below(&git)?)?, files.clone()));
    }
    let checkout = root.join(environment.root.as_deref().unwrap_or_default());
    let tree = DiskTree::new(&checkout).map_err(|cause| {
        Problem::new(format!("the checkout of `{}` cannot be read: {cause}", environment.name))
            .hint(format!("check the repository out at `{}`", environment.root.as_deref().unwrap_or_default()))
    })?;
    Ok(Revision::new(tree, files.clone()))
}
