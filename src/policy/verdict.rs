//! What a policy says, read from the value of one of its rules.

use serde_json::Value as Json;

use super::engine::Data;
use super::place;
use crate::schema::nearest;
use crate::source::{Severity, Span};

/// What a policy says about a place. The place is named, not yet found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The policy's id.
    pub policy: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What it is about: `{"environment", "resource": {"kind", "name", "namespace"}, "path": [...]}`, as far
    /// as the policy says it; null where it says nothing.
    pub at: Json,
    /// What tells it from other findings of the policy about the same resource, whatever its words are: each is an
    /// offence of its own. Empty where the words tell.
    pub keys: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Where the rule is written that says it.
    pub rule: Option<Span>,
}

/// A finding as a policy writes it: text, or an object.
pub(super) struct Written {
    pub(super) message: String,
    pub(super) severity: Option<Severity>,
    pub(super) help: Option<String>,
    pub(super) at: Json,
    pub(super) keys: Vec<String>,
    /// What is wrong with the place, to be said of the finding.
    pub(super) slip: Option<String>,
}

/// The keys of a finding that is an object.
const KEYS: [&str; 5] = ["msg", "at", "key", "severity", "help"];

/// Reads what a rule gathered. `strict` for packages below `gate`; conftest's findings may hold anything
/// besides `msg`.
///
/// # Errors
/// What is wrong with the value, to be said of the rule.
pub(super) fn read(value: &Data, strict: bool) -> Result<Vec<Written>, String> {
    if value.as_bool() == Some(false) {
        return Ok(Vec::new());
    }
    let Some(items) = value.items() else {
        return Err(format!("gives {}, not a set of findings", kind(value)));
    };
    items.iter().map(|item| one(item, strict)).collect()
}

fn kind(value: &Data) -> &'static str {
    if value.as_str().is_some() {
        "a string"
    } else if value.as_bool().is_some() {
        "`true`"
    } else if value.is_object() {
        "an object"
    } else if value.items().is_some() {
        "a list"
    } else {
        "a number or null"
    }
}

fn one(item: &Data, strict: bool) -> Result<Written, String> {
    if let Some(message) = item.as_str() {
        let (severity, help, keys, slip) = (None, None, Vec::new(), None);
        return Ok(Written { message: message.to_owned(), severity, help, at: Json::Null, keys, slip });
    }
    if !item.is_object() {
        return Err(format!("gives {} as a finding, not text or an object with `msg`", kind(item)));
    }
    let Some(message) = item.get("msg") else { return Err("gives a finding without `msg`".to_owned()) };
    let Some(message) = message.as_str() else {
        return Err(format!("gives a finding whose `msg` is {}, not text", kind(&message)));
    };
    if strict {
        let keys = item.entries().unwrap_or_default();
        if let Some((key, _)) = keys.iter().find(|(key, _)| !KEYS.contains(&&**key)) {
            let near = nearest(key, KEYS).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("gives a finding with the unknown key `{key}`{near}"));
        }
    }
    let text = |key: &str| item.get(key).as_ref().and_then(Data::as_str).map(str::to_owned);
    let severity = text("severity").as_deref().and_then(Severity::from_word);
    if strict && severity.is_none() && item.get("severity").is_some() {
        return Err("gives a finding whose `severity` is not `error`, `warning` or `info`".to_owned());
    }
    let at = item.get("at").map(|at| at.to_json()).unwrap_or_default();
    let slip = if strict { place::slip(&at) } else { None };
    let keys = if strict { keys(item)? } else { Vec::new() };
    Ok(Written { message: message.to_owned(), severity, help: text("help"), at, keys, slip })
}

/// The `key` of a finding: text, or a list or set of texts, each an offence of its own.
fn keys(item: &Data) -> Result<Vec<String>, String> {
    let Some(key) = item.get("key") else { return Ok(Vec::new()) };
    let wrong = || "gives a finding whose `key` is not text or a list of texts".to_owned();
    let text = |key: &Data| key.as_str().map(str::to_owned).ok_or_else(wrong);
    match key.items() {
        Some(items) => items.iter().map(text).collect(),
        None => Ok(vec![text(&key)?]),
    }
}
