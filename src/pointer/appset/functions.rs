//! The functions that templates call beside Go's own: those of the sprig library that sets use, and Argo CD's.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use gotmpl::{Result, TemplateError, Value, is_true};
use regex::Captures;
use serde_json::Value as Json;

use super::meter::{Meter, fits};

/// A function of a template.
type Function = fn(&[Value]) -> Result<Value>;

/// Longest name that is made of any text.
const LONGEST_NAME: usize = 253;

/// Numbers that a list counts at most.
const MOST_NUMBERS: i64 = 10_000;

/// Longest slug.
const LONGEST_SLUG: usize = 50;

/// What it costs to read a regular expression, in bytes that are looked at.
const PATTERN: usize = 4096;

/// Bytes that a regular expression may take when it is read.
const LARGEST_PATTERN: usize = 1 << 18;

/// What a number takes at most when it is printed.
const NUMBER: usize = 400;

/// What a byte takes at most when it is escaped.
const ESCAPED: usize = 10;

/// The widest that `printf` makes anything.
const WIDEST: usize = 65_535;

/// Every function by its name. What each makes is weighed.
pub(super) fn all(
    meter: &Meter,
) -> impl Iterator<Item = (&'static str, impl Fn(&[Value]) -> Result<Value> + Send + Sync + use<>)> {
    let watched = |(name, function): (&'static str, Function)| {
        let meter = meter.clone();
        let watched = move |arguments: &[Value]| {
            if name.starts_with("regex") {
                meter.charge(PATTERN)?;
            }
            let made = function(arguments)?;
            meter.weigh(&made)?;
            Ok(made)
        };
        (name, watched)
    };
    functions().into_iter().map(watched)
}

