//! The Rego interpreter behind a small door. The only place that names regorus.

mod builtins;
mod check;
mod data;
mod depends;
mod input;
mod large;
mod limits;
mod names;
mod opa;
mod parse;
mod program;
mod source;
mod sprintf;
#[cfg(test)]
mod tests;
mod walk;

pub use data::{Data, REDACTED};
pub(super) use input::Sees;
pub(super) use limits::TIME_LIMIT;
pub(super) use names::RuleKind;
pub(super) use parse::{Module, Parsed};
pub(super) use program::{Program, Rule, Session};
pub(super) use source::Source;
