//! Links that Argo CD does not put up with: one that is absolute or leads out of the repository fails every Application of
//! that repository.

use crate::source::{Problem, Reason, RepoPath, Revision};

/// Looks at all links of a revision.
///
/// # Errors
/// When one is absolute or leads out.
pub(super) fn check(revision: &Revision) -> Result<(), Problem> {
    match bad(revision).first() {
        None => Ok(()),
        Some(path) => Err(Problem::new(format!(
            "the link `{path}` leads out of the repository: Argo CD renders no Application of it"
        ))
        .within(path)
        .reason(Reason::Outside)
        .hint("remove it, or let it lead to a file of the repository, relative to its own directory")),
    }
}

/// The links that are absolute, lead out, or cannot be read.
pub(in crate::pointer) fn bad(revision: &Revision) -> Vec<RepoPath> {
    let links = revision.links_below(&RepoPath::root());
    links.iter().filter(|path| leads_out(revision, path)).cloned().collect()
}

fn leads_out(revision: &Revision, path: &RepoPath) -> bool {
    let Ok(target) = revision.link(path) else { return true };
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
    target.starts_with('/') || place.is_none()
}
