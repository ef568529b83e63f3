//! Problems as findings: broken input reaches every report.

use super::found::{Finding, Status};
use super::mask::Masks;
use super::place::Related;
use crate::source::{Files, Problem, Severity};

/// A problem as a finding of the run, under the id `policy`.
#[must_use]
pub fn failure(policy: &str, files: &Files, problem: &Problem, masks: &Masks) -> Finding {
    let message = masks.message(files, problem.span(), problem.message());
    let place = problem.span().map(|span| masks.place(files, span));
    let related =
        problem.trail().iter().map(|span| Related { label: "read from here".into(), place: masks.place(files, *span) });
    let message = match (&place, problem.path()) {
        (None, Some(path)) => format!("{message} (in `{path}`)"),
        _ => message,
    };
    Finding {
        policy: policy.to_owned(),
        severity: Severity::Error,
        status: Status::New,
        fingerprint: String::new(),
        message,
        help: problem.hint_text().map(|hint| masks.message(files, problem.span(), hint)),
        app: None,
        environment: None,
        cluster: None,
        resource: None,
        field: None,
        digest: None,
        place,
        related: related.collect(),
        also: Vec::new(),
    }
}
