//! The value that a scalar's text means.

use super::decoded::Decoded;
use super::dialect::Dialect;
use super::number;
use super::scalar::Scalar;
use super::tag::Tag;
use super::timestamp::Timestamp;

impl Scalar {
    /// The value that the text means, in either dialect. Text that does not fit its tag is a string.
    #[must_use]
    pub fn decode(&self) -> Decoded {
        if let Some(value) = self.word().filter(|_| self.tag == Tag::Bool) {
            return Decoded::Bool(value);
        }
        self.try_decode().unwrap_or_else(|| Decoded::Str(self.text.to_string()))
    }

    /// The boolean that YAML 1.1 takes the text for.
    fn word(&self) -> Option<bool> {
        match self.text.to_ascii_lowercase().as_str() {
            "true" | "y" | "yes" | "on" => Some(true),
            "false" | "n" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// The key of a JSON object that it becomes on the way from YAML 1.1 to JSON; `None` where
    /// that way ends: null, and integers that need all 64 bits.
    pub(super) fn as_json_key(&self) -> Option<String> {
        match self.decode() {
            Decoded::Null | Decoded::Uint(_) => None,
            Decoded::Str(text) => Some(text),
            _ => self.coerced(),
        }
    }

    /// The text that a number or a boolean becomes where YAML 1.1 is read and a string is wanted; `None` for anything else.
    #[must_use]
    pub fn coerced(&self) -> Option<String> {
        // Not yet on its way through JSON, where `1e3` is a whole number.
        if let (Tag::Float, Some(Decoded::Float(value))) = (self.tag, number::read(&self.text, Dialect::Resource)) {
            return Some(number::write_single(value));
        }
        self.decode().coerced()
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
            Tag::Bool => match text {
                "true" | "True" | "TRUE" => Some(Decoded::Bool(true)),
                "false" | "False" | "FALSE" => Some(Decoded::Bool(false)),
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

impl Decoded {
    /// The text that a number or a boolean becomes where a string is wanted: floats in single precision.
    #[must_use]
    pub fn coerced(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Uint(value) => Some(value.to_string()),
            Self::Float(value) => Some(number::write_single(*value)),
            Self::Null | Self::Str(_) => None,
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
