//! Built-ins as OPA has them: those that the interpreter lacks, and those that it has otherwise. What is expected of
//! them stands in `testdata/rego`, as OPA says it.

use std::net::IpAddr;

use anyhow::{Result, anyhow, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use regorus::Value;
use serde_json::Value as Json;

use super::arguments::kind;
use super::data::Data;
use crate::schema::{Schema, mismatches};

pub(super) fn to_number(value: Option<&Value>) -> Result<Value> {
    match value {
        Some(Value::Null) => Ok(Value::from(0)),
        Some(Value::Bool(value)) => Ok(Value::from(i64::from(*value))),
        Some(number @ Value::Number(_)) => Ok(number.clone()),
        Some(Value::String(text)) => match Value::from_json_str(text) {
            Ok(number @ Value::Number(_)) if text.trim() == &**text => Ok(number),
            _ => bail!("`{text}` is no number"),
        },
        other => bail!("argument 1 must be a number, a string, a boolean or null, not {}", kind(other)),
    }
}

/// Letter by letter: what has no capital of one letter stays as it is.
pub(super) fn upper(text: &str) -> String {
    let upper = |letter: char| {
        let mut capitals = letter.to_uppercase();
        capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(letter)
    };
    text.chars().map(upper).collect()
}

/// Letter by letter: of a small form of several letters the first counts.
pub(super) fn lower(text: &str) -> String {
    text.chars().map(|letter| letter.to_lowercase().next().unwrap_or(letter)).collect()
}

/// Where `wanted` begins, in characters.
fn places<'t>(text: &'t str, wanted: &'t str) -> Result<impl Iterator<Item = i64> + 't> {
    if wanted.is_empty() {
        bail!("there is nothing to look for");
    }
    let starts = text.char_indices().enumerate();
    Ok(starts
        .filter(move |(_, (at, _))| text.get(*at..).is_some_and(|rest| rest.starts_with(wanted)))
        .filter_map(|(place, _)| i64::try_from(place).ok()))
}

pub(super) fn indexof(text: &str, wanted: &str) -> Result<Value> {
    Ok(Value::from(places(text, wanted)?.next().unwrap_or(-1)))
}

pub(super) fn indexof_n(text: &str, wanted: &str) -> Result<Value> {
    Ok(Value::from(places(text, wanted)?.map(Value::from).collect::<Vec<_>>()))
}

/// How often `wanted` is in `text`, without overlaps; the empty text is between all characters.
pub(super) fn count(text: &str, wanted: &str) -> i64 {
    let count = if wanted.is_empty() { text.chars().count() + 1 } else { text.matches(wanted).count() };
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// As Go's `Regexp.Split` does it: an empty match at the beginning splits nothing off.
pub(super) fn regex_split(pattern: &str, text: &str) -> Result<Value> {
    let pattern = regex::Regex::new(pattern).map_err(|_| anyhow!("`{pattern}` is no regular expression"))?;
    let mut parts: Vec<Value> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in pattern.find_iter(text) {
        end = found.start();
        if found.end() != 0 {
            parts.push(Value::from(text.get(start..end).unwrap_or_default()));
        }
        start = found.end();
    }
    if end != text.len() {
        parts.push(Value::from(text.get(start..).unwrap_or_default()));
    }
    if text.is_empty() {
        parts = vec![Value::from("")];
    }
    Ok(Value::from(parts))
}

pub(super) fn quote_meta(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if r"*?\[]{}".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

pub(super) fn query_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub(super) fn query_decode(text: &str) -> Result<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let value = digit(rest.next()).zip(digit(rest.next())).map(|(high, low)| high * 16 + low);
                value.and_then(|value| u8::try_from(value).ok()).ok_or_else(|| anyhow!("`%` needs two digits"))?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| anyhow!("what is encoded is not UTF-8 text"))
}

pub(super) fn query_encode_object(object: Option<&Value>) -> Result<Value> {
    let Some(Value::Object(entries)) = object else { bail!("argument 1 must be an object, not {}", kind(object)) };
    let mut pairs = Vec::new();
    for (key, value) in entries.iter_sorted() {
        let values: Vec<Value> = match value {
            Value::Array(items) => items.iter().cloned().collect(),
            Value::Set(items) => items.iter_sorted().cloned().collect(),
            other => vec![other.clone()],
        };
        for value in values {
            let (Value::String(key), Value::String(value)) = (key, &value) else {
                bail!("keys and values are strings")
            };
            pairs.push(format!("{}={}", query_encode(key), query_encode(value)));
        }
    }
    Ok(Value::from(pairs.join("&")))
}

pub(super) fn query_decode_object(text: &str) -> Result<Value> {
    let mut entries: std::collections::BTreeMap<String, Vec<Data>> = std::collections::BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        entries.entry(query_decode(key)?).or_default().push(Data::from(query_decode(value)?));
    }
    Ok(Data::object(entries.into_iter().map(|(key, values)| (key, Data::array(values)))).0)
}

