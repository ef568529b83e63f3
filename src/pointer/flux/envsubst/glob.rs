//! The patterns that `${v#…}` and `${v%…}` trim by: `*`, `?`, `[a-z]`, `[^a-z]`, and `\` before a literal.
//!
//! As in Flux, what stands before a `*` is matched as early as possible and stays there: there is no
//! backtracking.

use std::slice;

use super::fault::Flaw;
use super::work::Work;

/// A pattern.
pub(super) struct Glob {
    segments: Vec<Segment>,
}

/// A part of a pattern that starts at its beginning or at a `*`, and ends before the next one.
struct Segment {
    star: bool,
    items: Vec<Item>,
}

/// What matches one byte or character.
enum Item {
    Byte(u8),
    Any,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    /// Reads a pattern. One that is malformed matches nothing.
    pub(super) fn new(mut pattern: &[u8]) -> Option<Self> {
        let mut segments: Vec<Segment> = Vec::new();
        while let Some(first) = pattern.split_off_first() {
            let item = match first {
                b'*' => {
                    if segments.last().is_none_or(|segment| !segment.items.is_empty()) {
                        segments.push(Segment { star: true, items: Vec::new() });
                    }
                    continue;
                }
                b'?' => Item::Any,
                b'[' => class(&mut pattern)?,
                b'\\' => Item::Byte(*pattern.split_off_first()?),
                literal => Item::Byte(*literal),
            };
            match segments.last_mut() {
                Some(segment) => segment.items.push(item),
                None => segments.push(Segment { star: false, items: vec![item] }),
            }
        }
        Some(Self { segments })
    }

    /// Whether the pattern matches the whole text.
    pub(super) fn matches(&self, text: &[u8], work: &mut Work) -> Result<bool, Flaw> {
        let mut rest = text;
        for (index, segment) in self.segments.iter().enumerate() {
            // Only the last segment can be a lone star.
            if segment.items.is_empty() {
                return Ok(true);
            }
            match segment.find(rest, index + 1 == self.segments.len(), work)? {
                Some(after) => rest = after,
                None => return Ok(false),
            }
        }
        Ok(rest.is_empty())
    }
}

impl Segment {
    /// The text after the first match. A match of the last segment only counts if no text is left.
    fn find<'t>(&self, text: &'t [u8], last: bool, work: &mut Work) -> Result<Option<&'t [u8]>, Flaw> {
        let starts = match (self.star, last) {
            (false, _) => 0..=0,
            (true, false) => 0..=text.len(),
            // An item takes four bytes at most: from further away, the end is out of reach.
            (true, true) => text.len().saturating_sub(4 * self.items.len())..=text.len(),
        };
        for start in starts {
            let after = self.after(text.get(start..).unwrap_or_default(), work)?;
            if after.is_some_and(|rest| rest.is_empty() || !last) {
                return Ok(after);
            }
        }
        Ok(None)
    }

    /// The text after a match at its very start.
    fn after<'t>(&self, text: &'t [u8], work: &mut Work) -> Result<Option<&'t [u8]>, Flaw> {
        let mut rest = text;
        for item in &self.items {
            work.spend(1)?;
            let matched = match item {
                Item::Byte(byte) => rest.strip_prefix(slice::from_ref(byte)),
                Item::Any => first_character(rest).and_then(|(_, width)| rest.get(width..)),
                Item::Class { negated, ranges } => {
                    work.spend(ranges.len())?;
                    let within = |character| ranges.iter().any(|&(low, high)| low <= character && character <= high);
                    first_character(rest)
                        .filter(|&(character, _)| within(character) != *negated)
                        .and_then(|(_, width)| rest.get(width..))
                }
            };
            match matched {
                Some(after) => rest = after,
                None => return Ok(None),
            }
        }
        Ok(Some(rest))
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
