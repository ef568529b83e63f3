//! The renderer against kustomize 5.8.1: recorded cases, kustomize's own test cases, and real repositories.
//!
//! The recorded cases are in `testdata/kustomize`. `GATE_CONFORMANCE` and `GATE_CORPUS` name the directories of the
//! others; where they are missing, the count says that the test was skipped.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gate::kustomize::{Options, Order, Parts, Renderer, Restrictor};
use gate::source::{DiskTree, Files, MemoryTree, Problem, Reason, RepoPath, Revision};
use gate::yaml;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// The directory that a variable names, or the default; `None`, with a message, where there is none.
fn data(variable: &str, default: &str) -> Option<PathBuf> {
    let directory = PathBuf::from(std::env::var(variable).unwrap_or_else(|_| default.to_owned()));
    if !directory.is_dir() {
        say(&format!("skipped: 0 of 0, as there is no data at `{}` (set {variable})", directory.display()));
        return None;
    }
    Some(directory)
}

/// Prints a line that is seen where a test passes, too.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn print(revision: &Revision, directory: &str, options: Options) -> Result<String, Problem> {
    let render = Renderer::new(revision, options).render(&RepoPath::new(directory).unwrap())?;
    let documents: Result<Vec<String>, Problem> =
        render.resources.iter().map(|manifest| yaml::emit(&manifest.node)).collect();
    Ok(documents?.join("---\n"))
}

fn explain(files: &Files, problem: &Problem) -> String {
    let at =
        problem.span().map(|span| files.location(span)).map(|at| format!("{}:{}:{}: ", at.path, at.line, at.column));
    format!("{}{problem}", at.unwrap_or_default())
}

/// The classes of errors: what kustomize says, and what is said here.
struct Classes(Vec<(String, regex::Regex, regex::Regex)>);

impl Classes {
    /// Those of the recorded cases.
    fn read() -> Self {
        let table = std::fs::read_to_string("testdata/kustomize/classes.tsv").unwrap();
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        Self(
            lines
                .map(|line| {
                    let [class, theirs, ours] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
                    (class.to_owned(), regex::Regex::new(theirs).unwrap(), regex::Regex::new(ours).unwrap())
                })
                .collect(),
        )
    }

    /// Whether an error is one of those that kustomize's can be.
    fn judge(&self, theirs: &str, ours: &Problem) -> Result<(), String> {
        let fitting: Vec<_> = self.0.iter().filter(|(_, pattern, _)| pattern.is_match(theirs)).collect();
        if fitting.iter().any(|(_, _, pattern)| pattern.is_match(ours.message())) {
            return Ok(());
        }
        let classes: Vec<&str> = fitting.iter().map(|(class, ..)| class.as_str()).collect();
        Err(format!("refused with `{}`, which is no error of {classes:?}: {theirs:.200}", ours.message()))
    }
}

fn run_cases(directory: &Path, classes: Option<&Classes>) -> (usize, Vec<String>) {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("case.json").is_file());
    cases.sort();
    let failures: Vec<String> = cases.par_iter().filter_map(|case| run_case(case, classes).err()).collect();
    (cases.len(), failures)
}

fn run_case(case: &Path, classes: Option<&Classes>) -> Result<(), String> {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let settings: serde_json::Value = serde_json::from_slice(&std::fs::read(case.join("case.json")).unwrap()).unwrap();
    let text = |key: &str| settings.get(key).and_then(serde_json::Value::as_str);
    let options = Options {
        order: if text("order") == Some("fifo") { Order::Fifo } else { Order::Legacy },
        restrictor: if text("load_restrictor") == Some("none") { Restrictor::Repo } else { Restrictor::RootOnly },
        parts: Parts::All,
    };
    let files = Arc::new(Files::default());
    // A case without files starts from an empty tree.
    let revision = match DiskTree::new(case.join("files")) {
        Ok(tree) => Revision::new(tree, files.clone()),
        Err(_) => Revision::new(MemoryTree::default(), files.clone()),
    };
    let result = print(&revision, text("root").unwrap_or_default().trim_start_matches('/'), options);
    match (result, text("error")) {
        (Err(problem), Some(error)) => match classes {
            Some(classes) => classes.judge(error, &problem).map_err(|reason| format!("{name}: {reason}")),
            None => Ok(()),
        },
        (Ok(_), Some(error)) => Err(format!("{name}: rendered, but kustomize fails: {error:.200}")),
        (Err(problem), None) => Err(format!("{name}: {}", explain(&files, &problem))),
        (Ok(output), None) => {
            let expected = std::fs::read_to_string(case.join("expected.yaml")).unwrap();
            if output == expected { Ok(()) } else { Err(format!("{name}: {}", first_difference(&expected, &output))) }
        }
    }
}

