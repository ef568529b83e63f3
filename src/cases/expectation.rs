//! What a case says is due: comments in its files, and the lines of its file `expected`.

use std::collections::BTreeMap;

use super::content::Content;
use super::fault::{Fault, fault};
use crate::finding::{Finding, Status};
use crate::source::{Problem, RepoPath, Severity, Span};

/// A finding that is due.
#[derive(Debug, Clone)]
pub(super) struct Expectation {
    /// The file in the case's directory and the line, from 1; `None` for a finding without a place.
    line: Option<(String, u32)>,
    status: Status,
    severity: Option<Severity>,
    pub(super) policy: String,
    /// A part of the message; empty where any will do.
    message: String,
    /// Where it is written.
    pub(super) written: Written,
}

/// Where an expectation is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The file in the case's directory.
    pub(super) file: String,
    /// Its line, from 0.
    pub(super) line: usize,
    /// Which of those of one comment, from 0.
    pub(super) item: usize,
}

impl Expectation {
    /// Whether a finding is the one that is due. `line` is where it is in the case's directory.
    pub(super) fn fits(&self, finding: &Finding, line: Option<&(String, u32)>) -> bool {
        self.line.as_ref() == line
            && self.policy == finding.policy
            && self.status == finding.status
            && self.severity.is_none_or(|severity| severity == finding.severity)
            && finding.message.contains(&self.message)
    }

    /// That it was not found.
    pub(super) fn fault(&self, directory: &RepoPath) -> Fault {
        let message = if self.message.is_empty() { "" } else { " with this message" };
        let message = format!("`{}` is due{message}, and was not found", self.policy);
        fault(self.line.as_ref(), directory, message)
    }
}

/// Words between `expect` and its colon: a status and a severity.
const WORDS: usize = 2;

/// Where a comment that says what is due starts in a line: `# expect:`, or with words before the colon. Other comments
/// may begin alike, as in `# expected to be one`.
pub(super) fn comment(line: &str) -> Option<usize> {
    let starts = line.match_indices("# expect").map(|(at, _)| at);
    starts.into_iter().find(|at| {
        let rest = line.get(at + "# expect".len()..).unwrap_or_default();
        let words = rest.split_once(':').map(|(words, _)| words);
        words.is_some_and(|words| {
            (words.is_empty() || words.starts_with(' ')) && words.split_whitespace().count() <= WORDS
        })
    })
}

/// What is due, by the files of the head (each with its path in the case) and the file `expected`. `place` finds a line,
/// from 0, of a file in the case's directory.
pub(super) fn expectations(
    head: &BTreeMap<String, String>,
    own: &Content,
    place: &dyn Fn(&str, usize) -> Option<Span>,
) -> Result<Vec<Expectation>, Problem> {
    let mut found = Vec::new();
    for origin in head.values() {
        let Some(text) = own.get(origin).and_then(|bytes| std::str::from_utf8(bytes).ok()) else { continue };
        let mut above: Vec<(usize, &str)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let text = comment(line).and_then(|at| Some((at, line.get(at + 2..)?)));
            match text {
                Some((at, comment)) if line.get(..at).is_some_and(|before| before.trim().is_empty()) => {
                    above.push((index, comment));
                    continue;
                }
                Some((_, comment)) => above.push((index, comment)),
                None => {}
            }
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            for (at, comment) in above.drain(..) {
                let wrong = |problem: Problem| problem.at(place(origin, at));
                expect(comment, Some((origin, number)), (origin, at), &mut found).map_err(wrong)?;
            }
        }
    }
    let listed = own.get("expected").map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    for (index, line) in listed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |problem: Problem| problem.at(place("expected", index));
        expect(line, None, ("expected", index), &mut found).map_err(wrong)?;
    }
    Ok(found)
}

/// Reads `expect WORDS: policy message; policy message`.
fn expect(
    text: &str,
    line: Option<(&str, u32)>,
    (file, at): (&str, usize),
    found: &mut Vec<Expectation>,
) -> Result<(), Problem> {
    let wrong = |why: String| Problem::new(why).hint("write `expect: policy-id a part of the message`");
    let (words, items) = text.trim().split_once(':').ok_or_else(|| wrong(format!("`{text}` has no colon")))?;
    let (mut status, mut severity) = (Status::New, None);
    for word in words.split_whitespace().skip(1) {
        match (word, Severity::from_word(word)) {
            (_, Some(known)) => severity = Some(known),
            ("known", _) => status = Status::Known,
            ("waived", _) => status = Status::Waived,
            ("coming", _) => status = Status::Coming,
            ("going", _) => status = Status::Going,
            _ => return Err(wrong(format!("`{word}` is neither a severity nor a status"))),
        }
    }
    for (item, text) in items.split(';').map(str::trim).enumerate() {
        let (policy, message) = text.split_once(' ').unwrap_or((text, ""));
        if policy.is_empty() {
            return Err(wrong("no policy is named".to_owned()));
        }
        let (policy, message) = (policy.to_owned(), message.trim().to_owned());
        let line = line.map(|(file, line)| (file.to_owned(), line));
        let written = Written { file: file.to_owned(), line: at, item };
        found.push(Expectation { line, status, severity, policy, message, written });
    }
    Ok(())
}

/// The expectation of a finding, without the `# `. Of the message it takes what a comment can hold.
pub(super) fn written(finding: &Finding) -> String {
    let status = if finding.status == Status::New { String::new() } else { format!("{} ", status(finding.status)) };
    let message = finding.message.split([';', '\n']).next().unwrap_or_default().trim();
    format!("expect {status}{}: {} {message}", finding.severity.word(), finding.policy).trim_end().to_owned()
}

/// The word for a status.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Known => "known",
        Status::Waived => "waived",
        Status::Coming => "coming",
        Status::Going => "going",
    }
}
