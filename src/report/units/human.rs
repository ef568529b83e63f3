//! For people.

use similar::{ChangeTag, TextDiff};

use super::super::text::{counted, quote, quote_line};
use super::lines::{Lines, percent};
use super::tested::{Tested, name};
use crate::cases::CaseResult;
use crate::policy::{Outcome, TestResult, Unmet};
use crate::report::sink::without_colours;
use crate::report::style::{DIM, GREEN, RED, RESET, YELLOW, cut, padded};

/// Longest line of a value or an expression, in characters.
const WIDTH: usize = 300;

/// Columns of the word that says how something went.
const WORD: usize = 8;

/// Most lines of a difference.
const LINES: usize = 60;

/// What is not fine, and all where `verbose` is set; then one line each that sums up.
pub(super) fn render(tested: &Tested<'_>, verbose: bool) -> String {
    let mut text = String::new();
    for case in tested.cases.iter().filter(|case| verbose || !case.faults.is_empty()) {
        text.push_str(&explain_case(tested, case));
    }
    text.push_str(&close_cases(tested.cases));
    let Some(units) = tested.units else { return text };
    for result in units.results.iter().filter(|result| verbose || !result.outcome.is_fine()) {
        text.push_str(&explain(tested, result, verbose));
    }
    text.push_str(&coverage(tested));
    text.push_str(&closing(tested));
    text.push('\n');
    text
}

/// What a case found amiss.
fn explain_case(tested: &Tested<'_>, case: &CaseResult) -> String {
    let (colour, word) = if case.faults.is_empty() { (GREEN, "passed") } else { (RED, "failed") };
    let mut text = format!("{colour}{}{RESET} {}\n", padded(word, WORD), quote_line(&tested.typed(&case.directory)));
    for fault in &case.faults {
        text.push_str(&format!("         {}\n", quote_line(&fault.to_string())));
    }
    text
}

/// The line that sums up cases; nothing where there are none.
fn close_cases(cases: &[CaseResult]) -> String {
    let failed = cases.iter().filter(|case| !case.faults.is_empty()).count();
    match (cases.len(), failed) {
        (0, _) => String::new(),
        (total, 0) => format!("{GREEN}passed{RESET}: {}\n", counted(total, "case")),
        (total, _) => format!("{RED}failed{RESET}: {}, {failed} failed\n", counted(total, "case")),
    }
}

/// A result: a line, and what there is to say about it.
fn explain(tested: &Tested<'_>, result: &TestResult, verbose: bool) -> String {
    let (colour, word) = match result.outcome {
        Outcome::Passed => (GREEN, "passed"),
        Outcome::Skipped => (YELLOW, "skipped"),
        Outcome::Failed => (RED, "failed"),
        Outcome::Error(_) => (RED, "error"),
        Outcome::Missing => (RED, "untested"),
    };
    let place =
        result.span.map(|span| format!("  {DIM}{}{RESET}", quote_line(&tested.place(span)))).unwrap_or_default();
    let mut text = format!("{colour}{}{RESET} {}{place}\n", padded(word, WORD), quote_line(&name(result)));
    for line in details(tested, result, verbose).lines() {
        text.push_str(&format!("         {line}\n"));
    }
    text
}

/// What there is to say about a result: why it could not be evaluated, what does not hold, what was printed.
fn details(tested: &Tested<'_>, result: &TestResult, verbose: bool) -> String {
    let mut text = String::new();
    if let Outcome::Error(problem) = &result.outcome {
        text.push_str(&format!("{}\n", quote_line(problem.message())));
        if let Some(hint) = problem.hint_text() {
            text.push_str(&format!("help: {}\n", quote_line(hint)));
        }
        if let Some(span) = problem.span().filter(|span| Some(*span) != result.span) {
            text.push_str(&format!("{DIM}{}{RESET}\n", quote_line(&tested.place(span))));
        }
    }
    if let Some(unmet) = &result.unmet {
        text.push_str(&unmet_text(tested, unmet, ""));
    }
    for case in result.cases.iter().filter(|case| verbose || !case.passed) {
        let (colour, word) = if case.passed { (GREEN, "passed") } else { (RED, "failed") };
        text.push_str(&format!("{colour}{word}{RESET} {}\n", short(&case.name.join(" / "))));
        if let Some(unmet) = &case.unmet {
            text.push_str(&unmet_text(tested, unmet, "  "));
        }
    }
    for line in result.prints.iter().flat_map(|print| print.lines()) {
        text.push_str(&format!("{DIM}print:{RESET} {}\n", quote(line)));
    }
    text
}

