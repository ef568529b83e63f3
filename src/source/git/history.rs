//! What a repository knows about its commits: their parents, its branches, and where two histories part.
//!
//! Commits are named by all their hexadecimal digits. Which of them are to be compared, and how to mend what is
//! missing, is left to the caller.

use std::collections::HashSet;

use gix::ObjectId;

use super::repository::GitRepository;
use crate::source::problem::Problem;

/// A commit of a branch, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// The commit.
    pub commit: String,
    /// When it says that it was committed, in seconds since 1970; `None` where that is no time.
    pub time: Option<i64>,
}

/// Why it is not known where two histories part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parting {
    /// The clone is shallow, and the answer may lie beyond its boundary.
    Shallow,
    /// They have no common commit.
    Unrelated,
    /// The objects cannot be read, for what the cause says.
    Unreadable(String),
}

impl GitRepository {
    /// The commit that is checked out.
    ///
    /// # Errors
    /// When nothing is committed yet, or the commit is not here.
    pub fn head(&self) -> Result<String, Problem> {
        let repository = self.objects.repository.to_thread_local();
        match repository.head_commit() {
            Ok(commit) => Ok(commit.id().to_string()),
            Err(cause) => Err(Problem::new(format!("HEAD leads to no commit that is here: {cause}"))
                .hint("check out a commit first, or name what to judge with `--head`")),
        }
    }

