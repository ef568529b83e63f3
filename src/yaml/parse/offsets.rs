//! Where yaml-rust2's marks are in the text.

use yaml_rust2::scanner::Marker;

/// Turns yaml-rust2's marks into byte offsets by line and column. Its character index cannot be used: it
/// counts bytes inside block scalars.
pub(super) struct Offsets<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let lines = std::iter::once(0).chain((0..bytes.len()).filter(ends_line).map(|at| at + 1)).collect();
        Self { text, lines }
    }

    pub(super) fn byte(&self, mark: &Marker) -> usize {
        let start = self.lines.get(mark.line().saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let ascii = rest.as_bytes().get(..mark.col()).is_some_and(<[u8]>::is_ascii);
        start + if ascii { mark.col() } else { rest.char_indices().nth(mark.col()).map_or(rest.len(), |(at, _)| at) }
    }
}
