//! The place that a fact is about, as policies pass it on.

use crate::kustomize::{Manifest, ResourceName};
use crate::yaml::Path;

/// The place that a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct At {
    /// The environment's name.
    pub environment: String,
    /// The resource in its render.
    pub resource: ResourceName,
    /// The field. It may name what is not there: a missing limit.
    pub path: Path,
    /// For a difference, the same in the lower environment. Policies pass it on unread, so that a finding
    /// can show both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<Box<At>>,
}

impl At {
    /// A place in `manifest` as `environment` renders it.
    #[must_use]
    pub fn new(environment: &str, manifest: &Manifest, path: Path) -> Self {
        Self { environment: environment.to_owned(), resource: ResourceName::of(manifest), path, lower: None }
    }
}
