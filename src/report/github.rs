//! Annotations of GitHub Actions: workflow commands that the runner reads from standard output.
//!
//! The runner keeps ten annotations of each level for a step and cuts messages at 4096 UTF-16 units
//! (actions/runner, `ExecutionContext.cs`), so one annotation that sums up comes first, the rest follow in
//! the order of the report, and nothing is sent that would be dropped.

use super::text::{also, counted, quote, quote_line, result, subject, verdict};
use crate::finding::{Finding, Outcome, Report};
use crate::source::Severity;

/// Annotations of one level that the runner keeps for a step.
pub(super) const CAP: usize = 10;

/// UTF-16 units of a message that the runner keeps.
const MESSAGE: usize = 4096;

/// Characters of a title that GitHub keeps.
const TITLE: usize = 255;

/// Ends a message that had to be cut.
const CUT: &str = "… (cut, the whole text is in the job summary)";

/// The levels that the runner knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Notice,
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

pub(super) fn render(report: &Report) -> String {
    let top = match report.outcome() {
        Outcome::Failed | Outcome::Incomplete | Outcome::Nothing => Level::Error,
        Outcome::Passed => Level::Notice,
    };
    let (mut kept, mut dropped) = (String::new(), 0);
    let mut room = [Level::Error, Level::Warning, Level::Notice].map(|level| (level, CAP - usize::from(level == top)));
    for finding in report.counting() {
        let level = Level::of(finding.severity);
        match room.iter_mut().find(|(of, left)| *of == level && *left > 0) {
            Some((_, left)) => {
                *left -= 1;
                kept.push_str(&annotation(report, finding));
            }
            None => dropped += 1,
        }
    }
    headline(report, top, dropped) + &kept
}

fn headline(report: &Report, level: Level, dropped: usize) -> String {
    let mut message = format!("{}: {}", verdict(report.outcome()), quote_line(&result(report)));
    if dropped > 0 {
        message.push_str(&format!("; {} without an annotation, see the job summary", counted(dropped, "finding")));
    }
    command(level, &[("title", "gate".to_owned())], &message)
}

fn annotation(report: &Report, finding: &Finding) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        let at = &place.location;
        properties.push(("file", quote(&report.typed_path(&at.path))));
        properties.push(("line", at.line.to_string()));
        properties.push(("endLine", at.end_line.to_string()));
        // The runner drops columns of an annotation that spans lines.
        if at.line == at.end_line {
            properties.push(("col", at.column.to_string()));
            properties.push(("endColumn", at.end_column.to_string()));
        }
    }
    let subject = subject(finding);
    let title = if subject.is_empty() { finding.policy.clone() } else { format!("{}: {subject}", finding.policy) };
    properties.push(("title", quote_line(&title).chars().take(TITLE).collect()));

    let mut message = finding.message.clone();
    for related in &finding.related {
        let at = &related.place.location;
        message.push_str(&format!("\n{}:{}: {}", report.typed_path(&at.path), at.line, related.label));
    }
    if let Some(also) = also(finding) {
        message.push_str(&format!("\n{also}"));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    command(Level::of(finding.severity), &properties, &short(quote(&message)))
}

/// `text`, cut to what the runner keeps.
pub(super) fn short(text: String) -> String {
    if text.encode_utf16().count() <= MESSAGE {
        return text;
    }
    let mut room = MESSAGE - CUT.encode_utf16().count();
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = room >= c.len_utf16();
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    kept + CUT
}

/// A command that the runner makes an annotation of. The message is quoted already.
pub(super) fn command(level: Level, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", escape_property(value))).collect();
    format!("::{} {}::{}\n", level.command(), properties.join(","), escape_data(message))
}

/// As the runner decodes the data of a command. `%` first, or the others' escapes would be escaped.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner decodes a property of a command.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
