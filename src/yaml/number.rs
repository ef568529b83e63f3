//! Numbers as go-yaml reads them and as Go's JSON and go-yaml write them.

use super::resolve::{Decoded, Dialect};

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

/// A number that starts with a point, which go-yaml hands to Go's `ParseFloat` as it is.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let digits_next = text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if digits_next { finite(text) } else { None }
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
    // Both languages write the shortest digits that name the float, then zeros.
    let text = value.to_string();
    match (text.parse(), text.parse()) {
        (Ok(integer), _) => Decoded::Int(integer),
        (_, Ok(integer)) => Decoded::Uint(integer),
        _ => Decoded::Float(value),
    }
}

/// A finite float as go-yaml v2 writes it: Go's `FormatFloat(value, 'g', -1, 64)`.
pub(super) fn write(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, Ok(exponent))) = scientific.split_once('e').map(|(digits, e)| (digits, e.parse::<i32>())) else {
        return scientific;
    };
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}