    /// Whether an object with that id is here, whatever its kind.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        let repository = self.objects.repository.to_thread_local();
        ObjectId::from_hex(id.as_bytes())
            .is_ok_and(|id| repository.try_find_header(id).is_ok_and(|found| found.is_some()))
    }

    /// The commit with that object id, or that the tag with that object id leads to, if it is here. Other
    /// spellings of revisions name none.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<String> {
        let id = ObjectId::from_hex(id.as_bytes()).ok()?;
        let repository = self.objects.repository.to_thread_local();
        let commit = repository.try_find_object(id).ok()??.peel_to_commit().ok()?;
        Some(commit.id().to_string())
    }

    /// The parents of a commit as the commit itself names them: those that a shallow clone hides too.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn parents(&self, commit: &str) -> Result<Vec<String>, Problem> {
        let repository = self.objects.repository.to_thread_local();
        let id = ObjectId::from_hex(commit.as_bytes()).ok();
        let found = id.and_then(|id| repository.find_commit(id).ok()).ok_or_else(|| self.missing(commit))?;
        Ok(found.parent_ids().map(|id| id.to_string()).collect())
    }

    /// The commits of the branch that ends with `tip`, newest first, each a first parent of the one before it; at most
    /// `limit` of them. The second value says whether the branch goes on beyond the last of them.
    ///
    /// # Errors
    /// When the commit `tip` is not here.
    pub fn landings(&self, tip: &str, limit: usize) -> Result<(Vec<Landing>, bool), Problem> {
        let repository = self.objects.repository.to_thread_local();
        let mut next = Some(ObjectId::from_hex(tip.as_bytes()).map_err(|_| self.missing(tip))?);
        let mut landings = Vec::new();
        while let Some(id) = next {
            // What a shallow clone does not have ends it.
            let found = if landings.len() < limit { repository.find_commit(id).ok() } else { None };
            let Some(found) = found else { break };
            let time = found.time().ok().map(|time| time.seconds);
            landings.push(Landing { commit: id.to_string(), time });
            next = found.parent_ids().next().map(gix::Id::detach);
        }
        if landings.is_empty() { Err(self.missing(tip)) } else { Ok((landings, next.is_some())) }
    }

    /// The commit that a reference such as `refs/heads/main` leads to, if there is one.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<String> {
        let repository = self.objects.repository.to_thread_local();
        let commit = repository.try_find_reference(name).ok()??.peel_to_commit().ok()?;
        Some(commit.id().to_string())
    }

    /// The reference to the default branch of a remote, as far as this clone knows it.
    #[must_use]
    pub fn default_branch(&self, remote: &str) -> Option<String> {
        let names = ["HEAD", "main", "master"].map(|branch| format!("refs/remotes/{remote}/{branch}"));
        names.into_iter().find(|name| self.reference(name).is_some())
    }

    /// The reference to the local branch that is the default where no clone of a remote says which is.
    #[must_use]
    pub fn local_default_branch(&self) -> Option<String> {
        let names = ["main", "master"].map(|branch| format!("refs/heads/{branch}"));
        names.into_iter().find(|name| self.reference(name).is_some())
    }

    /// The name of the branch that `revision` spells, without the remote's: `main` of `origin/main` or
    /// `refs/heads/main`. Where it is a symbolic reference, the branch that it leads to. `None` for what is no branch.
    #[must_use]
    pub fn branch(&self, revision: &str) -> Option<String> {
        let repository = self.objects.repository.to_thread_local();
        let mut reference = repository.try_find_reference(revision).ok()??;
        if let Some(Ok(target)) = reference.follow() {
            reference = target;
        }
        let name = reference.name().as_bstr().to_string();
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            return Some(branch.to_owned());
        }
        let remote = name.strip_prefix("refs/remotes/")?;
        let known = repository.remote_names().iter().find_map(|known| {
            remote.strip_prefix(&known.to_string()).and_then(|branch| branch.strip_prefix('/')).map(str::to_owned)
        });
        known.or_else(|| remote.split_once('/').map(|(_, branch)| branch.to_owned()))
    }

    /// The branch that is checked out; `None` where a commit is, and not a branch.
    #[must_use]
    pub fn checked_out(&self) -> Option<String> {
        let repository = self.objects.repository.to_thread_local();
        let name = repository.head_name().ok()??.as_bstr().to_string();
        name.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// Whether this clone knows any branch of a remote.
    #[must_use]
    pub fn knows_remote(&self, remote: &str) -> bool {
        let repository = self.objects.repository.to_thread_local();
        let prefix = format!("refs/remotes/{remote}/");
        let Ok(references) = repository.references() else { return false };
        references.prefixed(prefix.as_str()).is_ok_and(|mut found| found.next().is_some())
    }

    /// Whether history is cut off in this clone.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.objects.repository.to_thread_local().is_shallow().unwrap_or(false)
    }

    /// The best commit that two commits have in common, as `git merge-base` finds it.
    ///
    /// In a shallow clone it is only given where history is whole down to it on both sides: beyond a boundary
    /// there may be a better one.
    ///
    /// # Errors
    /// When there is none, or it cannot be known.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<String, Parting> {
        let mut repository = self.objects.repository.to_thread_local();
        let (tips, base) = common(&mut repository, one, other)?;
        let unreadable = |cause: gix::Error| Parting::Unreadable(cause.to_string());
        let boundary = repository.shallow_commits().map_err(unreadable)?;
        let (Some(base), Some(boundary)) = (base, &boundary) else {
            let apart = if boundary.is_some() { Parting::Shallow } else { Parting::Unrelated };
            return base.map(|base| base.to_string()).ok_or(apart);
        };
        for commit in repository.rev_walk(tips).with_hidden([base]).all().map_err(unreadable)? {
            let commit = commit.map_err(|cause| Parting::Unreadable(cause.to_string()))?;
            if boundary.contains(&commit.id) {
                return Err(Parting::Shallow);
            }
        }
        Ok(base.to_string())
    }

    /// Whether a commit, or a commit that it has grown from, is `ancestor`, as far as this clone can tell. A commit names
    /// its parents also where a shallow clone hides them.
    #[must_use]
    pub fn contains(&self, commit: &str, ancestor: &str) -> bool {
        let is_parent = || self.parents(commit).is_ok_and(|parents| parents.iter().any(|parent| parent == ancestor));
        let is_common = || {
            let found = common(&mut self.objects.repository.to_thread_local(), commit, ancestor);
            found.is_ok_and(|([_, other], base)| base == Some(other))
        };
        commit == ancestor || is_parent() || is_common()
    }

    /// That every directory of a commit is here. In a partial clone Git fetches directories as it comes across them,
    /// which is not done here; one that is missing would look like one that never was.
    ///
    /// # Errors
    /// When one is missing.
    pub fn expect_whole(&self, commit: &str) -> Result<(), Problem> {
        let repository = self.objects.repository.to_thread_local();
        let config = repository.config_snapshot();
        let promises = |remote: &str| config.boolean(&format!("remote.{remote}.promisor")) == Some(true);
        if !repository.remote_names().iter().any(|remote| promises(&remote.to_string())) {
            return Ok(());
        }
        let missing = || {
            Problem::new(format!("this clone is partial, and directories of `{commit}` are not in it"))
                .hint(format!("run `git ls-tree -r {commit}`, which fetches them, or clone without `--filter=tree`"))
        };
        let id = ObjectId::from_hex(commit.as_bytes()).map_err(|_| self.missing(commit))?;
        let found = repository.find_commit(id).map_err(|_| self.missing(commit))?;
        let mut todo = vec![found.tree_id().map_err(|_| missing())?.detach()];
        let mut seen = HashSet::new();
        while let Some(tree) = todo.pop() {
            if !seen.insert(tree) {
                continue;
            }
            let tree = repository.find_tree(tree).map_err(|_| missing())?;
            let entries = tree.iter().filter_map(Result::ok).filter(|entry| entry.mode().is_tree());
            todo.extend(entries.map(|entry| entry.object_id()));
        }
        Ok(())
    }

    /// A file that a merge left undecided, if there is one.
    #[must_use]
    pub fn unmerged(&self) -> Option<String> {
        let repository = self.objects.repository.to_thread_local();
        let index = repository.index_or_empty().ok()?;
        let conflict = index.entries().iter().find(|entry| entry.stage_raw() != 0)?;
        Some(conflict.path(&index).to_string())
    }
}

/// Two commits, and the best that they have in common in what is here.
fn common(
    repository: &mut gix::Repository,
    one: &str,
    other: &str,
) -> Result<([ObjectId; 2], Option<ObjectId>), Parting> {
    repository.object_cache_size_if_unset(4 * 1024 * 1024);
    let id = |hex: &str| ObjectId::from_hex(hex.as_bytes()).map_err(|cause| Parting::Unreadable(cause.to_string()));
    let (one, other) = (id(one)?, id(other)?);
    let base = repository.merge_base(one, other).map_err(|cause| Parting::Unreadable(cause.to_string()))?;
    Ok(([one, other], base.map(gix::Id::detach)))
}
