//! Cases: small repositories whose lines say which findings are due on them.
//!
//! A case is a directory. What it holds is in both revisions; what is below its `base` or `head` is in that one
//! only, and goes before a file of the same path. Without either of the two the tree is judged as it is.
//! `case.yaml` may set `now`.
//!
//! A finding is due where a comment says so, on the line itself or, standing alone, on the line before:
//! `# expect: policy-id`, with a part of the message behind it where that matters, several separated by `;`.
//! Words before the colon narrow it: a severity, or a status other than `new`, as in `# expect known warning:`.
//! What has no line is listed in the file `expected`, one a line, without the `# `.

mod expectation;
mod update;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use self::expectation::{Expectation, expectations, status};
use super::finding::{Finding, Report};
use super::setting::Request;
use super::{Severity, check};
use crate::policy::Given;
use crate::source::{FileId, Files, Kind, MemoryTree, Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, parse_first};

pub use update::{Update, update};

/// The time that counts as now where a case does not say: a Monday.
const NOW: &str = "2026-11-23T10:00:00Z";

/// Directories and files of a case that are not part of its revisions.
const OWN: [&str; 4] = ["base", "head", "case.yaml", "expected"];

/// What a case gave.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its directory.
    pub directory: RepoPath,
    /// What was due and not found, or found and not due.
    pub faults: Vec<Fault>,
    /// What `gate check` says of it.
    pub report: Report,
    /// How long that took.
    pub duration: Duration,
}

/// What was due and not found, or found and not due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file and the line, where it has one.
    pub file: Option<(RepoPath, u32)>,
    /// One sentence.
    pub message: String,
    /// The place, for people who know which case it is about.
    place: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The directories at and below `directory` that are cases: those with a `head` or a `case.yaml`. A `base` alone may
/// be any kustomization.
#[must_use]
pub fn cases(revision: &Revision, directory: &RepoPath) -> Vec<RepoPath> {
    let Some(entries) = revision.list(directory) else { return Vec::new() };
    let has = |name: &str, kind: Kind| entries.iter().any(|entry| entry.name == name && entry.kind == kind);
    if has("case.yaml", Kind::File) || has("head", Kind::Directory) {
        return vec![directory.clone()];
    }
    let below = entries.iter().filter(|entry| entry.kind == Kind::Directory);
    below.flat_map(|entry| cases(revision, &directory.child(&entry.name))).collect()
}

/// Runs a case. `policies` are asked beside those that its configuration names.
///
/// # Errors
/// When it cannot be read, or an expectation is not one.
pub fn run(revision: &Revision, directory: &RepoPath, policies: &[FileId]) -> Result<CaseResult, Problem> {
    let case = Case { policies, store: revision.files() };
    Ok(case.judge(&read_all(revision, directory)?)?.result(directory))
}

/// The content of a case: files by their path in its directory.
type Content = BTreeMap<String, Vec<u8>>;

/// What a case is judged with.
#[derive(Clone, Copy)]
struct Case<'a> {
    policies: &'a [FileId],
    store: &'a Arc<Files>,
}

/// How a case was judged.
struct Judged {
    report: Report,
    /// What was due and not found.
    stale: Vec<Expectation>,
    /// What was found and is not due.
    undue: Vec<Finding>,
    /// The files of the head, and where in the case's directory each is.
    origins: BTreeMap<String, String>,
    duration: Duration,
}

impl Judged {
    /// Where the line of a finding is in the case's directory.
    fn line(&self, finding: &Finding) -> Option<(String, u32)> {
        let at = &finding.place.as_ref()?.location;
        let path = at.path.to_string();
        Some((self.origins.get(&path).cloned().unwrap_or(path), at.line))
    }

    /// What that means for the case in `directory`.
    fn result(self, directory: &RepoPath) -> CaseResult {
        let undue = self.undue.iter().map(|finding| {
            let what = format!("{} {} `{}`", status(finding.status), finding.severity.word(), finding.policy);
            fault(self.line(finding).as_ref(), directory, format!("{what} is not due: {}", finding.message))
        });
        let faults = self.stale.iter().map(|stale| stale.fault(directory)).chain(undue).collect();
        CaseResult { directory: directory.clone(), faults, report: self.report, duration: self.duration }
    }
}

/// A fault at a line of a case.
fn fault(line: Option<&(String, u32)>, directory: &RepoPath, message: String) -> Fault {
    let place = line.map_or("without a line".to_owned(), |(file, line)| format!("{file}:{line}"));
    let file = line.and_then(|(file, line)| Some((directory.join(file).ok()?, *line)));
    Fault { file, message, place }
}