fn first_difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for line in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => return format!("line {line}: expected {a:?}, found {b:?}"),
        }
    }
    "they differ in line ends".to_owned()
}

fn report(what: &str, total: usize, failures: &[String]) {
    for failure in failures {
        say(failure);
    }
    say(&format!("{what}: {} of {total}", total - failures.len()));
}

#[test]
fn conformance() {
    let Some(directory) = data("GATE_CONFORMANCE", "../shared/conformance") else { return };
    let (total, failures) = run_cases(&directory.join("kustomize"), None);
    report("conformance", total, &failures);
    assert!(failures.is_empty());
}

/// Cases of our own, recorded from kustomize 5.8.1.
#[test]
fn recorded_cases() {
    let (total, failures) = run_cases(Path::new("testdata/kustomize"), Some(&Classes::read()));
    report("recorded cases", total, &failures);
    assert!(failures.is_empty());
    assert!(total > 1_000, "{total} cases");
}

#[test]
fn corpus() {
    let Some(directory) = data("GATE_CORPUS", "../shared/corpus") else { return };
    let table = std::fs::read_to_string(directory.join("expected.tsv")).unwrap();
    let mut repositories: BTreeMap<&str, Vec<(&str, &str, &str)>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let [repository, path, status, sha256, _] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        // Its link to a file outside was lost when the corpus was packed.
        if status == "ok-norestrict" {
            continue;
        }
        repositories.entry(repository).or_default().push((path, status, sha256));
    }
    let results: Vec<(&str, bool, Option<String>)> = repositories
        .into_par_iter()
        .flat_map_iter(|(repository, rows)| {
            let files = Arc::new(Files::default());
            let revision =
                Revision::new(DiskTree::new(directory.join("repos").join(repository)).unwrap(), files.clone());
            let results: Vec<_> = rows
                .into_iter()
                .map(|(path, status, sha256)| {
                    let result = print(&revision, if path == "." { "" } else { path }, Options::default());
                    let ok = status == "ok";
                    let failure = match result {
                        Ok(output) if ok && hex(&output) != sha256 => {
                            let name = if path == "." { "_root_".into() } else { path.replace('/', "__") };
                            let expected = directory.join("expected").join(repository).join(format!("{name}.yaml"));
                            let expected = std::fs::read_to_string(expected).unwrap_or_default();
                            Some(first_difference(&expected, &output))
                        }
                        Err(problem) if ok => Some(explain(&files, &problem)),
                        Ok(_) if !ok => Some(format!("rendered, but `{status}` is due")),
                        Err(problem) => misfit(status, &problem)
                            .map(|misfit| format!("{misfit} for `{status}`: {}", explain(&files, &problem))),
                        Ok(_) => None,
                    };
                    (status, ok, failure.map(|failure| format!("{repository} {path}: {failure}")))
                })
                .collect();
            results
        })
        .collect();
    let count = |wanted: bool| results.iter().filter(|(_, ok, _)| *ok == wanted).count();
    let failures = |wanted: bool| -> Vec<String> {
        results.iter().filter(|(_, ok, _)| *ok == wanted).filter_map(|(_, _, failure)| failure.clone()).collect()
    };
    report("corpus, rendered", count(true), &failures(true));
    report("corpus, refused", count(false), &failures(false));
    assert!(failures(true).is_empty() && failures(false).is_empty());
}

/// What a refusal lacks: the right reason, and a place.
fn misfit(status: &str, problem: &Problem) -> Option<&'static str> {
    let wanted = match status {
        "remote" => Some(Reason::Remote),
        "helm" => Some(Reason::Helm),
        "plugin" => Some(Reason::Plugin),
        _ => None,
    };
    if wanted.is_some_and(|wanted| problem.kind() != wanted) {
        return Some("another reason");
    }
    (problem.span().is_none() && problem.path().is_none()).then_some("no place")
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
