//! Makes edits in a text.

use super::place::Edit;

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
