//! What a run has to say: findings at places, and the report that holds them all.
//!
//! Whatever reaches these types may be printed: Secret values are masked before.

use crate::source::{Location, RepoPath, Severity};

/// The ids of findings that the run itself has, and no policy.
pub(super) const OF_THE_RUN: [&str; 5] =
    ["configuration-error", "policy-error", "read-error", "render-error", "waiver"];

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It counts.
    New,
    /// The base revision has it too.
    Known,
    /// A waiver covers it.
    Waived,
    /// It would be found under the rules that the change brings.
    Coming,
    /// It would not be found any more under the rules that the change brings.
    Going,
}

/// What a policy says about a place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The id of the policy, or of a fact of the run itself such as `render-error`.
    pub policy: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it counts.
    pub status: Status,
    /// One sentence: lowercase, no full stop, literals in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The app it is about.
    pub app: Option<String>,
    /// The environment it is about.
    pub environment: Option<String>,
    /// The resource it is about.
    pub resource: Option<ResourceName>,
    /// The field it is about, as people write it.
    pub field: Option<String>,
    /// The image digest that the field holds, for waivers of one digest.
    #[serde(skip)]
    pub digest: Option<String>,
    /// The text that caused it.
    pub place: Option<Place>,
    /// Other places that explain it: what was overridden, the other environment's value.
    pub related: Vec<Related>,
    /// Names the finding across commits: it does not change when lines move. 16 hexadecimal digits.
    pub fingerprint: String,
}

/// Names a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ResourceName {
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

impl std::fmt::Display for ResourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// A place in a file with the lines around it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// Where, relative to [`Report::root`].
    #[serde(flatten)]
    pub location: Location,
    /// The lines around it, Secret values masked.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// Some whole lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first: u32,
    /// The lines, without their ends.
    pub lines: Vec<String>,
}

/// A second place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Related {
    /// What is to be seen there, as a short phrase.
    pub label: String,
    /// Where it is.
    pub place: Place,
}

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
    /// Set where something could not be judged: a render error, a policy error.
    pub incomplete: bool,
    /// Notes on how the run came to its view of the repository (layout found, configuration used).
    pub notes: Vec<String>,
    /// The app directories judged, for reports that list them.
    pub overlays: Vec<RepoPath>,
}

impl Report {
    /// How the run ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.incomplete {
            Outcome::Incomplete
        } else if self.summary.overlays == 0 && self.summary.untouched == 0 {
            Outcome::Nothing
        } else if self.counting().any(|finding| finding.severity >= self.fail_on) {
            Outcome::Failed
        } else {
            Outcome::Passed
        }
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
