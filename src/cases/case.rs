//! Runs a case: judges its revisions and holds what is found against what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::about::{self, About};
use super::content::{Content, Revisions, read_all, revision};
use super::expectation::{Expectation, expectations, status};
use super::fault::{Fault, fault};
use crate::change::{Loaded, Request, Scope};
use crate::finding::{Finding, Report};
use crate::repo::OF_THE_RUN;
use crate::schema::nearest;
use crate::source::{FileId, Files, Problem, RepoPath, Revision, Span};

/// Judges what a request asks: the report, and the ids of the policies that were loaded.
pub type Check = fn(Request<'_>) -> (Report, Option<Vec<String>>);

/// The outcome of a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its directory.
    pub directory: RepoPath,
    /// A difference between what is due and what was found.
    pub faults: Vec<Fault>,
    /// What `gate check` says of it.
    pub report: Report,
    /// How long that took.
    pub duration: Duration,
}

/// Runs a case. `policies` are asked beside those that its configuration names.
///
/// # Errors
/// When it cannot be read, an expectation is not one, or a policy is named that nobody loaded: without it, what is due
/// would look as if it were not found any more.
pub fn run(
    revision: &Revision,
    directory: &RepoPath,
    policies: &[FileId],
    check: Check,
) -> Result<CaseResult, Vec<Problem>> {
    let case = Case { revision, directory, policies, check, about: About::read(revision, directory)? };
    let own = read_all(revision, directory).map_err(|problem| vec![problem])?;
    Ok(case.judge_first(&own)?.result(directory))
}

/// A case, and what it is judged with.
pub(super) struct Case<'a> {
    /// Where it is written.
    pub(super) revision: &'a Revision,
    pub(super) directory: &'a RepoPath,
    pub(super) policies: &'a [FileId],
    pub(super) check: Check,
    pub(super) about: About,
}

/// How a case was judged.
pub(super) struct Judged {
    pub(super) report: Report,
    /// The policies that were loaded; `None` where they could not be, which is found.
    policies: Option<Vec<String>>,
    /// What was due and not found.
    pub(super) stale: Vec<Expectation>,
    /// What was found and is not due.
    pub(super) undue: Vec<Finding>,
    /// The files of the head, and where in the case's directory each is.
    pub(super) origins: BTreeMap<String, String>,
    duration: Duration,
}

impl Judged {
    /// Where the line of a finding is in the case's directory.
    pub(super) fn line(&self, finding: &Finding) -> Option<(String, u32)> {
        let at = &finding.place.as_ref()?.location;
        let path = at.path.to_string();
        Some((self.origins.get(&path).cloned().unwrap_or(path), at.line))
    }

    /// What that means for the case in `directory`.
    pub(super) fn result(self, directory: &RepoPath) -> CaseResult {
        let undue = self.undue.iter().map(|finding| {
            let what = format!("{} {} `{}`", status(finding.status), finding.severity.word(), finding.policy);
            fault(self.line(finding).as_ref(), directory, format!("{what} is not due: {}", finding.message))
        });
        let faults = self.stale.iter().map(|stale| stale.fault(directory)).chain(undue).collect();
        CaseResult { directory: directory.clone(), faults, report: self.report, duration: self.duration }
    }
}

impl Case<'_> {
    /// Judges what is written there, and whether the policies that it names are loaded.
    pub(super) fn judge_first(&self, own: &Content) -> Result<Judged, Vec<Problem>> {
        let judged = self.judge(own).map_err(|problem| vec![problem])?;
        let problems = self.missing(own, &judged);
        if problems.is_empty() { Ok(judged) } else { Err(problems) }
    }

    /// Judges `own`, the case as it is written or as it may be.
    pub(super) fn judge(&self, own: &Content) -> Result<Judged, Problem> {
        let start = Instant::now();
        let (now, _) = revision(own, "head");
        let expectations = expectations(&now, own, &|file, line| self.span(file, line))?;
        let (report, policies) = (self.check)(self.revisions(own).request(self.policies));
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
        // What one case reads is nothing that another has to look through; policies are in the store that they were read into.
        let own_store = self.policies.is_empty().then(|| Arc::new(Files::default()));
        Revisions::of(own, own_store.as_ref().unwrap_or(self.revision.files()), self.about.now)
    }

    /// A line of one of its files, from 0.
    pub(super) fn span(&self, file: &str, line: usize) -> Option<Span> {
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
            let loaded = Loaded::under(Request { base: None, ..request }, head, Scope::All);
            known.extend(loaded.iter().flat_map(|loaded| loaded.rules.policies()).map(|policy| policy.id.clone()));
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
