//! The comments of a policy file that are METADATA.

use super::scan::Scan;

/// A block as it is commented.
pub(super) struct Comments<'a> {
    /// Where the `#` of its first line stands in the text.
    pub(super) at: usize,
    /// The lines that follow.
    pub(super) lines: Vec<Line<'a>>,
}

/// A line of a block, less its `#`.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Where that starts in the text.
    pub(super) start: usize,
}

/// The blocks of a file.
pub(super) fn blocks<'a>(text: &'a str, scan: &Scan) -> Vec<Comments<'a>> {
    let mut blocks: Vec<Comments<'_>> = Vec::new();
    let mut open = false;
    let mut last_end = 0;
    for range in &scan.comments {
        let line = text.get(range.start + 1..range.end).unwrap_or_default();
        let gap = text.get(last_end..range.start).unwrap_or_default();
        last_end = range.end;
        if line.trim() == "METADATA" {
            blocks.push(Comments { at: range.start, lines: Vec::new() });
            open = true;
            continue;
        }
        open &= gap.matches('\n').count() == 1;
        if let (true, Some(block)) = (open, blocks.last_mut()) {
            block.lines.push(Line { text: line, start: range.start + 1 });
        }
    }
    blocks
}
