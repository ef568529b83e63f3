//! The renderer: a directory of a revision in, the resources that `kustomize build` 5.8.1 prints out,
//! each value with its origin.
//!
//! It knows nothing of apps, environments or policies.

mod accumulate;
mod address;
mod config;
mod content;
mod crds;
mod decode;
mod effects;
mod entries;
mod fieldpath;
mod fieldspec;
mod finish;
mod folding;
mod gathered;
mod generate;
mod gojson;
mod hash;
mod id;
mod inputs;
mod journal;
mod json6902;
mod kustomization;
mod limits;
mod lines;
mod load;
mod manifest;
mod merge;
mod metadata;
mod name;
mod named;
mod nodes;
mod outward;
mod parts;
mod pattern;
mod plugin;
mod render;
mod renderer;
mod resource;
mod resources;
mod rewritten;
mod run;
mod schema;
mod scope;
mod selector;
mod session;
mod target;
mod ties;
mod transform;
mod unseen;
mod web;

pub use address::Address;
pub use content::{Content, as_utf8};
pub use effects::{Effects, Removal};
pub use inputs::Inputs;
pub use json6902::{Integers, through_json};
pub use load::NAMES as KUSTOMIZATION_NAMES;
pub use merge::{Merged, merge};
pub use name::ResourceName;
pub use render::{Attempt, Manifest, Options, Order, Parts, Render, Restrictor, StandIn};
pub use renderer::Renderer;
pub use rewritten::{edited, rewritten_as_text};
pub use schema::Schema;
pub use unseen::{Unseen, UnseenPart};
pub use web::{Gathered, Links, Web};
