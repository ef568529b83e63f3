//! All that a run has to say.

use std::borrow::Cow;

use super::found::{Finding, Status};
use super::mask::Masks;
use crate::source::{RepoPath, Severity};

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Summary {
    /// Apps judged.
    pub apps: usize,
    /// Overlays rendered.
    pub overlays: usize,
    /// Resources rendered.
    pub resources: usize,
    /// Policies that were asked.
    pub policies: usize,
    /// Apps that were not judged, because the change does not touch them.
    pub untouched: usize,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing that counts is as bad as [`Report::fail_on`].
    Passed,
    /// Something is.
    Failed,
    /// Something could not be judged, whatever else was found.
    Incomplete,
    /// There was nothing to judge.
    Nothing,
}

/// All that a run has to say, in the order in which it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Where paths start, for people: the path as it was given.
    pub root: String,
    /// The time that counted as now, RFC 3339.
    pub now: String,
    /// The revision that the findings are new against; `None` where the tree was judged as it is.
    pub base: Option<String>,
    /// The least severity that fails the run.
    pub fail_on: Severity,
    /// Whether what the base is guilty of already fails the run too.
    pub fail_on_known: bool,
    /// What was looked at.
    pub summary: Summary,
    /// What was found, most severe first, then by place.
    pub findings: Vec<Finding>,
    /// Notes on how the run came to its view of the repository (layout found, configuration used).
    pub notes: Vec<String>,
    /// What policies printed, for those who write them.
    pub prints: Vec<String>,
    /// The app directories judged, for reports that list them.
    pub overlays: Vec<RepoPath>,
}

impl Report {
    /// How the run ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.is_incomplete() {
            Outcome::Incomplete
        } else if self.counting().any(|finding| finding.severity >= self.fail_on) {
            Outcome::Failed
        } else if self.summary.overlays == 0 && self.summary.untouched == 0 {
            Outcome::Nothing
        } else {
            Outcome::Passed
        }
    }

    /// Whether something could not be judged, and that is neither known nor waived.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.findings.iter().any(|finding| finding.is_failure() && finding.status == Status::New)
    }

    /// Whether a finding counts: new ones do and, where that was asked for, known ones.
    #[must_use]
    pub fn counts(&self, finding: &Finding) -> bool {
        finding.status == Status::New || (finding.status == Status::Known && self.fail_on_known)
    }

    /// The findings that count.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.counts(finding))
    }

    /// How many findings of that severity count.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.counting().filter(|finding| finding.severity == severity).count()
    }

    /// The same report without the values that `masks` know, in what could not be read or rendered and in what policies
    /// print: of the rest, each app knows its own.
    #[must_use]
    pub fn scrubbed(mut self, mut masks: Masks) -> Self {
        for finding in &self.findings {
            for about in std::iter::once(finding.subject()).chain(finding.also.iter().cloned()) {
                let names = [about.app, about.environment, about.cluster];
                names.iter().flatten().for_each(|name| masks.add_name(name));
            }
        }
        let clean = |text: &mut String, scrub: for<'t> fn(&Masks, &'t str) -> Cow<'t, str>| {
            if let Cow::Owned(scrubbed) = scrub(&masks, text) {
                *text = scrubbed;
            }
        };
        for finding in &mut self.findings {
            // What policies find was scrubbed of what their app renders.
            let scrub = if finding.is_failure() { Masks::scrub } else { Masks::scrub_variables };
            finding.texts(|text| clean(text, scrub));
        }
        self.notes.iter_mut().chain(&mut self.prints).for_each(|text| clean(text, Masks::scrub));
        self
    }

    /// How many findings have that status.
    #[must_use]
    pub fn count_status(&self, status: Status) -> usize {
        self.findings.iter().filter(|f| f.status == status).count()
    }

    /// The path of a file as people type it: from where they stand, not from [`Self::root`].
    #[must_use]
    pub fn typed_path(&self, path: &RepoPath) -> String {
        match self.root.trim_end_matches('/') {
            "" | "." => path.to_string(),
            root => format!("{root}/{}", path.as_str()),
        }
    }
}
