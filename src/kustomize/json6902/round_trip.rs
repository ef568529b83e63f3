//! What becomes of an object on its way through JSON: to patch it, kustomize writes it as JSON and reads
//! the result back with 64-bit floats for numbers.

use crate::source::Problem;
use crate::yaml::{self, Decoded, Dialect, Key, Map, Node, Scalar, Tag, Value, float_text};

/// Checks that an object can be written as JSON.
pub(super) fn check(node: &Node) -> Result<(), Problem> {
    match &node.value {
        Value::Scalar(scalar) => match scalar.try_decode() {
            None => Err(Problem::new("the text does not fit its type, and kustomize cannot write the object as JSON")
                .at(node.origin.span)
                .hint("quote it to make it a string, or write a value of that type")),
            Some(Decoded::Float(number)) if !number.is_finite() => Err(Problem::new(
                "kustomize cannot apply a JSON 6902 patch to an object with a number that is not finite",
            )
            .at(node.origin.span)
            .hint("put it in quotes, or use a strategic merge patch")),
            _ => Ok(()),
        },
        Value::Seq(items) => items.iter().try_for_each(check),
        Value::Map(map) => map.iter().try_for_each(|entry| {
            if entry.key.tag != Tag::Str {
                return Err(Problem::new(format!(
                    "kustomize cannot apply a JSON 6902 patch to an object with the key `{}`, which is no string",
                    entry.key.text
                ))
                .at(entry.key.span)
                .hint("put the key in quotes"));
            }
            check(&entry.value)
        }),
    }
}

/// Makes JSON of an operation's value: text of keys that are numbers or booleans, and `true` or `false` of the booleans of
/// YAML 1.1. What JSON cannot say is refused, whether the operation reaches an object or not.
pub(super) fn to_json(node: &mut Node) -> Result<(), Problem> {
    match &mut node.value {
        Value::Scalar(scalar) => match (scalar.tag, scalar.decode()) {
            (Tag::Bool, Decoded::Bool(value)) => {
                scalar.text = value.to_string().into();
                Ok(())
            }
            (_, Decoded::Float(number)) if !number.is_finite() => {
                Err(Problem::new("a JSON 6902 patch cannot hold a number that is not finite")
                    .at(node.origin.span)
                    .hint("put it in quotes"))
            }
            _ => Ok(()),
        },
        Value::Seq(items) => items.iter_mut().try_for_each(to_json),
        Value::Map(map) => {
            let mut out = Map::default();
            for mut entry in std::mem::take(map) {
                to_json(&mut entry.value)?;
                out.push(key_to_text(entry.key)?, entry.value);
            }
            *map = out;
            Ok(())
        }
    }
}

fn key_to_text(key: Key) -> Result<Key, Problem> {
    if key.tag == Tag::Str {
        return Ok(key);
    }
    let scalar = Scalar { tag: key.tag, ..Scalar::string(key.text) };
    let text = match scalar.decode() {
        Decoded::Bool(value) => value.to_string(),
        Decoded::Int(value) => value.to_string(),
        Decoded::Float(value) => float_text(value),
        Decoded::Str(text) => text,
        Decoded::Null | Decoded::Uint(_) => {
            return Err(Problem::new(format!("`{}` cannot be a key", scalar.text))
                .at(key.span)
                .hint("put the key in quotes"));
        }
    };
    Ok(Key::new(text, key.span))
}

/// Whether two values are the same in JSON.
pub(super) fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Scalar(left), Value::Scalar(right)) => left.decode() == right.decode(),
        (Value::Seq(left), Value::Seq(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            let other: std::collections::HashMap<&str, &Node> =
                right.iter().map(|entry| (&*entry.key.text, &entry.value)).collect();
            left.len() == right.len()
                && left.iter().all(|entry| other.get(&*entry.key.text).is_some_and(|other| same(&entry.value, other)))
        }
        _ => false,
    }
}

/// What becomes of integers that are read from JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integers {
    /// 64-bit floats, which do not hold all of them.
    AsFloats,
    /// Themselves, where they need no more than 64 bits.
    Kept,
}

/// Does to an object what the way back does, and reports the numbers that it changes.
pub(super) fn settle(node: &mut Node, integers: Integers, quirks: &mut Vec<Problem>) {
    node.origin.in_brackets = false;
    match &mut node.value {
        Value::Scalar(scalar) => {
            let decoded = scalar.decode();
            if integers == Integers::AsFloats && loses_bits(&decoded) {
                quirks.push(
                    Problem::new("a JSON 6902 patch of this object changes this number: it needs more than 53 bits")
                        .at(node.origin.span)
                        .hint("put the number in quotes, or use a strategic merge patch"),
                );
            }
            *scalar = match decoded {
                Decoded::Int(value) if integers == Integers::Kept => Scalar::plain(value.to_string()),
                decoded => written(decoded),
            };
        }
        Value::Seq(items) => items.iter_mut().for_each(|item| settle(item, integers, quirks)),
        Value::Map(map) => map.iter_mut().for_each(|entry| settle(&mut entry.value, integers, quirks)),
    }
}

fn loses_bits(decoded: &Decoded) -> bool {
    match *decoded {
        Decoded::Int(value) => as_integer(as_float(value)) != i128::from(value),
        Decoded::Uint(value) => as_integer(unsigned_as_float(value)) != i128::from(value),
        _ => false,
    }
}

fn written(decoded: Decoded) -> Scalar {
    let number = |value: f64| Scalar::plain(float_text(value));
    match decoded {
        Decoded::Null => Scalar::null(),
        Decoded::Bool(value) => Scalar::plain(value.to_string()),
        Decoded::Int(value) => number(as_float(value)),
        Decoded::Uint(value) => number(unsigned_as_float(value)),
        Decoded::Float(value) => number(value),
        Decoded::Str(text) => string(text),
    }
}

/// A string as go-yaml writes it: quoted where it would be read as something else, or not at all.
fn string(text: String) -> Scalar {
    let quoted = Tag::of_plain(&text, Dialect::Resource) != Tag::Str || !yaml::is_written_plain(&text);
    Scalar { quoted, ..Scalar::string(text) }
}

#[expect(clippy::cast_precision_loss, reason = "kustomize reads integers of JSON as floats")]
fn as_float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "kustomize reads integers of JSON as floats")]
fn unsigned_as_float(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "floats made of 64-bit integers fit")]
fn as_integer(value: f64) -> i128 {
    value as i128
}
