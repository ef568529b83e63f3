//! Small repositories and changes of them, each line saying which findings are due on it (`gate::check::case`).

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::cases::{cases, run};
use gate::check::checked;
use gate::source::{DiskTree, Files, RepoPath, Revision};
use rayon::prelude::*;

/// Fewer means that they are not where they were.
const LEAST: usize = 110;

#[test]
fn every_case_finds_what_is_due_and_nothing_else() {
    let revision = Revision::new(DiskTree::new("testdata/cases").unwrap(), Arc::new(Files::default()));
    let cases = cases(&revision, &RepoPath::root());
    assert!(cases.len() >= LEAST, "{} cases", cases.len());
    let faults: Vec<String> = cases
        .par_iter()
        .flat_map(|case| {
            let result = run(&revision, case, &[], checked).unwrap_or_else(|problems| panic!("{case}: {problems:?}"));
            result.faults.into_iter().map(|fault| format!("{case}/{fault}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
