//! Values in text that cannot be read, line by line: of a line only its key is shown, if it certainly is one.

use std::ops::Range;

/// Letters that a key may have.
const LONGEST_KEY: usize = 253;

/// The lines of a text with the bytes at which they start, without what ends them.
fn lines(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line.trim_end()))
    })
}

/// Whatever a text holds, every line of it.
pub(super) fn all(content: &str) -> Vec<Range<usize>> {
    lines(content).filter(|(_, line)| !line.trim().is_empty()).map(|(start, line)| start..start + line.len()).collect()
}

/// What follows the keys of a damaged YAML document; lines without a key, and those of long texts, wholly.
pub(super) fn of_yaml(content: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    // The indentation of the key whose text goes on over lines.
    let mut long: Option<usize> = None;
    for (start, line) in lines(content) {
        let (indent, text) = entry(line);
        if text.is_empty() || matches!(line, "---" | "...") || is_conflict(line) {
            continue;
        }
        let at = start + line.len() - text.len();
        let end = start + line.len();
        if long.is_some_and(|outer| indent > outer) {
            hidden.push(at..end);
            continue;
        }
        long = None;
        if let Some(comment) = text.strip_prefix('#') {
            hidden.extend(of_comment(end - comment.len(), comment));
            continue;
        }
        let Some(value) = value_of_key(text, ':') else {
            hidden.push(at..end);
            continue;
        };
        let value = value.trim_start();
        if value.starts_with(['|', '>']) {
            long = Some(indent);
        }
        if !value.is_empty() {
            hidden.push(end - value.len()..end);
        }
    }
    hidden
}

/// What follows the keys of an env file or of another text of settings; lines without a key wholly.
pub(super) fn of_settings(content: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    for (start, line) in lines(content) {
        let text = line.trim_start();
        let end = start + line.len();
        if text.is_empty() || text == "---" || is_conflict(line) {
            continue;
        }
        if text.starts_with('#') {
            hidden.push(end - text.len()..end);
            continue;
        }
        match value_of_key(text, '=').or_else(|| value_of_key(text, ':')) {
            // Padding of base64, or a key without a value: the former has letters of both cases.
            Some(value) if value.trim_matches('=').is_empty() => {
                let key = text.trim_end_matches('=');
                let mixed = [char::is_lowercase, char::is_uppercase].iter().all(|case| key.chars().any(case));
                if mixed {
                    hidden.push(end - text.len()..end);
                }
            }
            Some(value) => hidden.push(end - value.trim_start().len()..end),
            None => hidden.push(end - text.len()..end),
        }
    }
    hidden
}

/// What comments say among the lines that `hidden` covers and next to them: a secret that was commented out is one
/// still. Elsewhere, what they set.
pub(super) fn of_comments(content: &str, hidden: &[Range<usize>]) -> Vec<Range<usize>> {
    let first = hidden.iter().map(|range| range.start).min().unwrap_or(usize::MAX);
    let last = hidden.iter().map(|range| range.end).max().unwrap_or_default();
    let lines: Vec<(usize, &str)> = lines(content).collect();
    let mut found = Vec::new();
    for (index, (start, line)) in lines.iter().enumerate() {
        let whole = line.trim_start().starts_with('#');
        let hash = if whole { Some(line.len() - line.trim_start().len()) } else { line.find(" #").map(|at| at + 1) };
        let Some(hash) = hash else { continue };
        let comment = line.get(hash + 1..).unwrap_or_default();
        let from = start + hash + 1;
        let next = lines.get(index + 1).map_or(*start, |(start, line)| start + line.len());
        let before = index.checked_sub(1).and_then(|index| lines.get(index)).map_or(*start, |(start, _)| *start);
        if next >= first && before <= last {
            found.extend(of_comment(from, comment));
        } else if let Some(value) = value_in(comment) {
            found.push(from + value..from + comment.len());
        }
    }
    found
}

/// What a comment says, less a key; `at` is where its text starts.
fn of_comment(at: usize, comment: &str) -> Option<Range<usize>> {
    let text = comment.trim_start();
    let end = at + comment.len();
    let text = text.trim_start_matches("- ");
    let value = value_of_key(text, ':').or_else(|| value_of_key(text, '=')).unwrap_or(text).trim_start();
    (!value.is_empty()).then(|| end - value.len()..end)
}

/// Where the value of `key=value` or `key: value` starts.
fn value_in(text: &str) -> Option<usize> {
    [text.find('=').map(|at| at + 1), text.find(": ").map(|at| at + 2)].into_iter().flatten().min()
}

/// What a line says, and at which column: the marks of list items are indentation.
fn entry(line: &str) -> (usize, &str) {
    let mut text = line.trim_start();
    while let Some(rest) = text.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        text = rest.trim_start();
    }
    (line.len() - text.len(), text)
}

/// What follows a key and the sign behind it, where the line starts with a key; `None` where it is none for sure.
fn value_of_key(text: &str, sign: char) -> Option<&str> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let bare = text.strip_prefix(['"', '\'']).unwrap_or(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '$');
    let end = bare.find(|c: char| !plain(c)).unwrap_or(bare.len());
    if end == 0 || end > LONGEST_KEY {
        return None;
    }
    let mut rest = bare.get(end..)?;
    if let Some(quote) = quote {
        rest = rest.strip_prefix(quote)?;
    }
    match sign {
        ':' => rest.trim_start().strip_prefix(':').filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])),
        _ => rest.strip_prefix(sign),
    }
}

/// Whether a line is a mark of a merge that was not finished.
fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

/// A literal `key=value` less its key; anything else whole.
#[must_use]
pub fn after_key(content: &str, range: &Range<usize>) -> Range<usize> {
    let text = content.get(range.clone()).unwrap_or_default();
    match text.find('=') {
        Some(at) if !text.contains('\n') => range.start + at + 1..range.end,
        _ => range.clone(),
    }
}
