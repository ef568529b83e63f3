//! Findings about waivers themselves.

use crate::change::Loaded;
use crate::finding::{Finding, Masks, failure};
use crate::judge::identity::of_failure;
use crate::source::{Problem, Severity, Span};

/// What is said of a waiver that a change brings.
pub(super) const GRANTED: &str = "this change grants itself a waiver, which counts from the merge on only";

/// What is said of a waiver that waives more than an exception should.
pub(super) fn too_broad(why: &str) -> String {
    format!("this waiver is more than an exception, as {why}")
}

/// A finding about a waiver at its place.
pub(super) fn finding(
    loaded: &Loaded<'_>,
    masks: &Masks,
    span: Option<Span>,
    message: &str,
    help: Option<&str>,
) -> Finding {
    let problem = Problem::new(message).at(span);
    let problem = help.into_iter().fold(problem, Problem::hint);
    let finding = failure("waiver", loaded.head.revision.files(), &problem, masks);
    Finding { severity: Severity::Warning, fingerprint: of_failure("waiver", None, &finding.message), ..finding }
}
