//! The renderer: a directory of a revision in, the resources that `kustomize build` 5.8.1 prints out,
//! each value with its origin.
//!
//! It knows nothing of apps, environments or policies.

mod render;

pub use render::{Manifest, Options, Order, Render, Restrictor};
