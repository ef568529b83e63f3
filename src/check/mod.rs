//! The story of `gate check`: load, render, gather facts, judge, waive, report.
//!
//! With a base revision only the apps that the change touches are judged, and the change as a whole. Beside it stands
//! what else follows from the same facts: which versions run where, how images are promoted, what set a value.

mod app;
pub mod case;
mod change;
mod depends;
pub mod documents;
pub mod facts;
mod finding;
mod fingerprint;
pub mod image_version;
mod input;
pub mod locate;
pub mod mask;
mod misplaced;
mod outcome;
mod owners;
mod preview;
pub mod promote;
pub mod reasons;
mod setting;
mod since;
mod soak;
pub mod status;
pub mod trace;
mod waivers;
mod whole;

pub use crate::source::Severity;
pub use finding::{Excerpt, Finding, Outcome, Place, Related, Report, ResourceName, Status, Summary};
pub use setting::{Request, Setting};

use rayon::prelude::*;

use crate::repo::App;
use crate::source::Problem;

/// Judges a repository, or what changed in it since the base revision. Whatever goes wrong is in the report too.
#[must_use]
pub fn check(request: Request<'_>) -> Report {
    checked(request).0
}

/// As [`check`], with the ids of the policies that were loaded; `None` where they could not be.
fn checked(request: Request<'_>) -> (Report, Option<Vec<String>>) {
    let asked = outcome::blank(&request);
    let files = request.head.files().clone();
    match Setting::load(request) {
        Ok(setting) => {
            let gone = setting.gone();
            let apps: Vec<&App> = setting.apps().into_iter().chain(&gone).collect();
            let mut judged: Vec<app::Judged> = apps.par_iter().map(|app| app::judge(&setting, app)).collect();
            judged.push(whole::judge(&setting));
            judged.push(preview::judge(&setting));
            judged.push(unreadable(&setting));
            let policies = setting.policies().iter().map(|policy| policy.id.clone()).collect();
            (outcome::report(asked, &setting, judged), Some(policies))
        }
        Err(problems) => (outcome::unusable(asked, &files, &problems), None),
    }
}

/// Directories that could not be listed: what is in them was judged by nobody.
fn unreadable(setting: &Setting<'_>) -> app::Judged {
    let mut judged = app::Judged::default();
    let masks = mask::Masks::default();
    let base = setting.base.as_ref().map(|base| base.revision);
    for fault in [Some(setting.request.head), base].into_iter().flatten().flat_map(crate::source::Revision::faults) {
        judged.incomplete = true;
        let problem = Problem::from(fault).hint("a damaged or partial clone: run `git fsck`, or clone again");
        judged.findings.push(app::failure("read-error", setting.request.head.files(), &problem, &masks));
    }
    judged
}
