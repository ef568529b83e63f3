//! Writes a node as `kustomize build` prints a resource (docs/kustomize.md, "Output"): keys sorted, styles and
//! comments lost.
//!
//! There a tree becomes JSON, and go-yaml v2 prints that JSON. Here the two steps are [`json`], which knows
//! what JSON refuses or changes, and [`writer`] with [`style`], which know go-yaml's layout.

mod json;
mod order;
mod style;
mod writer;

use super::decoded::Decoded;
use super::node::{Entry, Node, Value};
use crate::source::Problem;
pub use json::next_lines_folded;
use style::Style;
pub(super) use style::is_printable;
pub use style::is_written_plain;
use writer::Writer;
pub(super) use writer::escaped;

/// Longest key, in bytes, that stands on one line with its value.
const SIMPLE_KEY: usize = 128;

/// Spaces of one level.
const STEP: usize = 2;

/// A printed document, and which value each of its lines shows.
pub struct Emitted<'a> {
    text: String,
    values: Vec<&'a Node>,
}

impl<'a> Emitted<'a> {
    /// The document; its last line is ended.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines without their ends, each with the value it belongs to: the last that starts on it, or the
    /// scalar that it continues. A line that only opens a map or list belongs to that.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &'a Node)> {
        self.text.split_terminator('\n').zip(self.values.iter().copied())
    }
}

/// Prints a node as one document, without a separator.
///
/// # Errors
/// At the key or value, where kustomize fails too: a key below the top that is no string, a value that
/// JSON cannot hold (infinities, not-a-number), a text that does not fit its tag, a control character.
pub fn emit(node: &Node) -> Result<String, Problem> {
    emit_lines(node).map(|emitted| emitted.text)
}

/// As [`emit`], with the value of each line.
///
/// # Errors
/// As [`emit`].
pub fn emit_lines(node: &Node) -> Result<Emitted<'_>, Problem> {
    let mut printer = Printer { writer: Writer::new(node) };
    printer.value(node, Place::Root)?;
    printer.writer.line(0, node);
    let (text, values) = printer.writer.finish();
    Ok(Emitted { text, values })
}

/// Where a value stands. Block collections carry the column at which their entries start.
#[derive(Clone, Copy)]
enum Place {
    /// It is the document.
    Root,
    /// After a key on the same line, in a map.
    Entry(usize),
    /// After the `:` of a key that takes its own lines, in a map.
    LongEntry(usize),
    /// After the `-` of a list.
    Item(usize),
}

impl Place {
    /// Where the lines of what stands here start.
    fn inner(self) -> usize {
        match self {
            Self::Root => 0,
            Self::Entry(indent) | Self::LongEntry(indent) | Self::Item(indent) => indent + STEP,
        }
    }

    /// Where the dashes of a list that stands here start: right below a key, not further in.
    fn list(self) -> usize {
        match self {
            Self::Entry(indent) => indent,
            _ => self.inner(),
        }
    }
}

struct Printer<'a> {
    writer: Writer<'a>,
}

impl<'a> Printer<'a> {
    fn value(&mut self, node: &'a Node, place: Place) -> Result<(), Problem> {
        match &node.value {
            Value::Seq(items) if items.is_empty() => self.writer.word("[]"),
            Value::Map(map) if map.is_empty() => self.writer.word("{}"),
            Value::Seq(items) => {
                let indent = place.list();
                for item in items {
                    self.writer.line(indent, item);
                    self.writer.indicator('-');
                    self.value(item, Place::Item(indent))?;
                }
            }
            Value::Map(map) => {
                let indent = place.inner();
                for entry in order::sorted(map) {
                    self.writer.line(indent, &entry.value);
                    self.entry(entry, indent, matches!(place, Place::Root))?;
                }
            }
            Value::Scalar(_) => match json::scalar(node)? {
                Decoded::Str(text) => {
                    let indent = if matches!(place, Place::Root) { STEP } else { place.inner() };
                    self.writer.gap();
                    self.string(&text, Some(indent));
                }
                Decoded::Null => self.writer.word("null"),
                Decoded::Bool(value) => self.writer.word(if value { "true" } else { "false" }),
                Decoded::Int(value) => self.writer.word(&value.to_string()),
                Decoded::Uint(value) => self.writer.word(&value.to_string()),
                Decoded::Float(value) => self.writer.word(&super::number::write(value)),
            },
        }
        Ok(())
    }

    fn entry(&mut self, entry: &'a Entry, indent: usize, top: bool) -> Result<(), Problem> {
        let key = json::key(&entry.key, top)?;
        if key.len() <= SIMPLE_KEY && !style::has_breaks(key) {
            self.string(key, None);
            self.writer.indicator(':');
            return self.value(&entry.value, Place::Entry(indent));
        }
        self.writer.indicator('?');
        self.writer.gap();
        self.string(key, Some(indent + STEP));
        self.writer.line(indent, &entry.value);
        self.writer.indicator(':');
        self.value(&entry.value, Place::LongEntry(indent))
    }

    /// A string in the style that go-yaml chooses; it may continue on lines that start at `indent`.
    fn string(&mut self, text: &str, indent: Option<usize>) {
        match Style::of(text) {
            Style::Plain => self.writer.plain(text, indent),
            Style::Single => self.writer.single_quoted(text, indent),
            Style::Double => self.writer.double_quoted(text, indent),
            Style::Literal => self.writer.literal(text, indent.unwrap_or_default()),
        }
    }
}
