//! What apps depend on: whether it is there, whether it leads in a circle, and what it runs.
//!
//! The apps that are named are rendered for it, those that they name in turn too, and no others: but for an object
//! that a change lets Flux wait for, or that it takes away, and that no such app has, which is looked for in its whole
//! environment, and for a Secret or ConfigMap that a change asks for and that its own render does not make.

mod declared;
mod graph;
mod lost;
mod provided;
mod world;

pub(super) use declared::of;
pub use lost::Lost;
pub(super) use provided::complete;
pub(super) use world::{Dependencies, World};
