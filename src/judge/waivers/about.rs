//! Findings about waivers themselves.

use crate::change::Loaded;
use crate::finding::{Finding, Masks, Status};
use crate::judge::identity::of_failure;
use crate::source::{Severity, Span};

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
    let files = loaded.head.revision.files();
    let message = masks.message(files, span, message);
    Finding {
        policy: "waiver".to_owned(),
        severity: Severity::Warning,
        status: Status::New,
        fingerprint: of_failure("waiver", None, &message),
        message,
        help: help.map(str::to_owned),
        app: None,
        environment: None,
        cluster: None,
        resource: None,
        field: None,
        digest: None,
        place: span.map(|span| masks.place(files, span)),
        related: Vec::new(),
        also: Vec::new(),
    }
}
