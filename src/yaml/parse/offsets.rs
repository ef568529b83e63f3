//! Where yaml-rust2's marks are in the text.

use std::cell::{Cell, RefCell};

use yaml_rust2::scanner::Marker;

/// Turns marks into byte offsets by line and column. Their character index cannot be used: it counts bytes
/// inside block scalars. Only as much of the text is looked at as marks ask for.
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// Where the lines start that were met so far.
    lines: RefCell<Vec<usize>>,
    /// The last mark that was asked for: line, column, byte. Marks come in order, and lines may be long.
    last: Cell<(usize, usize, usize)>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, lines: RefCell::new(vec![0]), last: Cell::new((0, 0, 0)) }
    }

    pub(super) fn byte(&self, mark: &Marker) -> usize {
        let (line, column) = (mark.line().saturating_sub(1), mark.col());
        let (from, start) = match self.last.get() {
            (last, from, byte) if last == line && from <= column => (from, byte),
            _ => (0, self.line(line)),
        };
        let rest = self.text.get(start..).unwrap_or_default();
        let steps = column - from;
        let ascii = rest.as_bytes().get(..steps).is_some_and(<[u8]>::is_ascii);
        let length = if ascii { steps } else { rest.char_indices().nth(steps).map_or(rest.len(), |(at, _)| at) };
        self.last.set((line, column, start + length));
        start + length
    }

    /// Where a line starts (from 0); the end of the text where there are not as many.
    fn line(&self, line: usize) -> usize {
        let mut lines = self.lines.borrow_mut();
        while lines.len() <= line {
            let start = lines.last().copied().unwrap_or_default();
            let rest = self.text.get(start..).unwrap_or_default();
            let Some(end) = rest.find(['\n', '\r']) else { break };
            let both = rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n"));
            lines.push(start + end + if both { 2 } else { 1 });
        }
        lines.get(line).copied().unwrap_or(self.text.len())
    }
}
