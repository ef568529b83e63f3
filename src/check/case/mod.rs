//! Cases: small repositories whose lines say which findings are due on them.
//!
//! A case is a directory. What it holds is in both revisions; what is below its `base` or `head` is in that one
//! only, and goes before a file of the same path. Without either of the two the tree is judged as it is.
//! `case.yaml` may set `now`, and with `only: [policy-id, ...]` say whose findings it is about: those of other policies
//! are then neither due nor undue. What fails the run itself, such as `render-error`, never is left out.
//!
//! A finding is due where a comment says so, on the line itself or, standing alone, on the line before:
//! `# expect: policy-id`, with a part of the message behind it where that matters, several separated by `;`.
//! Words before the colon narrow it: a severity, or a status other than `new`, as in `# expect known warning:`.
//! What has no line is listed in the file `expected`, one a line, without the `# `.

mod about;
mod expectation;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use self::about::About;
use self::expectation::{Expectation, expectations, status};
use super::finding::{Finding, OF_THE_RUN, Report};
use super::setting::{Request, Setting};
use super::{Severity, checked};
use crate::policy::Given;
use crate::schema::nearest;
use crate::source::{FileId, Files, Kind, MemoryTree, Problem, RepoPath, Revision, Span};

pub use update::{Update, update};

/// Directories and files of a case that are not part of its revisions.
const OWN: [&str; 4] = ["base", "head", about::FILE, "expected"];

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
    if has(about::FILE, Kind::File) || has("head", Kind::Directory) {
        return vec![directory.clone()];
    }
    let below = entries.iter().filter(|entry| entry.kind == Kind::Directory);
    below.flat_map(|entry| cases(revision, &directory.child(&entry.name))).collect()
}

/// Runs a case. `policies` are asked beside those that its configuration names.
///
/// # Errors
/// When it cannot be read, an expectation is not one, or a policy is named that nobody loaded: without it, what is due
/// would look as if it were not found any more.
pub fn run(revision: &Revision, directory: &RepoPath, policies: &[FileId]) -> Result<CaseResult, Vec<Problem>> {
    let case = Case { revision, directory, policies, about: About::read(revision, directory)? };
    let own = read_all(revision, directory).map_err(|problem| vec![problem])?;
    Ok(case.judge_first(&own)?.result(directory))
}

/// The content of a case: files by their path in its directory.
type Content = BTreeMap<String, Vec<u8>>;

/// A case, and what it is judged with.
struct Case<'a> {
    /// Where it is written.
    revision: &'a Revision,
    directory: &'a RepoPath,
    policies: &'a [FileId],
    about: About,
}

/// How a case was judged.
struct Judged {
    report: Report,
    /// The policies that were loaded; `None` where they could not be, which is found.
    policies: Option<Vec<String>>,
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
    /// Judges what is written there, and whether the policies that it names are loaded.
    fn judge_first(&self, own: &Content) -> Result<Judged, Vec<Problem>> {
        let judged = self.judge(own).map_err(|problem| vec![problem])?;
        let problems = self.missing(own, &judged);
        if problems.is_empty() { Ok(judged) } else { Err(problems) }
    }

    /// Judges `own`, the case as it is written or as it may be.
    fn judge(&self, own: &Content) -> Result<Judged, Problem> {
        let start = Instant::now();
        let (now, _) = revision(own, "head");
        let expectations = expectations(&now, own, &|file, line| self.span(file, line))?;
        let (report, policies) = checked(self.revisions(own).request(self.policies));
        let mut judged =
            Judged { report, policies, stale: Vec::new(), undue: Vec::new(), origins: now, duration: start.elapsed() };
        let fits = |due: &Expectation, finding: &Finding| due.fits(finding, judged.line(finding).as_ref());
        let counts =
            |finding: &&Finding| self.about.counts(&finding.policy) || OF_THE_RUN.contains(&finding.policy.as_str());
        let findings: Vec<&Finding> = judged.report.findings.iter().filter(counts).collect();
        let undue = findings.iter().filter(|finding| !expectations.iter().any(|due| fits(due, finding)));
        let undue: Vec<Finding> = undue.copied().cloned().collect();
        let stale = expectations.iter().filter(|due| !findings.iter().any(|finding| fits(due, finding)));
        let stale: Vec<Expectation> = stale.cloned().collect();
        (judged.stale, judged.undue) = (stale, undue);
        Ok(judged)
    }

