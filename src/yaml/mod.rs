//! YAML as data that remembers where it was written: nodes, the parser for kustomize's two dialects,
//! an emitter that writes what kustomize writes, and edits that leave the rest of a text alone.
//!
//! Nothing here knows what a kustomization or a Kubernetes object is.

mod comments;
mod decoded;
mod dialect;
pub mod edit;
mod emit;
mod json;
mod manuscript;
mod node;
mod number;
mod origin;
mod parse;
mod path;
mod resolve;
mod scalar;
mod tag;
mod text;
mod timestamp;
mod written;

pub use comments::{Comment, comments};
pub use decoded::Decoded;
pub use dialect::Dialect;
pub use emit::{Emitted, emit, emit_lines, is_written_plain, next_lines_folded};
pub use manuscript::Manuscript;
pub use node::{Entry, Key, Map, Node, Value};
pub use number::write as float_text;
pub use origin::{Cause, Origin, Overridden};
pub use parse::{MAX_DEPTH, documents, parse_all, parse_first, parse_json};
pub use path::{Path, Segment};
pub use scalar::{Scalar, Tie};
pub use tag::Tag;
pub use text::Text;
pub use written::LostPath;
