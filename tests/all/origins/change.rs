//! Changes the text of an origin in a way that makes sense for what it is.

use base64::Engine;
use gate::source::{SourceFile, Span};
use gate::yaml::{Cause, Dialect, Node, Path, Tag, Text, Value, parse_first};

/// What is put into texts: found again where the text went.
const MARK: &str = "q7z";

/// A changed text and what it must bring about.
pub(crate) struct Change {
    pub(crate) bytes: Vec<u8>,
    effect: Effect,
}

/// What a change must bring about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// The value shows the mark.
    Mark,
    /// The value is another one, or gone.
    Other,
    /// The whole object is gone.
    Gone,
}

impl Change {
    /// Whether the text was one that makes the whole object, and is gone.
    pub(crate) fn removes(&self) -> bool {
        self.effect == Effect::Gone
    }

    /// Whether the new value is what the change had to make of it.
    pub(crate) fn took(&self, old: &Node, new: Option<&Node>) -> bool {
        match (self.effect, new) {
            (Effect::Mark, Some(new)) => text_of(new).is_some_and(has_mark),
            (Effect::Other, Some(new)) => !old.same_data(new),
            (Effect::Other | Effect::Gone, None) => true,
            (Effect::Gone, Some(_)) | (Effect::Mark, None) => false,
        }
    }
}

/// The text of a scalar, or of the first key or item of a map or list.
fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) => Some(&scalar.text),
        Value::Seq(items) => items.iter().find_map(text_of),
        Value::Map(map) => map.iter().map(|entry| &*entry.key.text).find(|key| has_mark(key)),
    }
}

/// Whether the text holds the mark, as it is or in base64.
fn has_mark(text: &str) -> bool {
    if text.contains(MARK) {
        return true;
    }
    let packed: String = text.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).unwrap_or_default();
    bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

/// Changes the text at `span`, which set `leaf` at `path`.
pub(crate) fn change(file: &SourceFile, span: Span, path: &Path, leaf: &Node) -> Change {
    let bytes = file.bytes();
    let (start, end) = (span.start as usize, span.end() as usize);
    let text = std::str::from_utf8(&bytes[start..end]).unwrap_or_default();
    let column = bytes[..start].iter().rev().take_while(|byte| **byte != b'\n').count();
    let put_from = |start: usize, text: String, effect: Effect| Change {
        bytes: [&bytes[..start], text.as_bytes(), &bytes[end..]].concat(),
        effect,
    };
    let put = |text: String, effect: Effect| put_from(start, text, effect);
    if leaf.text() == Some("") && leaf.origin.cause == Cause::Generator && !text.is_empty() && !text.contains('=') {
        // A line of an env file that has no value.
        return put(format!("{text}={MARK}"), Effect::Mark);
    }
    if start == 0 && end == bytes.len() {
        // The value is the whole file.
        return Change { bytes: [bytes, MARK.as_bytes()].concat(), effect: Effect::Mark };
    }
    if let Some(is_flow) = collection(text, column) {
        let (addition, effect) = match (&leaf.value, path.to_string().as_str()) {
            (Value::Seq(_), _) => (MARK.to_owned(), Effect::Mark),
            (Value::Map(_), _) => (format!("{MARK}: {MARK}"), Effect::Mark),
            // The rest is what a generator gives to all that it makes.
            (Value::Scalar(_), "apiVersion" | "kind") => {
                let line = start - column;
                let dash = bytes[line..start].iter().position(|byte| *byte == b'-').map_or(start, |at| line + at);
                return put_from(dash, String::new(), Effect::Gone);
            }
            (Value::Scalar(_), "type") => (format!("type: {MARK}"), Effect::Mark),
            // The hash of its content.
            (Value::Scalar(_), _) => (format!("literals: [{MARK}=1]"), Effect::Other),
        };
        if is_flow {
            let (inside, bracket) = text.split_at(text.len() - 1);
            let comma = if inside.len() == 1 { "" } else { ", " };
            return put(format!("{inside}{comma}{addition}{bracket}"), effect);
        }
        let dash = if matches!(leaf.value, Value::Seq(_)) { "- " } else { "" };
        return put(format!("{text}\n{}{dash}{addition}", " ".repeat(column)), effect);
    }
    if leaf.origin.cause == Cause::BuildMetadata {
        return put(format!("{text}{MARK}"), Effect::Other);
    }
    let quote = ['"', '\''].into_iter().find(|quote| text.len() > 1 && text.starts_with(*quote));
    if let Some((inside, quote)) = quote.and_then(|quote| Some((text.strip_suffix(quote)?, quote))) {
        return put(format!("{inside}{MARK}{quote}"), Effect::Mark);
    }
    if text.starts_with(['|', '>']) {
        return put(format!("{text}{MARK}"), Effect::Mark);
    }
    if let Some(other) = other_word(text) {
        return put(other.to_owned(), Effect::Other);
    }
    match Tag::of_plain(text, Dialect::Resource) {
        Tag::Int | Tag::Float | Tag::Timestamp => put(other_number(text), Effect::Other),
        Tag::Null => put(MARK.to_owned(), Effect::Mark),
        _ if leaf.is_null() => put(format!("{text}{MARK}"), Effect::Other),
        _ => put(format!("{text}{MARK}"), Effect::Mark),
    }
}

/// Whether the text, which starts at a column, is a map or list, and if so whether it is in brackets.
fn collection(text: &str, column: usize) -> Option<bool> {
    if text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']') {
        return Some(true);
    }
    let placed = format!("{}{text}", " ".repeat(column));
    let node = parse_first(&Text::loose(&placed), Dialect::Config).ok()??;
    let is_entry = node.get("name").is_some() || node.as_seq().is_some();
    is_entry.then_some(false)
}

/// The opposite of a word that means yes or no.
fn other_word(text: &str) -> Option<&'static str> {
    Some(match text {
        "true" | "True" => "false",
        "false" | "False" => "true",
        "yes" | "Yes" | "on" | "On" | "y" => "no",
        "no" | "No" | "off" | "Off" | "n" => "yes",
        _ => return None,
    })
}

/// The number with another last digit.
fn other_number(text: &str) -> String {
    let Some(at) = text.rfind(|c: char| c.is_ascii_digit()) else { return format!("{text}1") };
    let digit = match &text[at..=at] {
        "1" => "2",
        _ => "1",
    };
    format!("{}{digit}{}", &text[..at], &text[at + 1..])
}
