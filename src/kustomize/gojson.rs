//! JSON as Go's `encoding/json` writes it: keys sorted, `<`, `>`, `&` and the line separators escaped.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use crate::yaml::{Decoded, Node, Tag, Value};

/// Data about to be written.
pub(super) enum GoJson {
    /// Null, a boolean or a number.
    Plain(String),
    Text(String),
    List(Vec<GoJson>),
    Map(BTreeMap<String, GoJson>),
}

impl GoJson {
    /// The data of a node.
    pub(super) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Map(map) => {
                Self::Map(map.iter().map(|entry| (entry.key.text.to_string(), Self::of(&entry.value))).collect())
            }
            Value::Seq(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Scalar(scalar) => match scalar.decode() {
                Decoded::Null => Self::Plain("null".into()),
                Decoded::Bool(value) => Self::Plain(value.to_string()),
                Decoded::Int(value) => Self::Plain(value.to_string()),
                Decoded::Uint(value) => Self::Plain(value.to_string()),
                Decoded::Float(value) => Self::Plain(float(value)),
                Decoded::Str(text) => Self::Text(text),
            },
        }
    }

    /// As [`Self::of`]; `None` where Go refuses to write it: keys that are no strings, infinities, text
    /// that does not fit its type.
    pub(super) fn try_of(node: &Node) -> Option<Self> {
        fn can(node: &Node) -> bool {
            match &node.value {
                Value::Map(map) => map.iter().all(|entry| entry.key.tag == Tag::Str && can(&entry.value)),
                Value::Seq(items) => items.iter().all(can),
                Value::Scalar(scalar) => match scalar.try_decode() {
                    None => false,
                    Some(Decoded::Float(value)) => value.is_finite(),
                    Some(_) => true,
                },
            }
        }
        can(node).then(|| Self::of(node))
    }

    /// The text with one entry a line, each level two spaces further in.
    pub(super) fn indented(&self) -> String {
        let mut out = String::new();
        self.write_indented(&mut out, 0);
        out
    }

    fn write_indented(&self, out: &mut String, level: usize) {
        let line = |out: &mut String, level: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(level));
        };
        match self {
            Self::List(items) if !items.is_empty() => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    line(out, level + 1);
                    item.write_indented(out, level + 1);
                }
                line(out, level);
                out.push(']');
            }
            Self::Map(map) if !map.is_empty() => {
                out.push('{');
                for (at, (key, value)) in map.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    line(out, level + 1);
                    out.push_str(&format!("{}: ", Quoted(key)));
                    value.write_indented(out, level + 1);
                }
                line(out, level);
                out.push('}');
            }
            other => out.push_str(&other.to_string()),
        }
    }
}

impl fmt::Display for GoJson {
    /// Without white space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{}", Quoted(text)),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Self::Map(map) => {
                f.write_str("{")?;
                for (at, (key, value)) in map.iter().enumerate() {
                    if at > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{}:{value}", Quoted(key))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Fixed notation, but for the very small and the very large.
fn float(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    if size < 1.0 { text } else { text.replace('e', "e+") }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                c if c < ' ' || matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') => {
                    write!(f, "\\u{:04x}", u32::from(c))?;
                }
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}
