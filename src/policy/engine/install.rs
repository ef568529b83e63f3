//! Gives an engine the built-ins that policies have here.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use regorus::{Engine, Value};

use super::annotations::Answers;
use super::arguments::integer;
use super::builtins::{COVERED, METADATA, OWN};

/// The numbers that [`COVERED`] was called with, in all clones of an engine together.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted(Arc<Mutex<BTreeSet<u32>>>);

impl Noted {
    pub(super) fn numbers(&self) -> BTreeSet<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, arguments: &[Value]) -> Result<Value> {
        let number = u32::try_from(integer(arguments, 0)?)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        Ok(arguments.get(1).cloned().unwrap_or(Value::Undefined))
    }
}

/// Gives an engine our built-ins, with `now` (nanoseconds since 1970) as the only time there is, and
/// `answers` for those who ask for METADATA.
///
/// # Errors
/// When two of them have the same name: a fault of the program.
pub(super) fn install(engine: &mut Engine, now: i64, answers: &Answers) -> Result<Noted> {
    for (name, arity, function) in OWN {
        engine.add_extension(name.to_owned(), arity, Box::new(move |arguments: Vec<Value>| function(&arguments)))?;
    }
    engine.add_extension("time.now_ns".to_owned(), 0, Box::new(move |_: Vec<Value>| Ok(Value::from(now))))?;
    let noted = Noted::default();
    let noting = noted.clone();
    engine.add_extension(COVERED.to_owned(), 2, Box::new(move |arguments: Vec<Value>| noting.note(&arguments)))?;
    for name in METADATA {
        let answers = answers.clone();
        let answer = move |arguments: Vec<Value>| answers.get(usize::try_from(integer(&arguments, 0)?)?);
        engine.add_extension(name.to_owned(), 1, Box::new(answer))?;
    }
    Ok(noted)
}
