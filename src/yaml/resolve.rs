//! What a scalar's text means. Resources are read as go-yaml v3 reads them, kustomizations and
//! JSON 6902 patches as go-yaml v2 (YAML 1.1) does; `kustomize build` 5.8.1 uses both.

use super::node::Scalar;
use super::number;
use super::timestamp::Timestamp;

/// Which of kustomize's two YAML readers a file goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Resources, strategic merge patches, plugin configurations: go-yaml v3. Keys are unique.
    Resource,
    /// Kustomizations, `configurations`, `crds`, replacements, JSON 6902 patches: YAML 1.1, then JSON.
    /// `yes`, `no`, `on`, `off`, `y`, `n` are booleans; of equal keys the last counts.
    Config,
}

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

impl Scalar {
    /// The value that the text means. Text that does not fit its tag is a string.
    #[must_use]
    pub fn decode(&self) -> Decoded {
        self.try_decode().unwrap_or_else(|| Decoded::Str(self.text.to_string()))
    }

    /// The key of a JSON object that it becomes on the way from YAML 1.1 to JSON; `None` where
    /// that way ends: null, and integers that need all 64 bits.
    pub(super) fn as_json_key(&self) -> Option<String> {
        match self.decode() {
            Decoded::Null | Decoded::Uint(_) => None,
            Decoded::Bool(value) => Some(value.to_string()),
            Decoded::Int(value) => Some(value.to_string()),
            Decoded::Float(value) => Some(number::write_single(value)),
            Decoded::Str(text) => Some(text),
        }
    }

    /// The value that the text means; `None` where the text does not fit its tag: `!!int x`, or a
    /// replacement that put a word into a number. kustomize refuses to print these.
    #[must_use]
    pub fn try_decode(&self) -> Option<Decoded> {
        let text = &*self.text;
        match self.tag {
            // Left out in a flow map: kustomize's first printer writes quotes there, and its reader believes them.
            Tag::Null if self.quoted && text.is_empty() => Some(Decoded::Str(String::new())),
            Tag::Null => (Tag::of_plain(text, Dialect::Resource) == Tag::Null).then_some(Decoded::Null),
            Tag::Bool => match text.to_ascii_lowercase().as_str() {
                "true" | "y" | "yes" | "on" => Some(Decoded::Bool(true)),
                "false" | "n" | "no" | "off" => Some(Decoded::Bool(false)),
                _ => None,
            },
            Tag::Int => number::read(text, Dialect::Resource).filter(|value| !matches!(value, Decoded::Float(_))),
            Tag::Float => float(text),
            Tag::Str => Some(Decoded::Str(text.to_owned())),
            Tag::Timestamp => Timestamp::parse(text)?.rfc3339().map(Decoded::Str),
            Tag::Binary => decode_base64(text).map(Decoded::Str),
        }
    }
}

fn float(text: &str) -> Option<Decoded> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(Decoded::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Decoded::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Decoded::Float(f64::NEG_INFINITY)),
        _ if text.starts_with('.') => number::fraction(text).map(number::through_json),
        _ => match number::read(text, Dialect::Resource)? {
            Decoded::Float(value) => Some(number::through_json(value)),
            // `!!float 1`
            #[expect(clippy::cast_precision_loss, reason = "go-yaml makes a float of it too")]
            Decoded::Int(value) => Some(number::through_json(value as f64)),
            _ => None,
        },
    }
}

/// Base64 as go-yaml takes it: padded, with line breaks anywhere, but no other white space. Of bytes that
/// are no UTF-8, Go's JSON turns every single one into U+FFFD.
fn decode_base64(text: &str) -> Option<String> {
    use base64::Engine;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let bytes = engine.decode(text.replace(['\n', '\r'], "")).ok()?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(decoded)
}