impl Case<'_> {
    fn judge(self, own: &Content) -> Result<Judged, Problem> {
        let start = Instant::now();
        let (now, _) = revision(own, "head");
        let expectations = expectations(&now, own)?;
        let report = check(Request { policies: self.policies.to_vec(), ..Revisions::of(own, self.store)?.request() });
        let mut judged =
            Judged { report, stale: Vec::new(), undue: Vec::new(), origins: now, duration: start.elapsed() };
        let fits = |due: &Expectation, finding: &Finding| due.fits(finding, judged.line(finding).as_ref());
        let findings = &judged.report.findings;
        let undue = findings.iter().filter(|finding| !expectations.iter().any(|due| fits(due, finding)));
        let undue: Vec<Finding> = undue.cloned().collect();
        let stale = expectations.iter().filter(|due| !findings.iter().any(|finding| fits(due, finding)));
        let stale: Vec<Expectation> = stale.cloned().collect();
        (judged.stale, judged.undue) = (stale, undue);
        Ok(judged)
    }
}

/// The revisions of a case.
pub(super) struct Revisions {
    base: Option<Revision>,
    head: Revision,
    now: Timestamp,
}

impl Revisions {
    #[cfg(test)]
    pub(super) fn read(revision: &Revision, directory: &RepoPath) -> Result<Self, Problem> {
        Self::of(&read_all(revision, directory)?, revision.files())
    }

    fn of(own: &Content, store: &Arc<Files>) -> Result<Self, Problem> {
        let content = |files: &BTreeMap<String, String>| {
            let file = |(path, origin): (&String, &String)| Some((path.clone(), own.get(origin)?.clone()));
            Revision::new(MemoryTree::new(files.iter().filter_map(file)), store.clone())
        };
        let ((before, one), (now, other)) = (revision(own, "base"), revision(own, "head"));
        let base = (one || other).then(|| content(&before));
        Ok(Self { base, head: content(&now), now: time(own.get("case.yaml"))? })
    }

    /// What a run over them is asked.
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            head: &self.head,
            base: self.base.as_ref().map(|base| (base, "base".to_owned())),
            within: RepoPath::root(),
            config: RepoPath::root().child("gate.yaml"),
            now: self.now,
            root: String::new(),
            fail_on: Severity::default(),
            fail_on_known: false,
            history: None,
            elsewhere: BTreeMap::new(),
            policies: Vec::new(),
            given: Given::default(),
        }
    }
}

/// The files of one revision of a case, each with its path in the case, and whether any is of that revision only.
fn revision(own: &Content, name: &str) -> (BTreeMap<String, String>, bool) {
    let prefix = format!("{name}/");
    let shared = own.keys().filter(|path| !OWN.contains(&path.split('/').next().unwrap_or_default()));
    let mut files: BTreeMap<String, String> = shared.map(|path| (path.clone(), path.clone())).collect();
    let only: Vec<(String, String)> =
        own.keys().filter_map(|path| Some((path.strip_prefix(&prefix)?.to_owned(), path.clone()))).collect();
    let has = !only.is_empty();
    files.extend(only);
    (files, has)
}

fn read_all(revision: &Revision, directory: &RepoPath) -> Result<Content, Problem> {
    let mut own = Content::new();
    read(revision, directory, "", &mut own)?;
    Ok(own)
}

/// Every file at and below `directory`, by its path from there.
fn read(
    revision: &Revision,
    directory: &RepoPath,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), Problem> {
    for entry in revision.list(directory).unwrap_or_default().iter() {
        let (path, name) = (directory.child(&entry.name), format!("{prefix}{}", entry.name));
        if entry.kind == Kind::Directory {
            read(revision, &path, &format!("{name}/"), files)?;
        } else {
            let (_, file) = revision.read(&path).map_err(|error| Problem::from(error).within(&path))?;
            files.insert(name, file.bytes().to_vec());
        }
    }
    Ok(())
}

/// The time that a case says is now.
fn time(case: Option<&Vec<u8>>) -> Result<Timestamp, Problem> {
    let text = case.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let node = parse_first(&Text::loose(&text), Dialect::Resource)?;
    let now = node.as_ref().and_then(|node| node.get("now")).and_then(Node::text).unwrap_or(NOW).to_owned();
    now.parse().map_err(|_| {
        Problem::new(format!("`{now}` in `case.yaml` is no time")).hint("write it as `2026-11-23T10:00:00Z`")
    })
}
