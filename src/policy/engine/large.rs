//! Built-ins whose result can be far larger than what they are given. The interpreter cannot be interrupted inside
//! of one, and memory that is gone ends the process without a word, so here the result has a limit.

use anyhow::{Result, anyhow, bail};
use regorus::Value;

use super::arguments::{MAX_RANGE, kind};
use super::escape::escape;

/// Longest text that a built-in makes, in bytes.
pub(super) const MAX_TEXT: usize = 16 * 1024 * 1024;

const TOO_LONG: &str = "a text of more than 16 MiB is not made here";

/// A text that is not too long.
pub(super) fn whole(text: String) -> Result<Value> {
    fits(text.len())?;
    Ok(Value::from(text))
}

fn fits(bytes: usize) -> Result<()> {
    if bytes > MAX_TEXT {
        bail!("{TOO_LONG}");
    }
    Ok(())
}

/// Adds to a text that must not get too long.
fn push(out: &mut String, text: &str) -> Result<()> {
    fits(out.len() + text.len())?;
    out.push_str(text);
    Ok(())
}

/// A value as Rego would write it.
pub(super) fn term(value: &Value) -> Result<String> {
    let mut out = String::new();
    write_term(value, &mut out)?;
    Ok(out)
}

fn write_term(value: &Value, out: &mut String) -> Result<()> {
    let mut list = |open: &str, items: &mut dyn Iterator<Item = (Option<&Value>, &Value)>, close: &str| {
        push(out, open)?;
        for (index, (key, value)) in items.enumerate() {
            push(out, if index == 0 { "" } else { ", " })?;
            if let Some(key) = key {
                write_term(key, out)?;
                push(out, ": ")?;
            }
            write_term(value, out)?;
        }
        push(out, close)
    };
    match value {
        Value::String(text) => push(out, &format!("\"{}\"", escape(text, '"'))),
        Value::Array(items) => list("[", &mut items.iter().map(|item| (None, item)), "]"),
        Value::Set(items) if items.is_empty() => push(out, "set()"),
        Value::Set(items) => list("{", &mut items.iter_sorted().map(|item| (None, item)), "}"),
        Value::Object(entries) => list("{", &mut entries.iter_sorted().map(|(key, value)| (Some(key), value)), "}"),
        other => push(out, &other.to_string()),
    }
}

/// A value as JSON.
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "into a text that has a limit, not into an output"))]
pub(super) fn json(value: Option<&Value>) -> Result<Value> {
    struct Limited(Vec<u8>);
    impl std::io::Write for Limited {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0.len() + bytes.len() > MAX_TEXT {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut out = Limited(Vec::new());
    serde_json::to_writer(&mut out, &value).map_err(|error| {
        if error.is_io() { anyhow!("{TOO_LONG}") } else { anyhow!("this cannot be written as JSON: {error}") }
    })?;
    Ok(Value::from(String::from_utf8(out.0)?))
}

pub(super) fn concat(delimiter: &str, items: &[Value]) -> Result<Value> {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        let Value::String(text) = item else { bail!("items must be strings, not {}", kind(Some(item))) };
        push(&mut out, if index == 0 { "" } else { delimiter })?;
        push(&mut out, text)?;
    }
    Ok(Value::from(out))
}

pub(super) fn replace(text: &str, old: &str, new: &str) -> Result<Value> {
    let count = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    fits(text.len().saturating_add(count.saturating_mul(new.len().saturating_sub(old.len()))))?;
    Ok(Value::from(text.replace(old, new)))
}

/// All replacements at once: at each place the first pattern that fits, in the order of the patterns.
pub(super) fn replace_n(patterns: Option<&Value>, text: &str) -> Result<Value> {
    let Some(Value::Object(entries)) = patterns else { bail!("argument 1 must be an object, not {}", kind(patterns)) };
    let mut pairs = Vec::new();
    for pair in entries.iter_sorted() {
        let (Value::String(old), Value::String(new)) = pair else { bail!("patterns and replacements are strings") };
        pairs.push((&**old, &**new));
    }
    let mut out = String::new();
    let mut rest = text;
    // What an empty pattern sets goes in front of each character, and behind the last.
    let empty = pairs.iter().find(|(old, _)| old.is_empty()).map(|(_, new)| *new);
    loop {
        push(&mut out, empty.unwrap_or_default())?;
        let found = pairs.iter().find(|(old, _)| !old.is_empty() && rest.starts_with(old));
        if let Some((old, new)) = found {
            push(&mut out, new)?;
            rest = rest.get(old.len()..).unwrap_or_default();
            continue;
        }
        let Some(letter) = rest.chars().next() else { return Ok(Value::from(out)) };
        let (letter, after) = rest.split_at_checked(letter.len_utf8()).unwrap_or_default();
        push(&mut out, letter)?;
        rest = after;
    }
}

pub(super) fn regex_replace(text: &str, pattern: &str, new: &str) -> Result<Value> {
    let pattern = regex::Regex::new(pattern).map_err(|_| anyhow!("`{pattern}` is no regular expression"))?;
    let mut out = String::new();
    let mut end = 0;
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        push(&mut out, text.get(end..whole.start()).unwrap_or_default())?;
        found.expand(new, &mut out);
        fits(out.len())?;
        end = whole.end();
    }
    push(&mut out, text.get(end..).unwrap_or_default())?;
    Ok(Value::from(out))
}

pub(super) fn array_concat(arguments: &[Value]) -> Result<Value> {
    let [Value::Array(left), Value::Array(right)] = arguments else { bail!("both arguments must be arrays") };
    if i128::try_from(left.len() + right.len())? > MAX_RANGE {
        bail!("an array of more than {MAX_RANGE} items is not made here");
    }
    Ok(Value::from(left.iter().chain(right.iter()).cloned().collect::<Vec<_>>()))
}