    fn revisions(&self, own: &Content) -> Revisions {
        Revisions::of(own, self.revision.files(), self.about.now)
    }

    /// A line of one of its files, from 0.
    fn span(&self, file: &str, line: usize) -> Option<Span> {
        let (id, _) = self.revision.read(&self.directory.join(file).ok()?).ok()?;
        let line = u32::try_from(line).ok()?.checked_add(1)?;
        self.revision.files().span(id, (line, 1), (line, u32::MAX))
    }

    /// The policies that the case names and nobody loaded, and what is due by those that `only` leaves out.
    fn missing(&self, own: &Content, judged: &Judged) -> Vec<Problem> {
        let Some(loaded) = &judged.policies else { return Vec::new() };
        let due = judged.stale.iter().map(|due| {
            let written = &due.written;
            (due.policy.as_str(), self.span(&written.file, written.line))
        });
        let only = self.about.only.iter().map(|(policy, span)| (policy.as_str(), *span));
        let is_known = |known: &[String], policy: &str| known.iter().any(|id| id == policy);
        // Once for each policy: one that was forgotten is due in many lines.
        let mut seen = BTreeSet::new();
        let mut named: Vec<(&str, Option<Span>)> = only.chain(due).collect();
        named.retain(|(policy, _)| !OF_THE_RUN.contains(policy) && seen.insert(*policy));
        let mut known = loaded.clone();
        if named.iter().any(|(policy, _)| !is_known(&known, policy)) {
            // What the change brings is asked too.
            let revisions = self.revisions(own);
            let request = revisions.request(self.policies);
            let head = request.head;
            let setting = Setting::under(Request { base: None, ..request }, head, Vec::new());
            known.extend(setting.iter().flat_map(Setting::policies).map(|policy| policy.id.clone()));
        }
        let problem = |(policy, span): &(&str, Option<Span>)| {
            if !is_known(&known, policy) {
                let hint = match nearest(policy, known.iter().map(String::as_str)) {
                    Some(near) => {
                        format!("did you mean `{near}`? Otherwise name its file or directory beside the cases")
                    }
                    None => {
                        "name its file or directory beside the cases, or list it in the case's gate.yaml".to_owned()
                    }
                };
                return Some(Problem::new(format!("no policy `{policy}` is loaded")).at(*span).hint(hint));
            }
            let left_out = !self.about.counts(policy);
            left_out.then(|| {
                let message = format!("`{policy}` is due, but `only` in `{}` leaves it out", about::FILE);
                Problem::new(message).at(*span).hint("add it there, or take out what is due")
            })
        };
        named.iter().filter_map(problem).collect()
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
    pub(super) fn read(revision: &Revision, directory: &RepoPath) -> Result<Self, Vec<Problem>> {
        let own = read_all(revision, directory).map_err(|problem| vec![problem])?;
        Ok(Self::of(&own, revision.files(), About::read(revision, directory)?.now))
    }

    fn of(own: &Content, store: &Arc<Files>, now: Timestamp) -> Self {
        let content = |files: &BTreeMap<String, String>| {
            let file = |(path, origin): (&String, &String)| Some((path.clone(), own.get(origin)?.clone()));
            Revision::new(MemoryTree::new(files.iter().filter_map(file)), store.clone())
        };
        let ((before, one), (after, other)) = (revision(own, "base"), revision(own, "head"));
        let base = (one || other).then(|| content(&before));
        Self { base, head: content(&after), now }
    }

    /// What a run over them is asked, with `policies` beside those that the configuration names.
    pub(super) fn request(&self, policies: &[FileId]) -> Request<'_> {
        Request {
            head: &self.head,
            base: self.base.as_ref().map(|base| (base, "base".to_owned())),
            judge: None,
            within: RepoPath::root(),
            config: RepoPath::root().child("gate.yaml"),
            now: self.now,
            root: String::new(),
            fail_on: Severity::default(),
            fail_on_known: false,
            history: None,
            elsewhere: BTreeMap::new(),
            here: BTreeSet::new(),
            policies: policies.to_vec(),
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
