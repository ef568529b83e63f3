//! Why policies find something or do not, for people.

use std::io::{self, Write};

use super::text::{counted, quote_line};
use crate::check::reasons::Reasons;
use crate::policy::{Fate, Traced};
use crate::source::{Files, Span};

const GREEN: &str = "\u{1b}[1;32m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Longest value, in characters.
const WIDTH: usize = 300;

/// Writes each rule, and what became of it. `prefix` leads from where people stand to the root of the repository.
///
/// # Errors
/// When `out` cannot be written to.
pub fn human(all: &[Reasons], files: &Files, prefix: &str, out: &mut dyn Write) -> io::Result<()> {
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
        writeln!(out, "{}{which}", quote_line(&reasons.policy))?;
        for reason in &reasons.rules {
            let at = reason.span.map(place).unwrap_or_default();
            write!(out, "  {} {DIM}{at}{RESET} {}", quote_line(&reason.rule), told(reason, &place))?;
        }
    }
    Ok(())
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
    let cut: String = text.chars().take(WIDTH).collect();
    quote_line(&if cut.len() < text.len() { format!("{cut}…") } else { cut })
}
