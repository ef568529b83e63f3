//! Edits of one scalar, in the quotes that it has.

use super::place::{Edit, bytes, in_quotes, string};
use crate::source::Span;

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
