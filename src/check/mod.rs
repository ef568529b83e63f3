//! The story of `gate check`: load, render, gather facts, judge, waive, report. Beside it, what else follows from
//! the same facts: which versions run where, and how images are promoted.

mod app;
pub mod facts;
mod finding;
mod fingerprint;
pub mod image_version;
mod input;
pub mod locate;
pub mod mask;
mod outcome;
pub mod promote;
mod setting;
pub mod status;

pub use crate::source::Severity;
pub use finding::{Excerpt, Finding, Outcome, Place, Related, Report, ResourceName, Status, Summary};
pub use setting::{Request, Setting};

use rayon::prelude::*;

/// Judges a repository, or what changed in it since the base revision. Whatever goes wrong is in the report too.
#[must_use]
pub fn check(request: Request<'_>) -> Report {
    let asked = outcome::blank(&request);
    let files = request.head.files().clone();
    match Setting::load(request) {
        Ok(setting) => {
            let judged: Vec<app::Judged> = setting.apps().par_iter().map(|app| app::judge(&setting, app)).collect();
            outcome::report(asked, &setting, judged)
        }
        Err(problems) => outcome::unusable(asked, &files, &problems),
    }
}