/// The same without colours.
pub(super) fn plain(tested: &Tested<'_>, result: &TestResult) -> String {
    let text = without_colours(&details(tested, result, false));
    if text.is_empty() { "it does not hold".to_owned() } else { text.trim_end().to_owned() }
}

/// The expression that does not hold, the values in it, and where two should be equal how they differ.
fn unmet_text(tested: &Tested<'_>, unmet: &Unmet, indent: &str) -> String {
    let place = unmet.span.map(|span| format!("{DIM}{}:{RESET} ", quote_line(&tested.place(span)))).unwrap_or_default();
    let mut text = format!("{indent}{place}{}\n", short(&unmet.text));
    for (part, values) in &unmet.values {
        let values = if values.is_empty() { "undefined".to_owned() } else { values.join(" | ") };
        text.push_str(&format!("{indent}  {} is {}\n", short(part), short(&values)));
    }
    let Some((left, right)) = &unmet.sides else { return text };
    text.push_str(&format!("{indent}  {DIM}from left (-) to right (+):{RESET}\n"));
    let difference = TextDiff::from_lines(left, right);
    let groups = difference.grouped_ops(2);
    let changes = groups.iter().flatten().flat_map(|operation| difference.iter_changes(operation));
    let lines: Vec<_> = changes.collect();
    for change in lines.iter().take(LINES) {
        let (colour, sign) = match change.tag() {
            ChangeTag::Delete => (RED, '-'),
            ChangeTag::Insert => (GREEN, '+'),
            ChangeTag::Equal => (DIM, ' '),
        };
        let line = quote(&cut(change.value().trim_end_matches('\n'), WIDTH));
        text.push_str(&format!("{indent}  {colour}{sign} {line}{RESET}\n"));
    }
    if lines.len() > LINES {
        text.push_str(&format!("{indent}  {DIM}… {} more{RESET}\n", counted(lines.len() - LINES, "line")));
    }
    text
}

/// On one line, quoted, and not too long.
fn short(text: &str) -> String {
    quote_line(&cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), WIDTH))
}

/// What is not reached, by policy and rule.
fn coverage(tested: &Tested<'_>) -> String {
    let mut text = String::new();
    for file in tested.units.iter().filter_map(|units| units.coverage.as_deref()).flatten() {
        let lines = Lines::of(file, tested.files);
        let share = format!("{:.0}%", lines.percent().floor());
        let path = quote_line(&tested.typed(&file.path));
        text.push_str(&format!("{share:>5} {}  {DIM}{path}{RESET}\n", quote_line(&file.package)));
        for rule in lines.rules.iter().filter(|rule| !rule.is_reached()) {
            let mut faults = Vec::new();
            if !rule.never.is_empty() {
                faults.push(format!("never holds ({})", runs(&rule.never)));
            }
            if !rule.missed.is_empty() {
                faults.push(format!("not evaluated: {}", runs(&rule.missed)));
            }
            text.push_str(&format!("      {} {}\n", quote_line(&rule.name), faults.join("; ")));
        }
    }
    text
}

/// Line numbers, neighbours taken together: `line 3`, `lines 3, 7-9`.
fn runs(lines: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == *line => *end = *line,
            _ => runs.push((*line, *line)),
        }
    }
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let runs: Vec<String> = runs
        .iter()
        .map(|(start, end)| if start == end { start.to_string() } else { format!("{start}-{end}") })
        .collect();
    format!("{word} {}", runs.join(", "))
}

fn closing(tested: &Tested<'_>) -> String {
    let failed = tested.count(|outcome| matches!(outcome, Outcome::Failed | Outcome::Error(_)));
    let missing = tested.count(|outcome| matches!(outcome, Outcome::Missing));
    let skipped = tested.count(|outcome| matches!(outcome, Outcome::Skipped));
    let passed = tested.count(|outcome| matches!(outcome, Outcome::Passed));
    let fine = failed + missing == 0 && tested.short().is_none();
    let verdict = if fine { format!("{GREEN}passed{RESET}") } else { format!("{RED}failed{RESET}") };
    let mut line = format!("{verdict}: {}", counted(passed + failed + skipped, "test"));
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
    if let Some(coverage) = tested.units.and_then(|units| units.coverage.as_deref()) {
        let percent = percent(coverage, tested.files);
        line.push_str(&format!("; {:.1}% of the policies' lines reached", (percent * 10.0).floor() / 10.0));
    }
    if let Some((_, least)) = tested.short() {
        line.push_str(&format!(", and {least}% is wanted"));
    }
    line
}
