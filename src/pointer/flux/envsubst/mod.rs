//! Replaces the variables in a text the way Flux does for `spec.postBuild` (`fluxcd/pkg/envsubst` v1.8.0).
//!
//! The whole text is read before anything is replaced, as Flux does it: a reference that cannot be read is
//! reported even if the value of an earlier one cannot be worked out.

mod glob;
mod operations;
mod read;

use std::fmt;
use std::ops::Range;

use operations::{Operation, Work};
use read::{Argument, Content, Reference};

/// A text after its variables were replaced.
#[derive(Debug)]
pub(super) struct Substituted {
    /// The new text.
    pub text: String,
    /// Where the new text differs from the old one, in order. Everything between two places was copied.
    pub places: Vec<Place>,
}

/// A part of the old text and what it became.
#[derive(Debug)]
pub(super) struct Place {
    /// Its bytes in the old text.
    pub input: Range<usize>,
    /// Its bytes in the new text. Two places may share a character there, if both cut one in half.
    pub output: Range<usize>,
    /// The variables that were looked up for it, in the order in which Flux does so (arguments first).
    /// Empty for a `$$`, and for a text that ends early at a NUL.
    pub lookups: Vec<Lookup>,
}

/// A variable that was looked up.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The name of the variable.
    pub name: String,
    /// It is not set and the reference has no default. In strict mode, Flux fails here.
    pub missing: bool,
    /// It can show in the result. A variable within a default that was not needed cannot.
    pub used: bool,
}

/// Why a text has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub problem: Problem,
    /// The byte in the text at which the reference in question starts: the `$` of the outermost `${`.
    pub at: usize,
}

/// What can be wrong with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// No variable name follows `${`.
    Name,
    /// Something other than an operator or `}` follows the name.
    Brace,
    /// The operator is incomplete, or more follows its arguments.
    Form,
    /// An argument of the operator is missing.
    Argument,
    /// Start and length of a slice are too large to be added up, which makes Flux panic.
    Slice,
    /// Characters were cut in half: the result is not UTF-8, which Flux cannot parse as YAML.
    NotText,
    /// References are nested too deeply for this implementation.
    TooDeep,
    /// The result is too large, or a pattern takes too long, for this implementation.
    TooMuch,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Name => "`${` is not followed by a variable name",
            Self::Brace => "the variable name is followed by neither `}` nor a known operator",
            Self::Form => "the operator is incomplete, or is not followed by `}`",
            Self::Argument => "the operator lacks an argument",
            Self::Slice => "the slice ends beyond the largest number",
            Self::NotText => "the result has characters that were cut in half",
            Self::TooDeep => "references are nested too deeply",
            Self::TooMuch => "the replacement is too much work",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (byte {})", self.problem, self.at)
    }
}

impl std::error::Error for Fault {}

/// Replaces the variables in `text`. `variable` gives their values; one that is not set counts as empty.
///
/// # Errors
/// If Flux would fail, or if a limit of this implementation is exceeded.
pub(super) fn substitute<'v>(text: &str, variable: &dyn Fn(&str) -> Option<&'v str>) -> Result<Substituted, Fault> {
    let pieces = read::pieces(text)?;
    let mut evaluation = Evaluation { variable, lookups: Vec::new(), work: Work::default() };
    // Bytes, because a character that one reference cut in half may be completed by the next.
    let mut result = Vec::with_capacity(text.len());
    let mut places: Vec<Place> = Vec::new();
    for piece in pieces {
        let start = result.len();
        let changed = match piece.content {
            Content::Text(text) => {
                result.extend_from_slice(text.as_bytes());
                text.len() != piece.input.len()
            }
            Content::Reference(reference) => {
                let value = evaluation.value(&reference);
                result.extend(value.map_err(|problem| Fault { problem, at: piece.input.start })?);
                true
            }
        };
        if changed {
            let lookups = std::mem::take(&mut evaluation.lookups);
            places.push(Place { input: piece.input, output: start..result.len(), lookups });
        }
    }
    let text = String::from_utf8(result).map_err(|error| {
        let cut = error.utf8_error().valid_up_to();
        let place = places.iter().find(|place| place.output.contains(&cut));
        Fault { problem: Problem::NotText, at: place.map_or(0, |place| place.input.start) }
    })?;
    Ok(Substituted { text, places })
}

/// What is needed to work out the value of a reference.
struct Evaluation<'f, 'v> {
    variable: &'f dyn Fn(&str) -> Option<&'v str>,
    lookups: Vec<Lookup>,
    work: Work,
}

impl Evaluation<'_, '_> {
    fn value(&mut self, reference: &Reference) -> Result<Vec<u8>, Problem> {
        let before = self.lookups.len();
        // Flux works out a default even if it does not need it, and fails if that fails.
        let arguments =
            reference.arguments.iter().map(|argument| self.argument(argument)).collect::<Result<Vec<_>, _>>()?;
        let found = (self.variable)(reference.name);
        let value = found.unwrap_or_default();
        let has_default = reference.operation == Operation::Default;
        if has_default && !value.is_empty() {
            self.lookups.iter_mut().skip(before).for_each(|lookup| lookup.used = false);
        }
        self.lookups.push(Lookup {
            name: reference.name.to_owned(),
            missing: found.is_none() && !has_default,
            used: true,
        });
        reference.operation.apply(value, &arguments, &mut self.work)
    }

    fn argument(&mut self, argument: &Argument) -> Result<Vec<u8>, Problem> {
        match argument {
            Argument::Text(text) => Ok(text.clone().into_bytes()),
            Argument::Reference(reference) => self.value(reference),
        }
    }
}

#[cfg(test)]
mod tests;
