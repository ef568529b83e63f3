//! The history of a config repository, replayed: each change is judged against its parent, and what is said of it is
//! what the record of the generator says is due.
//!
//! A change is a commit of its own upon `main`. Those that are due to fail are not merged, but for a few that somebody
//! forces in: from then on what they broke is known.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use gate::change::{BaseRevision, Request};
use gate::check::check;
use gate::finding::{Outcome, Status};
use gate::source::Severity;
use gate::source::{Files, GitRepository, RepoPath, Revision};
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

#[path = "replay/history.rs"]
mod history;
#[path = "replay/state.rs"]
mod state;
use history::{Change, Kind, history};

const CHANGES: usize = 200;

#[test]
fn every_change_is_judged_as_the_record_says() {
    let changes = history(CHANGES);
    let directory = tempfile::tempdir().unwrap();
    import(directory.path(), &changes);

    let faults: Vec<String> = changes.par_iter().skip(1).flat_map(|change| judge(directory.path(), change)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));

    let of = |wanted: &dyn Fn(&Change) -> bool| changes.iter().skip(1).filter(|change| wanted(change)).count();
    for kind in Kind::ALL {
        assert!(of(&|change| change.kind == kind) >= 3, "too few of {kind:?}");
    }
    let failing = of(&|change| !change.errors.is_empty());
    assert!((60..140).contains(&failing), "{failing} changes of {CHANGES} fail");
    assert!(of(&|change| change.errors.contains("freeze-window")) >= 5);
    assert!(of(&|change| change.waived) >= 3, "too few waived");
    assert!(of(&|change| change.forced) >= 3, "too few forced in");
    let still = |change: &Change| change.kind == Kind::Comment && change.frozen && change.errors.is_empty();
    assert!(of(&still) >= 2, "too few comments while production is frozen");
}

/// What is said of a change and not due, or due and not said.
fn judge(directory: &std::path::Path, change: &Change) -> Vec<String> {
    let git = GitRepository::around(directory).unwrap();
    let files = Arc::new(Files::default());
    let tree = |number: usize| {
        let commit = git.commit(&reference(number)).unwrap();
        Revision::new(git.tree(&commit, &RepoPath::root()).unwrap(), files.clone())
    };
    let (base, head) = (tree(change.parent), tree(change.number));
    let report = check(Request {
        head: &head,
        base: Some(BaseRevision::tip(&base, "main")),
        within: RepoPath::root(),
        config: RepoPath::new("gate.yaml").unwrap(),
        now: change.now,
        root: String::new(),
        fail_on: Severity::Error,
        fail_on_known: false,
        history: None,
        elsewhere: BTreeMap::new(),
        here: BTreeSet::new(),
        policies: Vec::new(),
        given: gate::policy::Given::default(),
    });
    let found = |severity: Severity| -> BTreeSet<&str> {
        let counting = report.counting().filter(|finding| finding.severity == severity);
        counting.map(|finding| finding.policy.as_str()).collect()
    };
    let outcome = if change.errors.is_empty() { Outcome::Passed } else { Outcome::Failed };
    let waived = report.count_status(Status::Waived) > 0;
    let said = (report.outcome(), found(Severity::Error), found(Severity::Warning), waived);
    let due = (outcome, change.errors.clone(), change.warnings.clone(), change.waived);
    if said == due {
        return Vec::new();
    }
    let mut fault = format!("{} {:?} of {}: due {due:?}, said {said:?}", change.number, change.kind, change.app);
    for finding in report.counting() {
        let place = finding.place.as_ref().map(|place| format!("{}:{}", place.location.path, place.location.line));
        fault.push_str(&format!("\n    {} {}: {}", place.unwrap_or_default(), finding.policy, finding.message));
    }
    vec![fault]
}

fn reference(number: usize) -> String {
    format!("refs/heads/change-{number}")
}

/// Writes all commits at once.
fn import(directory: &std::path::Path, changes: &[Change]) {
    crate::support::git(directory, &["init", "--quiet", "--bare"]);
    let mut stream = Vec::new();
    for change in changes {
        let who = format!("someone <someone@example.com> {} +0000", change.now.as_second());
        let message = format!("{:?} {}", change.kind, change.app);
        let (name, mark) = (reference(change.number), change.number + 1);
        writeln!(stream, "commit {name}\nmark :{mark}\nauthor {who}\ncommitter {who}").unwrap();
        writeln!(stream, "data {}\n{message}", message.len()).unwrap();
        if change.number > 0 {
            writeln!(stream, "from :{}", change.parent + 1).unwrap();
        }
        writeln!(stream, "deleteall").unwrap();
        for (path, content) in &change.files {
            writeln!(stream, "M 100644 inline {path}\ndata {}\n{content}", content.len()).unwrap();
        }
    }
    let mut git = crate::support::command("git", directory);
    let mut git = git.args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(&stream).unwrap();
    assert!(git.wait().unwrap().success());
}

/// The files of a revision, by path.
type Tree = BTreeMap<String, String>;

/// The time of a change: two a day, from a Tuesday on.
fn time(number: usize) -> Timestamp {
    let start: Timestamp = "2026-09-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(12 * i64::try_from(number).unwrap())
}
