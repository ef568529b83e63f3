//! Why policies find something or do not, for people.

use super::style::{DIM, GREEN, RESET, cut};
use super::text::{counted, quote_line};
use crate::check::reasons::Reasons;
use crate::policy::{Fate, Traced};
use crate::source::{Files, Span};

/// Longest value, in characters.
const WIDTH: usize = 300;

/// Each rule, and what became of it. `prefix` leads from where people stand to the root of the repository.
#[must_use]
pub fn human(all: &[Reasons], files: &Files, prefix: &str) -> String {
    let mut out = String::new();
    let place = |span: Span| {
        let at = files.location(span);
        // What comes with the program is nowhere on disk.
        let prefix = if at.path.as_str().starts_with("gate:") { "" } else { prefix };
        quote_line(&format!("{prefix}{}:{}:{}", at.path, at.line, at.column))
    };
    for reasons in all {
        let which = match reasons.document {
            (_, 1) => String::new(),
            (number, of) => format!(" {DIM}(cluster {number} of {of}){RESET}"),
        };
        out.push_str(&format!("{}{which}\n", quote_line(&reasons.policy)));
        for reason in &reasons.rules {
            let at = reason.span.map(place).unwrap_or_default();
            out.push_str(&format!("  {} {DIM}{at}{RESET} {}", quote_line(&reason.rule), told(reason, &place)));
        }
    }
    out
}

fn told(reason: &Traced, place: &dyn Fn(Span) -> String) -> String {
    match &reason.fate {
        Fate::Found(count) => format!("{GREEN}{}{RESET}\n", counted(*count, "finding")),
        Fate::Unknown => "cannot be told: it is Rego v0, has an `else`, or fails\n".to_owned(),
        Fate::Unmet(unmet) => {
            let at = unmet.span.map(place).unwrap_or_default();
            let mut text =
                format!("finds nothing, since this never holds:\n    {DIM}{at}:{RESET} {}\n", short(&unmet.text));
            for (part, values) in &unmet.values {
                let values = if values.is_empty() { "undefined".to_owned() } else { values.join(" | ") };
                text.push_str(&format!("      {} is {}\n", short(part), short(&values)));
            }
            text
        }
    }
}

/// On one line, quoted, and not too long.
fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    quote_line(&cut(&text, WIDTH))
}
