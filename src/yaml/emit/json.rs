//! The way of keys and values through JSON: what it refuses, and what a string is after it.

use std::borrow::Cow;

use crate::source::Problem;
use crate::yaml::decoded::Decoded;
use crate::yaml::node::{Key, Node};
use crate::yaml::tag::Tag;

/// Longest key, in characters of JSON without its quotes, that the reader of the JSON accepts.
const LONGEST_KEY: usize = 1022;

/// The value of a scalar as it is printed.
pub(super) fn scalar(node: &Node) -> Result<Decoded, Problem> {
    let Some(scalar) = node.as_scalar() else { return Ok(Decoded::Null) };
    let Some(value) = scalar.try_decode() else {
        let name = tag_name(scalar.tag);
        return Err(Problem::new(format!("the text does not fit its type `{name}`"))
            .at(node.origin.span)
            .hint("quote it to make it a string, or write a value of that type"));
    };
    match value {
        Decoded::Float(value) if !value.is_finite() => {
            Err(Problem::new("infinities and not-a-number cannot be written in JSON, so no manifest can hold them")
                .at(node.origin.span)
                .hint("quote the text if a string is meant"))
        }
        Decoded::Str(text) => {
            refuse_controls(&text).map_err(|problem| problem.at(node.origin.span))?;
            Ok(Decoded::Str(match next_lines_folded(&text) {
                Cow::Borrowed(_) => text,
                Cow::Owned(folded) => folded,
            }))
        }
        value => Ok(value),
    }
}

/// The text of a key. Only at the top of a document do numbers and the like count as the text they are.
pub(super) fn key(key: &Key, top: bool) -> Result<&str, Problem> {
    let readable = match key.tag {
        Tag::Str => true,
        Tag::Null | Tag::Binary => false,
        _ => top,
    };
    if key.tag == Tag::Null && key.text.is_empty() {
        return Err(Problem::new("a key is left out before its `:`").at(key.span));
    }
    if !readable {
        return Err(Problem::new(format!("the key `{}` is no string", key.text))
            .at(key.span)
            .hint("put it in quotes: JSON, and so Kubernetes, knows no other keys"));
    }
    refuse_controls(&key.text).map_err(|problem| problem.at(key.span))?;
    if key.text.contains(NEXT_LINE) || key.text.chars().map(json_length).sum::<usize>() > LONGEST_KEY {
        return Err(Problem::new(format!("a key may have at most {LONGEST_KEY} characters, on one line")).at(key.span));
    }
    Ok(&key.text)
}

fn tag_name(tag: Tag) -> &'static str {
    match tag {
        Tag::Null => "!!null",
        Tag::Bool => "!!bool",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Str => "!!str",
        Tag::Timestamp => "!!timestamp",
        Tag::Binary => "!!binary",
    }
}

/// Go's JSON escapes the control characters of ASCII and leaves these as they are; go-yaml reads none.
fn refuse_controls(text: &str) -> Result<(), Problem> {
    let refused = |c: &char| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    match text.chars().find(refused) {
        None => Ok(()),
        Some(c) => Err(Problem::new(format!("the control character U+{:04X} cannot be printed", u32::from(c)))
            .hint("remove it, or keep such data in `binaryData`")),
    }
}

/// Ends a line in YAML 1.1, and JSON does not escape it.
const NEXT_LINE: char = '\u{85}';

/// Folds U+0085 as the reader of the JSON does: one becomes a space, of several one is lost, and spaces
/// around them too.
#[must_use]
pub fn next_lines_folded(text: &str) -> Cow<'_, str> {
    let Some((first, _)) = text.split_once(NEXT_LINE) else { return Cow::Borrowed(text) };
    let mut folded = first.trim_end_matches(' ').to_owned();
    let mut rest = text.get(first.len()..).unwrap_or_default();
    while !rest.is_empty() {
        let tail = rest.trim_start_matches([' ', NEXT_LINE]);
        match rest.chars().take(rest.chars().count() - tail.chars().count()).filter(|c| *c == NEXT_LINE).count() {
            1 => folded.push(' '),
            count => folded.extend(std::iter::repeat_n('\n', count - 1)),
        }
        let (line, next) = tail.split_at(tail.find(NEXT_LINE).unwrap_or(tail.len()));
        folded.push_str(if next.is_empty() { line } else { line.trim_end_matches(' ') });
        rest = next;
    }
    Cow::Owned(folded)
}

/// How many characters Go's JSON writes for one.
fn json_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    }
}
