//! What a repository knows about its commits: their parents, its branches, and where two histories part.
//!
//! Commits are named by all their hexadecimal digits. Which of them are to be compared, and how to mend what is
//! missing, is left to the caller.

use std::collections::HashSet;

use gix::ObjectId;

use super::GitRepository;
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
    pub fn branch(&self, tip: &str, limit: usize) -> Result<(Vec<Landing>, bool), Problem> {
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
        repository.object_cache_size_if_unset(4 * 1024 * 1024);
        let id = |hex: &str| ObjectId::from_hex(hex.as_bytes()).map_err(|cause| Parting::Unreadable(cause.to_string()));
        let tips = [id(one)?, id(other)?];
        let [first, second] = tips;
        let unreadable = |cause: gix::Error| Parting::Unreadable(cause.to_string());
        let boundary = repository.shallow_commits().map_err(unreadable)?;
        let base = repository.merge_base(first, second).map_err(unreadable)?.map(gix::Id::detach);
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
