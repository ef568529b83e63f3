//! Waivers beside what they waive: comments such as
//! `# gate: ignore[image-digest-pinned] the vendor ships tags only, until 2027-01-31`.
//!
//! One that stands behind something covers its line, one that stands alone the line below, other comments left
//! out. It needs a reason and a last day, which counts in UTC, like any waiver. What is meant to be one and is
//! not well formed is a problem, so that nobody relies on it; other comments that begin with `gate:` are just that.
//!
//! Whoever applies them says of which revision the file is: a change that brings its own waivers judges itself.

use jiff::Timestamp;
use jiff::civil::Date;

use super::config::unknown_policy;
use super::waiver::{day, is_over, too_long};
use crate::schema::nearest;
use crate::source::{FileId, Problem, Span};
use crate::yaml::{Comment, comments};

/// How one is written.
const FORM: &str = "write `# gate: ignore[policy] reason, until 2027-01-31`";

/// The word for it.
const IGNORE: &str = "ignore";

/// A waiver that a comment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineWaiver {
    /// The policies whose findings it covers, each with its place.
    pub policies: Vec<(String, Span)>,
    /// The line that it covers, from 1.
    pub line: u32,
    /// The last day on which it holds, in UTC.
    pub until: Date,
    /// Why it is needed.
    pub reason: String,
    /// Its text.
    pub span: Span,
}

impl InlineWaiver {
    /// Whether it covers what a policy finds on a line of its file.
    #[must_use]
    pub fn covers(&self, policy: &str, line: u32) -> bool {
        self.line == line && self.policies.iter().any(|(name, _)| name == policy)
    }

    /// A problem for each policy that it names and that is not among `known`.
    #[must_use]
    pub fn unknown_policies(&self, known: &[&str]) -> Vec<Problem> {
        self.policies.iter().filter_map(|(name, span)| unknown_policy(name, Some(*span), known)).collect()
    }

    /// Why it waives more than an exception should, if it does.
    #[must_use]
    pub fn too_broad(&self, now: Timestamp) -> Option<String> {
        too_long(self.until, now)
    }
}

/// The waivers in the text of a file, and what is wrong with those that do not count. A file that is no YAML has
/// none: whoever reads it says so.
#[must_use]
pub fn find(file: FileId, content: &str, now: Timestamp) -> (Vec<InlineWaiver>, Vec<Problem>) {
    let (mut waivers, mut problems) = (Vec::new(), Vec::new());
    if !may_hold(content) {
        return (waivers, problems);
    }
    let comments = comments(file, content).unwrap_or_default();
    for (comment, line) in comments.iter().zip(covered(content, &comments)) {
        let Some(text) = Part::new(file, content, comment.start, comment.end).addressed() else { continue };
        let before = problems.len();
        let waiver = read(text, now, &mut problems);
        match (waiver, line) {
            (Some(waiver), Some(line)) => waivers.push(InlineWaiver { line, ..waiver }),
            (_, None) if problems.len() == before => problems.push(
                Problem::new("this waiver covers nothing: below it is an empty line or the end of the file")
                    .at(text.span())
                    .hint("put it right above the line that it is about, or behind it"),
            ),
            _ => {}
        }
    }
    (waivers, problems)
}

/// The lines of a file without their comments and the blanks around them: what stays the same when a line moves.
#[must_use]
pub fn code(file: FileId, content: &str) -> Vec<&str> {
    let comments = comments(file, content).unwrap_or_default();
    let mut comments = comments.iter().peekable();
    let mut start = 0;
    let line = |line: &'_ str| {
        let end = start + line.len();
        let comment = comments.next_if(|comment| comment.start < end);
        let code = comment.and_then(|comment| line.get(..comment.start - start)).unwrap_or(line).len();
        start = end;
        code
    };
    let lengths: Vec<usize> = content.split_inclusive('\n').map(line).collect();
    let lines = content.split_inclusive('\n').zip(lengths);
    lines.map(|(line, code)| line.get(..code).unwrap_or(line).trim()).collect()
}

/// Whether a comment may be meant for this program; most files hold none, and need not be read as YAML for it.
fn may_hold(content: &str) -> bool {
    content.match_indices('#').any(|(at, _)| {
        let said = content.get(at..).unwrap_or_default().trim_start_matches(|c: char| c == '#' || c.is_whitespace());
        said.get(.."gate".len()).is_some_and(|name| name.eq_ignore_ascii_case("gate"))
    })
}

/// The line that each comment is about, from 1. Comments that stand alone below each other are about the same line, so
/// the last is settled first.
fn covered(content: &str, comments: &[Comment]) -> Vec<Option<u32>> {
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let starts: Vec<usize> = lines
        .iter()
        .scan(0, |next, line| {
            let start = *next;
            *next += line.len();
            Some(start)
        })
        .collect();
    let mut covered = Vec::with_capacity(comments.len());
    // The line of the comment below, where it stands alone, and the line that it is about.
    let mut below: Option<(usize, usize)> = None;
    for comment in comments.iter().rev() {
        let own = starts.partition_point(|start| *start <= comment.start).saturating_sub(1);
        let about = match below {
            _ if !comment.alone => own,
            Some((line, about)) if line == own + 1 => about,
            _ => own + 1,
        };
        below = comment.alone.then_some((own, about));
        let is_text = !comment.alone || lines.get(about).is_some_and(|text| !text.trim().is_empty());
        covered.push(u32::try_from(about + 1).ok().filter(|_| is_text));
    }
    covered.reverse();
    covered
}

