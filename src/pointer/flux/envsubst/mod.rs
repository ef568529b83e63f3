//! Replaces the variables in a text the way Flux does for `spec.postBuild` (`fluxcd/pkg/envsubst` v1.8.0).
//!
//! The whole text is read before anything is replaced, as Flux does it: a reference that cannot be read is
//! reported even if the value of an earlier one cannot be worked out.

mod fault;
mod glob;
mod operations;
mod read;
mod work;

use std::ops::Range;

pub(super) use fault::{Fault, Flaw};
use operations::Operation;
use read::{Argument, Content, Reference};
use work::Work;

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
                result.extend(value.map_err(|flaw| Fault { flaw, at: piece.input.start })?);
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
        Fault { flaw: Flaw::NotText, at: place.map_or(0, |place| place.input.start) }
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
    fn value(&mut self, reference: &Reference) -> Result<Vec<u8>, Flaw> {
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

    fn argument(&mut self, argument: &Argument) -> Result<Vec<u8>, Flaw> {
        match argument {
            Argument::Text(text) => Ok(text.clone().into_bytes()),
            Argument::Reference(reference) => self.value(reference),
        }
    }
}

#[cfg(test)]
mod tests;
