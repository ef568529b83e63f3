//! For programs: one JSON document, described by `schemas/report.schema.json`.
//!
//! A field is never removed and never changes its meaning under the same `version`; fields may be added.

use super::text::is_hidden;
use crate::finding::{Finding, Outcome, Report, Status, Summary};
use crate::source::RepoPath;
use crate::source::Severity;

/// The version of the format.
const VERSION: u32 = 1;

#[derive(serde::Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    outcome: Outcome,
    now: &'a str,
    root: &'a str,
    base: Option<&'a str>,
    fail_on: Severity,
    fail_on_known: bool,
    summary: Counts,
    findings: &'a [Finding],
    notes: &'a [String],
    overlays: &'a [RepoPath],
}

#[derive(serde::Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(serde::Serialize)]
struct Counts {
    #[serde(flatten)]
    seen: Summary,
    errors: usize,
    warnings: usize,
    infos: usize,
    known: usize,
    waived: usize,
}

/// The document for a report.
pub(super) fn document(report: &Report) -> impl serde::Serialize {
    Document {
        version: VERSION,
        tool: Tool { name: "gate", version: env!("CARGO_PKG_VERSION") },
        outcome: report.outcome(),
        now: &report.now,
        root: &report.root,
        base: report.base.as_deref(),
        fail_on: report.fail_on,
        fail_on_known: report.fail_on_known,
        summary: Counts {
            seen: report.summary,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            infos: report.count(Severity::Info),
            known: report.count_status(Status::Known),
            waived: report.count_status(Status::Waived),
        },
        findings: &report.findings,
        notes: &report.notes,
        overlays: &report.overlays,
    }
}

/// The same document, such that neither a terminal nor a runner that happens to read it finds anything to
/// obey. Outside strings JSON is plain ASCII without `#`, so what is escaped here is always inside one.
pub(super) fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json
        .replace("##", "#\\u0023")
        .replace("section_start:", "section\\u005fstart:")
        .replace("section_end:", "section\\u005fend:")
        .chars()
    {
        if character != '\n' && is_hidden(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}
