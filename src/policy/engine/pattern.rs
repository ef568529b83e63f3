//! `regex.match`. The interpreter keeps compiled expressions too, but hands out copies, each of which has to make its
//! working space anew: that costs ten times what a short text does.

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Result, anyhow};
use regex::{Regex, RegexBuilder};
use regorus::Value;

/// Expressions that a thread keeps. A policy may make them up, one for each text.
const KEPT: usize = 128;

/// The interpreter's limit, in bytes.
const SIZE_LIMIT: usize = 100 * 1024;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
}

pub(super) fn matches(pattern: &str, text: &str) -> Result<Value> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            return Ok(Value::from(known.is_match(text)));
        }
        let regex = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        let regex = regex.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => anyhow!("`{pattern}` is too large for a regular expression"),
            _ => anyhow!("`{pattern}` is not a regular expression"),
        })?;
        let found = regex.is_match(text);
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), regex);
        Ok(Value::from(found))
    })
}
