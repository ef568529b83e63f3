//! The story of `gate check`: load, compare, gather facts, judge, waive, report.
//!
//! With a base revision only the apps that the change touches are judged, those that depend on what it takes away, and
//! the change as a whole. Beside it stand the documents that policies see, and why they find something in them or do
//! not.

mod cause;
pub mod documents;
mod named;
mod outcome;
pub mod reasons;

use std::collections::BTreeSet;

use rayon::iter::Either;
use rayon::prelude::*;

use crate::change::{AppChange, Loaded, Renderers, Request, compare};
use crate::facts::{Facts, Lost};
use crate::finding::Report;
use crate::judge::{Judged, app, idle, preview, repository, unread};
use crate::repo::App;

/// Judges a repository, or what changed in it since the base revision. Whatever goes wrong is in the report too.
#[must_use]
pub fn check(request: Request<'_>) -> Report {
    checked(request).0
}

/// As [`check`], with the ids of the policies that were loaded; `None` where they could not be.
#[must_use]
pub fn checked(request: Request<'_>) -> (Report, Option<Vec<String>>) {
    let asked = outcome::blank(&request);
    let files = request.head.files().clone();
    match Loaded::load(request) {
        Ok(loaded) => {
            let policies = loaded.rules.policies().iter().map(|policy| policy.id.clone()).collect();
            (outcome::report(asked, &loaded, judge(&loaded)), Some(policies))
        }
        Err(problems) => (outcome::unusable(asked, &files, &problems), None),
    }
}

/// Judges every app, the repository as a whole, and the rules that the change brings.
fn judge(loaded: &Loaded<'_>) -> Vec<Judged> {
    let renderers = Renderers::new(loaded);
    let mut facts = Facts::new(loaded, &renderers);
    let gone = loaded.gone();
    let apps: Vec<&App> = loaded.apps().into_iter().chain(&gone).collect();
    let of_app = |one| {
        let change = compare(loaded, &renderers, one);
        let lost = facts.lost(&change);
        (
            lost,
            if facts.depends_on_history(&change) { Either::Left(change) } else { Either::Right(app(&facts, &change)) },
        )
    };
    let (lost, first): (Vec<Lost>, Vec<Either<AppChange<'_>, Judged>>) = apps.par_iter().copied().map(of_app).unzip();
    // The few that history has to be read for wait for each other: it is read once.
    let (waiting, mut judged): (Vec<AppChange<'_>>, Vec<Judged>) = first.into_par_iter().partition_map(|one| one);
    facts.look_back(&waiting.iter().collect::<Vec<_>>());
    judged.par_extend(waiting.par_iter().map(|change| app(&facts, change)));
    let lost = lost.into_iter().fold(Lost::default(), Lost::and);
    if !lost.is_empty() {
        facts.miss(lost);
        again(&facts, &mut judged);
    }
    judged.extend([repository(&facts), preview(loaded), idle(loaded), unread(&facts)]);
    judged
}

/// Judges the apps that depend on what the change takes away, whether it touches them or not.
fn again(facts: &Facts<'_, '_>, judged: &mut Vec<Judged>) {
    let of_app = |one| {
        let change = compare(facts.loaded, facts.renderers, one);
        facts.misses(&change).then(|| app(facts, &change))
    };
    let more: Vec<Judged> = facts.loaded.head.layout.apps.par_iter().filter_map(of_app).collect();
    let names: BTreeSet<&String> = more.iter().filter_map(|one| one.app.as_ref()).collect();
    judged.retain(|one| !one.app.as_ref().is_some_and(|app| names.contains(app)));
    judged.extend(more);
}
