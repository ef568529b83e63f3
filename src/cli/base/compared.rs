//! Two revisions to compare, whose rules count, and what all platforms say where they cannot be found.

use crate::source::{GitRepository, Parting, Problem};

/// What is compared with what, and by whose rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Compared {
    /// The revision that findings must be new against: where the change left the protected branch. `None` where the
    /// tree is judged as it is.
    pub(in crate::cli) base: Option<String>,
    /// The tip of the protected branch, whose configuration, policies, waivers and owners count; `None` where the base
    /// is that tip.
    pub(in crate::cli) judge: Option<String>,
    /// The revision that is judged; `None` for the files as they are.
    pub(in crate::cli) head: Option<String>,
    /// The name of the branch that the change goes into, where it is known.
    pub(in crate::cli) target: Option<String>,
    /// The reference of the default branch, where the platform names it.
    pub(in crate::cli) default_branch: Option<String>,
    /// How that was found, where it was not said.
    pub(in crate::cli) note: Option<String>,
}

impl Compared {
    /// The commit `head`, compared with `base`.
    pub(super) fn commits(base: String, head: &str, what: &str) -> Self {
        let note = format!("compared with `{base}`, {what}; the commit `{head}` is judged, not the working tree");
        Self { base: Some(base), head: Some(head.to_owned()), note: Some(note), ..Self::default() }
    }

    /// The tree as it is, for that reason.
    pub(super) fn as_it_is(reason: &str) -> Self {
        Self { note: Some(format!("{reason}: the tree is judged as it is")), ..Self::default() }
    }

    /// By the rules of `name`, which leads to the commit `tip`.
    pub(in crate::cli) fn by(mut self, name: &str, tip: &str) -> Self {
        if self.base.is_some() && self.base.as_deref() != Some(tip) {
            self.judge = Some(name.to_owned());
        }
        self
    }

    /// How that was found, and by whose rules it is judged where that is not the base.
    pub(in crate::cli) fn notes(&self) -> Vec<String> {
        let rules = |name| format!("configuration, policies, waivers and owners are those of `{name}`");
        self.note.iter().cloned().chain(self.judge.as_ref().map(rules)).collect()
    }

    /// A change into the branch of that name.
    pub(super) fn into_branch(self, branch: Option<&str>) -> Self {
        Self { target: branch.map(str::to_owned), ..self }
    }
}

/// What a push is compared with, and what that leaves out.
pub(super) const PUSHES: &str = "the commit before the push: what earlier pushes brought is not judged again, so a check on pushes \
                      only is no gate";

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

/// The reference of a branch of `origin` and the commit that it leads to.
pub(super) fn tip_of(git: &GitRepository, branch: &str, mend: Mend) -> Result<(String, String), Problem> {
    let reference = remote(branch);
    let Some(tip) = git.reference(&reference) else {
        let problem = Problem::new(format!("`{reference}` is not in this checkout"));
        return Err(problem.hint(mend(&fetch(git, branch))));
    };
    Ok((reference, tip))
}

/// The reference of a branch of `origin`.
pub(super) fn remote(branch: &str) -> String {
    format!("refs/remotes/origin/{branch}")
}

/// The command that brings a branch of `origin` with its history.
fn fetch(git: &GitRepository, branch: &str) -> String {
    let depth = if git.is_shallow() { "--unshallow " } else { "" };
    format!("git fetch {depth}origin +refs/heads/{branch}:{}", remote(branch))
}

/// Compares the commit `head` with where its history left `branch`, a branch of `origin`, by the rules of its tip.
pub(super) fn since_fork(git: &GitRepository, head: &str, branch: &str, mend: Mend) -> Result<Compared, Problem> {
    let (reference, tip) = tip_of(git, branch, mend)?;
    let base = git.merge_base(head, &tip).map_err(|parting| {
        let problem = Problem::new(no_fork(&parting, "HEAD", &reference));
        match parting {
            Parting::Unrelated => problem.hint(NAME_BASE),
            Parting::Shallow | Parting::Unreadable(_) => problem.hint(mend(&fetch(git, branch))),
        }
    })?;
    if base == head {
        return Ok(Compared::as_it_is(&format!("`{reference}` has all that HEAD has, so there is nothing to compare")));
    }
    let what = format!("where its history left `{reference}`");
    Ok(Compared::commits(base, head, &what).by(&reference, &tip).into_branch(Some(branch)))
}

/// What to do where nothing can be found.
pub(super) const NAME_BASE: &str =
    "name the base as in `gate check --base origin/main`, or judge the tree as it is with `gate check --base none`";

/// Why it is not known where `head` left `reference`.
pub(super) fn no_fork(parting: &Parting, head: &str, reference: &str) -> String {
    match parting {
        Parting::Shallow => {
            format!(
                "this checkout is shallow: it does not hold all of the history back to where {head} left `{reference}`"
            )
        }
        Parting::Unrelated => format!("{head} and `{reference}` have no common commit"),
        Parting::Unreadable(cause) => format!("history between {head} and `{reference}` cannot be read: {cause}"),
    }
}

/// That HEAD is the commit that the event is about: what else is checked out would be judged in its place.
pub(super) fn expect_head(git: &GitRepository, head: &str, expected: &str, hint: &str) -> Result<(), Problem> {
    if git.object(expected).as_deref() == Some(head) {
        return Ok(());
    }
    Err(Problem::new(format!("HEAD is `{head}`, but this event is about `{expected}`")).hint(hint))
}
