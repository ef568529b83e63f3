//! Links that Argo CD does not put up with: one that is absolute or leads out of the repository fails every Application of
//! that repository.

use crate::source::{Problem, Reason, RepoPath, Revision};

/// Looks at all links of a revision.
///
/// # Errors
/// When one is absolute or leads out.
pub(super) fn check(revision: &Revision) -> Result<(), Problem> {
    for path in revision.links_below(&RepoPath::root()).iter() {
        let target = revision.link(path)?;
        let mut place = path.parent();
        for step in target.split('/') {
            place = match step {
                ".." => place.and_then(|place| place.parent()),
                "" | "." => place,
                name => place.map(|place| place.child(name)),
            };
            if place.is_none() {
                break;
            }
        }
        if target.starts_with('/') || place.is_none() {
            return Err(Problem::new(format!(
                "the link `{path}` leads out of the repository: Argo CD renders no Application of it"
            ))
            .within(path)
            .reason(Reason::Outside)
            .hint("remove it, or let it lead to a file of the repository, relative to its own directory"));
        }
    }
    Ok(())
}
