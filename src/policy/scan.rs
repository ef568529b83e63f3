//! A first look at Rego text, before the parser: comments, brackets and words, strings left out.

use std::ops::Range;

/// What a look at the text of a policy finds. Offsets are bytes.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Comments that have a line to themselves, from `#` to the end of the line, in order.
    pub(super) comments: Vec<Range<usize>>,
    /// How deep brackets nest, and where the deepest first opens.
    pub(super) depth: (usize, usize),
    /// The words outside of strings and comments.
    pub(super) words: Vec<Range<usize>>,
}

impl Scan {
    /// Looks at `text`. Text that is no Rego gives whatever it looks like.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let find = |from: usize, wanted: u8| {
            let rest = bytes.get(from..).unwrap_or_default();
            rest.iter().position(|byte| *byte == wanted).map_or(bytes.len(), |at| from + at)
        };
        let mut scan = Self::default();
        let (mut at, mut open, mut alone) = (0, 0_usize, true);
        while let Some(byte) = bytes.get(at).copied() {
            let start = at;
            at += 1;
            match byte {
                b'\n' => {
                    alone = true;
                    continue;
                }
                b' ' | b'\t' | b'\r' => continue,
                b'#' => {
                    at = find(at, b'\n');
                    if alone {
                        let end = start + text.get(start..at).unwrap_or_default().trim_end().len();
                        scan.comments.push(start..end);
                    }
                }
                b'`' => at = find(at, b'`') + 1,
                b'"' => at = string_end(bytes, at),
                b'(' | b'[' | b'{' => {
                    open += 1;
                    if open > scan.depth.0 {
                        scan.depth = (open, start);
                    }
                }
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                    let rest = bytes.get(start..).unwrap_or_default();
                    let is_word = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
                    at = start + rest.iter().take_while(|byte| is_word(byte)).count();
                    scan.words.push(start..at);
                }
                _ => {}
            }
            alone = false;
        }
        scan
    }

    /// Where `package` stands, and the first step of the package's name.
    pub(super) fn package<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let mut words = self.words.iter();
        let at = words.find(|range| word(range) == "package")?;
        Some((at.start, words.next().map(word).unwrap_or_default()))
    }
}

/// The byte after the quote that ends a string, or after the line that it does not end on.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' | b'\n' => return at + 1,
            _ => 1,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_hide_what_they_hold() {
        let text = "# one\nx := [\"# two [[\\\"[[\", `\n# three [[[\n`] # four\n\t# five\r\n";
        let scan = Scan::of(text);
        let comments: Vec<&str> = scan.comments.iter().filter_map(|range| text.get(range.clone())).collect();
        assert_eq!(comments, ["# one", "# five"]);
        assert_eq!(scan.depth, (1, 11));
        let words: Vec<&str> = scan.words.iter().filter_map(|range| text.get(range.clone())).collect();
        assert_eq!(words, ["x"]);
    }
}
