//! Environments that live somewhere else: on a branch of their own, or in another checkout.
//!
//! A change into the branch of an environment is what that environment will be: there the environment is in the tree
//! that is judged, and those without a branch of their own are on the default branch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Compared;
use super::commits::below;
use crate::repo::{Config, Environment};
use crate::source::{DiskTree, Files, GitRepository, Problem, Revision};

/// Where environments are that are not where their folder is.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// The revisions of the environments that are not in the tree that is judged, by the environment's name.
    pub(super) revisions: BTreeMap<String, Revision>,
    /// The environments whose branch the change goes into: the tree that is judged is what they will be.
    pub(super) here: BTreeSet<String>,
}

/// Opens the revision of each environment that is elsewhere. `root` is the root of the repository on disk.
///
/// # Errors
/// When a branch or checkout is not here, an environment that is not looked at would pass in silence, and when it
/// cannot be told which environment the tree is.
pub(super) fn open(
    config: &Config,
    root: &Path,
    compared: &Compared,
    files: &Arc<Files>,
) -> Result<Elsewhere, Vec<Problem>> {
    let mut found = Elsewhere::default();
    let mut opened = || -> Result<Option<Branches>, Problem> {
        if !config.environments.iter().any(|environment| environment.revision.is_some()) {
            return Ok(None);
        }
        let branches = Branches { config, compared, git: GitRepository::around(root)? };
        found.here = branches.own()?;
        Ok(Some(branches))
    };
    let branches = opened().map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    for environment in config.environments.iter().filter(|environment| !found.here.contains(&environment.name)) {
        let revision = match (&branches, &environment.revision, &environment.root) {
            (Some(branches), Some(revision), _) => branches.tree(revision, root, files),
            (_, _, Some(checkout)) => checked_out(&environment.name, root, checkout, files),
            (Some(branches), None, None) if !found.here.is_empty() => branches.at_home(environment, root, files),
            _ => continue,
        };
        match revision {
            Ok(revision) => drop(found.revisions.insert(environment.name.clone(), revision)),
            Err(problem) => problems.push(problem.at(environment.span)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// The environments that live on the branch of that name.
pub(super) fn on_branch<'a>(config: &'a Config, git: &GitRepository, branch: &str) -> Vec<&'a Environment> {
    let is_it = |revision: &str| match git.branch(revision) {
        Some(name) => name == branch,
        // A branch that was not fetched.
        None => ["refs/heads/", "refs/remotes/origin/", "origin/", ""]
            .iter()
            .any(|prefix| revision.strip_prefix(prefix) == Some(branch)),
    };
    with_branches(config).filter(|(_, revision)| is_it(revision)).map(|(environment, _)| environment).collect()
}

/// The environments that live on a branch, and how it is written.
fn with_branches(config: &Config) -> impl Iterator<Item = (&Environment, &str)> {
    config.environments.iter().filter_map(|environment| Some((environment, environment.revision.as_deref()?)))
}

fn checked_out(name: &str, root: &Path, written: &str, files: &Arc<Files>) -> Result<Revision, Problem> {
    let checkout = root.join(written);
    let holds_this = |root: PathBuf| checkout.canonicalize().is_ok_and(|checkout| root.starts_with(checkout));
    if root.canonicalize().is_ok_and(holds_this) {
        return Err(Problem::new(format!("`{written}` holds this repository, so it is no checkout of `{name}` alone"))
            .hint("check the repository of the environment out beside this one, and name that directory"));
    }
    let tree = DiskTree::new(&checkout).map_err(|cause| {
        Problem::new(format!("the checkout of `{name}` cannot be read: {cause}"))
            .hint(format!("check the repository out at `{written}`"))
    })?;
    Ok(Revision::new(tree, files.clone()))
}

/// The branches of a repository, as environments.
struct Branches<'a> {
    config: &'a Config,
    compared: &'a Compared,
    git: GitRepository,
}

impl Branches<'_> {
    fn tree(&self, revision: &str, root: &Path, files: &Arc<Files>) -> Result<Revision, Problem> {
        let commit = self.git.commit(revision)?;
        self.git.expect_whole(&commit)?;
        Ok(Revision::new(self.git.tree(&commit, &below(self.git.root(), root)?)?, files.clone()))
    }

    /// The default branch, for an environment that lives there while a change goes into another's branch.
    fn at_home(&self, environment: &Environment, root: &Path, files: &Arc<Files>) -> Result<Revision, Problem> {
        let branch = self.default_branch().ok_or_else(|| {
            Problem::new(format!("the default branch, where `{}` is, is not in this checkout", environment.name))
                .hint("run `git fetch origin && git remote set-head origin --auto`")
        })?;
        self.tree(&branch, root, files)
    }

    fn default_branch(&self) -> Option<String> {
        let said = self.compared.default_branch.clone().filter(|name| self.git.reference(name).is_some());
        said.or_else(|| self.git.default_branch("origin")).or_else(|| self.git.local_default_branch())
    }

    /// The environments whose branch the change goes into or, where there is no base, whose branch is checked out.
    fn own(&self) -> Result<BTreeSet<String>, Problem> {
        let target = self.compared.target.clone();
        let target = target.or_else(|| match (&self.compared.base, &self.compared.head) {
            (Some(_), _) => None,
            (None, Some(head)) => self.git.branch(head),
            (None, None) => self.git.checked_out(),
        });
        let found = match &target {
            Some(branch) => on_branch(self.config, &self.git, branch),
            None => self.by_commit()?,
        };
        let at_home = self.config.environments.iter().any(|environment| !environment.is_elsewhere());
        if found.is_empty() && !at_home && (target.is_none() || self.compared.base.is_none()) {
            let message = "the tree to be judged belongs to no environment: each has a branch or a checkout of its own";
            return Err(Problem::new(message).hint(self.name_it()));
        }
        Ok(found.into_iter().map(|environment| environment.name.clone()).collect())
    }

    /// The environment whose branch is at the base, or was when the change left it. What may as well go into the
    /// default branch, where that is no environment's, is taken to go there.
    fn by_commit(&self) -> Result<Vec<&Environment>, Problem> {
        let Some(base) = self.compared.base.as_deref() else { return Ok(Vec::new()) };
        let base = self.git.commit(base)?;
        let head = self.compared.head.as_deref().map_or_else(|| self.git.head(), |head| self.git.commit(head))?;
        let left = |tip: &str| tip == base || self.git.merge_base(tip, &head).is_ok_and(|fork| fork == base);
        let fits = |revision: &str| self.git.commit(revision).is_ok_and(|tip| left(&tip));
        let found = with_branches(self.config).filter(|(_, revision)| fits(revision));
        let found: Vec<&Environment> = found.map(|(environment, _)| environment).collect();
        let default = self.default_branch().filter(|name| {
            let branch = self.git.branch(name);
            branch.is_none_or(|branch| on_branch(self.config, &self.git, &branch).is_empty())
        });
        if default.is_some_and(|branch| fits(&branch)) {
            return Ok(Vec::new());
        }
        if let [_, _, ..] = found.as_slice() {
            let names: Vec<&str> = found.iter().map(|environment| environment.name.as_str()).collect();
            let message = format!("the change may go into each of `{}`: their branches fit", names.join("`, `"));
            return Err(Problem::new(message).hint(self.name_it()));
        }
        Ok(found)
    }

    /// How to say where the change goes.
    fn name_it(&self) -> String {
        let example = with_branches(self.config).last().map_or("origin/main", |(_, revision)| revision);
        format!("name the branch that the change goes into, as in `gate check --base {example}`")
    }
}