/// A block of addresses: its bits, and how many of them count.
fn cidr(text: &str) -> Result<(u128, u32, bool)> {
    let wrong = || anyhow!("`{text}` is no block of addresses");
    let (address, length) = text.split_once('/').ok_or_else(wrong)?;
    let (address, length): (IpAddr, u32) = address.parse().ok().zip(length.parse().ok()).ok_or_else(wrong)?;
    let (bits, width, six) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32, false),
        IpAddr::V6(address) => (u128::from(address), 128, true),
    };
    if length > width { Err(wrong()) } else { Ok((bits, length, six)) }
}

/// Whether two blocks have an address in common.
pub(super) fn intersects(left: &str, right: &str) -> Result<bool> {
    let ((left, left_length, left_six), (right, right_length, right_six)) = (cidr(left)?, cidr(right)?);
    let differ = (left ^ right).leading_zeros();
    Ok(left_six == right_six && differ >= left_length.min(right_length))
}

/// Adds years, months and days to a time, in its zone. Days beyond the end of a month run on into the next.
pub(super) fn add_date(time: Option<&Value>, [years, months, days]: [i128; 3]) -> Result<Value> {
    let (nanoseconds, zone) = match time {
        Some(Value::Array(parts)) => match (parts.first(), parts.get(1)) {
            (Some(time), Some(Value::String(zone))) => (time.as_i128()?, zone.to_string()),
            _ => bail!("a time is a number, or an array of a number and a zone"),
        },
        Some(time @ Value::Number(_)) => (time.as_i128()?, String::new()),
        other => bail!("a time is a number, not {}", kind(other)),
    };
    let zone = match zone.as_str() {
        "" | "UTC" => TimeZone::UTC,
        name => TimeZone::get(name)?,
    };
    let before = Timestamp::from_nanosecond(nanoseconds)?.to_zoned(zone.clone()).datetime();
    let month = i128::from(before.month()) - 1 + months;
    let year = i128::from(before.year()) + years + month.div_euclid(12);
    let first = Date::new(i16::try_from(year)?, i8::try_from(month.rem_euclid(12) + 1)?, 1)?;
    let days = i64::try_from(i128::from(before.day()) - 1 + days)?;
    let after = first.checked_add(Span::new().try_days(days)?)?.to_datetime(before.time());
    let after = after.to_zoned(zone)?.timestamp().as_nanosecond();
    Ok(Value::from(i64::try_from(after)?))
}

/// A duration as Go writes it, with `d` for days and `w` for weeks too.
pub(super) fn duration(text: &str) -> Result<Value> {
    let wrong = || anyhow!("`{text}` is no duration");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(Value::from(0));
    }
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut nanoseconds: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or_else(wrong)?;
        let (number, after) = rest.split_at_checked(end).ok_or_else(wrong)?;
        let end = after.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end).ok_or_else(wrong)?;
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "w" => 604_800_000_000_000,
            _ => return Err(wrong()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(wrong());
        }
        let digits = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<i64>().map_err(|_| wrong()) };
        nanoseconds += i128::from(digits(whole)?) * unit;
        let scale = 10_i128.checked_pow(u32::try_from(fraction.len())?).ok_or_else(wrong)?;
        nanoseconds += i128::from(digits(fraction)?) * unit / scale;
        rest = after;
    }
    Ok(Value::from(i64::try_from(sign * nanoseconds)?))
}

/// What is meant by a document or a schema: an object, or text that is JSON.
fn document(value: Option<&Value>) -> Result<Json> {
    match value {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| anyhow!("invalid JSON string")),
        Some(value @ Value::Object(_)) => Ok(Data(value.clone()).to_json()),
        other => bail!("a document or a schema is an object or a string, not {}", kind(other)),
    }
}

pub(super) fn match_schema(value: Option<&Value>, schema: Option<&Value>) -> Result<Value> {
    let found = mismatches(&document(value)?, &document(schema)?).map_err(|error| anyhow!("{error}"))?;
    let fits = found.is_empty();
    let found = found.into_iter().map(|mismatch| {
        Data::object([
            ("error", Data::from(format!("{}: {}", mismatch.field, mismatch.description))),
            ("type", Data::from(mismatch.kind)),
            ("field", Data::from(mismatch.field)),
            ("desc", Data::from(mismatch.description)),
        ])
    });
    Ok(Data::array([Data::from(fits), Data::array(found)]).0)
}

pub(super) fn verify_schema(schema: Option<&Value>) -> Value {
    let verified = document(schema).map_err(|error| error.to_string());
    let verified = verified.and_then(|schema| Schema::new(schema).map(drop).map_err(|problem| problem.to_string()));
    let (fits, why) = match verified {
        Ok(()) => (true, Data::null()),
        Err(why) => (false, Data::from(format!("jsonschema: {why}"))),
    };
    Data::array([Data::from(fits), why]).0
}
