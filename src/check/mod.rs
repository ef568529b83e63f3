//! The story of `gate check`: load, render, gather facts, judge, waive, report.

mod finding;

pub use finding::{Excerpt, Finding, Place, Related, Report, ResourceName, Severity, Status, Summary};
