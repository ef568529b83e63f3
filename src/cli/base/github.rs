//! What a change is compared with in GitHub Actions, by the event.

use serde_json::Value;

use super::super::ci::GitHub;
use super::compared::{Compared, NAME_BASE, PUSHES, expect_head, is_zero, named, remote, since_fork};
use crate::source::{GitRepository, Problem};

/// What to do where something else is checked out.
const CHECKOUT: &str = "let actions/checkout use its default `ref`, or name the base with `--base REV`";

/// The comparison that the event asks for.
pub(super) fn compared(github: &GitHub, git: &GitRepository) -> Result<Compared, Problem> {
    let branch = github.reference.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
    match github.event.as_str() {
        "schedule" => return Ok(as_it_is(github, branch)),
        "workflow_dispatch" => {
            // On a branch there is a change, and somebody wants it judged.
            let payload = github.payload().unwrap_or_default();
            let default = payload.pointer("/repository/default_branch").and_then(Value::as_str);
            return match (branch, default) {
                (Some(branch), Some(default)) if branch != default => since_fork(git, &git.head()?, default, whole),
                _ => Ok(as_it_is(github, branch)),
            };
        }
        "pull_request" | "pull_request_target" | "merge_group" | "push" => {}
        "" => return Err(Problem::new("`GITHUB_EVENT_NAME` does not say which event this is").hint(NAME_BASE)),
        other => {
            let message = format!("the event `{other}` says nothing about what to compare with");
            return Err(Problem::new(message).hint(NAME_BASE));
        }
    }
    let payload = github.payload().map_err(|problem| problem.hint(NAME_BASE))?;
    let event = Event { github, payload: &payload, git, head: git.head()? };
    let found = match github.event.as_str() {
        "merge_group" => event.merge_group(),
        "push" => event.push(),
        _ => event.pull_request(),
    };
    let default = payload.pointer("/repository/default_branch").and_then(Value::as_str);
    Ok(Compared { default_branch: default.map(remote), ..found? })
}

fn as_it_is(github: &GitHub, branch: Option<&str>) -> Compared {
    Compared::as_it_is(&format!("the event `{}` is about no change", github.event)).into_branch(branch)
}

/// An event and the checkout that it left.
struct Event<'a> {
    github: &'a GitHub,
    payload: &'a Value,
    git: &'a GitRepository,
    head: String,
}

impl Event<'_> {
    /// A text of the payload.
    fn text(&self, pointer: &str) -> Result<&str, Problem> {
        let text = self.payload.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| {
            let name = pointer.trim_start_matches('/').replace('/', ".");
            Problem::new(format!("the payload of this `{}` has no `{name}`", self.github.event)).hint(NAME_BASE)
        })
    }

    /// The branch that a reference of the payload names.
    fn branch(&self, pointer: &str) -> Option<&str> {
        self.text(pointer).ok()?.strip_prefix("refs/heads/")
    }

    fn pull_request(&self) -> Result<Compared, Problem> {
        let tip = self.text("/pull_request/head/sha")?;
        let branch = match &self.github.base_ref {
            Some(branch) => Ok(branch.as_str()),
            None => self.text("/pull_request/base/ref"),
        };
        if self.head == tip {
            return since_fork(self.git, &self.head, branch?, whole);
        }
        if self.github.event == "pull_request_target" {
            let message = "`pull_request_target` checks out the base branch, so the change would not be judged";
            return Err(Problem::new(message).hint("run the workflow on `pull_request` instead"));
        }
        // The merge that GitHub made has the pull request's head as second parent; any other commit is not what
        // will be merged. Its first parent is the base: `pull_request.base.sha` of the payload is often older.
        match self.git.parents(&self.head)?.as_slice() {
            [base, second] if second == tip => {
                let base = named(self.git, base, "the commit that the pull request is merged into", two)?;
                let found = Compared::commits(base, &self.head, "which the pull request is merged into");
                Ok(found.into_branch(branch.ok()))
            }
            _ => {
                let head = &self.head;
                let message = format!("HEAD, `{head}`, is neither the pull request's head nor its merge with the base");
                Err(Problem::new(message).hint(CHECKOUT))
            }
        }
    }

    fn merge_group(&self) -> Result<Compared, Problem> {
        expect_head(self.git, &self.head, self.text("/merge_group/head_sha")?, CHECKOUT)?;
        let base = named(self.git, self.text("/merge_group/base_sha")?, "the merge group's base", whole)?;
        let found = Compared::commits(base, &self.head, "which the merge group starts from");
        Ok(found.into_branch(self.branch("/merge_group/base_ref")))
    }

    fn push(&self) -> Result<Compared, Problem> {
        let (before, after) = (self.text("/before")?, self.text("/after")?);
        if is_zero(after) {
            let problem = Problem::new("this push deletes a branch or a tag, so there is no change to judge");
            return Err(problem.hint("leave deletions out with `if: github.event.deleted == false`"));
        }
        expect_head(self.git, &self.head, after, CHECKOUT)?;
        if is_zero(before) {
            // A new branch: what it changes is what the default branch does not have.
            return since_fork(self.git, &self.head, self.text("/repository/default_branch")?, whole);
        }
        let base = named(self.git, before, "the commit before the push", whole)?;
        Ok(Compared::commits(base, &self.head, PUSHES).into_branch(self.branch("/ref")))
    }
}

fn whole(fetch: &str) -> String {
    format!("give actions/checkout `fetch-depth: 0`, or run `{fetch}` before gate")
}

fn two(fetch: &str) -> String {
    format!("give actions/checkout `fetch-depth: 2`, or run `{fetch}` before gate")
}
