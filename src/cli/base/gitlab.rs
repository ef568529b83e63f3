//! What a change is compared with in GitLab CI, by the source of the pipeline.

use super::super::ci::GitLab;
use super::compared::{Compared, NAME_BASE, PUSHES, expect_head, is_zero, named, remote, since_fork, tip_of};
use crate::source::{GitRepository, Problem};

/// The comparison that the pipeline asks for.
pub(super) fn compared(gitlab: &GitLab, git: &GitRepository) -> Result<Compared, Problem> {
    let found = match gitlab.source.as_str() {
        "merge_request_event" => merge_request(gitlab, git),
        // The child pipeline of a merge request's has its variables too.
        "parent_pipeline" if gitlab.diff_base.is_some() => merge_request(gitlab, git),
        "push" => push(gitlab, git),
        source @ ("api" | "schedule" | "trigger" | "web") => match (&gitlab.branch, &gitlab.default_branch) {
            // On a branch there is a change, and somebody wants it judged.
            (Some(branch), Some(default)) if source != "schedule" && branch != default => {
                since_fork(git, &head(gitlab, git)?, default, whole)
            }
            (branch, _) => {
                let found = Compared::as_it_is(&format!("a pipeline by `{source}` is about no change"));
                Ok(found.into_branch(branch.as_deref()))
            }
        },
        "" => Err(Problem::new("`CI_PIPELINE_SOURCE` does not say what started this pipeline").hint(NAME_BASE)),
        other => {
            let message = format!("a pipeline by `{other}` says nothing about what to compare with");
            Err(Problem::new(message).hint(NAME_BASE))
        }
    };
    Ok(Compared { default_branch: gitlab.default_branch.as_deref().map(remote), ..found? })
}

fn merge_request(gitlab: &GitLab, git: &GitRepository) -> Result<Compared, Problem> {
    let head = head(gitlab, git)?;
    // A merged results pipeline runs on the merge with the target branch, a plain one on the source branch.
    if let Some(target) = &gitlab.target {
        let what = "the commit that the merge request is merged into";
        let found = Compared::commits(named(git, target, what, whole)?, &head, what);
        return Ok(found.into_branch(gitlab.target_branch.as_deref()));
    }
    let base = said(gitlab.diff_base.as_ref(), "CI_MERGE_REQUEST_DIFF_BASE_SHA")?;
    let what = "the commit that the merge request starts from";
    let base = named(git, base, what, whole)?;
    // The author decides which commit that is, but not which rules count.
    let branch = said(gitlab.target_branch.as_ref(), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?;
    let (reference, tip) = tip_of(git, branch, whole)?;
    Ok(Compared::commits(base, &head, what).by(&reference, &tip).into_branch(Some(branch)))
}

fn push(gitlab: &GitLab, git: &GitRepository) -> Result<Compared, Problem> {
    let head = head(gitlab, git)?;
    let before = said(gitlab.before.as_ref(), "CI_COMMIT_BEFORE_SHA")?;
    if is_zero(before) {
        // A new branch: what it changes is what the default branch does not have.
        return since_fork(git, &head, said(gitlab.default_branch.as_ref(), "CI_DEFAULT_BRANCH")?, whole);
    }
    let base = named(git, before, "the commit before the push", whole)?;
    Ok(Compared::commits(base, &head, PUSHES).into_branch(gitlab.branch.as_deref()))
}

fn head(gitlab: &GitLab, git: &GitRepository) -> Result<String, Problem> {
    let head = git.head()?;
    let hint = "leave what the runner checked out as it is, or name the base with `--base REV`";
    expect_head(git, &head, said(gitlab.commit.as_ref(), "CI_COMMIT_SHA")?, hint)?;
    Ok(head)
}

fn said<'a>(value: Option<&'a String>, name: &str) -> Result<&'a str, Problem> {
    let problem = || Problem::new(format!("`{name}` is not set, so nothing is known about the change")).hint(NAME_BASE);
    value.map(String::as_str).ok_or_else(problem)
}

fn whole(fetch: &str) -> String {
    format!("set the variable `GIT_DEPTH: 0` for the job, or run `{fetch}` before gate")
}
