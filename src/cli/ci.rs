//! What environment variables say: whether this runs in CI, on which platform and about which event. The only
//! place that reads them; what follows from them is left to others.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::source::Problem;

/// Variables that CI platforms set for every job.
const SIGNS: [&str; 15] = [
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "TF_BUILD",
    "BITBUCKET_BUILD_NUMBER",
    "BUILDKITE",
    "CIRCLECI",
    "CODEBUILD_BUILD_ID",
    "DRONE",
    "GITEA_ACTIONS",
    "FORGEJO_ACTIONS",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "TRAVIS",
    "WOODPECKER_CI",
];

/// What the variables say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ci {
    /// The variable that gives away that this runs in CI.
    pub(super) sign: Option<&'static str>,
    /// The platform, where its events are understood.
    pub(super) platform: Option<Platform>,
    /// `GATE_NOW`: the time that counts as now.
    pub(super) now: Option<String>,
    /// What pre-commit tells a hook about the push.
    pub(super) pre_commit: PreCommit,
}

/// A CI platform whose events are understood, and what it says of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Platform {
    /// GitHub Actions, and what imitates it.
    GitHub(GitHub),
    /// GitLab CI.
    GitLab(GitLab),
}

/// What GitHub Actions says of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GitHub {
    /// `GITHUB_EVENT_NAME`.
    pub(super) event: String,
    /// `GITHUB_EVENT_PATH`: where the payload is.
    pub(super) path: Option<PathBuf>,
    /// `GITHUB_BASE_REF`: the branch that a pull request wants into.
    pub(super) base_ref: Option<String>,
    /// `GITHUB_REF`: the branch or tag that the workflow runs for, in full.
    pub(super) reference: Option<String>,
}

/// What GitLab says of a pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GitLab {
    /// `CI_PIPELINE_SOURCE`.
    pub(super) source: String,
    /// `CI_COMMIT_SHA`: the commit that the pipeline is about.
    pub(super) commit: Option<String>,
    /// `CI_COMMIT_BEFORE_SHA`: what the branch was before a push.
    pub(super) before: Option<String>,
    /// `CI_COMMIT_BRANCH`: the branch of a pipeline that is for no merge request and no tag.
    pub(super) branch: Option<String>,
    /// `CI_DEFAULT_BRANCH`.
    pub(super) default_branch: Option<String>,
    /// `CI_MERGE_REQUEST_DIFF_BASE_SHA`: where a merge request's branch left its target.
    pub(super) diff_base: Option<String>,
    /// `CI_MERGE_REQUEST_TARGET_BRANCH_NAME`: the branch that a merge request wants into.
    pub(super) target_branch: Option<String>,
    /// `CI_MERGE_REQUEST_TARGET_BRANCH_SHA`: in a merged results pipeline, what the request was merged with.
    pub(super) target: Option<String>,
}

/// What pre-commit says of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PreCommit {
    /// `PRE_COMMIT_FROM_REF`.
    pub(super) from: Option<String>,
    /// `PRE_COMMIT_TO_REF`.
    pub(super) to: Option<String>,
    /// `PRE_COMMIT_REMOTE_BRANCH`.
    pub(super) branch: Option<String>,
    /// `PRE_COMMIT_LOCAL_BRANCH`.
    pub(super) local: Option<String>,
    /// `PRE_COMMIT_REMOTE_NAME`.
    pub(super) remote: Option<String>,
}

impl Ci {
    /// Reads the variables of the process.
    pub(super) fn read() -> Self {
        Self::of(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        // A variable that is set to nothing says nothing.
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let says = |name: &str| get(name).is_some_and(|value| !matches!(value.to_lowercase().as_str(), "false" | "0"));
        let platform = if says("GITHUB_ACTIONS") {
            Some(Platform::GitHub(GitHub {
                event: get("GITHUB_EVENT_NAME").unwrap_or_default(),
                path: get("GITHUB_EVENT_PATH").map(PathBuf::from),
                base_ref: get("GITHUB_BASE_REF"),
                reference: get("GITHUB_REF"),
            }))
        } else if says("GITLAB_CI") {
            Some(Platform::GitLab(GitLab {
                source: get("CI_PIPELINE_SOURCE").unwrap_or_default(),
                commit: get("CI_COMMIT_SHA"),
                before: get("CI_COMMIT_BEFORE_SHA"),
                branch: get("CI_COMMIT_BRANCH"),
                default_branch: get("CI_DEFAULT_BRANCH"),
                diff_base: get("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
                target_branch: get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
                target: get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"),
            }))
        } else {
            None
        };
        Self {
            sign: SIGNS.into_iter().find(|name| says(name)),
            platform,
            now: get("GATE_NOW"),
            pre_commit: PreCommit {
                from: get("PRE_COMMIT_FROM_REF"),
                to: get("PRE_COMMIT_TO_REF"),
                branch: get("PRE_COMMIT_REMOTE_BRANCH"),
                local: get("PRE_COMMIT_LOCAL_BRANCH"),
                remote: get("PRE_COMMIT_REMOTE_NAME"),
            },
        }
    }
}

impl GitHub {
    /// What the event's payload says.
    pub(super) fn payload(&self) -> Result<Value, Problem> {
        let Some(path) = &self.path else {
            return Err(Problem::new("`GITHUB_EVENT_PATH` is not set, so nothing is known about the event"));
        };
        let text = fs::read_to_string(path).map_err(|cause| cause.to_string());
        text.and_then(|text| serde_json::from_str(&text).map_err(|cause| cause.to_string())).map_err(|cause| {
            Problem::new(format!("the event's payload, `{}`, cannot be read: {cause}", path.display()))
        })
    }
}
