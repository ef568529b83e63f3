//! The built-in policies' own tests, run as `gate test policies` runs them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::policy::{self, Outcome, Run};
use gate::source::{FileId, Files, RepoPath};

fn read(files: &Files) -> Vec<FileId> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let mut names: Vec<String> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let add = |name: String| {
        let text = std::fs::read(format!("{directory}/{name}")).unwrap();
        files.add(RepoPath::new(&format!("policies/{name}")).unwrap(), text)
    };
    names.into_iter().map(add).collect()
}

#[test]
fn every_test_of_every_policy_passes() {
    let files = Arc::new(Files::default());
    let user = read(&files);
    let place = |span: Option<gate::source::Span>| {
        let at = span.map(|span| files.location(span));
        at.map_or(String::new(), |at| format!("{}:{}: ", at.path, at.line))
    };
    let how = Run { coverage: true, ..Run::at(1_795_428_000_000_000_000) };
    let report = policy::test(&files, &user, &how).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("{}{problem}", place(problem.span()))).collect();
        panic!("{}", lines.join("\n"))
    });
    let bad: Vec<String> = report
        .results
        .iter()
        .filter(|result| result.outcome != Outcome::Passed)
        .map(|result| {
            format!(
                "{}{} {:?} {:?}\n{}",
                place(result.span),
                result.name,
                result.outcome,
                result.unmet,
                result.prints.join("\n")
            )
        })
        .collect();
    assert_eq!(bad, Vec::<String>::new(), "\n{}", bad.join("\n"));
    let points = report.coverage.iter().flatten().flat_map(|file| &file.points).filter(|point| !point.reached);
    let missed: Vec<String> = points.map(|point| format!("{}{}", place(Some(point.span)), point.rule)).collect();
    assert_eq!(missed, Vec::<String>::new(), "rules that never hold, and expressions that no test reaches");
}
