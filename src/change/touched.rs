//! The paths that a change touches, in a form that is quick to ask, and those that an overlay follows from.

use std::collections::BTreeSet;

use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::pointer::Applier;
use crate::repo::Overlay;
use crate::source::{FileChange, Kind, RepoPath};

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
    let mut reached = web.reach(directory);
    let mut more = overlay.reads.clone();
    if overlay.applied.by != Applier::Unknown {
        kustomizations(web, directory, &mut more);
    }
    for path in &more {
        reached.extend(web.reach(path));
    }
    reached
}

/// The kustomizations in and below a directory that has none itself: Flux builds them all.
fn kustomizations(web: &Web<'_>, directory: &RepoPath, found: &mut Vec<RepoPath>) {
    let entries = web.revision().list(directory).unwrap_or_default();
    if entries.iter().any(|entry| KUSTOMIZATION_NAMES.contains(&entry.name.as_str())) {
        found.push(directory.clone());
        return;
    }
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Directory) {
        kustomizations(web, &directory.child(&entry.name), found);
    }
}
