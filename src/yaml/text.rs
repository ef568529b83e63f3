//! Text to be parsed, and how offsets in it lead back to the file that holds it: a whole file, a part
//! of one, or a document written inside a scalar of another (`patch: |`).

use crate::source::{FileId, Files, Span};

/// Text and the way from its bytes to those of a file.
pub struct Text<'a> {
    /// What is parsed.
    pub content: &'a str,
    file: Option<FileId>,
    /// Where stretches of `content` start, there and in the file, ascending. Between two of them both
    /// run in step.
    stretches: Vec<(u32, u32)>,
    /// The span of everything, where single bytes cannot be told apart (escapes, folding).
    whole: Option<Span>,
}

impl<'a> Text<'a> {
    /// The text of a file, or of a part of it that starts at byte `offset`.
    #[must_use]
    pub fn of_file(file: FileId, content: &'a str, offset: u32) -> Self {
        Self { content, file: Some(file), stretches: vec![(0, offset)], whole: None }
    }

    /// Text that a span holds in some other form.
    #[must_use]
    pub fn within(span: Span, content: &'a str) -> Self {
        Self { content, file: Some(span.file), stretches: Vec::new(), whole: Some(span) }
    }

    /// Text that is written nowhere.
    #[must_use]
    pub fn loose(content: &'a str) -> Self {
        Self { content, file: None, stretches: Vec::new(), whole: None }
    }

    /// The content of a scalar that `span` covers, quotes or block header included.
    #[must_use]
    pub fn of_scalar(files: &Files, content: &'a str, span: Option<Span>) -> Self {
        let Some(span) = span else { return Self::loose(content) };
        let source = files.text(span).unwrap_or_default();
        let stretches = match source.bytes().next() {
            Some(b'|') => literal_lines(content, &source),
            Some(b'"' | b'\'') => quoted_characters(content, &source),
            _ if source == content => Some(vec![(0, 0)]),
            _ => None,
        };
        match stretches {
            Some(lines) => {
                let stretches = lines.into_iter().map(|(here, there)| (here, there + span.start)).collect();
                Self { content, file: Some(span.file), stretches, whole: None }
            }
            None => Self { content, file: Some(span.file), stretches: Vec::new(), whole: Some(span) },
        }
    }

    /// Bytes `from..to` of this text as a text of its own.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Text<'a> {
        let content = self.content.get(from..to).unwrap_or_default();
        let from = u32::try_from(from).unwrap_or(u32::MAX);
        let mut stretches = Vec::new();
        if let Some(start) = self.locate(from) {
            stretches.push((0, start));
            let later = self.stretches.iter().filter(|(here, _)| *here > from);
            stretches.extend(later.map(|(here, there)| (here - from, *there)));
        }
        Text { content, file: self.file, stretches, whole: self.whole }
    }

    fn locate(&self, offset: u32) -> Option<u32> {
        let next = self.stretches.partition_point(|(here, _)| *here <= offset);
        let (here, there) = self.stretches.get(next.checked_sub(1)?)?;
        Some(there + (offset - here))
    }

    /// The span of bytes `start..end` of the content; what is behind its end counts as the end.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        if self.whole.is_some() {
            return self.whole;
        }
        let place = |byte: usize| self.locate(u32::try_from(byte.min(self.content.len())).ok()?);
        let (start, end) = (place(start)?, place(end)?);
        Some(Span { file: self.file?, start, len: end.saturating_sub(start) })
    }
}

/// Pairs the stretches of a quoted scalar's value with those of its source: another one starts after each
/// escape. `None` where lines are folded, and for escapes by number.
fn quoted_characters(content: &str, source: &str) -> Option<Vec<(u32, u32)>> {
    let is_double = source.starts_with('"');
    let mut pairs = vec![(0, 1)];
    let mut written = source.char_indices().skip(1);
    for (here, wanted) in content.char_indices() {
        let (there, first) = written.next()?;
        let escape = first == if is_double { '\\' } else { '\'' };
        let meant = if escape { unescaped(written.next()?.1)? } else { first };
        if meant != wanted || first == '\n' {
            return None;
        }
        if escape {
            let length = u32::try_from(here + wanted.len_utf8()).ok()?;
            pairs.push((length, u32::try_from(there + 2).ok()?));
        }
    }
    Some(pairs)
}

/// What a character stands for after a backslash, or a quote after a quote; `None` for those that are not
/// one byte.
fn unescaped(character: char) -> Option<char> {
    Some(match character {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '"' | '\\' | '/' | '\'' | ' ' => character,
        _ => return None,
    })
}

/// Pairs the lines of a literal block's value with those of its source, whose first line is the header.
fn literal_lines(content: &str, source: &str) -> Option<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    let (mut here, mut there) = (0, source.find('\n')? + 1);
    for line in content.split_inclusive('\n') {
        let rest = source.get(there..)?;
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let bare = line.trim_end_matches('\n');
        let written = rest.get(..length)?.trim_end_matches(['\n', '\r']);
        let indent = written.len().checked_sub(bare.len()).unwrap_or(written.len());
        pairs.push((u32::try_from(here).ok()?, u32::try_from(there + indent).ok()?));
        here += line.len();
        there += length;
    }
    Some(pairs)
}
