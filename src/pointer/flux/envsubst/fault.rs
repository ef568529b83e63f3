//! Why a text cannot be substituted.

use std::fmt;

/// Why a text has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pointer::flux) struct Fault {
    /// What is wrong.
    pub flaw: Flaw,
    /// The byte in the text at which the reference in question starts: the `$` of the outermost `${`.
    pub at: usize,
}

/// What can be wrong with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pointer::flux) enum Flaw {
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

impl fmt::Display for Flaw {
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
        write!(out, "{} (byte {})", self.flaw, self.at)
    }
}

impl std::error::Error for Fault {}
