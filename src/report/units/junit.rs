//! XML as CI servers read it: a suite for the cases and one for each package.

use std::time::Duration;

use super::super::text::quote;
use super::human;
use super::tested::{Tested, name};
use crate::policy::{Outcome, TestResult};

pub(super) fn render(tested: &Tested<'_>) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    for case in tested.cases {
        let faults: Vec<String> = case.faults.iter().map(ToString::to_string).collect();
        let said = if faults.is_empty() { Said::Nothing } else { Said::Failure(faults.join("\n")) };
        let name = tested.typed(&case.directory);
        add(&mut suites, "cases", Test { file: name.clone(), name, line: None, time: case.duration, said });
    }
    for result in tested.units.iter().flat_map(|units| &units.results) {
        add(&mut suites, &result.package, test(tested, result));
    }
    let count = |counted: fn(&Said) -> bool| -> usize { suites.iter().map(|suite| suite.count(counted)).sum() };
    let (failures, errors) = (count(Said::is_failure), count(Said::is_error));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gate\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">\n",
        count(|_| true)
    );
    for suite in &suites {
        text.push_str(&suite.render());
    }
    text + "</testsuites>\n"
}

struct Suite {
    name: String,
    tests: Vec<Test>,
}

struct Test {
    name: String,
    file: String,
    line: Option<u32>,
    time: Duration,
    said: Said,
}

enum Said {
    Nothing,
    Failure(String),
    Error(String),
    Skipped,
}

impl Said {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Failure(_))
    }

    fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }
}

fn add(suites: &mut Vec<Suite>, name: &str, test: Test) {
    match suites.iter_mut().find(|suite| suite.name == name) {
        Some(suite) => suite.tests.push(test),
        None => suites.push(Suite { name: name.to_owned(), tests: vec![test] }),
    }
}

fn test(tested: &Tested<'_>, result: &TestResult) -> Test {
    let at = result.span.map(|span| tested.files.location(span));
    let said = match &result.outcome {
        Outcome::Passed => Said::Nothing,
        Outcome::Skipped => Said::Skipped,
        Outcome::Failed => Said::Failure(human::plain(tested, result)),
        Outcome::Error(_) => Said::Error(human::plain(tested, result)),
        Outcome::Missing => Said::Failure("no test refers to this policy".to_owned()),
    };
    Test {
        name: if result.name.is_empty() { name(result) } else { result.name.clone() },
        file: at.as_ref().map(|at| tested.typed(&at.path)).unwrap_or_default(),
        line: at.map(|at| at.line),
        time: result.duration,
        said,
    }
}

impl Suite {
    fn count(&self, counted: fn(&Said) -> bool) -> usize {
        self.tests.iter().filter(|test| counted(&test.said)).count()
    }

    fn render(&self) -> String {
        let mut text = format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
            escape(&self.name),
            self.tests.len(),
            self.count(Said::is_failure),
            self.count(Said::is_error),
            self.count(|said| matches!(said, Said::Skipped)),
        );
        for test in &self.tests {
            let line = test.line.map(|line| format!(" line=\"{line}\"")).unwrap_or_default();
            text.push_str(&format!(
                "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\"{line} time=\"{:.6}\"",
                escape(&self.name),
                escape(&test.name),
                escape(&test.file),
                test.time.as_secs_f64(),
            ));
            let said = match &test.said {
                Said::Nothing => {
                    text.push_str("/>\n");
                    continue;
                }
                Said::Skipped => "<skipped/>".to_owned(),
                Said::Failure(details) => element("failure", details),
                Said::Error(details) => element("error", details),
            };
            text.push_str(&format!(">\n      {said}\n    </testcase>\n"));
        }
        text + "  </testsuite>\n"
    }
}

fn element(name: &str, details: &str) -> String {
    let first = details.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    format!("<{name} message=\"{}\">{}</{name}>", escape(first), escape(details))
}

/// Text as XML takes it; what XML has no way to write is made visible by [`quote`].
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in quote(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
