//! What a change is compared with where no platform says: where its history left the default branch.

use super::super::ci::Ci;
use super::compared::{Compared, no_fork};
use crate::source::{GitRepository, Parting, Problem};

/// Compares what is there, or the revision `head`, with where its history left the default branch.
pub(super) fn compared(head: Option<&str>, ci: &Ci, git: &GitRepository) -> Result<Compared, Problem> {
    let tip = head.map_or_else(|| git.head(), |head| git.commit(head))?;
    let branch = git.default_branch("origin").or_else(|| git.local_default_branch()).ok_or_else(|| {
        Problem::new("no default branch is known to compare with")
            .hint("run `git fetch origin && git remote set-head origin --auto`, or name the base with `--base REV`")
    })?;
    let mut found = against(git, &tip, "history", &branch).map_err(|parting| {
        let problem = Problem::new(no_fork(&parting, "HEAD", &branch));
        problem.hint(match parting {
            Parting::Shallow => "run `git fetch --unshallow origin`, or name the base with `--base REV`",
            Parting::Unrelated | Parting::Unreadable(_) => "name the base with `--base REV`",
        })
    })?;
    // In CI what is committed is what will be merged; elsewhere people judge what they are working on.
    found.head = ci.sign.map(|_| tip);
    Ok(found)
}

/// Compares the commit `head` with where `it`, as it is called, left the branch of that name, by the rules of that branch.
pub(in crate::cli) fn against(git: &GitRepository, head: &str, it: &str, branch: &str) -> Result<Compared, Parting> {
    let unreadable = || Parting::Unreadable("it leads to no commit that is here".to_owned());
    let tip = git.reference(branch).ok_or_else(unreadable)?;
    let base = git.merge_base(head, &tip)?;
    let note = format!("compared with `{base}`, where {it} left `{branch}`");
    let target = git.branch(branch);
    Ok(Compared { base: Some(base), target, note: Some(note), ..Compared::default() }.by(branch, &tip))
}
