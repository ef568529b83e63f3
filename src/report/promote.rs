//! A promotion for people: which images become which, or the files as they would be.

use similar::TextDiff;

use super::style::{ADDED, CYAN, DIM, PLAIN, REMOVED, RESET};
use super::text::{quote, quote_line};
use crate::promote::Promotion;
use crate::source::Files;

/// Unchanged lines shown around changed ones.
const CONTEXT: usize = 3;

/// A line for each image: where it is set, and what it was and is. `prefix` leads from where people stand to
/// the root of the repository.
#[must_use]
pub fn human(promotion: &Promotion, prefix: &str) -> String {
    let mut out = String::new();
    for image in &promotion.images {
        let place = match &image.at {
            Some(at) => format!("{DIM}{}:{}{RESET} ", quote_line(&format!("{prefix}{}", at.path)), at.line),
            None => String::new(),
        };
        let cluster = image.cluster.as_ref().map(|cluster| format!(" on {}", quote_line(cluster))).unwrap_or_default();
        let [old, new] = [&image.old, &image.new]
            .map(|version| quote_line(&version.map(|text| promotion.masks.scrub(text).into_owned()).to_string()));
        let repository = quote_line(&image.repository);
        out.push_str(&format!("{place}{repository}{cluster}: {REMOVED}{old}{RESET} → {ADDED}{new}{RESET}\n"));
    }
    out
}

/// The changes of the files as a unified diff, with paths from the root of the repository.
#[must_use]
pub fn unified(promotion: &Promotion, files: &Files) -> String {
    let mut out = String::new();
    for file in &promotion.files {
        let text = |id| promotion.masks.lines(files, id).iter().map(|line| format!("{line}\n")).collect::<String>();
        let (old, new) = (text(file.old), text(file.new));
        let diff = TextDiff::from_lines(&old, &new);
        let path = quote_line(file.path.as_str());
        let unified =
            diff.unified_diff().context_radius(CONTEXT).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
        for line in unified.lines() {
            let colour = match line.bytes().next() {
                Some(b'+') => ADDED,
                Some(b'-') => REMOVED,
                Some(b'@') => CYAN,
                _ => PLAIN,
            };
            out.push_str(&format!("{colour}{}{colour:#}\n", quote(line)));
        }
    }
    out
}
