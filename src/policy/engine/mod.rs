//! The Rego interpreter behind a small door. The only place that names regorus.

mod annotations;
mod arguments;
mod builtins;
mod check;
mod coverage;
mod data;
mod depends;
mod escape;
mod gather;
mod input;
mod inquiry;
mod install;
mod large;
mod limits;
mod misread;
mod names;
mod near;
mod opa;
mod parse;
mod pattern;
mod points;
mod probe;
mod program;
mod reasons;
mod source;
mod sprintf;
mod syntax;
mod term;
#[cfg(test)]
mod tests;
mod walk;

pub(super) use coverage::Trail;
pub use coverage::{Coverage, Reached};
pub use data::{Data, REDACTED};
pub(super) use input::Sees;
pub(super) use inquiry::Inquiry;
pub use inquiry::Unmet;
pub(super) use limits::TIME_LIMIT;
pub(super) use names::RuleKind;
pub(super) use parse::{Module, Parsed};
pub(super) use program::{Program, Rule, Session};
pub use reasons::{Fate, Traced};
pub(super) use source::Source;
