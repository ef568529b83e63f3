//! Changes a text where it says something, and leaves every other byte alone: comments, order, quotes and line
//! ends stay as they were written.
//!
//! A function here that gives `None` has met a way of writing that cannot be changed without rewriting more.

mod list;
mod map;

pub use list::{append, append_section};
pub use map::{add_field, remove_field, rename_field};

use std::ops::Range;

use super::node::Node;
use super::resolve::{Dialect, Tag};
use crate::source::Span;

/// Other text in the place of a stretch of bytes; an empty stretch is a place to insert at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that are replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// `source` with all edits made. Equal edits are one; those that insert at the same place do so in the order given.
/// `None` where edits contradict one another.
#[must_use]
pub fn apply(source: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = Vec::new();
    for edit in edits {
        if !sorted.contains(&edit) {
            sorted.push(edit);
        }
    }
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for edit in sorted {
        out.push_str(source.get(at..edit.range.start)?);
        out.push_str(&edit.text);
        source.get(edit.range.clone())?;
        at = edit.range.end;
    }
    out.push_str(source.get(at..)?);
    Some(out)
}

/// Puts the string `text` in the place of the scalar that `span` covers, if that reads `old`: in its quotes, where
/// it has some.
#[must_use]
pub fn replace_scalar(source: &str, span: Span, old: &str, text: &str) -> Option<Edit> {
    let range = bytes(span);
    let written = source.get(range.clone())?;
    if unquoted(written)? != old {
        return None;
    }
    let text = match written.bytes().next() {
        Some(quote @ (b'"' | b'\'')) => in_quotes(text, char::from(quote))?,
        _ => string(text)?,
    };
    Some(Edit { range, text })
}

/// A string as it is written where nothing is said about its form: plain, if that makes it a string in each of the
/// ways in which YAML is read.
fn string(text: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "._-/:@+".contains(c);
    let plain = text.chars().all(is_word)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/'))
        && !text.ends_with(':')
        && [Dialect::Resource, Dialect::Config].iter().all(|dialect| Tag::of_plain(text, *dialect) == Tag::Str);
    if plain { Some(text.to_owned()) } else { in_quotes(text, '"') }
}

/// `None` where the text would have to be escaped.
fn in_quotes(text: &str, quote: char) -> Option<String> {
    let simple = text.chars().all(|c| !c.is_control() && !matches!(c, '"' | '\'' | '\\'));
    simple.then(|| format!("{quote}{text}{quote}"))
}

/// What a scalar on one line reads; `None` for blocks, and where escapes would have to be read.
fn unquoted(written: &str) -> Option<&str> {
    let inner = |quote| written.strip_prefix(quote)?.strip_suffix(quote);
    match written.chars().next() {
        Some('"') => inner('"').filter(|text| !text.contains('\\')),
        Some('\'') => inner('\'').filter(|text| !text.contains('\'')),
        Some('|' | '>') => None,
        _ => Some(written),
    }
    .filter(|text| !text.contains('\n'))
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end() as usize
}

/// Where a node is written.
fn place(node: &Node) -> Option<Range<usize>> {
    node.origin.span.map(bytes)
}

/// Whether the list or map there is written in brackets.
fn is_flow(source: &str, place: &Range<usize>) -> bool {
    source.get(place.start..).is_some_and(|rest| rest.starts_with(['[', '{']))
}

/// The start of the line that holds the byte.
fn line_start(source: &str, at: usize) -> Option<usize> {
    Some(source.get(..at)?.rfind('\n').map_or(0, |end| end + 1))
}

/// An edit that puts `lines` below the line that holds the byte, with line ends as the text has them.
fn insert_below(source: &str, at: usize, lines: &[String]) -> Option<Edit> {
    let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let end = source.get(at..)?.find('\n').map(|end| at + end + 1);
    let line = |line: &String| if end.is_some() { format!("{line}{newline}") } else { format!("{newline}{line}") };
    let at = end.unwrap_or(source.len());
    Some(Edit { range: at..at, text: lines.iter().map(line).collect() })
}

#[cfg(test)]
mod tests;
