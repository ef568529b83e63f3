//! Numbers as go-yaml reads them and as Go's JSON and go-yaml write them.

use std::fmt::LowerExp;

use super::decoded::Decoded;
use super::dialect::Dialect;

/// Reads a number as go-yaml does: underscores dropped, any Go integer prefix, YAML's float grammar.
/// Infinities and not-a-number are words and not read here.
pub(super) fn read(text: &str, dialect: Dialect) -> Option<Decoded> {
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain).map(Decoded::Float)).or_else(|| prefixed(&plain, dialect))
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Decoded> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (text.chars().next(), digits),
        None => (None, text),
    };
    let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, digits.get(2..)?),
        Some("0o") => (8, digits.get(2..)?),
        Some("0b") => (2, digits.get(2..)?),
        Some(_) if digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    match sign {
        Some('-') => 0_i64.checked_sub_unsigned(value).map(Decoded::Int),
        Some(_) => i64::try_from(value).ok().map(Decoded::Int),
        None => Some(i64::try_from(value).map_or(Decoded::Uint(value), Decoded::Int)),
    }
}

/// What go-yaml reads besides: a sign between `0b` and the digits, or `0o` (v3 alone).
fn prefixed(text: &str, dialect: Dialect) -> Option<Decoded> {
    let (radix, digits) = match (text.get(..2)?, text.get(2..)?) {
        ("0b", digits) => (2, digits),
        ("0o", digits) if dialect == Dialect::Resource => (8, digits),
        _ => return None,
    };
    i64::from_str_radix(digits, radix).ok().map(Decoded::Int)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    if mantissa_ok && exponent_ok { finite(text) } else { None }
}

/// A number that starts with a point, which go-yaml hands to Go's `ParseFloat` as it is: underscores may
/// stand between digits only.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let underscores = bytes.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'_');
    let between_digits = |at: usize| is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1));
    let accepted = is_digit(bytes.get(1)) && underscores.map(|(at, _)| at).all(between_digits);
    if accepted { finite(&text.replace('_', "")) } else { None }
}

/// Numbers too large for a float are none to Go.
fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A float as it comes back from Go's JSON, which writes whole numbers below 1e21 without a point: as an
/// integer where one can hold those digits.
pub(super) fn through_json(value: f64) -> Decoded {
    if value.fract() != 0.0 || value.abs() >= 1e21 {
        return Decoded::Float(value);
    }
    let text = Decimal::of(value).fixed();
    match (text.parse(), text.parse()) {
        (Ok(integer), _) => Decoded::Int(integer),
        (_, Ok(integer)) => Decoded::Uint(integer),
        _ => Decoded::Float(value),
    }
}

/// A finite float as go-yaml v2 writes it: Go's `FormatFloat(value, 'g', -1, 64)`.
#[must_use]
pub fn write(value: f64) -> String {
    Decimal::of(value).shortest()
}

/// A float as it becomes a key of JSON: as [`write`], but in single precision.
pub(super) fn write_single(value: f64) -> String {
    if value.is_finite() {
        #[expect(clippy::cast_possible_truncation, reason = "so does the library that kustomize reads YAML 1.1 with")]
        return Decimal::of(value as f32).shortest();
    }
    let word = if value.is_nan() { ".nan" } else { ".inf" };
    format!("{}{word}", if value == f64::NEG_INFINITY { "-" } else { "" })
}

/// The fewest digits that name a float, as Go finds them.
struct Decimal {
    sign: &'static str,
    /// Without the point, which stands after the first.
    digits: String,
    exponent: i32,
}

impl Decimal {
    fn of<F: LowerExp>(value: F) -> Self {
        let shortest = format!("{value:e}");
        let count = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
        // Of two nearest candidates Rust takes the larger and Go the even one, as rounding does.
        let rounded = format!("{value:.*e}", count.saturating_sub(1));
        let (sign, magnitude) = rounded.strip_prefix('-').map_or(("", &*rounded), |magnitude| ("-", magnitude));
        let (digits, exponent) = magnitude.split_once('e').unwrap_or((magnitude, "0"));
        Self { sign, digits: digits.replace('.', ""), exponent: exponent.parse().unwrap_or_default() }
    }

    fn shortest(&self) -> String {
        if (-4..6).contains(&self.exponent) { self.fixed() } else { self.scientific() }
    }

    fn fixed(&self) -> String {
        let whole = usize::try_from(self.exponent + 1).unwrap_or_default();
        let zeros = usize::try_from(-self.exponent - 1).unwrap_or_default();
        let digits = format!("{}{}", "0".repeat(zeros), self.digits);
        match digits.split_at_checked(whole) {
            Some((_, "")) | None => format!("{}{digits:0<whole$}", self.sign),
            Some((before, after)) => format!("{}{}.{after}", self.sign, if whole == 0 { "0" } else { before }),
        }
    }

    fn scientific(&self) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or((&self.digits, ""));
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!("{}{first}{point}{rest}e{sign}{:02}", self.sign, self.exponent.unsigned_abs())
    }
}
