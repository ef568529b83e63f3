//! The plainest YAML, read line by line: blocks of `key: value` and `- item` in ASCII, texts that stand on one line, and
//! texts in blocks, whose words are passed over.
//!
//! It costs a tenth of what the parser does, and gives up on everything that it cannot be certain of, errors included: the
//! parser is asked then. What it reads, the parser reads as the same.

use crate::yaml::{Dialect, Tag};

/// Longest key; YAML has a limit of its own, which is higher.
const LONGEST_KEY: usize = 100;

/// Keys of a map and columns of indentation above which the parser is asked.
const MOST: usize = 64;

/// What a line, or the lines below it, hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    /// A string on one line.
    Text(&'a str),
    /// `true` or `false`.
    Flag,
    /// A whole number of a few digits.
    Count,
    /// A string in a block.
    Block,
    List(Vec<Value<'a>>),
    Map(Fields<'a>),
}

/// The entries of a map, whose keys are strings and differ.
pub(super) type Fields<'a> = Vec<(&'a str, Value<'a>)>;

/// Reads a document that is a map; `None` where the parser must be asked.
pub(super) fn read(text: &str) -> Option<Fields<'_>> {
    if !text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return None;
    }
    let mut lines = Lines { lines: text.lines().collect(), at: 0 };
    if lines.peek() == Some((0, "---")) {
        lines.at += 1;
    }
    let fields = lines.map(0, None)?;
    (lines.peek().is_none() && !fields.is_empty()).then_some(fields)
}

struct Lines<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The indentation and the text of the next line that holds something.
    fn peek(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let line = self.lines.get(self.at)?;
            let text = line.trim_start_matches(' ');
            if !text.is_empty() && !text.starts_with('#') {
                return Some((line.len() - text.len(), text.trim_end_matches(' ')));
            }
            self.at += 1;
        }
    }

    /// A map whose keys begin at `indent`; `first` is its first line, where that was taken already.
    fn map(&mut self, indent: usize, mut first: Option<&'a str>) -> Option<Fields<'a>> {
        let mut fields: Fields<'a> = Vec::new();
        loop {
            let text = match first.take() {
                Some(text) => text,
                None => match self.peek() {
                    Some((at, text)) if at == indent => {
                        self.at += 1;
                        text
                    }
                    Some((at, _)) if at > indent => return None,
                    _ => return Some(fields),
                },
            };
            let (key, rest) = key(text)?;
            if fields.len() > MOST || indent > MOST || fields.iter().any(|(known, _)| *known == key) {
                return None;
            }
            // A list may begin where the key does.
            fields.push((key, self.value(indent, indent, rest)?));
        }
    }

    /// A list whose dashes stand at `indent`.
    fn list(&mut self, indent: usize) -> Option<Value<'a>> {
        let mut items = Vec::new();
        loop {
            let text = match self.peek() {
                Some((at, text)) if at == indent && is_item(text) => text,
                Some((at, _)) if at > indent => return None,
                _ => return Some(Value::List(items)),
            };
            self.at += 1;
            let item = text.get(1..)?.trim_start_matches(' ');
            if item.is_empty() || item.starts_with('#') || is_item(item) || indent > MOST {
                return None;
            }
            let inner = indent + text.len() - item.len();
            items.push(match key(item) {
                Some(_) => Value::Map(self.map(inner, Some(item))?),
                None => self.value(indent, indent + 1, item)?,
            });
        }
    }

    /// The value that begins with `rest`, of a key or dash at `indent`. Where it is a list below, its dashes stand at
    /// `dashes` at least.
    fn value(&mut self, indent: usize, dashes: usize, rest: &'a str) -> Option<Value<'a>> {
        if rest.is_empty() || rest.starts_with('#') {
            return match self.peek() {
                Some((at, text)) if at >= dashes && is_item(text) => self.list(at),
                Some((at, _)) if at > indent => self.map(at, None).map(Value::Map),
                _ => Some(Value::Null),
            };
        }
        let value = if rest.starts_with(['|', '>']) { self.block(indent, rest)? } else { scalar(rest)? };
        // A text may go on below.
        self.peek().is_none_or(|(at, _)| at <= indent).then_some(value)
    }

    /// Passes over the text below the line that ends with `header`.
    fn block(&mut self, indent: usize, header: &str) -> Option<Value<'a>> {
        if !matches!(header, "|" | "|-" | "|+" | ">" | ">-" | ">+") {
            return None;
        }
        let mut inner = None;
        while let Some(line) = self.lines.get(self.at) {
            let text = line.trim_start_matches(' ');
            let at = line.len() - text.len();
            match (text.is_empty(), at) {
                (true, 0) => {}
                // Blanks may be part of the text, or an error.
                (true, _) => return None,
                (false, at) if at <= indent => break,
                (false, at) if at < *inner.get_or_insert(at) => return None,
                (false, _) => {}
            }
            self.at += 1;
        }
        inner.map(|_| Value::Block)
    }
}

/// Whether a line is an item of a list.
fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// The key that a line begins with, and what follows it.
fn key(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_./".contains(c))?;
    let (key, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix(':').filter(|rest| rest.is_empty() || rest.starts_with(' '))?;
    let is_string = key.starts_with(|c: char| c.is_ascii_alphabetic()) && Tag::of_plain(key, DIALECT) == Tag::Str;
    (is_string && key.len() <= LONGEST_KEY).then(|| (key, rest.trim_start_matches(' ')))
}

/// As kustomizations are read.
const DIALECT: Dialect = Dialect::Config;

/// A value on the line of its key or dash.
fn scalar(text: &str) -> Option<Value<'_>> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (inner, rest) = text.get(1..)?.split_once(quote)?;
        let ends = rest.is_empty() || rest.starts_with(' ') && rest.trim_start_matches(' ').starts_with('#');
        return (ends && !inner.contains('\\')).then_some(Value::Text(inner));
    }
    let text = text.split(" #").next()?.trim_end_matches(' ');
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric() || "./_".contains(c))
        || text.contains(": ")
        || text.ends_with(':')
    {
        return None;
    }
    match Tag::of_plain(text, DIALECT) {
        Tag::Str => Some(Value::Text(text)),
        Tag::Bool if matches!(text, "true" | "false") => Some(Value::Flag),
        Tag::Int if text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Value::Count),
        _ => None,
    }
}