fn functions() -> Vec<(&'static str, Function)> {
    vec![
        ("printf", |a| {
            fits(length_of_print(a)?)?;
            printed(a)
        }),
        ("default", |a| Ok(if is_true(at(a, 1)?) { at(a, 1)?.clone() } else { at(a, 0)?.clone() })),
        ("empty", |a| Ok(Value::Bool(!is_true(at(a, 0)?)))),
        ("coalesce", |a| Ok(a.iter().find(|value| is_true(value)).cloned().unwrap_or(Value::Nil))),
        ("ternary", |a| Ok(at(a, usize::from(!is_true(at(a, 2)?)))?.clone())),
        (
            "required",
            |a| {
                if is_true(at(a, 1)?) { Ok(at(a, 1)?.clone()) } else { Err(TemplateError::Exec(text(a, 0)?)) }
            },
        ),
        ("fail", |a| Err(TemplateError::Exec(text(a, 0)?))),
        ("lower", |a| Ok(text(a, 0)?.to_lowercase().into())),
        ("upper", |a| Ok(text(a, 0)?.to_uppercase().into())),
        ("title", |a| Ok(titled(&text(a, 0)?).into())),
        ("trim", |a| Ok(text(a, 0)?.trim().into())),
        ("trimPrefix", |a| Ok(text(a, 1)?.strip_prefix(&*text(a, 0)?).unwrap_or(&text(a, 1)?).into())),
        ("trimSuffix", |a| Ok(text(a, 1)?.strip_suffix(&*text(a, 0)?).unwrap_or(&text(a, 1)?).into())),
        ("trimAll", |a| Ok(text(a, 1)?.trim_matches(|c| text(a, 0).is_ok_and(|set| set.contains(c))).into())),
        ("replace", |a| {
            let (old, new, whole) = (text(a, 0)?, text(a, 1)?, text(a, 2)?);
            fits(whole.len().saturating_add(whole.matches(&*old).count().saturating_mul(new.len())))?;
            Ok(whole.replace(&*old, &new).into())
        }),
        ("contains", |a| Ok(Value::Bool(text(a, 1)?.contains(&*text(a, 0)?)))),
        ("hasPrefix", |a| Ok(Value::Bool(text(a, 1)?.starts_with(&*text(a, 0)?)))),
        ("hasSuffix", |a| Ok(Value::Bool(text(a, 1)?.ends_with(&*text(a, 0)?)))),
        ("repeat", |a| {
            let (count, word) = (usize::try_from(at(a, 0)?.as_int().unwrap_or(0)).unwrap_or(0), text(a, 1)?);
            fits(count.saturating_mul(word.len()))?;
            Ok(word.repeat(count).into())
        }),
        ("quote", |a| {
            Ok(a.iter().map(|value| format!("{:?}", value.to_string())).collect::<Vec<_>>().join(" ").into())
        }),
        ("squote", |a| Ok(a.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(" ").into())),
        ("indent", |a| Ok(indented(at(a, 0)?, &text(a, 1)?)?.into())),
        ("nindent", |a| Ok(format!("\n{}", indented(at(a, 0)?, &text(a, 1)?)?).into())),
        ("trunc", |a| Ok(truncated(at(a, 0)?.as_int().unwrap_or(0), &text(a, 1)?).into())),
        ("splitList", |a| Ok(list(text(a, 1)?.split(&*text(a, 0)?).map(Value::from)))),
        ("split", |a| {
            let (by, whole) = (text(a, 0)?, text(a, 1)?);
            Ok(map(whole.split(&*by).enumerate().map(|(at, part)| (format!("_{at}"), part.into()))))
        }),
        ("join", |a| {
            let (by, items) = (text(a, 0)?, items(at(a, 1)?)?);
            fits(by.len().saturating_mul(items.len()))?;
            Ok(items.iter().map(ToString::to_string).collect::<Vec<_>>().join(&by).into())
        }),
        ("list", |a| Ok(list(a.iter().cloned()))),
        ("first", |a| Ok(items(at(a, 0)?)?.first().cloned().unwrap_or(Value::Nil))),
        ("last", |a| Ok(items(at(a, 0)?)?.last().cloned().unwrap_or(Value::Nil))),
        ("rest", |a| Ok(list(items(at(a, 0)?)?.iter().skip(1).cloned()))),
        ("has", |a| {
            Ok(Value::Bool(
                items(at(a, 1)?)?.iter().any(|item| Some(item.to_string()) == a.first().map(ToString::to_string)),
            ))
        }),
        ("dict", |a| {
            Ok(map(a.chunks(2).map(|pair| {
                (pair.first().map(ToString::to_string).unwrap_or_default(), pair.get(1).cloned().unwrap_or(Value::Nil))
            })))
        }),
        ("get", |a| Ok(at(a, 0)?.field(&text(a, 1)?).cloned().unwrap_or_else(|| "".into()))),
        ("hasKey", |a| Ok(Value::Bool(at(a, 0)?.field(&text(a, 1)?).is_some()))),
        ("toString", |a| Ok(text(a, 0)?.into())),
        ("int", |a| Ok(Value::Int(whole(at(a, 0)?)))),
        ("atoi", |a| Ok(Value::Int(whole(at(a, 0)?)))),
        ("add", |a| Ok(Value::Int(a.iter().map(whole).fold(0, i64::wrapping_add)))),
        ("sub", |a| Ok(Value::Int(whole(at(a, 0)?).wrapping_sub(whole(at(a, 1)?))))),
        ("mul", |a| Ok(Value::Int(a.iter().map(whole).fold(1, i64::wrapping_mul)))),
        ("div", |a| whole(at(a, 0)?).checked_div(whole(at(a, 1)?)).map(Value::Int).ok_or_else(by_nothing)),
        ("mod", |a| whole(at(a, 0)?).checked_rem(whole(at(a, 1)?)).map(Value::Int).ok_or_else(by_nothing)),
        ("until", |a| match whole(at(a, 0)?) {
            end if end > MOST_NUMBERS => Err(TemplateError::Exec(format!("`until` counts to {MOST_NUMBERS} at most"))),
            end => Ok(list((0..end).map(Value::Int))),
        }),
        ("append", |a| Ok(list(items(at(a, 0)?)?.iter().cloned().chain([at(a, 1)?.clone()])))),
        ("concat", |a| {
            let lists = a.iter().map(items).collect::<Result<Vec<_>>>()?;
            Ok(list(lists.into_iter().flatten().cloned()))
        }),
        ("uniq", |a| {
            let mut seen = HashSet::new();
            let mut kept = items(at(a, 0)?)?.to_vec();
            kept.retain(|item| seen.insert(item.to_string()));
            Ok(list(kept.into_iter()))
        }),
        ("sortAlpha", |a| {
            let mut texts: Vec<String> = items(at(a, 0)?)?.iter().map(ToString::to_string).collect();
            texts.sort();
            Ok(list(texts.into_iter().map(Value::from)))
        }),
        ("substr", |a| {
            let (start, end, word) = (whole(at(a, 0)?), whole(at(a, 1)?), text(a, 2)?);
            let start = usize::try_from(start).unwrap_or(0);
            let end = usize::try_from(end).ok().filter(|end| *end <= word.len()).unwrap_or(word.len());
            Ok(word.get(start..end).unwrap_or_default().into())
        }),
        ("regexMatch", |a| Ok(Value::Bool(pattern(&text(a, 0)?)?.is_match(&text(a, 1)?)))),
        ("regexReplaceAll", |a| {
            let (pattern, whole, new) = (pattern(&text(a, 0)?)?, text(a, 1)?, text(a, 2)?);
            // What is found can be named in what takes its place.
            let size = |found: Captures<'_>| {
                let found = found.get(0).map_or(0, |found| found.len());
                new.len().saturating_add(new.matches('$').count().saturating_mul(found))
            };
            fits(pattern.captures_iter(&whole).map(size).fold(whole.len(), usize::saturating_add))?;
            Ok(pattern.replace_all(&whole, &*new).into_owned().into())
        }),
        ("base", |a| Ok(text(a, 0)?.rsplit('/').find(|part| !part.is_empty()).unwrap_or(".").into())),
        ("dir", |a| Ok(text(a, 0)?.rsplit_once('/').map_or(".", |(dir, _)| dir).into())),
        ("toJson", |a| Ok(json(at(a, 0)?).to_string().into())),
        ("toYaml", |a| Ok(yaml(at(a, 0)?)?.into())),
        ("normalize", |a| Ok(normalized(&text(a, 0)?).into())),
        ("slugify", slugified),
    ]
}

