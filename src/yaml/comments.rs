//! Where the comments of a YAML file are. What looks like one inside a text is none: the parser says where
//! those are.

use super::{Dialect, Node, Text, Value, parse_all};
use crate::source::{FileId, Problem};

/// A comment, from its `#` to the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Byte offset of its `#`.
    pub start: usize,
    /// The byte after the last; the line's end is not part of it.
    pub end: usize,
    /// Whether nothing else stands on its line.
    pub alone: bool,
}

/// The comments of a file, in the order of the text.
///
/// # Errors
/// When it is no YAML: then nobody can tell.
pub fn comments(file: FileId, content: &str) -> Result<Vec<Comment>, Problem> {
    let text = Text::of_file(file, content, 0);
    // The dialect of kustomizations accepts a key twice, but then knows only the last one's place.
    let documents = parse_all(&text, Dialect::Resource).or_else(|_| parse_all(&text, Dialect::Config))?;
    let mut texts = Vec::new();
    for document in &documents {
        scalars(document, content, &mut texts);
    }
    texts.sort_unstable();
    let inside = |at: usize| {
        // Texts may be there twice, by an alias, but do not overlap.
        let next = texts.partition_point(|(start, _)| *start <= at);
        next.checked_sub(1).and_then(|last| texts.get(last)).is_some_and(|(_, end)| at < *end)
    };
    let mut found = Vec::new();
    let mut start = 0;
    for line in content.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let marks = bare.match_indices('#').map(|(at, _)| at);
        let begins =
            |at: usize| bare.get(..at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']));
        if let Some(at) = marks.into_iter().find(|at| begins(*at) && !inside(start + at)) {
            let alone = bare.get(..at).is_some_and(|before| before.trim().is_empty());
            found.push(Comment { start: start + at, end: start + bare.len(), alone });
        }
        start += line.len();
    }
    Ok(found)
}

/// Adds where the texts of a node are: those of its keys too, and of a block all but its first line.
fn scalars(node: &Node, content: &str, found: &mut Vec<(usize, usize)>) {
    let mut add = |span: Option<crate::source::Span>| {
        let Some(span) = span else { return };
        let (mut start, end) = (span.start as usize, span.end() as usize);
        let written = content.get(start..end).unwrap_or_default();
        if written.starts_with(['|', '>']) {
            start += written.find('\n').unwrap_or(written.len());
        }
        found.push((start, end));
    };
    match &node.value {
        Value::Scalar(_) => add(node.origin.span),
        Value::Seq(items) => items.iter().for_each(|item| scalars(item, content, found)),
        Value::Map(map) => {
            map.iter().for_each(|entry| add(entry.key.span));
            map.iter().for_each(|entry| scalars(&entry.value, content, found));
        }
    }
}
