//! One edit, and what every edit needs to know: where a node is written, and how a string is.

use std::ops::Range;

use crate::source::Span;
use crate::yaml::dialect::Dialect;
use crate::yaml::node::Node;
use crate::yaml::tag::Tag;

/// Other text in the place of a stretch of bytes; an empty stretch is a place to insert at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that are replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// A string as it is written where nothing is said about its form: plain, if that makes it a string in each of the
/// ways in which YAML is read.
pub(super) fn string(text: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "._-/:@+".contains(c);
    let plain = text.chars().all(is_word)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/'))
        && !text.ends_with(':')
        && [Dialect::Resource, Dialect::Config].iter().all(|dialect| Tag::of_plain(text, *dialect) == Tag::Str);
    if plain { Some(text.to_owned()) } else { in_quotes(text, '"') }
}

/// `None` where the text would have to be escaped.
pub(super) fn in_quotes(text: &str, quote: char) -> Option<String> {
    let simple = text.chars().all(|c| !c.is_control() && !matches!(c, '"' | '\'' | '\\'));
    simple.then(|| format!("{quote}{text}{quote}"))
}

pub(super) fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end() as usize
}

/// Where a node is written.
pub(super) fn place(node: &Node) -> Option<Range<usize>> {
    node.origin.span.map(bytes)
}

/// Whether the list or map there is written in brackets.
pub(super) fn is_flow(source: &str, place: &Range<usize>) -> bool {
    source.get(place.start..).is_some_and(|rest| rest.starts_with(['[', '{']))
}

/// The start of the line that holds the byte.
pub(super) fn line_start(source: &str, at: usize) -> Option<usize> {
    Some(source.get(..at)?.rfind('\n').map_or(0, |end| end + 1))
}

/// An edit that puts `lines` below the line that holds the byte, with line ends as the text has them.
pub(super) fn insert_below(source: &str, at: usize, lines: &[String]) -> Option<Edit> {
    let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let end = source.get(at..)?.find('\n').map(|end| at + end + 1);
    let line = |line: &String| if end.is_some() { format!("{line}{newline}") } else { format!("{newline}{line}") };
    let at = end.unwrap_or(source.len());
    Some(Edit { range: at..at, text: lines.iter().map(line).collect() })
}
