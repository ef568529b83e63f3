//! The paths that a change touches, in a form that is quick to ask, and those that an overlay follows from.

use std::collections::BTreeSet;

use crate::kustomize::Web;
use crate::pointer::Applier;
use crate::repo::Overlay;
use crate::source::{FileChange, RepoPath};

/// The paths that a change touches.
pub struct Touched {
    /// What differs itself: a file, or a link that may lead to a directory.
    paths: BTreeSet<RepoPath>,
    /// The directories that hold something that differs, at any depth.
    directories: BTreeSet<RepoPath>,
}

impl Touched {
    /// The paths of `files`.
    #[must_use]
    pub fn new(files: &[FileChange]) -> Self {
        let mut touched = Self { paths: BTreeSet::new(), directories: BTreeSet::new() };
        for file in files {
            let mut above = file.path.parent();
            while let Some(directory) = above.filter(|directory| touched.directories.insert(directory.clone())) {
                above = directory.parent();
            }
            touched.paths.insert(file.path.clone());
        }
        touched
    }

    /// Whether something in one of the paths differs, or a link on the way to it.
    #[must_use]
    pub fn any(&self, paths: &BTreeSet<RepoPath>) -> bool {
        paths.iter().any(|path| {
            let up = path.upwards();
            self.directories.contains(path) || up.into_iter().any(|above| self.paths.contains(&above))
        })
    }
}

/// Every path that what a revision makes of an overlay can follow from.
#[must_use]
pub fn reach(web: &Web<'_>, overlay: &Overlay) -> BTreeSet<RepoPath> {
    let directory = &overlay.applied.directory;
    let is_plain = overlay.applied.by == Applier::Unknown;
    let mut reached = if is_plain { web.reach(directory) } else { web.reach_of_all(directory) };
    for path in &overlay.reads {
        reached.extend(web.reach(path));
    }
    reached
}
