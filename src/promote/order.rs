//! What is asked of a promotion, and what comes of it.

use crate::facts::ImageVersion;
use crate::finding::Masks;
use crate::repo::{App, Environment, Layout, Mirrors};
use crate::source::{FileId, Location, RepoPath, Revision};

/// What is to be promoted.
pub struct Order<'a> {
    /// The files as they are.
    pub revision: &'a Revision,
    /// All overlays: those of other environments may not change.
    pub layout: &'a Layout,
    /// The app.
    pub app: &'a App,
    /// The environment whose images it gets.
    pub from: &'a Environment,
    /// The environment that gets them.
    pub to: &'a Environment,
    /// The repositories to promote, as people write them; all where there are none.
    pub images: &'a [String],
    /// Which repositories stand for one another.
    pub mirrors: &'a Mirrors,
    /// Whether images without a digest are promoted.
    pub tags: bool,
}

/// What a promotion changes; nothing where all is as it should be.
pub struct Promotion {
    /// The images, by cluster and in the order of the render.
    pub images: Vec<Promoted>,
    /// The files, by path.
    pub files: Vec<Edited>,
    /// What may not be shown of them.
    pub masks: Masks,
}

/// An image that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promoted {
    /// Its repository.
    pub repository: String,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// What runs.
    pub old: ImageVersion,
    /// What shall run.
    pub new: ImageVersion,
    /// The text that says so, in the changed file.
    pub at: Option<Location>,
}

/// A file with other content.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The file, by a path free of links.
    pub path: RepoPath,
    /// As it is.
    pub old: FileId,
    /// As it shall be.
    pub new: FileId,
}
