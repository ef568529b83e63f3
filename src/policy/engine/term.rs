//! Values as Rego writes them.

use regorus::Value;

use super::large;

/// Widest value that stays on one line, in characters.
const WIDTH: usize = 60;

/// A value on one line.
pub(super) fn term(value: &Value) -> String {
    large::term(value).unwrap_or_else(|_| "(too long to be shown)".to_owned())
}

/// Two values for people to compare, with a line for everything in them; `None` where one line each will do.
pub(super) fn sides(left: &Value, right: &Value) -> Option<(String, String)> {
    let is_short = |value: &Value| term(value).chars().count() <= WIDTH;
    if is_short(left) && is_short(right) {
        return None;
    }
    let lines = |value: &Value| {
        let mut text = String::new();
        write(value, 0, &mut text);
        text
    };
    Some((lines(left), lines(right)))
}

fn write(value: &Value, indent: usize, text: &mut String) {
    let Some((open, parts, close)) = parts(value).filter(|(_, parts, _)| !parts.is_empty()) else {
        text.push_str(&term(value));
        return;
    };
    text.push_str(open);
    for (key, value) in parts {
        text.push('\n');
        text.push_str(&"  ".repeat(indent + 1));
        if let Some(key) = key {
            text.push_str(&format!("{}: ", term(key)));
        }
        write(value, indent + 1, text);
        text.push(',');
    }
    text.push_str(&format!("\n{}{close}", "  ".repeat(indent)));
}

/// What is within a value and the brackets around it, in a fixed order; `None` for what holds nothing.
type Parts<'a> = (&'static str, Vec<(Option<&'a Value>, &'a Value)>, &'static str);

fn parts(value: &Value) -> Option<Parts<'_>> {
    match value {
        Value::Array(items) => Some(("[", items.iter().map(|item| (None, item)).collect(), "]")),
        Value::Set(items) => Some(("{", items.iter_sorted().map(|item| (None, item)).collect(), "}")),
        Value::Object(entries) => {
            Some(("{", entries.iter_sorted().map(|(key, value)| (Some(key), value)).collect(), "}"))
        }
        _ => None,
    }
}
