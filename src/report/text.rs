//! Words that several formats share, and the way in which text of the repository is quoted.

use crate::finding::{Also, Finding, Outcome, Report, Status};
use crate::source::Severity;

/// How many of the other things that a cause reaches are named one by one.
const ALSO: usize = 3;

/// `text` with everything that could act on its reader made visible instead: controls and escapes,
/// characters that hide or reorder others, and the openings of a CI runner's commands. Newlines and tabs
/// stay.
#[must_use]
pub fn quote(text: &str) -> String {
    Quoted::new(text).text
}

/// As [`quote`], on one line.
#[must_use]
pub fn quote_line(text: &str) -> String {
    quote(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A quoted text that knows where the characters of the original went.
pub(super) struct Quoted {
    /// The text to print.
    pub(super) text: String,
    starts: Vec<usize>,
}

impl Quoted {
    /// Quotes `text` as [`quote`] does.
    pub(super) fn new(text: &str) -> Self {
        let mut quoted = Self { text: String::with_capacity(text.len()), starts: Vec::new() };
        let (mut last, mut before_last) = (None, None);
        for (at, character) in text.char_indices() {
            let rest = text.get(at + character.len_utf8()..).unwrap_or_default();
            let opens = match (last, character) {
                (Some('#'), '#') => opens_bracket(rest),
                (Some(':'), ':') => before_last.is_none_or(char::is_whitespace),
                (_, ':') => opens_section(&quoted.text, rest),
                _ => false,
            };
            if opens {
                quoted.text.push(' ');
            }
            quoted.starts.push(quoted.text.len());
            match character {
                '\n' | '\t' => quoted.text.push(character),
                '\0'..='\u{1f}' => {
                    quoted.text.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'));
                }
                '\u{7f}' => quoted.text.push('\u{2421}'),
                _ if is_hidden(character) => quoted.text.push_str(&format!("<U+{:04X}>", u32::from(character))),
                _ => quoted.text.push(character),
            }
            before_last = last;
            last = Some(character);
        }
        quoted
    }

    /// The byte of [`Self::text`] at which character `index` (from 0) of the original starts, or its end.
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }
}

/// Whether `rest`, read after `##`, makes a command of GitHub's legacy syntax (`##[`), of Azure Pipelines
/// (`##vso[`) or of `TeamCity` (`##teamcity[`), which are recognised anywhere in a line.
///
/// A space parts the two signs rather than a zero-width character: the runner compares linguistically,
/// and such a comparison skips characters without width.
fn opens_bracket(rest: &str) -> bool {
    rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[')
}

/// Whether a colon between `before` and `rest` makes a mark of GitLab for a section of a log:
/// `section_start:1560896352:name`.
fn opens_section(before: &str, rest: &str) -> bool {
    let marked = ["section_start", "section_end"].iter().any(|mark| before.ends_with(mark));
    marked && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a character is invisible, or changes how others are shown: the controls of C1, the separators
/// of lines and paragraphs, and what Unicode 17 calls format characters (less the visible ones) and
/// default-ignorable.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0xAD | 0x34F
                | 0x61C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// What came of the run, for one line:
/// `2 errors, 1 info in 2 apps (6 overlays, 54 resources), new against main; not counted: 1 waived`.
/// Not quoted yet.
pub(super) fn result(report: &Report) -> String {
    if report.outcome() == Outcome::Nothing {
        return "no overlay was rendered".to_owned();
    }
    let summary = &report.summary;
    let mut line = format!(
        "{} in {} ({}, {})",
        tally(report),
        counted(summary.apps, "app"),
        counted(summary.overlays, "overlay"),
        counted(summary.resources, "resource")
    );
    if let Some(base) = &report.base {
        line.push_str(&format!(", new against {base}"));
    }
    if summary.untouched > 0 {
        line.push_str(&format!(", {} untouched", counted(summary.untouched, "app")));
    }
    let known = if report.fail_on_known { 0 } else { report.count_status(Status::Known) };
    let aside: Vec<String> = [
        (known, "known"),
        (report.count_status(Status::Waived), "waived"),
        (report.count_status(Status::Coming), "more with the rules of this change"),
        (report.count_status(Status::Going), "fewer with the rules of this change"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if !aside.is_empty() {
        line.push_str(&format!("; not counted: {}", aside.join(", ")));
    }
    line
}

/// The findings that count, by severity.
fn tally(report: &Report) -> String {
    let of = |severity| Some(report.count(severity)).filter(|count| *count > 0);
    let errors = of(Severity::Error).map(|count| counted(count, "error"));
    let warnings = of(Severity::Warning).map(|count| counted(count, "warning"));
    let infos = of(Severity::Info).map(|count| format!("{count} info"));
    let parts: Vec<String> = [errors, warnings, infos].into_iter().flatten().collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// The word for how a run ended.
pub(super) fn verdict(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Incomplete => "could not judge everything",
        Outcome::Nothing => "nothing to judge",
    }
}

/// Whom a finding is about: `payments in production, Deployment/api`; empty where it is about no one.
/// Not quoted yet.
pub(super) fn subject(finding: &Finding) -> String {
    named(&finding.subject())
}

fn named(subject: &Also) -> String {
    let place = match (&subject.app, &subject.environment) {
        (Some(app), Some(environment)) => Some(format!("{app} in {environment}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let place = match (place, &subject.cluster) {
        (Some(place), Some(cluster)) => Some(format!("{place}, cluster {cluster}")),
        (place, cluster) => place.or(cluster.clone()),
    };
    let resource = subject.resource.as_ref().map(ToString::to_string);
    place.into_iter().chain(resource).collect::<Vec<_>>().join(", ")
}

/// What else the cause of a finding reaches: `also: payments in staging, Deployment/api; and 28 more`. Not quoted yet.
pub(super) fn also(finding: &Finding) -> Option<String> {
    let shown: Vec<String> = finding.also.iter().take(ALSO).map(named).collect();
    let rest = match finding.also.len().saturating_sub(ALSO) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!shown.is_empty()).then(|| format!("also: {}{rest}", shown.join("; ")))
}
