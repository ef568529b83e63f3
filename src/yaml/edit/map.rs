//! Fields of a map: added, taken away, given another name.

use super::place::{Edit, bytes, in_quotes, insert_below, is_flow, line_start, place, string};
use crate::yaml::node::{Entry, Node};

/// Adds a field with a string behind the last one of a map.
#[must_use]
pub fn add_field(source: &str, map: &Node, key: &str, text: &str) -> Option<Edit> {
    let whole = place(map)?;
    let last = map.as_map()?.iter().next_back()?;
    let (start, end) = (bytes(last.key.span?).start, place(&last.value)?.end);
    // A field that an alias or `<<` brings in is written elsewhere.
    if start < whole.start || end > whole.end {
        return None;
    }
    let field = format!("{key}: {}", string(text)?);
    if is_flow(source, &whole) {
        return Some(Edit { range: end..end, text: format!(", {field}") });
    }
    let indent = start - line_start(source, start)?;
    insert_below(source, end.max(start), &[format!("{}{field}", " ".repeat(indent))])
}

/// Takes a field away, in a block with its line.
#[must_use]
pub fn remove_field(source: &str, map: &Node, key: &str) -> Option<Edit> {
    let whole = place(map)?;
    let entries = map.as_map()?;
    let at = entries.iter().position(|entry| &*entry.key.text == key)?;
    let entry = entries.iter().nth(at)?;
    let (start, end) = (bytes(entry.key.span?).start, place(&entry.value)?.end);
    if start < whole.start || end > whole.end {
        return None;
    }
    if is_flow(source, &whole) {
        let range = match at.checked_sub(1).and_then(|before| entries.iter().nth(before)) {
            Some(before) => place(&before.value)?.end..end,
            None => start..bytes(entries.iter().nth(at + 1)?.key.span?).start,
        };
        return Some(Edit { range, text: String::new() });
    }
    let line = line_start(source, start)?;
    // The first field of an item stands behind its dash.
    if !source.get(line..start)?.bytes().all(|byte| byte == b' ') {
        return None;
    }
    let rest = source.get(end..)?;
    let below = rest.find('\n').map_or(source.len(), |newline| end + newline + 1);
    Some(Edit { range: line..below, text: String::new() })
}

/// Puts a field of another name, with the string `text`, in the place of a field.
#[must_use]
pub fn rename_field(source: &str, entry: &Entry, key: &str, text: &str) -> Option<Edit> {
    let (name, value) = (bytes(entry.key.span?), place(&entry.value)?);
    let span = entry.value.origin.span?;
    let new = super::replace_scalar(source, span, entry.value.text()?, text)?;
    let key = match source.get(name.clone())?.bytes().next()? {
        quote @ (b'"' | b'\'') => in_quotes(key, char::from(quote))?,
        _ => key.to_owned(),
    };
    let between = source.get(name.end..value.start)?;
    Some(Edit { range: name.start..value.end, text: format!("{key}{between}{}", new.text) })
}
