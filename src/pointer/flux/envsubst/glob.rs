//! The patterns that `${v#…}` and `${v%…}` trim by: `*`, `?`, `[a-z]`, `[^a-z]`, and `\` before a literal.
//!
//! Matching has no backtracking beyond the last `*`, as in Flux. A malformed pattern counts only once
//! matching has come to the malformed place and there is still text to match.

use std::slice;

use super::operations::Work;

/// A pattern.
pub(super) struct Glob {
    segments: Vec<Segment>,
}

/// A part of a pattern that starts at its beginning or at a `*`, and ends before the next one.
#[derive(Default)]
struct Segment {
    star: bool,
    items: Vec<Item>,
}

/// What matches one byte or character.
enum Item {
    Byte(u8),
    Any,
    Class { negated: bool, ranges: Vec<(char, char)> },
    Malformed,
}

/// Why a text does not match.
pub(super) enum Mismatch {
    Different,
    Malformed,
    TooMuch,
}

impl Glob {
    pub(super) fn new(mut pattern: &[u8]) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        while let Some((&first, rest)) = pattern.split_first() {
            pattern = rest;
            let item = match first {
                b'*' => {
                    if segments.last().is_none_or(|segment| !segment.items.is_empty()) {
                        segments.push(Segment { star: true, items: Vec::new() });
                    }
                    continue;
                }
                b'?' => Item::Any,
                b'[' => class(&mut pattern).unwrap_or(Item::Malformed),
                b'\\' => match pattern.split_off_first() {
                    Some(&escaped) => Item::Byte(escaped),
                    None => Item::Malformed,
                },
                literal => Item::Byte(literal),
            };
            // Nothing after it is ever reached.
            let ended = matches!(item, Item::Malformed);
            match segments.last_mut() {
                Some(segment) => segment.items.push(item),
                None => segments.push(Segment { star: false, items: vec![item] }),
            }
            if ended {
                break;
            }
        }
        Self { segments }
    }

    /// Whether the pattern matches the whole text.
    pub(super) fn matches(&self, text: &[u8], work: &mut Work) -> Result<(), Mismatch> {
        let mut rest = text;
        for (index, segment) in self.segments.iter().enumerate() {
            // Only the last segment can be a lone star.
            if segment.items.is_empty() {
                return Ok(());
            }
            rest = segment.find(rest, index + 1 == self.segments.len(), work)?;
        }
        if rest.is_empty() { Ok(()) } else { Err(Mismatch::Different) }
    }
}

impl Segment {
    /// The text after the first match. A match of the last segment only counts if no text is left.
    fn find<'t>(&self, text: &'t [u8], last: bool, work: &mut Work) -> Result<&'t [u8], Mismatch> {
        let furthest = if self.star { text.len() } else { 0 };
        for start in 0..=furthest {
            let text = text.get(start..).unwrap_or_default();
            match self.after(text, work) {
                Ok(rest) if last && !rest.is_empty() => {}
                Err(Mismatch::Different) => {}
                decided => return decided,
            }
        }
        Err(Mismatch::Different)
    }

    /// The text after a match at its very start.
    fn after<'t>(&self, text: &'t [u8], work: &mut Work) -> Result<&'t [u8], Mismatch> {
        let mut rest = text;
        for item in &self.items {
            work.spend(1).map_err(|_| Mismatch::TooMuch)?;
            let (character, width) = first_character(rest).ok_or(Mismatch::Different)?;
            let matched = match item {
                Item::Byte(byte) => rest.strip_prefix(slice::from_ref(byte)),
                Item::Any => rest.get(width..),
                Item::Class { negated, ranges } => {
                    work.spend(ranges.len()).map_err(|_| Mismatch::TooMuch)?;
                    let found = ranges.iter().any(|(low, high)| (low..=high).contains(&&character));
                    rest.get(width..).filter(|_| found != *negated)
                }
                Item::Malformed => return Err(Mismatch::Malformed),
            };
            rest = matched.ok_or(Mismatch::Different)?;
        }
        Ok(rest)
    }
}

/// Reads a class after its `[`, up to and including its `]`. It has at least one range.
fn class(pattern: &mut &[u8]) -> Option<Item> {
    let negated = eat(pattern, b'^');
    let mut ranges = Vec::new();
    while ranges.is_empty() || !eat(pattern, b']') {
        let low = class_character(pattern)?;
        let high = if eat(pattern, b'-') { class_character(pattern)? } else { low };
        ranges.push((low, high));
    }
    Some(Item::Class { negated, ranges })
}

/// Reads one end of a range.
fn class_character(pattern: &mut &[u8]) -> Option<char> {
    if matches!(pattern.first(), Some(b'-' | b']')) {
        return None;
    }
    eat(pattern, b'\\');
    let (character, width) = first_character(pattern)?;
    *pattern = pattern.get(width..)?;
    // A byte that belongs to no character has another width than U+FFFD itself.
    (width == character.len_utf8()).then_some(character)
}

fn eat(pattern: &mut &[u8], byte: u8) -> bool {
    pattern.strip_prefix(&[byte]).map(|rest| *pattern = rest).is_some()
}

/// The first character of a text and its width. A byte that belongs to no character counts as U+FFFD.
fn first_character(text: &[u8]) -> Option<(char, usize)> {
    let chunk = text.get(..4).unwrap_or(text).utf8_chunks().next()?;
    let character = chunk.valid().chars().next();
    Some(character.map_or((char::REPLACEMENT_CHARACTER, 1), |character| (character, character.len_utf8())))
}
