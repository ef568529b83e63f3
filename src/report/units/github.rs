//! Annotations of GitHub Actions for what is not fine, each at its line.

use super::super::github::{CAP, Level, command, short};
use super::super::text::{quote, quote_line};
use super::human;
use super::tested::{Tested, name};
use crate::policy::{Outcome, TestResult};

pub(super) fn render(tested: &Tested<'_>) -> String {
    let faults = tested.cases.iter().flat_map(|case| case.faults.iter().map(move |fault| (case, fault)));
    let cases = faults.map(|(case, fault)| {
        let mut properties = Vec::new();
        if let Some((path, line)) = &fault.file {
            properties.push(("file", quote(&tested.typed(path))));
            properties.push(("line", line.to_string()));
        }
        properties.push(("title", quote_line(&format!("case {}", tested.typed(&case.directory)))));
        command(Level::Error, &properties, &short(quote(&fault.message)))
    });
    let bad = tested.units.iter().flat_map(|units| &units.results).filter(|result| !result.outcome.is_fine());
    let tests = bad.map(|result| annotation(tested, result));
    let short = tested.short().map(|(reached, least)| {
        let message = format!("the tests reach {reached:.2}% of the policies' lines, and {least}% is wanted");
        command(Level::Error, &[("title", "coverage".to_owned())], &message)
    });
    let mut all: Vec<String> = short.into_iter().chain(cases).chain(tests).collect();
    if all.len() > CAP {
        // The runner would drop the rest without a word.
        let message = format!("{} more are not shown here, see the log", all.len() - (CAP - 1));
        all.truncate(CAP - 1);
        all.push(command(Level::Error, &[("title", "gate test".to_owned())], &message));
    }
    all.concat()
}

fn annotation(tested: &Tested<'_>, result: &TestResult) -> String {
    // The expression that fails says more than the name of the test.
    let case = result.cases.iter().find_map(|case| case.unmet.as_ref());
    let unmet = result.unmet.as_ref().or(case);
    let span = match &result.outcome {
        Outcome::Error(problem) => problem.span().or(result.span),
        _ => unmet.and_then(|unmet| unmet.span).or(result.span),
    };
    let mut properties = Vec::new();
    if let Some(span) = span {
        let at = tested.files.location(span);
        properties.push(("file", quote(&tested.typed(&at.path))));
        properties.push(("line", at.line.to_string()));
    }
    properties.push(("title", quote_line(&name(result))));
    let message = match &result.outcome {
        Outcome::Missing => "no test refers to this policy".to_owned(),
        _ => human::plain(tested, result),
    };
    command(Level::Error, &properties, &short(message))
}
