//! Markdown for the summary of a GitHub Actions step (`GITHUB_STEP_SUMMARY`).
//!
//! Text of the repository stands in it as text: every sign that Markdown, HTML or GitHub gives a meaning is
//! written as a character reference. GitHub drops a summary of more than 1 MiB whole, so rows stop before.

use super::style::cut;
use super::text::{also, counted, quote_line, result, subject, verdict};
use crate::finding::{Finding, Outcome, Place, Report};

/// Bytes of a summary: less than the 1 MiB that GitHub accepts, with room for the closing line.
const LIMIT: usize = 1024 * 1024 - 4096;

/// Characters of one message or help; more would starve the other rows.
const CELL: usize = 2000;

pub(super) fn render(report: &Report) -> String {
    let mut out = format!("### gate: {}\n\n{}\n", verdict(report.outcome()), prose(&result(report)));
    if report.outcome() == Outcome::Nothing {
        let notes = report.notes.iter().map(|note| format!("\n{}\n", prose(note)));
        out.extend(notes);
    }

    let rows: Vec<String> = report.counting().map(|finding| row(report, finding)).collect();
    if !rows.is_empty() {
        out.push_str("\n| | Finding | Where |\n|---|---|---|\n");
    }
    let mut left = rows.len();
    for row in rows.iter().take_while(|row| row.len() < LIMIT) {
        if out.len() + row.len() > LIMIT {
            break;
        }
        out.push_str(row);
        left -= 1;
    }
    if left > 0 {
        out.push_str(&format!("\n{} left out: a summary holds 1 MiB.\n", counted(left, "finding")));
    }
    out
}

fn row(report: &Report, finding: &Finding) -> String {
    let mut what = format!("{}<br>{}", code(&finding.policy), prose(&finding.message));
    if let Some(help) = &finding.help {
        what.push_str(&format!("<br>help: {}", prose(help)));
    }
    let mut places = Vec::new();
    let subject = subject(finding);
    if !subject.is_empty() {
        places.push(prose(&subject));
    }
    if let Some(place) = &finding.place {
        places.push(place_code(report, place));
    }
    places.extend(also(finding).map(|also| prose(&also)));
    for related in &finding.related {
        places.push(format!("{}: {}", place_code(report, &related.place), prose(&related.label)));
    }
    format!("| {} | {what} | {} |\n", finding.severity.word(), places.join("<br>"))
}

fn place_code(report: &Report, place: &Place) -> String {
    let at = &place.location;
    code(&format!("{}:{}:{}", report.typed_path(&at.path), at.line, at.column))
}

/// A sentence, with its literals (between backticks, where they come in pairs) as code.
fn prose(text: &str) -> String {
    let short = cut(&quote_line(text), CELL);
    let parts: Vec<&str> = short.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(&short, true);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { escape(part, true) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(&quote_line(text), false))
}

/// Writes signs as character references, which never have a structural meaning. Mentions and references to
/// issues are looked for after that, so in prose a zero-width space parts their sign from the name; code is
/// not searched for them and stays fit to be copied.
fn escape(text: &str, prose: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | ',' | '-' | '/' | '(' | ')' | '=' | ';' | '\'' | '?' => out.push(character),
            '@' | '#' if prose => out.push_str(&format!("&#{};&#8203;", u32::from(character))),
            _ if character.is_ascii_punctuation() => out.push_str(&format!("&#{};", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}
