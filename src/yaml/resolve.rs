//! What a scalar's text means. Resources are read as go-yaml v3 reads them, kustomizations and
//! JSON 6902 patches as go-yaml v2 (YAML 1.1) does; `kustomize build` 5.8.1 uses both.

use super::node::Scalar;

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
    /// Any other number, infinities and not-a-number included.
    Float(f64),
    /// A string. Timestamps become RFC 3339 text.
    Str(String),
    /// Bytes that are not UTF-8, from `!!binary`.
    Bytes(Vec<u8>),
}

impl Tag {
    /// The type that plain (unquoted, untagged) text has.
    #[must_use]
    pub fn of_plain(text: &str, dialect: Dialect) -> Self {
        let Some(first) = text.bytes().next() else { return Self::Null };
        match first {
            b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O' => word(text, dialect),
            b'.' if matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF") => Self::Float,
            b'.' if go_float(text).is_some() => Self::Float,
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
    if timestamp(text).is_some() {
        // go-yaml v2 hands a date that was not asked for on as the string it was.
        return if dialect == Dialect::Resource { Tag::Timestamp } else { Tag::Str };
    }
    match number(text) {
        Some(Decoded::Float(_)) => Tag::Float,
        Some(_) => Tag::Int,
        None => Tag::Str,
    }
}

/// Reads a number as go-yaml does: underscores dropped, any Go integer prefix, YAML's float grammar.
fn number(text: &str) -> Option<Decoded> {
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| yaml_float(&plain).map(Decoded::Float))
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Decoded> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (Some('-'), &text[1..]),
        b'+' => (Some('+'), &text[1..]),
        _ => (None, text),
    };
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match lower.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    match sign {
        Some('-') if value == 1 << 63 => Some(Decoded::Int(i64::MIN)),
        Some('-') => i64::try_from(value).ok().map(|value| Decoded::Int(-value)),
        _ => match i64::try_from(value) {
            Ok(value) => Some(Decoded::Int(value)),
            Err(_) if sign.is_none() => Some(Decoded::Uint(value)),
            Err(_) => None,
        },
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn yaml_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    if !(mantissa_ok && exponent_ok) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A float that starts with a point, as Go's `ParseFloat` reads it.
fn go_float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Reads YAML's date and time forms that go-yaml accepts; the result is RFC 3339 text.
fn timestamp(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return None;
    }
    let year: u32 = text.get(..4)?.parse().ok()?;
    let (month, rest) = short_number(text.get(5..)?)?;
    let (day, rest) = short_number(rest.strip_prefix('-')?)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day == 0 || day > days {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let zoned = rest.starts_with(['T', 't']);
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let (hour, rest) = short_number(clock)?;
    let (minute, rest) = short_number(rest.strip_prefix(':')?)?;
    let (second, rest) = short_number(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
        Some(tail) => {
            let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
            if end == 0 {
                return None;
            }
            (&tail[..end.min(9)], &tail[end..])
        }
        None => ("", rest),
    };
    let zone = match (zoned, rest) {
        (true, "Z") | (false, "") => "Z".to_owned(),
        (true, offset) => {
            let (sign, digits) = (offset.chars().next()?, offset.get(1..)?);
            let (hours, minutes) = digits.split_once(':')?;
            let fits = |text: &str, most: u32| text.len() == 2 && text.parse().is_ok_and(|value: u32| value <= most);
            if !matches!(sign, '+' | '-') || !fits(hours, 24) || !fits(minutes, 60) {
                return None;
            }
            if digits == "00:00" { "Z".to_owned() } else { offset.to_owned() }
        }
        _ => return None,
    };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{point}{fraction}{zone}"))
}

/// One or two digits and what follows them.
fn short_number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text.get(..digits)?.parse().ok()?, text.get(digits..)?))
}

impl Scalar {
    /// The value that the text means.
    ///
    /// Text that does not fit its tag (a transformer can write any text into a number) is a string.
    #[must_use]
    pub fn decode(&self) -> Decoded {
        let text = &*self.text;
        let decoded = match self.tag {
            Tag::Null => Some(Decoded::Null),
            Tag::Bool => match text.to_ascii_lowercase().as_str() {
                "true" | "y" | "yes" | "on" => Some(Decoded::Bool(true)),
                "false" | "n" | "no" | "off" => Some(Decoded::Bool(false)),
                _ => None,
            },
            Tag::Int => number(text),
            Tag::Float => match text.trim_start_matches('+').to_ascii_lowercase().as_str() {
                ".nan" => Some(Decoded::Float(f64::NAN)),
                ".inf" => Some(Decoded::Float(f64::INFINITY)),
                "-.inf" => Some(Decoded::Float(f64::NEG_INFINITY)),
                _ => number(text).map(|number| match number {
                    // `!!float 1` is the float 1, which JSON cannot tell from the integer.
                    #[expect(clippy::cast_precision_loss, reason = "that is what go-yaml does")]
                    Decoded::Int(value) if value.unsigned_abs() > 1 << 53 => Decoded::Float(value as f64),
                    other => other,
                }),
            }
            .or_else(|| go_float(text).map(Decoded::Float)),
            Tag::Str => None,
            Tag::Timestamp => timestamp(text).map(Decoded::Str),
            Tag::Binary => decode_base64(text).map(|bytes| match String::from_utf8(bytes) {
                Ok(text) => Decoded::Str(text),
                Err(error) => Decoded::Bytes(error.into_bytes()),
            }),
        };
        decoded.unwrap_or_else(|| Decoded::Str(text.to_owned()))
    }
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(compact).ok()
}
