//! The facts that Rust establishes and policies read, and the documents that hold them. Nothing here says what is allowed.
//!
//! The types serialise to the shapes that `schemas/input.schema.json` describes. Values of Secrets never
//! appear in them. [`Facts`] puts them together: for one app, and for the repository.

mod aims;
mod dependencies;
mod depends;
mod document;
mod drift;
mod edits;
mod gather;
mod image_version;
mod images;
mod invocation;
mod offer;
mod owners;
mod place;
mod pointers;
mod producers;
mod quirks;
mod ran;
mod references;
mod referring;
mod repository;
mod supply;
mod unseen;
mod variables;
mod versions;
mod walk;

pub use dependencies::{Declared, Needs, Target, Wave, declared, flux_objects, needs, waves};
pub use depends::Lost;
pub use drift::{Class, Drift, drift, mark_known};
pub use gather::Facts;
pub use image_version::{ImageVersion, order as version_order};
pub use images::{Image, images};
pub use offer::Kind;
pub use place::{At, Text};
pub use quirks::{Quirk, quirks};
pub use references::{Reference, references};
pub use referring::How;
pub use unseen::{images as unseen_images, versions as unseen_versions};
pub use variables::{MissingVariable, missing_variables};
pub use versions::{Version, What, versions};

#[cfg(test)]
mod tests;
