//! Policies: which there are, what they say of themselves, and what they say about an app.
//!
//! Rust decides nothing here. Facts come from above as [`Data`]; Rego judges; what it says comes back as
//! [`Verdict`]s without places. Finding the line that a verdict is about is left to the floor above.

mod builtin;
mod comments;
mod documents;
mod engine;
mod find;
mod given;
mod load;
mod manifest;
mod metadata;
mod place;
mod rule_name;
mod scan;
mod set;
mod settings;
mod starter;
mod unit;
mod verdict;

pub use builtin::{BUILTINS, Builtin, EXAMPLES, LIBRARY, examples};
pub use documents::documents;
pub use engine::{Coverage, Data, Fate, REDACTED, Reached, Traced, Unmet};
pub use find::find;
pub use given::Given;
pub use metadata::{Input, Metadata, Setting};
pub use set::{Judged, Policy, PolicySet, Setup};
pub use settings::Settings;
pub use starter::starter;
pub use unit::{Case, Outcome, Run, TestReport, TestResult, test};
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
