//! What the operators of a reference do with the value of its variable.
//!
//! Lengths, slices and patterns are about bytes, so a slice or a pattern may cut a character in half.

use super::fault::Flaw;
use super::glob::Glob;
use super::work::Work;

/// What to do with a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// `${v}`
    Value,
    /// `${#v}`
    Length,
    /// `${v^}`
    UpperFirst,
    /// `${v^^}`
    Upper,
    /// `${v,}`
    LowerFirst,
    /// `${v,,}`
    Lower,
    /// `${v=d}`, `${v:=d}`, `${v:-d}` and, unlike in a shell, also `${v:+d}` and `${v:?d}`.
    Default,
    /// `${v:start}` and `${v:start:length}`
    Slice,
    /// `${v#pattern}` and `${v##pattern}`
    TrimPrefix { longest: bool },
    /// `${v%pattern}` and `${v%%pattern}`
    TrimSuffix { longest: bool },
    /// `${v/old/new}` and its relatives
    Replace(Part),
}

/// Which occurrences a replacement is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `/`
    First,
    /// `//`
    All,
    /// `/#`
    Prefix,
    /// `/%`
    Suffix,
}

impl Operation {
    /// The result for a value.
    pub(super) fn apply(self, value: &str, arguments: &[Vec<u8>], work: &mut Work) -> Result<Vec<u8>, Flaw> {
        work.spend(value.len())?;
        let bytes = value.as_bytes();
        let result = match (self, arguments) {
            (Self::Length, _) => value.len().to_string().into_bytes(),
            (Self::UpperFirst, _) => map_first(value, upper),
            (Self::Upper, _) => value.chars().map(upper).collect::<String>().into_bytes(),
            (Self::LowerFirst, _) => map_first(value, lower),
            (Self::Lower, _) => value.chars().map(lower).collect::<String>().into_bytes(),
            (Self::Default, _) if value.is_empty() => arguments.concat(),
            (Self::Slice, [start, rest @ ..]) => slice(bytes, start, rest.first())?.to_vec(),
            (Self::TrimPrefix { longest }, [pattern]) => trim(bytes, pattern, longest, work)?.to_vec(),
            // Flux turns value and pattern around and trims the start. A class such as `[a-c]` reads
            // `]c-a[` then, and half a character becomes U+FFFD.
            (Self::TrimSuffix { longest }, [pattern]) => {
                reversed(trim(&reversed(bytes), &reversed(pattern), longest, work)?)
            }
            (Self::Replace(part), [old, rest @ ..]) => replace(value, part, old, rest.first(), work)?,
            _ => bytes.to_vec(),
        };
        work.spend(result.len())?;
        Ok(result)
    }
}

fn map_first(value: &str, map: impl Fn(char) -> char) -> Vec<u8> {
    let mut rest = value.chars();
    let first = rest.next().map(map);
    first.into_iter().chain(rest).collect::<String>().into_bytes()
}

/// The one upper-case character for this one, as Go has it. The standard library may give several.
fn upper(character: char) -> char {
    let shift = match character {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => return single(character.to_uppercase(), character),
    };
    char::from_u32(u32::from(character) + shift).unwrap_or(character)
}

/// The one lower-case character for this one.
fn lower(character: char) -> char {
    if character == '\u{130}' { 'i' } else { single(character.to_lowercase(), character) }
}

fn single(mut mapped: impl ExactSizeIterator<Item = char>, character: char) -> char {
    if mapped.len() == 1 { mapped.next().unwrap_or(character) } else { character }
}

/// The bytes from `start` on. If a number cannot be read, the whole value.
fn slice<'v>(value: &'v [u8], start: &[u8], length: Option<&Vec<u8>>) -> Result<&'v [u8], Flaw> {
    let number = |text: &[u8]| str::from_utf8(text).ok()?.parse::<i64>().ok();
    let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let Some(start) = number(start) else { return Ok(value) };
    // A negative number counts from the end.
    let start = if start < 0 { (size + start).max(0) } else { start };
    let end = match length {
        None => size,
        Some(length) => match number(length) {
            None => return Ok(value),
            Some(length) if length < 0 => size + length,
            Some(length) => start.checked_add(length).ok_or(Flaw::Slice)?.min(size),
        },
    };
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    Ok(range.and_then(|(start, end)| value.get(start..end)).unwrap_or_default())
}

/// The value without the shortest or longest start, of a byte or more, that the pattern matches.
fn trim<'v>(value: &'v [u8], pattern: &[u8], longest: bool, work: &mut Work) -> Result<&'v [u8], Flaw> {
    let Some(glob) = Glob::new(pattern) else { return Ok(value) };
    for tried in 1..=value.len() {
        let length = if longest { value.len() + 1 - tried } else { tried };
        let Some((start, rest)) = value.split_at_checked(length) else { break };
        if glob.matches(start, work)? {
            return Ok(rest);
        }
    }
    Ok(value)
}

/// The characters of a text in reverse order, with U+FFFD for each byte that belongs to none.
fn reversed(text: &[u8]) -> Vec<u8> {
    let mut characters = Vec::new();
    for chunk in text.utf8_chunks() {
        characters.extend(chunk.valid().chars());
        characters.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    characters.into_iter().rev().collect::<String>().into_bytes()
}

/// The value with `old` replaced. Without `new` it is removed, but a prefix or suffix stays.
fn replace(value: &str, part: Part, old: &[u8], new: Option<&Vec<u8>>, work: &mut Work) -> Result<Vec<u8>, Flaw> {
    let bytes = value.as_bytes();
    // A step compares some dozen bytes.
    work.spend(bytes.len().saturating_mul(old.len() + 64) / 64)?;
    let places = match part {
        Part::First => occurrences(value, old).into_iter().take(1).collect(),
        Part::All => occurrences(value, old),
        Part::Prefix if new.is_some() && bytes.starts_with(old) => vec![0],
        Part::Suffix if new.is_some() && bytes.ends_with(old) => vec![bytes.len() - old.len()],
        Part::Prefix | Part::Suffix => Vec::new(),
    };
    let new = new.map(Vec::as_slice).unwrap_or_default();
    let mut result = Vec::new();
    let mut copied = 0;
    for place in places {
        work.spend(new.len())?;
        result.extend_from_slice(bytes.get(copied..place).unwrap_or_default());
        result.extend_from_slice(new);
        copied = place + old.len();
    }
    result.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Ok(result)
}

/// Where `old` occurs in the value, without overlaps. Nothing occurs before each character and at the end.
fn occurrences(value: &str, old: &[u8]) -> Vec<usize> {
    if old.is_empty() {
        return value.char_indices().map(|(at, _)| at).chain([value.len()]).collect();
    }
    let mut free = 0;
    let mut places = Vec::new();
    for (at, window) in value.as_bytes().windows(old.len()).enumerate() {
        if at >= free && window == old {
            places.push(at);
            free = at + old.len();
        }
    }
    places
}
