//! What a change is compared with where no platform says: where its history left the default branch.

use super::super::ci::Ci;
use super::compared::{Compared, no_fork};
use crate::source::{GitRepository, Parting, Problem};

/// Branches that are the default where no clone of a remote says which is.
const LOCAL: [&str; 2] = ["refs/heads/main", "refs/heads/master"];

/// Compares what is there, or the revision `head`, with where its history left the default branch.
pub(super) fn compared(head: Option<&str>, ci: &Ci, git: &GitRepository) -> Result<Compared, Problem> {
    let tip = head.map_or_else(|| git.head(), |head| git.commit(head))?;
    let local = || LOCAL.into_iter().map(str::to_owned).find(|name| git.reference(name).is_some());
    let branch = git.default_branch("origin").or_else(local).ok_or_else(|| {
        Problem::new("no default branch is known to compare with")
            .hint("run `git fetch origin && git remote set-head origin --auto`, or name the base with `--base REV`")
    })?;
    let base = against(git, &tip, &branch).map_err(|parting| {
        let problem = Problem::new(no_fork(&parting, &branch));
        problem.hint(match parting {
            Parting::Shallow => "run `git fetch --unshallow origin`, or name the base with `--base REV`",
            Parting::Unrelated | Parting::Unreadable(_) => "name the base with `--base REV`",
        })
    })?;
    let note = format!("compared with `{base}`, where history left `{branch}`");
    // In CI what is committed is what will be merged; elsewhere people judge what they are working on.
    Ok(Compared { base: Some(base), head: ci.sign.map(|_| tip), note: Some(note) })
}

/// Where the history of the commit `head` left the branch of that name.
pub(in crate::cli) fn against(git: &GitRepository, head: &str, branch: &str) -> Result<String, Parting> {
    let unreadable = || Parting::Unreadable("it leads to no commit that is here".to_owned());
    git.merge_base(head, &git.reference(branch).ok_or_else(unreadable)?)
}
