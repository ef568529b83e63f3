//! Two revisions to compare, and what all platforms say where they cannot be found.

use crate::source::{GitRepository, Parting, Problem};

/// What is compared with what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Compared {
    /// The revision that findings must be new against; `None` where the tree is judged as it is.
    pub(in crate::cli) base: Option<String>,
    /// The revision that is judged; `None` for the files as they are.
    pub(in crate::cli) head: Option<String>,
    /// How that was found, where it was not said.
    pub(in crate::cli) note: Option<String>,
}

impl Compared {
    /// The commit `head`, compared with `base`.
    pub(super) fn commits(base: String, head: &str, what: &str) -> Self {
        let note = format!("compared with `{base}`, {what}; the commit `{head}` is judged, not the working tree");
        Self { base: Some(base), head: Some(head.to_owned()), note: Some(note) }
    }

    /// The tree as it is, for that reason.
    pub(super) fn as_it_is(reason: &str) -> Self {
        Self { base: None, head: None, note: Some(format!("{reason}: the tree is judged as it is")) }
    }
}

/// A commit that is no commit: the zeros that stand for one that does not exist, as many as the hash has digits.
pub(in crate::cli) fn is_zero(id: &str) -> bool {
    matches!(id.len(), 40 | 64) && id.bytes().all(|digit| digit == b'0')
}

/// Says how to get more of the history on a CI platform, or with that command.
pub(super) type Mend = fn(fetch: &str) -> String;

/// The commit with that id, which the event names as `what`.
pub(super) fn named(git: &GitRepository, id: &str, what: &str, mend: Mend) -> Result<String, Problem> {
    git.object(id).ok_or_else(|| {
        Problem::new(format!("{what}, `{id}`, is not in this checkout")).hint(mend(&format!("git fetch origin {id}")))
    })
}

/// Compares the commit `head` with where its history left `branch`, a branch of `origin`.
pub(super) fn since_fork(git: &GitRepository, head: &str, branch: &str, mend: Mend) -> Result<Compared, Problem> {
    let reference = format!("refs/remotes/origin/{branch}");
    let depth = if git.is_shallow() { "--unshallow " } else { "" };
    let fetch = format!("git fetch {depth}origin +refs/heads/{branch}:{reference}");
    let Some(tip) = git.reference(&reference) else {
        return Err(Problem::new(format!("`{reference}` is not in this checkout")).hint(mend(&fetch)));
    };
    let base = git.merge_base(head, &tip).map_err(|parting| {
        let problem = Problem::new(no_fork(&parting, &reference));
        match parting {
            Parting::Unrelated => problem.hint(NAME_BASE),
            Parting::Shallow | Parting::Unreadable(_) => problem.hint(mend(&fetch)),
        }
    })?;
    if base == head {
        return Ok(Compared::as_it_is(&format!("`{reference}` has all that HEAD has, so there is nothing to compare")));
    }
    Ok(Compared::commits(base, head, &format!("where its history left `{reference}`")))
}

/// What to do where nothing can be found.
pub(super) const NAME_BASE: &str =
    "name the base as in `gate check --base origin/main`, or judge the tree as it is with `gate check --base none`";

/// Why it is not known where HEAD left `reference`.
pub(super) fn no_fork(parting: &Parting, reference: &str) -> String {
    match parting {
        Parting::Shallow => {
            format!(
                "this checkout is shallow: it does not hold all of the history back to where HEAD left `{reference}`"
            )
        }
        Parting::Unrelated => format!("HEAD and `{reference}` have no common commit"),
        Parting::Unreadable(cause) => format!("history between HEAD and `{reference}` cannot be read: {cause}"),
    }
}

/// That HEAD is the commit that the event is about: what else is checked out would be judged in its place.
pub(super) fn expect_head(git: &GitRepository, head: &str, expected: &str, hint: &str) -> Result<(), Problem> {
    if git.object(expected).as_deref() == Some(head) {
        return Ok(());
    }
    Err(Problem::new(format!("HEAD is `{head}`, but this event is about `{expected}`")).hint(hint))
}
