//! The story of `gate check`: load, render, gather facts, judge, waive, report.

mod app;
pub mod facts;
mod finding;
mod fingerprint;
mod input;
pub mod locate;
pub mod mask;
mod outcome;
mod setting;

pub use crate::source::Severity;
pub use finding::{Excerpt, Finding, Outcome, Place, Related, Report, ResourceName, Status, Summary};
pub use setting::{Request, Setting};

use rayon::prelude::*;

use crate::source::Problem;

/// Judges a repository, or what changed in it since the base revision.
///
/// # Errors
/// When the configuration or the policies cannot be used at all. What goes wrong with single overlays is in
/// the report.
pub fn check(request: Request<'_>) -> Result<Report, Vec<Problem>> {
    let setting = Setting::load(request)?;
    let judged: Vec<app::Judged> = setting.apps().par_iter().map(|app| app::judge(&setting, app)).collect();
    Ok(outcome::report(&setting, judged))
}
