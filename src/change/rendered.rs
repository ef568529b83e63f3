//! One environment's render of an app, as facts and places read it.

use crate::kustomize::{Manifest, UnseenPart};

/// One environment's render of an app.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<&'a str>,
    /// The words that name it in the repository's texts: its name and its aliases.
    pub words: &'a [String],
    /// What it would run.
    pub resources: &'a [Manifest],
    /// The parts of that which cannot be seen here.
    pub unseen: &'a [UnseenPart],
}
