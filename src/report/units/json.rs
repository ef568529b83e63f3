//! As `opa test --format=json` writes it: a list of results. Cases stand among them, in the package `cases`; a policy
//! without a test is a result without a name.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::tested::{Tested, printed};
use crate::cases::CaseResult;
use crate::policy::{Case, Outcome, TestResult};
use crate::source::{Problem, Reason, Span};

pub(super) fn render(tested: &Tested<'_>) -> io::Result<String> {
    let cases = tested.cases.iter().map(|case| of_case(tested, case));
    let units = tested.units.iter().flat_map(|units| &units.results).map(|result| of_result(tested, result));
    let all: Vec<Value> = cases.chain(units).collect();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn of_case(tested: &Tested<'_>, case: &CaseResult) -> Value {
    let mut result = Map::new();
    let directory = tested.typed(&case.directory);
    result.insert("location".to_owned(), json!({"file": directory, "row": 1, "col": 1}));
    result.insert("package".to_owned(), "cases".into());
    result.insert("name".to_owned(), directory.into());
    if !case.faults.is_empty() {
        result.insert("fail".to_owned(), true.into());
    }
    result.insert("duration".to_owned(), nanoseconds(case.duration));
    if !case.faults.is_empty() {
        let faults: String = case.faults.iter().map(|fault| format!("{fault}\n")).collect();
        result.insert("output".to_owned(), STANDARD.encode(faults).into());
    }
    result.into()
}

fn of_result(tested: &Tested<'_>, result: &TestResult) -> Value {
    let mut object = Map::new();
    let at = |span: Option<Span>| {
        span.map(|span| {
            let at = tested.files.location(span);
            json!({"file": tested.typed(&at.path), "row": at.line, "col": at.column})
        })
    };
    object.insert("location".to_owned(), at(result.span).unwrap_or_default());
    object.insert("package".to_owned(), format!("data.{}", result.package).into());
    object.insert("name".to_owned(), result.name.as_str().into());
    let error = |problem: &Problem| {
        let code = if problem.kind() == Reason::Limit { "eval_cancel_error" } else { "eval_internal_error" };
        json!({"code": code, "message": problem.message(), "location": at(problem.span())})
    };
    match &result.outcome {
        Outcome::Failed => drop(object.insert("fail".to_owned(), true.into())),
        Outcome::Error(problem) => drop(object.insert("error".to_owned(), error(problem))),
        Outcome::Missing => {
            object.insert("error".to_owned(), error(&Problem::new("no test refers to this policy").at(result.span)));
        }
        Outcome::Skipped => drop(object.insert("skip".to_owned(), true.into())),
        Outcome::Passed => {}
    }
    object.insert("duration".to_owned(), nanoseconds(result.duration));
    if !result.prints.is_empty() {
        let prints: String = result.prints.iter().map(|print| format!("{}\n", printed(print))).collect();
        object.insert("output".to_owned(), STANDARD.encode(prints).into());
    }
    if !result.cases.is_empty() {
        let cases: Vec<(&[String], &Case)> = result.cases.iter().map(|case| (case.name.as_slice(), case)).collect();
        object.insert("sub_results".to_owned(), of_sub_results(&cases));
    }
    object.into()
}

/// Results of cases, each under the step of its name that is next.
fn of_sub_results(cases: &[(&[String], &Case)]) -> Value {
    let mut results = Map::new();
    let mut at = 0;
    while let Some(([first, ..], _)) = cases.get(at) {
        let same = |(name, _): &&(&[String], &Case)| name.first() == Some(first);
        let group: Vec<&(&[String], &Case)> = cases.iter().skip(at).take_while(same).collect();
        at += group.len();
        let below: Vec<(&[String], &Case)> = group
            .iter()
            .filter_map(|(name, case)| Some((name.get(1..).filter(|rest| !rest.is_empty())?, *case)))
            .collect();
        let mut result = Map::new();
        result.insert("name".to_owned(), first.as_str().into());
        if group.iter().any(|(_, case)| !case.passed) {
            result.insert("fail".to_owned(), true.into());
        }
        if !below.is_empty() {
            result.insert("sub_results".to_owned(), of_sub_results(&below));
        }
        results.insert(first.clone(), result.into());
    }
    results.into()
}

fn nanoseconds(duration: std::time::Duration) -> Value {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).into()
}
