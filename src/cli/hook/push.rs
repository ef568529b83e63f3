//! Something that is pushed, and what it is compared with: what the remote has of it, or where it left the remote's
//! default branch.

use super::super::base::{Compared, against};
use crate::source::{GitRepository, Parting, Problem};

/// What is to be done about something that is pushed.
pub(super) enum Todo {
    /// It is judged. Where it does not pass, what the second comparison finds counts.
    Judge(Box<Compared>, Option<Box<Compared>>),
    /// It is not, for a reason that is told.
    Tell(String),
}

/// Something that is pushed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Push {
    /// The reference over there, in full.
    pub(super) reference: String,
    /// The commit that it will be at; `None` where it is deleted.
    pub(super) head: Option<String>,
    /// The commit that it is at; `None` where it is new.
    pub(super) base: Option<String>,
}

impl Push {
    /// What people call it.
    pub(super) fn name(&self) -> &str {
        self.reference.strip_prefix("refs/heads/").unwrap_or(&self.reference)
    }

    /// What it is compared with. `is_environment` says whether a branch is that of an environment, by the configuration
    /// of a revision.
    pub(super) fn compared(
        &self,
        git: &GitRepository,
        remote: &str,
        is_environment: impl Fn(&str, &str) -> bool,
    ) -> Result<Todo, Problem> {
        let Some(head) = &self.head else {
            return Ok(Todo::Tell("it is deleted, so nothing is judged".to_owned()));
        };
        if self.reference.starts_with("refs/tags/") {
            return Ok(Todo::Tell("tags are not judged".to_owned()));
        }
        let branch = self.reference.strip_prefix("refs/heads/");
        if branch.is_none() && git.object(head).is_none() && git.has(head) {
            return Ok(Todo::Tell("it leads to no commit, so nothing is judged".to_owned()));
        }
        let head = git.commit(head)?;
        let known = self.base.as_deref().and_then(|base| git.object(base));
        let (mut found, mut second) = match self.for_review() {
            // Where it goes is in its name.
            Some(target) => {
                let found = against(git, &head, "it", &format!("refs/remotes/{remote}/{target}"));
                (found.map_err(|parting| unknown_fork(&parting, remote, target))?, None)
            }
            None => match (Fork::find(git, &head, remote), known) {
                (Fork::Known(whole, rules), Some(known)) => {
                    self.since_push(git, &head, &known, whole, &rules, is_environment)
                }
                (Fork::Known(whole, _), None) => (whole, None),
                (Fork::None(_), Some(known)) => (what_remote_has(known), None),
                (Fork::Unknown(_, tip), Some(known)) => {
                    let found = what_remote_has(known);
                    (tip.iter().fold(found, |found, (branch, tip)| found.by(branch, tip)), None)
                }
                (Fork::None(why), None) => {
                    let note = Some(format!("judged as it is: {why}"));
                    (Compared { note, ..Compared::default() }, None)
                }
                (Fork::Unknown(problem, _), None) => return Err(problem),
            },
        };
        if found.base.as_ref() == Some(&head) {
            return Ok(Todo::Tell("the remote has it all already".to_owned()));
        }
        for compared in [Some(&mut found), second.as_mut()].into_iter().flatten() {
            compared.head = Some(head.clone());
            compared.target = compared.target.take().or_else(|| branch.map(str::to_owned));
        }
        Ok(Todo::Judge(Box::new(found), second.map(Box::new)))
    }

    /// The branch that a change is pushed for to Gerrit, as in `refs/for/main%topic=x`.
    fn for_review(&self) -> Option<&str> {
        let target = ["refs/for/", "refs/drafts/"].iter().find_map(|prefix| self.reference.strip_prefix(prefix))?;
        Some(target.split_once('%').map_or(target, |(target, _)| target))
    }

    /// Compares with `known`, which the remote has of it, or with `whole`, where all of it left the default branch, whose
    /// rules count: `rules`. What a rebase or a merge brings from there is not the push's. Into the default branch, and
    /// into that of an environment, it is: there it is what will run.
    fn since_push(
        &self,
        git: &GitRepository,
        head: &str,
        known: &str,
        whole: Compared,
        rules: &str,
        is_environment: impl Fn(&str, &str) -> bool,
    ) -> (Compared, Option<Compared>) {
        let branch = self.name();
        let is_default = whole.target.as_deref() == Some(branch);
        let found = Compared { target: Some(branch.to_owned()), ..what_remote_has(known.to_owned()) };
        if is_default {
            return (found, None);
        }
        let found = match git.commit(rules) {
            Ok(tip) => found.by(rules, &tip),
            Err(_) => found,
        };
        let grown = git.contains(head, known);
        let merged = !git.contains(known, whole.base.as_deref().unwrap_or_default());
        match (grown, merged) {
            (true, false) => (found, None),
            _ if is_environment(branch, rules) => (found, None),
            (true, true) => (found, Some(whole)),
            (false, _) => (whole, None),
        }
    }
}

/// Where something left the remote's default branch.
enum Fork {
    /// There, by the rules of that branch.
    Known(Compared, String),
    /// Nowhere, for that reason.
    None(String),
    /// This clone cannot tell; with the default branch and the commit that it leads to, where they are known.
    Unknown(Problem, Option<(String, String)>),
}

impl Fork {
    fn find(git: &GitRepository, head: &str, remote: &str) -> Self {
        let Some(branch) = git.default_branch(remote) else {
            if git.knows_remote(remote) {
                let fetch = format!("run `git fetch {remote} && git remote set-head {remote} --auto`");
                return Self::Unknown(Problem::new("the default branch of the remote is not known").hint(fetch), None);
            }
            return Self::None("nothing is known of what the remote has".to_owned());
        };
        match against(git, head, "it", &branch) {
            Ok(found) => Self::Known(found, branch),
            Err(Parting::Unrelated) => Self::None(format!("`{branch}` has no commit in common with it")),
            Err(parting) => {
                let tip = git.reference(&branch).map(|tip| (branch.clone(), tip));
                Self::Unknown(unknown_fork(&parting, remote, &branch), tip)
            }
        }
    }
}

/// Compares with the commit that the remote has.
fn what_remote_has(commit: String) -> Compared {
    let note = Some(format!("compared with `{commit}`, which the remote has"));
    Compared { base: Some(commit), note, ..Compared::default() }
}

/// Why it is not known where something left a branch of the remote.
fn unknown_fork(parting: &Parting, remote: &str, branch: &str) -> Problem {
    let fetch = format!("run `git fetch {remote}`");
    match parting {
        Parting::Shallow => Problem::new(format!("this clone does not hold where it left `{branch}`"))
            .hint(format!("run `git fetch --unshallow {remote}`")),
        Parting::Unrelated => Problem::new(format!("it has no commit in common with `{branch}`")).hint(fetch),
        Parting::Unreadable(cause) => {
            Problem::new(format!("it is not known where it left `{branch}`: {cause}")).hint(fetch)
        }
    }
}
