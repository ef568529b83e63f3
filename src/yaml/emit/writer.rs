//! Puts scalars on lines as go-yaml's `emitterc.go` does: where they wrap, what is escaped.

use super::style::{is_break, is_printable};
use crate::yaml::node::Node;

/// Column past which a line is broken at the next single space.
const WIDTH: usize = 80;

/// Text under construction, and the value of each finished line.
pub(super) struct Writer<'a> {
    out: String,
    /// Characters on the current line.
    column: usize,
    /// Whether only spaces and `-`, `?`, `:` stand on the current line.
    fresh: bool,
    /// The value that the current line belongs to.
    value: &'a Node,
    values: Vec<&'a Node>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(root: &'a Node) -> Self {
        Self { out: String::new(), column: 0, fresh: true, value: root, values: Vec::new() }
    }

    pub(super) fn finish(self) -> (String, Vec<&'a Node>) {
        (self.out, self.values)
    }

    /// Goes to column `indent`, on a new line unless nothing stands there yet; `value` is what follows.
    pub(super) fn line(&mut self, indent: usize, value: &'a Node) {
        self.indent(indent);
        self.value = value;
    }

    fn indent(&mut self, indent: usize) {
        if !self.fresh || self.column > indent {
            self.line_feed();
        }
        self.out.extend(std::iter::repeat_n(' ', indent.saturating_sub(self.column)));
        self.column = self.column.max(indent);
        self.fresh = true;
    }

    fn line_feed(&mut self) {
        self.out.push('\n');
        self.values.push(self.value);
        self.column = 0;
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    /// Writes `-`, `?` or `:`.
    pub(super) fn indicator(&mut self, indicator: char) {
        self.put(indicator);
    }

    /// Writes the space between an indicator and what follows it.
    pub(super) fn gap(&mut self) {
        if self.column > 0 {
            self.put(' ');
        }
    }

    /// Writes something short that is never broken.
    pub(super) fn word(&mut self, word: &str) {
        self.gap();
        word.chars().for_each(|c| self.put(c));
        self.fresh = false;
    }

    /// Writes a plain scalar. Without an `indent` it stays on its line.
    pub(super) fn plain(&mut self, text: &str, indent: Option<usize>) {
        self.flow(text, indent);
    }

    /// Writes a scalar in `'`.
    pub(super) fn single_quoted(&mut self, text: &str, indent: Option<usize>) {
        self.put('\'');
        self.flow(&text.replace('\'', "''"), indent);
        self.put('\'');
        self.fresh = false;
    }

    fn flow(&mut self, text: &str, indent: Option<usize>) {
        self.fresh = false;
        let mut previous = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let wrap = indent.filter(|_| {
                c == ' '
                    && self.column > WIDTH
                    && previous.is_some_and(|before| before != ' ')
                    && characters.peek().is_some_and(|next| *next != ' ')
            });
            if let Some(indent) = wrap {
                self.indent(indent);
            } else if is_break(c) {
                self.foreign_break(c);
            } else {
                if self.fresh && previous.is_some_and(is_break) {
                    self.indent(indent.unwrap_or_default());
                }
                self.put(c);
            }
            self.fresh = is_break(c);
            previous = Some(c);
        }
    }

    /// Writes U+2028 or U+2029, which end a line for go-yaml but not for anyone who reads its output.
    fn foreign_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
        self.fresh = true;
    }

    /// Writes a scalar in `"`.
    pub(super) fn double_quoted(&mut self, text: &str, indent: Option<usize>) {
        // go-yaml looks for a byte order mark at the start of the text whichever character it is at.
        let all = text.starts_with('\u{feff}');
        self.fresh = false;
        self.put('"');
        let mut after_space = false;
        let mut first = true;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let next = characters.peek();
            if all || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                after_space = false;
            } else if c == ' ' {
                match indent {
                    Some(indent) if !after_space && self.column > WIDTH && !first && next.is_some() => {
                        self.indent(indent);
                        if next == Some(&' ') {
                            self.put('\\');
                        }
                        self.fresh = false;
                    }
                    _ => self.put(c),
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
            }
            first = false;
        }
        self.put('"');
    }

    fn escape(&mut self, c: char) {
        escaped(c).chars().for_each(|c| self.put(c));
    }

    /// Writes a block after `|`, its lines at column `indent`.
    pub(super) fn literal(&mut self, text: &str, indent: usize) {
        self.put('|');
        if text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
            self.put('2');
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().is_some_and(is_break), from_end.next().is_none_or(is_break)) {
            (false, _) => self.put('-'),
            (true, true) => self.put('+'),
            (true, false) => {}
        }
        self.line_feed();
        for line in text.split_inclusive(is_break) {
            let bare = line.trim_end_matches(is_break);
            if !bare.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.out.push_str(bare);
            }
            match line.chars().next_back() {
                Some('\n') => self.line_feed(),
                Some(c) if is_break(c) => self.foreign_break(c),
                _ => self.column = indent,
            }
        }
        self.fresh = text.ends_with(is_break);
    }
}

/// A character as an escape of a text in `"`.
pub(in crate::yaml) fn escaped(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match u32::from(c) {
                code @ ..=0xFF => format!("\\x{code:02X}"),
                code @ ..=0xFFFF => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
