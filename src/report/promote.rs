//! A promotion for people: which images become which, or the files as they would be.

use std::io::{self, Write};

use similar::TextDiff;

use super::text::{quote, quote_line};
use crate::promote::Promotion;
use crate::source::Files;

/// Unchanged lines shown around changed ones.
const CONTEXT: usize = 3;

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Writes a line for each image: where it is set, and what it was and is. `prefix` leads from where people stand to
/// the root of the repository.
///
/// # Errors
/// When `out` cannot be written to.
pub fn human(promotion: &Promotion, prefix: &str, out: &mut dyn Write) -> io::Result<()> {
    for image in &promotion.images {
        let place = match &image.at {
            Some(at) => format!("{DIM}{}:{}{RESET} ", quote_line(&format!("{prefix}{}", at.path)), at.line),
            None => String::new(),
        };
        let cluster = image.cluster.as_ref().map(|cluster| format!(" on {}", quote_line(cluster))).unwrap_or_default();
        let [old, new] = [&image.old, &image.new]
            .map(|version| quote_line(&version.map(|text| promotion.masks.scrub(text).into_owned()).to_string()));
        let repository = quote_line(&image.repository);
        writeln!(out, "{place}{repository}{cluster}: {RED}{old}{RESET} → {GREEN}{new}{RESET}")?;
    }
    Ok(())
}

/// Writes the changes of the files as a unified diff, with paths from the root of the repository.
///
/// # Errors
/// When `out` cannot be written to.
pub fn unified(promotion: &Promotion, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    for file in &promotion.files {
        let text = |id| promotion.masks.lines(files, id).iter().map(|line| format!("{line}\n")).collect::<String>();
        let (old, new) = (text(file.old), text(file.new));
        let diff = TextDiff::from_lines(&old, &new);
        let path = quote_line(file.path.as_str());
        let unified =
            diff.unified_diff().context_radius(CONTEXT).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
        for line in unified.lines() {
            let colour = match line.bytes().next() {
                Some(b'+') => GREEN,
                Some(b'-') => RED,
                Some(b'@') => CYAN,
                _ => "",
            };
            let end = if colour.is_empty() { "" } else { RESET };
            writeln!(out, "{colour}{}{end}", quote(line))?;
        }
    }
    Ok(())
}
