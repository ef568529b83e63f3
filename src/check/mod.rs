//! The story of `gate check`: load, render, gather facts, judge, waive, report.

pub mod facts;
mod finding;
pub mod locate;
pub mod mask;

pub use crate::source::Severity;
pub use finding::{Excerpt, Finding, Outcome, Place, Related, Report, ResourceName, Status, Summary};
