//! Policies: which there are, what they say of themselves, and what they say about an app.
//!
//! Rust decides nothing here. Facts come from above as [`Data`]; Rego judges; what it says comes back as
//! verdicts without places. Finding the line that a verdict is about is left to the floor above.

mod engine;

pub use engine::{Data, REDACTED};
