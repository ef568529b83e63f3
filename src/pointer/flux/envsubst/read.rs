//! Reads a text into plain parts and references to variables.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fault::{Fault, Flaw};
use super::operations::{Operation, Part};

/// How deeply references may be nested, so that a hostile text cannot exhaust the stack.
const DEEPEST: usize = 100;

/// The operators that may follow a name. One that starts like another comes before it if it is longer.
const OPERATORS: [&str; 20] =
    [":=", ":-", ":?", ":+", ":", "=", "^^", "^,", "^", ",,", ",^", ",", "//", "/#", "/%", "/", "##", "#", "%%", "%"];

/// A part of the text.
pub(super) struct Piece<'t> {
    /// Its bytes in the text.
    pub(super) input: Range<usize>,
    pub(super) content: Content<'t>,
}

pub(super) enum Content<'t> {
    /// The text that stands in the result. It is shorter than its input if that was an escape.
    Text(&'t str),
    Reference(Reference<'t>),
}

/// A `${…}`.
pub(super) struct Reference<'t> {
    pub(super) name: &'t str,
    pub(super) operation: Operation,
    pub(super) arguments: Vec<Argument<'t>>,
}

pub(super) enum Argument<'t> {
    Text(String),
    Reference(Reference<'t>),
}

/// Reads the whole text.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let mut pieces = Vec::new();
    while !reader.rest().is_empty() {
        let start = reader.at;
        let content = if reader.eat("${") {
            let reference = reader.reference();
            Content::Reference(reference.map_err(|flaw| Fault { flaw, at: start })?)
        } else if reader.eat("$$") {
            Content::Text("$")
        } else if reader.eat("\0") {
            // Flux takes a NUL for the end of the text.
            reader.at = text.len();
            Content::Text("")
        } else {
            Content::Text(reader.plain())
        };
        pieces.push(Piece { input: start..reader.at, content });
    }
    Ok(pieces)
}

/// Whether a variable name may have this character.
fn is_name(character: char) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}]$").ok());
    if character.is_ascii() {
        return character == '_' || character.is_ascii_alphanumeric();
    }
    // Flux asks for Unicode letters and decimal digits, which the standard library cannot tell from marks
    // and other numbers. A name outside ASCII is never set, but it is no error either.
    NAME.as_ref().is_some_and(|name| name.is_match(character.encode_utf8(&mut [0; 4])))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character, unless the text ends here.
    fn next(&self) -> Option<char> {
        self.rest().chars().next().filter(|&next| next != '\0')
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Reads on as long as `wanted` holds.
    fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Text up to the next character that may be special. The first one is not, or it would have been read.
    fn plain(&mut self) -> &'t str {
        let rest = self.rest();
        let next = rest.char_indices().skip(1).find(|(_, character)| matches!(character, '$' | '\0'));
        let length = next.map_or(rest.len(), |(at, _)| at);
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A reference after its `${`.
    fn reference(&mut self) -> Result<Reference<'t>, Flaw> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Flaw::TooDeep);
        }
        let reference = if self.eat("#") {
            let name = self.name().ok_or(Flaw::Form)?;
            Reference { name, operation: Operation::Length, arguments: Vec::new() }
        } else {
            let name = self.name().ok_or(Flaw::Name)?;
            let operator = OPERATORS.into_iter().find(|operator| self.eat(operator));
            if operator.is_none() && self.next() != Some('}') {
                return Err(Flaw::Brace);
            }
            let (operation, arguments) = self.operation(operator.unwrap_or_default())?;
            Reference { name, operation, arguments }
        };
        self.depth -= 1;
        if self.eat("}") { Ok(reference) } else { Err(Flaw::Form) }
    }

    fn name(&mut self) -> Option<&'t str> {
        Some(self.run(is_name)).filter(|name| !name.is_empty())
    }

    /// What the operator that was just read does, and its arguments.
    fn operation(&mut self, operator: &str) -> Result<(Operation, Vec<Argument<'t>>), Flaw> {
        let operation = match operator {
            ":=" | ":-" | ":?" | ":+" | "=" => return Ok((Operation::Default, self.defaults()?)),
            ":" => return Ok((Operation::Slice, self.slice()?)),
            "//" => return Ok((Operation::Replace(Part::All), self.replacement()?)),
            "/#" => return Ok((Operation::Replace(Part::Prefix), self.replacement()?)),
            "/%" => return Ok((Operation::Replace(Part::Suffix), self.replacement()?)),
            "/" => return Ok((Operation::Replace(Part::First), self.replacement()?)),
            "##" => Operation::TrimPrefix { longest: true },
            "#" => Operation::TrimPrefix { longest: false },
            "%%" => Operation::TrimSuffix { longest: true },
            "%" => Operation::TrimSuffix { longest: false },
            "^^" => Operation::Upper,
            "^" => Operation::UpperFirst,
            ",," => Operation::Lower,
            "," => Operation::LowerFirst,
            // Also for `^,` and `,^`, which Flux reads but does not act on.
            _ => Operation::Value,
        };
        let arguments = match operation {
            Operation::TrimPrefix { .. } | Operation::TrimSuffix { .. } => vec![self.argument(&['}'], &[])?],
            _ => Vec::new(),
        };
        Ok((operation, arguments))
    }

    /// Any number of texts and references in a row.
    fn defaults(&mut self) -> Result<Vec<Argument<'t>>, Flaw> {
        let mut arguments = Vec::new();
        while self.next() != Some('}') {
            arguments.push(self.argument(&['}'], &[])?);
        }
        Ok(arguments)
    }

    /// A start and maybe a length.
    fn slice(&mut self) -> Result<Vec<Argument<'t>>, Flaw> {
        // Flux looks one character ahead here and then goes back too far if that is longer than a byte,
        // or not far enough if there is none. Either way it no longer finds its colon.
        if !self.rest().starts_with(|next: char| next.is_ascii()) {
            return Err(Flaw::Form);
        }
        let mut arguments = vec![self.argument(&[':', '}'], &[])?];
        if !self.run(|character| character == ':').is_empty() {
            arguments.push(self.argument(&['}'], &[])?);
        }
        Ok(arguments)
    }

    /// What to replace and maybe by what. Only here, inside a reference, does Flux know escapes.
    fn replacement(&mut self) -> Result<Vec<Argument<'t>>, Flaw> {
        const ESCAPES: [&str; 3] = ["$$", r"\/", r"\\"];
        let mut arguments = vec![self.argument(&['/'], &ESCAPES)?];
        if self.run(|character| character == '/').is_empty() {
            return Err(Flaw::Form);
        }
        if self.next() != Some('}') {
            arguments.push(self.argument(&['}'], &ESCAPES)?);
        }
        Ok(arguments)
    }

    /// One reference, or a text up to one of the characters in `ends` or the next reference. Of an escape,
    /// the first character is dropped and the second one is text.
    fn argument(&mut self, ends: &[char], escapes: &[&str]) -> Result<Argument<'t>, Flaw> {
        if self.eat("${") {
            return Ok(Argument::Reference(self.reference()?));
        }
        let mut text = String::new();
        while !self.rest().starts_with("${") {
            let escaped = escapes.iter().any(|escape| self.rest().starts_with(escape));
            self.at += usize::from(escaped);
            let Some(next) = self.next().filter(|next| escaped || !ends.contains(next)) else { break };
            self.at += next.len_utf8();
            text.push(next);
        }
        if text.is_empty() { Err(Flaw::Argument) } else { Ok(Argument::Text(text)) }
    }
}
