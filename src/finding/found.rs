//! Findings: what is said, about what, and whether it counts.

use super::place::{Place, Related};
use crate::kustomize::ResourceName;
use crate::repo::OF_THE_RUN;
use crate::source::Severity;

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
    /// The cluster it is about, where the layout has clusters.
    pub cluster: Option<String>,
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
    /// What else the same text causes, beside what this finding is about.
    pub also: Vec<Also>,
    /// Names the finding across commits: it does not change when lines move. 16 hexadecimal digits.
    pub fingerprint: String,
}

/// A place that the cause of a finding reaches, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Also {
    /// The app.
    pub app: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// The resource.
    pub resource: Option<ResourceName>,
    /// The field, as people write it.
    pub field: Option<String>,
}

impl Finding {
    /// Whether it says that something could not be judged.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        OF_THE_RUN.contains(&self.policy.as_str()) && self.policy != "waiver"
    }

    /// Does something to each text of it that files may have a part in.
    pub(super) fn texts(&mut self, mut each: impl FnMut(&mut String)) {
        each(&mut self.message);
        self.help.iter_mut().chain(&mut self.field).for_each(&mut each);
        self.also.iter_mut().filter_map(|also| also.field.as_mut()).for_each(&mut each);
        for related in &mut self.related {
            each(&mut related.label);
            related.place.excerpt.lines.iter_mut().for_each(&mut each);
        }
        self.place.iter_mut().flat_map(|place| &mut place.excerpt.lines).for_each(&mut each);
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Also {
        Also {
            app: self.app.clone(),
            environment: self.environment.clone(),
            cluster: self.cluster.clone(),
            resource: self.resource.clone(),
            field: self.field.clone(),
        }
    }
}
