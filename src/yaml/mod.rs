//! YAML as data that remembers where it was written: nodes, the parser for kustomize's two dialects,
//! and an emitter that writes what kustomize writes.
//!
//! Nothing here knows what a kustomization or a Kubernetes object is.

mod node;
mod origin;
mod path;
mod resolve;

pub use node::{Entry, Key, Map, Node, Scalar, Value};
pub use origin::{Cause, Origin, Overridden};
pub use path::{Path, Segment};
pub use resolve::{Decoded, Dialect, Tag};
