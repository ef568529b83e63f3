//! The value that a scalar stands for, as JSON has it.

/// The value of a scalar, as JSON can say it.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer that fits unsigned only.
    Uint(u64),
    /// Any other number, infinities and not-a-number included. Never one that JSON would write as one of
    /// the integers above: `1e3` is an integer.
    Float(f64),
    /// A string. Timestamps become RFC 3339 text, `!!binary` what it holds.
    Str(String),
}