/// A value of templates that JSON is.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => list(items.iter().map(value)),
        Json::Object(entries) => map(entries.iter().map(|(key, entry)| (key.clone(), value(entry)))),
    }
}

/// A name that Kubernetes takes: lower case, `-` for what may not be in it.
pub(super) fn normalized(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let name: String = text.to_lowercase().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let name: String = name.chars().take(LONGEST_NAME).collect();
    name.trim_matches(['-', '.']).to_owned()
}

fn at(arguments: &[Value], index: usize) -> Result<&Value> {
    arguments.get(index).ok_or_else(|| TemplateError::Exec("an argument is missing".to_owned()))
}

fn text(arguments: &[Value], index: usize) -> Result<String> {
    at(arguments, index).map(|value| match value {
        Value::Nil => String::new(),
        value => value.to_string(),
    })
}

fn pattern(text: &str) -> Result<regex::Regex> {
    regex::RegexBuilder::new(text)
        .size_limit(LARGEST_PATTERN)
        .build()
        .map_err(|error| TemplateError::Exec(error.to_string()))
}

fn by_nothing() -> TemplateError {
    TemplateError::Exec("a number is divided by 0".to_owned())
}

fn items(value: &Value) -> Result<&[Value]> {
    match value {
        Value::List(items) => Ok(items),
        Value::Nil => Ok(&[]),
        _ => Err(TemplateError::Exec("a list is wanted".to_owned())),
    }
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(items.collect::<Vec<_>>().into())
}

