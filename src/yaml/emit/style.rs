//! Which style go-yaml v2 gives a string: the plainest that reads back as the same string.

use crate::yaml::dialect::Dialect;
use crate::yaml::tag::Tag;
use crate::yaml::timestamp::Timestamp;

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// In `'`.
    Single,
    /// In `"`, with escapes.
    Double,
    /// As a block after `|`.
    Literal,
}

impl Style {
    /// The style of a string.
    pub(super) fn of(text: &str) -> Self {
        let shape = Shape::of(text);
        if text.contains('\n') {
            return if shape.block { Self::Literal } else { Self::Double };
        }
        if means_something_else(text) {
            return Self::Double;
        }
        match shape {
            Shape { plain: true, .. } => Self::Plain,
            Shape { single_quoted: true, .. } => Self::Single,
            _ => Self::Double,
        }
    }
}

/// Whether a string is written without quotes, on one line.
#[must_use]
pub fn is_written_plain(text: &str) -> bool {
    Style::of(text) == Style::Plain
}

/// Whether a character ends a line in YAML 1.1. U+0085 is one too but never gets here.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Whether a string takes more than one line.
pub(super) fn has_breaks(text: &str) -> bool {
    text.contains(is_break)
}

/// Whether go-yaml writes a character without an escape.
pub(in crate::yaml) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

/// Whether plain text would be read as null, a boolean, a number or a date by a YAML 1.1 parser.
fn means_something_else(text: &str) -> bool {
    Tag::of_plain(text, Dialect::Config) != Tag::Str || Timestamp::parse(text).is_some() || is_base_60(text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`: `1:30` is a number in YAML 1.1.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((first, rest)) = unsigned.split_once(':') else { return false };
    let (groups, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let group = |group: &str| match group.as_bytes() {
        [ones] | [b'0'..=b'5', ones] => ones.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|c: char| c.is_ascii_digit()) && number(first) && groups.split(':').all(group) && number(fraction)
}

/// Which styles a string's characters allow.
struct Shape {
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut special = false;
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let mut breaks = false;
        let mut space_before_break = false;
        let mut break_before_space = false;
        let mut previous = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let blank_next = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            indicators |= match (c, previous) {
                (
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                    None,
                ) => true,
                ('?' | '-', None) | (':', _) => blank_next,
                ('#', Some(before)) => matches!(before, ' ' | '\t' | '\0') || is_break(before),
                _ => false,
            };
            special |= !is_printable(c);
            breaks |= is_break(c);
            space_before_break |= is_break(c) && previous == Some(' ');
            break_before_space |= c == ' ' && previous.is_some_and(is_break);
            previous = Some(c);
        }
        let spaces_outside = text.starts_with(' ') || text.ends_with(' ');
        Self {
            plain: !(special || indicators || breaks || spaces_outside),
            single_quoted: !(special || space_before_break || break_before_space),
            block: !(special || space_before_break || text.ends_with(' ')),
        }
    }
}
