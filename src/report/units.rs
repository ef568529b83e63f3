//! What unit tests of policies and cases gave, for people.

use std::io::{self, Write};

use super::text::{counted, quote, quote_line};
use crate::check::case::CaseResult;
use crate::policy::{Coverage, Outcome, TestReport, TestResult};
use crate::source::{Files, Span};

const RED: &str = "\u{1b}[1;31m";
const GREEN: &str = "\u{1b}[1;32m";
const YELLOW: &str = "\u{1b}[1;33m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Writes what is not fine, and all where `verbose` is set; then one line that sums up. `prefix` leads from where
/// people stand to the root of the repository.
///
/// # Errors
/// When `out` cannot be written to.
pub fn human(report: &TestReport, files: &Files, prefix: &str, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.results.iter().filter(|result| verbose || !result.outcome.is_fine());
    for result in shown {
        write!(out, "{}", explain(result, files, prefix))?;
    }
    if verbose {
        for coverage in report.coverage.iter().filter(|coverage| !coverage.missed.is_empty()) {
            let path = quote_line(&format!("{prefix}{}", coverage.path));
            writeln!(out, "{DIM}not reached:{RESET} {path}: {}", lines(coverage))?;
        }
    }
    writeln!(out, "{}", closing(report))
}

/// Writes what a case found amiss; one that is fine only where `verbose` is set.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_case(result: &CaseResult, prefix: &str, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let fine = result.faults.is_empty();
    if !fine || verbose {
        let (colour, word) = if fine { (GREEN, "passed") } else { (RED, "failed") };
        writeln!(out, "{colour}{word:8}{RESET} {}", quote_line(&format!("{prefix}{}", result.directory)))?;
    }
    result.faults.iter().try_for_each(|fault| writeln!(out, "         {}", quote_line(fault)))
}

/// Writes the line that sums up cases; nothing where there are none.
///
/// # Errors
/// When `out` cannot be written to.
pub fn close_cases(total: usize, failed: usize, out: &mut dyn Write) -> io::Result<()> {
    match (total, failed) {
        (0, _) => Ok(()),
        (_, 0) => writeln!(out, "{GREEN}passed{RESET}: {}", counted(total, "case")),
        _ => writeln!(out, "{RED}failed{RESET}: {}, {failed} failed", counted(total, "case")),
    }
}

fn explain(result: &TestResult, files: &Files, prefix: &str) -> String {
    let (colour, word) = match result.outcome {
        Outcome::Passed => (GREEN, "passed"),
        Outcome::Skipped => (YELLOW, "skipped"),
        Outcome::Failed(_) => (RED, "failed"),
        Outcome::Error(_) => (RED, "error"),
        Outcome::Missing => (RED, "untested"),
    };
    let at = |span: Span| {
        let location = files.location(span);
        quote_line(&format!("{prefix}{}:{}:{}", location.path, location.line, location.column))
    };
    let name =
        if result.name.is_empty() { result.package.clone() } else { format!("{}.{}", result.package, result.name) };
    let place = result.span.map(|span| format!("  {DIM}{}{RESET}", at(span))).unwrap_or_default();
    let mut text = format!("{colour}{word:8}{RESET} {}{place}\n", quote_line(&name));
    match &result.outcome {
        Outcome::Failed(cases) if !cases.is_empty() => {
            text.push_str(&format!("         cases: {}\n", quote_line(&cases.join(", "))));
        }
        Outcome::Error(problem) => {
            text.push_str(&format!("         {}\n", quote_line(problem.message())));
            if let Some(span) = problem.span().filter(|span| Some(*span) != result.span) {
                text.push_str(&format!("         {DIM}{}{RESET}\n", at(span)));
            }
        }
        _ => {}
    }
    for line in result.prints.iter().flat_map(|print| print.lines()) {
        text.push_str(&format!("         {DIM}print:{RESET} {}\n", quote(line)));
    }
    text
}

/// Line numbers, neighbours taken together: `3, 7-9`.
fn lines(coverage: &Coverage) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for line in &coverage.missed {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == *line => *end = *line,
            _ => runs.push((*line, *line)),
        }
    }
    let runs: Vec<String> = runs
        .iter()
        .map(|(start, end)| if start == end { start.to_string() } else { format!("{start}-{end}") })
        .collect();
    runs.join(", ")
}

fn closing(report: &TestReport) -> String {
    let count = |wanted: fn(&Outcome) -> bool| report.results.iter().filter(|result| wanted(&result.outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::Error(_)));
    let missing = count(|outcome| matches!(outcome, Outcome::Missing));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped));
    let verdict = if failed + missing == 0 { format!("{GREEN}passed{RESET}") } else { format!("{RED}failed{RESET}") };
    let mut line = format!("{verdict}: {}", counted(count(|outcome| matches!(outcome, Outcome::Passed)), "test"));
    for (count, word) in [(failed, "failed"), (skipped, "skipped")] {
        if count > 0 {
            line.push_str(&format!(", {count} {word}"));
        }
    }
    if missing > 0 {
        line.push_str(&format!(
            ", {} without one",
            if missing == 1 { "1 policy".into() } else { format!("{missing} policies") }
        ));
    }
    let covered: usize = report.coverage.iter().map(|coverage| coverage.covered.len()).sum();
    let all = covered + report.coverage.iter().map(|coverage| coverage.missed.len()).sum::<usize>();
    if let Some(percent) = (covered * 100).checked_div(all) {
        line.push_str(&format!("; {percent}% of the policies' lines reached"));
    }
    line
}
