//! What Rust establishes about an app and policies read. Nothing here says what is allowed.
//!
//! The types serialise to the shapes that `schemas/input.schema.json` describes. Values of Secrets never
//! appear in them.

mod dependencies;
mod drift;
mod images;
mod producers;
mod quirks;
mod references;
mod supply;
mod variables;
mod versions;
mod walk;

pub use dependencies::{Declared, Needs, Target, Wave, declared, flux_objects, needs, waves};
pub use drift::{Class, Drift, drift, mark_known};
pub use images::{Image, images};
pub use quirks::{Quirk, Text, quirks};
pub use references::{How, Reference, references};
pub use supply::Kind;
pub(in crate::check) use supply::same_namespace;
pub use variables::{MissingVariable, missing_variables};
pub use versions::{Version, What, versions};

use crate::check::ResourceName;
use crate::kustomize::Manifest;
use crate::yaml::Path;

/// One environment's render of an app.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The words that name it in the repository's texts: its name and its aliases.
    pub words: &'a [String],
    /// What it would run.
    pub resources: &'a [Manifest],
}

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
        Self { environment: environment.to_owned(), resource: name_of(manifest), path, lower: None }
    }
}

/// What a manifest is called.
#[must_use]
pub fn name_of(manifest: &Manifest) -> ResourceName {
    ResourceName {
        kind: manifest.kind().to_owned(),
        namespace: manifest.namespace().map(str::to_owned),
        name: manifest.name().to_owned(),
    }
}

#[cfg(test)]
mod tests;
