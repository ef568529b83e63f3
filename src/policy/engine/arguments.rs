//! The arguments of built-ins, by type, and the limits of what built-ins make.

use anyhow::{Result, bail};
use regorus::Value;

/// Longest list that `numbers.range` makes. The interpreter cannot be interrupted inside a built-in.
pub(super) const MAX_RANGE: i128 = 1_000_000;

/// A text.
pub(super) fn text(arguments: &[Value], index: usize) -> Result<&str> {
    match arguments.get(index) {
        Some(Value::String(text)) => Ok(text),
        other => bail!("argument {} must be a string, not {}", index + 1, kind(other)),
    }
}

/// A whole number.
pub(super) fn integer(arguments: &[Value], index: usize) -> Result<i128> {
    match arguments.get(index).and_then(|value| value.as_i128().ok()) {
        Some(value) => Ok(value),
        None => bail!("argument {} must be a whole number, not {}", index + 1, kind(arguments.get(index))),
    }
}

/// The items of an array or a set.
pub(super) fn items(arguments: &[Value], index: usize) -> Result<Vec<Value>> {
    match arguments.get(index) {
        Some(Value::Array(items)) => Ok(items.iter().cloned().collect()),
        Some(Value::Set(items)) => Ok(items.iter_sorted().cloned().collect()),
        other => bail!("argument {} must be an array or a set, not {}", index + 1, kind(other)),
    }
}

/// The type of a value in words.
pub(super) fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None | Some(Value::Undefined) => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Set(_)) => "a set",
        Some(Value::Object(_)) => "an object",
    }
}
