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

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::finding::{Finding, Report, Status};
use super::setting::Request;
use super::{Severity, check};
use crate::source::{FileId, Files, Kind, MemoryTree, Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, parse_first};

/// The time that counts as now where a case does not say: a Monday.
const NOW: &str = "2026-11-23T10:00:00Z";

/// Directories and files of a case that are not part of its revisions.
const OWN: [&str; 4] = ["base", "head", "case.yaml", "expected"];

/// What a case gave.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its directory.
    pub directory: RepoPath,
    /// What was due and not found, or found and not due; one sentence each, `file:line` first.
    pub faults: Vec<String>,
    /// What `gate check` says of it.
    pub report: Report,
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
    let case = Case::read(revision, directory)?;
    let report = check(Request { policies: policies.to_vec(), ..case.request() });
    Ok(CaseResult { directory: directory.clone(), faults: faults(&case.expectations, &report), report })
}

/// A case that was read.
pub(super) struct Case {
    base: Option<Revision>,
    head: Revision,
    expectations: Vec<Expectation>,
    now: Timestamp,
}

impl Case {
    pub(super) fn read(revision: &Revision, directory: &RepoPath) -> Result<Self, Problem> {
        let mut own = BTreeMap::new();
        read(revision, directory, "", &mut own)?;
        let part = |name: &str| -> Option<BTreeMap<String, Vec<u8>>> {
            let prefix = format!("{name}/");
            let inside = own.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?.to_owned(), bytes)));
            Some(inside.map(|(path, bytes)| (path, bytes.clone())).collect())
                .filter(|part: &BTreeMap<_, _>| !part.is_empty())
        };
        let shared = own.iter().filter(|(path, _)| !OWN.contains(&path.split('/').next().unwrap_or_default()));
        let shared: BTreeMap<String, Vec<u8>> = shared.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        let tree = |part: &Option<BTreeMap<String, Vec<u8>>>| {
            let mut files = shared.clone();
            files.extend(part.iter().flatten().map(|(path, bytes)| (path.clone(), bytes.clone())));
            files
        };
        let (before, now) = (part("base"), part("head"));
        let with_base = before.is_some() || now.is_some();
        let (before, now) = (tree(&before), tree(&now));
        let expectations = expectations(&now, own.get("expected"))?;
        let files = revision.files();
        Ok(Self {
            base: with_base.then(|| open(before, files)),
            head: open(now, files),
            expectations,
            now: time(own.get("case.yaml"))?,
        })
    }

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
        }
    }
}

fn open(files: BTreeMap<String, Vec<u8>>, store: &Arc<Files>) -> Revision {
    Revision::new(MemoryTree::new(files), store.clone())
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

/// A finding that is due.
#[derive(Debug)]
struct Expectation {
    /// The file and the line, from 1; `None` for a finding without a place.
    line: Option<(String, u32)>,
    status: Status,
    severity: Option<Severity>,
    policy: String,
    /// A part of the message; empty where any will do.
    message: String,
}

impl Expectation {
    fn fits(&self, finding: &Finding) -> bool {
        let line = finding.place.as_ref().map(|place| (place.location.path.to_string(), place.location.line));
        self.line == line
            && self.policy == finding.policy
            && self.status == finding.status
            && self.severity.is_none_or(|severity| severity == finding.severity)
            && finding.message.contains(&self.message)
    }
}

fn expectations(files: &BTreeMap<String, Vec<u8>>, listed: Option<&Vec<u8>>) -> Result<Vec<Expectation>, Problem> {
    let mut found = Vec::new();
    for (path, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let mut above: Vec<&str> = Vec::new();
        for (number, line) in (1_u32..).zip(text.lines()) {
            let comment = line.find("# expect").and_then(|at| Some((at, line.get(at + 2..)?)));
            match comment {
                Some((at, comment)) if line.get(..at).is_some_and(|before| before.trim().is_empty()) => {
                    above.push(comment);
                    continue;
                }
                Some((_, comment)) => above.push(comment),
                None => {}
            }
            for comment in above.drain(..) {
                expect(comment, Some((path, number)), &mut found)?;
            }
        }
    }
    let listed = listed.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    for line in listed.lines().filter(|line| !line.trim().is_empty()) {
        expect(line, None, &mut found)?;
    }
    Ok(found)
}

/// Reads `expect WORDS: policy message; policy message`.
fn expect(text: &str, line: Option<(&str, u32)>, found: &mut Vec<Expectation>) -> Result<(), Problem> {
    let wrong = |why: String| {
        let place = line.map(|(file, line)| format!("{file}:{line}: ")).unwrap_or_default();
        Problem::new(format!("{place}{why}")).hint("write `expect: policy-id a part of the message`")
    };
    let (words, items) = text.trim().split_once(':').ok_or_else(|| wrong(format!("`{text}` has no colon")))?;
    let (mut status, mut severity) = (Status::New, None);
    for word in words.split_whitespace().skip(1) {
        match (word, Severity::from_word(word)) {
            (_, Some(known)) => severity = Some(known),
            ("known", _) => status = Status::Known,
            ("waived", _) => status = Status::Waived,
            ("coming", _) => status = Status::Coming,
            ("going", _) => status = Status::Going,
            _ => return Err(wrong(format!("`{word}` is neither a severity nor a status"))),
        }
    }
    for item in items.split(';').map(str::trim) {
        let (policy, message) = item.split_once(' ').unwrap_or((item, ""));
        if policy.is_empty() {
            return Err(wrong("no policy is named".to_owned()));
        }
        let (policy, message) = (policy.to_owned(), message.trim().to_owned());
        let line = line.map(|(file, line)| (file.to_owned(), line));
        found.push(Expectation { line, status, severity, policy, message });
    }
    Ok(())
}

fn faults(expectations: &[Expectation], report: &Report) -> Vec<String> {
    let mut faults = Vec::new();
    for expectation in expectations.iter().filter(|due| !report.findings.iter().any(|finding| due.fits(finding))) {
        let place =
            expectation.line.as_ref().map_or("without a line".to_owned(), |(file, line)| format!("{file}:{line}"));
        let message = if expectation.message.is_empty() { "" } else { " with this message" };
        faults.push(format!("{place}: `{}` is due{message}, and was not found", expectation.policy));
    }
    for finding in report.findings.iter().filter(|finding| !expectations.iter().any(|due| due.fits(finding))) {
        let place = finding.place.as_ref().map(|place| (&place.location.path, place.location.line));
        let place = place.map_or("without a line".to_owned(), |(file, line)| format!("{file}:{line}"));
        let what = format!("{} {} `{}`", status(finding.status), finding.severity.word(), finding.policy);
        faults.push(format!("{place}: {what} is not due: {}", finding.message));
    }
    faults
}

fn status(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Known => "known",
        Status::Waived => "waived",
        Status::Coming => "coming",
        Status::Going => "going",
    }
}
