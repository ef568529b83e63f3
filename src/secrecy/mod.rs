//! Tells what is secret by what it is for: values of Secrets and of their generators, of encrypted objects, and
//! of manifests inside other objects, in documents that were read and in text that cannot be.
//!
//! When in doubt, a value is secret. Hiding it is left to whoever prints.

mod address;
mod called;
mod kind;
mod lines;
mod nested;
mod node;
mod text;
mod variables;

pub use address::credentials;
pub use lines::after_key;
pub use node::{Part, is_secret, parts, values};
pub use text::{Hidden, hidden, may_hold_values};
pub use variables::{asks_for_variables, sets_variables, substitutes, variables};
