//! The type that a scalar's text has. Resources are read as go-yaml v3 reads them, kustomizations and
//! JSON 6902 patches as go-yaml v2 (YAML 1.1) does; `kustomize build` 5.8.1 uses both.

use super::decoded::Decoded;
use super::dialect::Dialect;
use super::number;
use super::timestamp::Timestamp;

/// The type of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean.
    Bool,
    /// An integer in any notation.
    Int,
    /// A number with a point or an exponent, an infinity, not-a-number.
    Float,
    /// A string.
    Str,
    /// A date, with or without a time.
    Timestamp,
    /// Base64 text marked `!!binary`.
    Binary,
}

impl Tag {
    /// The type that plain (unquoted, untagged) text has.
    #[must_use]
    pub fn of_plain(text: &str, dialect: Dialect) -> Self {
        let Some(first) = text.bytes().next() else { return Self::Null };
        match first {
            b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O' => word(text, dialect),
            b'.' if matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF") => Self::Float,
            b'.' if number::fraction(text).is_some() => Self::Float,
            b'+' | b'-' | b'0'..=b'9' => numeric(text, dialect),
            _ => Self::Str,
        }
    }
}

fn word(text: &str, dialect: Dialect) -> Tag {
    match text {
        "~" | "null" | "Null" | "NULL" => Tag::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Tag::Bool,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off"
        | "OFF"
            if dialect == Dialect::Config =>
        {
            Tag::Bool
        }
        _ => Tag::Str,
    }
}

fn numeric(text: &str, dialect: Dialect) -> Tag {
    if matches!(text, "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF") {
        return Tag::Float;
    }
    if Timestamp::parse(text).is_some() {
        // go-yaml v2 hands a date that was not asked for on as the string it was.
        return if dialect == Dialect::Resource { Tag::Timestamp } else { Tag::Str };
    }
    match number::read(text, dialect) {
        Some(Decoded::Float(_)) => Tag::Float,
        Some(_) => Tag::Int,
        None => Tag::Str,
    }
}