fn map(entries: impl Iterator<Item = (String, Value)>) -> Value {
    let entries: BTreeMap<Arc<str>, Value> = entries.map(|(key, value)| (key.into(), value)).collect();
    Value::Map(entries.into())
}

fn whole(value: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the fraction is cut off")]
    let cut = |value: f64| value as i64;
    value.as_int().or_else(|| value.as_float().map(cut)).or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}

fn titled(text: &str) -> String {
    let mut before = ' ';
    let upper = |c: char| {
        let first = !before.is_alphanumeric();
        before = c;
        if first { c.to_uppercase().collect::<String>() } else { c.to_string() }
    };
    text.chars().map(upper).collect()
}

fn indented(columns: &Value, text: &str) -> Result<String> {
    let columns = usize::try_from(whole(columns)).unwrap_or_default();
    fits(text.split('\n').count().saturating_mul(columns).saturating_add(text.len()))?;
    let blanks = " ".repeat(columns);
    Ok(format!("{blanks}{}", text.replace('\n', &format!("\n{blanks}"))))
}

/// What `printf` makes at most of its arguments: each of them, as wide as any number in the format says, in the place of
/// each verb.
fn length_of_print(arguments: &[Value]) -> Result<usize> {
    let format = text(arguments, 0)?;
    let digits = format.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let wide = digits.map(|digits| digits.parse().unwrap_or(WIDEST)).max().unwrap_or_default();
    let wide = if format.contains('*') { WIDEST } else { wide.min(WIDEST) };
    let longest = arguments.iter().skip(1).map(|value| value.to_string().len()).max().unwrap_or_default();
    let each = longest.saturating_mul(ESCAPED).saturating_add(wide).saturating_add(NUMBER);
    Ok(format.matches('%').count().saturating_mul(each).saturating_add(format.len()))
}

/// What Go's own `printf` makes of its arguments.
fn printed(arguments: &[Value]) -> Result<Value> {
    let call: String = (0..arguments.len()).map(|index| format!(" (index . {index})")).collect();
    let template = gotmpl::Template::new("printf").parse(&format!("{{{{printf{call}}}}}"))?;
    Ok(template.execute_to_string(&list(arguments.iter().cloned()))?.into())
}

fn truncated(length: i64, text: &str) -> String {
    let count = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
    let skipped = if length < 0 { text.chars().count().saturating_sub(count) } else { 0 };
    text.chars().skip(skipped).take(count).collect()
}

/// `slugify [LENGTH [SMART]] TEXT`.
fn slugified(arguments: &[Value]) -> Result<Value> {
    let word = text(arguments, arguments.len().saturating_sub(1))?;
    let length = if arguments.len() > 1 { at(arguments, 0)?.as_int().unwrap_or_default() } else { 0 };
    let length = usize::try_from(length).ok().filter(|length| *length > 0).unwrap_or(LONGEST_SLUG);
    let slug: String = word.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    let slug: String = parts.join("-").chars().take(length).collect();
    Ok(slug.trim_matches('-').into())
}

fn json(value: &Value) -> Json {
    match value {
        Value::Nil | Value::Function(_) => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => (*value).into(),
        Value::Uint(value) => (*value).into(),
        Value::Float(value) => serde_json::Number::from_f64(*value).map_or(Json::Null, Json::Number),
        Value::String(text) => Json::String(text.to_string()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.to_string(), json(value))).collect())
        }
    }
}

fn yaml(value: &Value) -> Result<String> {
    let node = crate::yaml::Node::from_json(&json(value));
    let text = crate::yaml::emit(&node).map_err(|problem| TemplateError::Exec(problem.to_string()))?;
    Ok(text.trim_end_matches('\n').to_owned())
}
