//! The renderer: a directory of a revision in, the resources that `kustomize build` 5.8.1 prints out,
//! each value with its origin.
//!
//! It knows nothing of apps, environments or policies.

mod accumulate;
mod config;
mod decode;
mod fieldspec;
mod generate;
mod hash;
mod id;
mod kustomization;
mod load;
mod manifest;
mod render;
mod renderer;
mod resource;
mod resources;
mod selector;
mod transform;

pub use render::{Manifest, Options, Order, Render, Restrictor};
pub use renderer::Renderer;
pub use resource::Removal;
