//! A report: every finding that counts, with its excerpts.

use super::excerpts::{RELATED, Shown};
use crate::finding::{Finding, Outcome, Report, Status};
use crate::report::options::Options;
use crate::report::style::{CYAN, DIM, GREEN, RED, RESET, YELLOW};
use crate::report::text::{also, counted, quote, quote_line, result, subject, verdict};
use crate::source::Severity;

/// Every finding that counts, then one line that sums up.
pub(in crate::report) fn render(report: &Report, options: Options) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        if report.counts(finding) || options.verbose {
            out.push_str(&explain(report, finding));
            out.push('\n');
        }
    }
    // Where nothing was found, how it was looked for is the answer.
    if options.verbose || report.outcome() == Outcome::Nothing {
        for note in &report.notes {
            out.push_str(&format!("{DIM}note:{RESET} {}\n", quote_line(note)));
        }
    }
    out.push_str(&closing(report));
    out
}

fn explain(report: &Report, finding: &Finding) -> String {
    format!("{}{}", header(finding), shown(report, finding).render())
}

fn header(finding: &Finding) -> String {
    let colour = match finding.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    };
    let mut header = format!("{colour}{}[{}]{RESET}", finding.severity.word(), quote_line(&finding.policy));
    let subject = subject(finding);
    if !subject.is_empty() {
        header.push_str(&format!(" {}", quote_line(&subject)));
    }
    match finding.status {
        Status::New => {}
        Status::Known => header.push_str(&format!(" {DIM}(known){RESET}")),
        Status::Waived => header.push_str(&format!(" {DIM}(waived){RESET}")),
        Status::Coming => header.push_str(&format!(" {DIM}(with the rules of this change){RESET}")),
        Status::Going => header.push_str(&format!(" {DIM}(not with the rules of this change){RESET}")),
    }
    header.push('\n');
    header
}

fn closing(report: &Report) -> String {
    let outcome = report.outcome();
    let colour = match outcome {
        Outcome::Passed => GREEN,
        Outcome::Failed => RED,
        Outcome::Incomplete | Outcome::Nothing => YELLOW,
    };
    format!("{colour}{}{RESET}: {}\n", verdict(outcome), quote_line(&result(report)))
}

/// A finding with its excerpts.
fn shown(report: &Report, finding: &Finding) -> Shown {
    let mut shown = Shown::new(finding.severity, &finding.message);
    if let Some(place) = &finding.place {
        shown.excerpt(&report.typed_path(&place.location.path), place, finding.field.as_deref());
    }
    for related in finding.related.iter().take(RELATED) {
        let path = report.typed_path(&related.place.location.path);
        shown.excerpt(&path, &related.place, Some(&related.label));
    }
    let mut help = finding.help.as_deref().map(quote);
    if let Some(more @ 1..) = finding.related.len().checked_sub(RELATED) {
        let help = help.get_or_insert_default();
        help.push_str(&format!("\n({} not shown)", counted(more, "related place")));
    }
    if let Some(also) = also(finding) {
        let help = help.get_or_insert_default();
        help.push_str(&format!("\n({})", quote_line(&also)));
    }
    shown.help = help;
    shown
}
