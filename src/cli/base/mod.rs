//! Which revision a change is compared with: the one that is named, else what the CI platform says of the event.
//!
//! Comparing with the wrong commit hides findings, so what cannot be known is an error that says how to mend it;
//! no revision is ever replaced by another that happens to be there.

mod compared;
mod github;
mod gitlab;
mod local;
mod named;

use super::ci::{Ci, Platform};
use crate::source::{GitRepository, Problem};

pub(super) use compared::{Compared, is_zero};
pub(super) use local::against;

/// What is to be compared, as `--base` and `--head` say: `none` is no revision, `auto` one that is found. Where
/// `--base` says nothing it is found on a CI platform whose events are understood.
pub(super) fn resolve(
    base: Option<&str>,
    head: Option<&str>,
    ci: &Ci,
    git: impl FnOnce() -> Result<GitRepository, Problem>,
) -> Result<Compared, Problem> {
    let mut found = match (base, &ci.platform) {
        (Some("none"), _) | (None, None) => return Ok(Compared { head: head.map(Into::into), ..Compared::default() }),
        (None | Some("auto"), Some(Platform::GitHub(github))) => github::compared(github, &git()?)?,
        (None | Some("auto"), Some(Platform::GitLab(gitlab))) => gitlab::compared(gitlab, &git()?)?,
        (Some("auto"), None) => local::compared(head, ci, &git()?)?,
        (Some(base), _) => return named::compared(base, head, &git()?),
    };
    // What was named counts.
    if let Some(head) = head {
        found.head = Some(head.to_owned());
    }
    Ok(found)
}