/// A part of a file's text.
#[derive(Clone, Copy)]
struct Part<'a> {
    file: FileId,
    content: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Part<'a> {
    fn new(file: FileId, content: &'a str, start: usize, end: usize) -> Self {
        Self { file, content, start, end }
    }

    fn text(&self) -> &'a str {
        self.content.get(self.start..self.end).unwrap_or_default()
    }

    fn span(&self) -> Span {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: number(self.start), len: number(self.end - self.start) }
    }

    /// This without what stands before and behind it, by `trim`.
    fn trimmed(self, trim: impl Fn(char) -> bool) -> Self {
        let text = self.text();
        let rest = text.trim_start_matches(&trim);
        let start = self.start + text.len() - rest.len();
        Self { start, end: start + rest.trim_end_matches(&trim).len(), ..self }
    }

    /// What comes before and after the byte `at` of this, which is `width` bytes wide.
    fn split(self, at: usize, width: usize) -> (Self, Self) {
        let at = self.start + at;
        (Self { end: at, ..self }, Self { start: at + width, ..self })
    }

    /// The comment without its marks, if it speaks to this program.
    fn addressed(self) -> Option<Self> {
        let all = self.trimmed(|c| c == '#' || c.is_whitespace());
        let name = all.text().get(.."gate".len()).filter(|name| name.eq_ignore_ascii_case("gate"))?;
        let rest = all.split(0, name.len()).1.trimmed(char::is_whitespace);
        let said = rest.text();
        let word = word(said.trim_start_matches(':').trim_start());
        let told = !word.is_empty() && said.contains(&format!("{word}["));
        let spoken = said.starts_with(':') && (is_near(word) || told);
        (spoken || word == IGNORE && said.contains("ignore[")).then_some(all)
    }
}

/// The letters at the beginning of a text.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

fn is_near(word: &str) -> bool {
    !word.is_empty() && nearest(&word.to_lowercase(), [IGNORE]).is_some()
}

/// Reads a comment from its `gate` on.
fn read(all: Part<'_>, now: Timestamp, problems: &mut Vec<Problem>) -> Option<InlineWaiver> {
    let problem = |part: Part<'_>, message: &str| Problem::new(message).at(part.span());
    let rest = all.split(0, "gate".len()).1.trimmed(char::is_whitespace);
    let Some(said) = rest.text().strip_prefix(':').filter(|_| all.text().starts_with("gate")) else {
        problems.push(problem(all, "this waiver does not begin with `gate:`").hint(FORM));
        return None;
    };
    let rest = rest.split(0, rest.text().len() - said.len()).1.trimmed(char::is_whitespace);
    let (verb, rest) = rest.split(word(rest.text()).len(), 0);
    if verb.text() != IGNORE {
        let hint = if is_near(verb.text()) { "did you mean `ignore`?" } else { FORM };
        problems.push(problem(verb, &format!("`{}` is nothing that gate can be told", verb.text())).hint(hint));
        return None;
    }
    let Some((names, rest)) = brackets(rest) else {
        problems.push(problem(all, "this waiver does not name its policies in `[` and `]`").hint(FORM));
        return None;
    };
    let before = problems.len();
    let policies = policies(names);
    if policies.is_empty() {
        problems.push(problem(all, "this waiver names no policy").hint(FORM));
    }
    let (reason, until) = last_words(rest.trimmed(|c| c.is_whitespace() || c == ':'));
    if !reason.text().contains(char::is_alphanumeric) {
        problems.push(problem(all, "this waiver gives no reason").hint(FORM));
    }
    let Some(until) = until else {
        problems.push(problem(all, "this waiver does not say until when it holds").hint(FORM));
        return None;
    };
    let Some(last) = day(until.text()) else {
        let message = format!("`{}` is not a date", until.text());
        problems.push(problem(until, &message).hint("end with the last day, as in `until 2027-01-31`"));
        return None;
    };
    if is_over(last, now) {
        let hint = "take it away, or renew it with a new end and reason";
        problems.push(problem(until, &format!("this waiver ended after {last}")).hint(hint));
    }
    let reason = reason.text().to_owned();
    (problems.len() == before).then(|| InlineWaiver { policies, line: 0, until: last, reason, span: all.span() })
}

/// What stands in the brackets at the beginning, and what comes after them.
fn brackets(part: Part<'_>) -> Option<(Part<'_>, Part<'_>)> {
    let inner = part.text().trim_start().strip_prefix('[')?;
    let (_, rest) = part.split(part.text().len() - inner.len(), 0);
    Some(rest.split(inner.find(']')?, 1))
}

/// The names in a list, each with its place.
fn policies(list: Part<'_>) -> Vec<(String, Span)> {
    let mut at = 0;
    let mut found = Vec::new();
    for name in list.text().split(',') {
        let name_part = list.split(at, 0).1.split(name.len(), 0).0.trimmed(char::is_whitespace);
        if !name_part.text().is_empty() {
            found.push((name_part.text().to_owned(), name_part.span()));
        }
        at += name.len() + 1;
    }
    found
}

/// The reason, and what comes after the last `until`.
fn last_words(rest: Part<'_>) -> (Part<'_>, Option<Part<'_>>) {
    let begins = |at: usize| rest.text().get(..at).is_some_and(|before| !before.ends_with(char::is_alphanumeric));
    let ends = |at: usize| {
        rest.text().get(at + "until".len()..).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    let last = rest.text().rmatch_indices("until").map(|(at, _)| at).find(|at| begins(*at) && ends(*at));
    let (reason, until) = match last {
        Some(at) => {
            let (reason, until) = rest.split(at, "until".len());
            (reason, Some(until.trimmed(|c| c.is_whitespace() || matches!(c, '.' | ':' | ')'))))
        }
        None => (rest, None),
    };
    (reason.trimmed(|c| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '-')), until)
}

#[cfg(test)]
mod tests;
