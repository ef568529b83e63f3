//! The rules of a run: configuration, freeze windows and policies, read once from the revision that judges.
//!
//! A change does not touch its judge: with a base revision, the rules are those of the protected branch's tip.

use std::collections::BTreeSet;

use super::request::Request;
use crate::policy::{Data, Given, Policy, PolicySet, Setup, documents, find};
use crate::repo::{Calendar, Config, Layout, Policies};
use crate::source::{Kind, Problem, RepoPath, Revision};

/// Which of the rules are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The built-in policies and the repository's own.
    All,
    /// The built-in policies, and the manifests in the documents: what is shown of documents does not depend on
    /// policies that may be at work still.
    Shown,
}

/// The rules of a run.
pub struct Rules {
    /// The configuration.
    pub config: Config,
    /// The freeze windows at the time that counts as now.
    pub calendar: Calendar,
    /// The policies.
    pub policies: PolicySet,
    /// Whether documents hold the manifests; without it they do where a policy may read them.
    pub manifests: bool,
}

impl Rules {
    /// Every policy, by id.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        self.policies.policies()
    }
}

/// The configuration of `revision`; without one, the default.
pub(super) fn config(revision: &Revision, path: &RepoPath) -> Result<Config, Vec<Problem>> {
    if exists(revision, path) { Config::load(revision, path) } else { Ok(Config::default()) }
}

/// Loads the policies that judge the apps of `layout`, by the configuration `config` of the revision `judge`.
pub(super) fn policies(
    request: &Request<'_>,
    judge: &Revision,
    config: &Config,
    layout: &Layout,
    scope: Scope,
    notes: &mut Vec<String>,
) -> Result<PolicySet, Vec<Problem>> {
    let setup = Setup {
        files: request.head.files().clone(),
        user: Vec::new(),
        policies: Policies::default(),
        given: Given::default(),
        apps: summary(layout),
        now: i64::try_from(request.now.as_nanosecond()).unwrap_or(i64::MAX),
    };
    if scope == Scope::Shown {
        return PolicySet::load(setup);
    }
    let given = given(request, judge, notes)?;
    let paths = [config.policies.paths.as_slice(), &given.policies].concat();
    let user = [find(judge, &paths)?, request.policies.clone()].concat();
    let policies = PolicySet::load(Setup { user, given, policies: config.policies.clone(), ..setup })?;
    let known: Vec<&str> = policies.policies().iter().map(|policy| policy.id.as_str()).collect();
    let unknown = config.unknown_policies(&known);
    if unknown.is_empty() { Ok(policies) } else { Err(unknown) }
}

/// What the command line adds, with the data that the revision `judge` has. What only the change brings counts from the
/// merge on, as configuration does.
fn given(request: &Request<'_>, judge: &Revision, notes: &mut Vec<String>) -> Result<Given, Vec<Problem>> {
    let mut given = request.given.clone();
    let mut there = |path: &RepoPath| {
        let missing = judge.resolve(path).is_err();
        let comes = missing && request.base.is_some() && request.head.resolve(path).is_ok();
        if comes {
            notes.push(format!("the base has no `{path}` yet: what this change brings counts from there on"));
        }
        !comes
    };
    given.policies.retain(&mut there);
    given.data.retain(&mut there);
    documents(judge, &given.data, &mut given.documents)?;
    Ok(given)
}

/// Whether there is a file at `path`.
pub(super) fn exists(revision: &Revision, path: &RepoPath) -> bool {
    revision.resolve(path).is_ok_and(|(_, kind)| kind == Kind::File)
}

/// The files by which changes are judged, in the rules that count and in head's: the configuration file, the
/// directories and files of policies, and what freeze windows are imported from.
pub(super) fn files(request: &Request<'_>, config: &Config, of_head: Option<&Config>) -> BTreeSet<RepoPath> {
    let both = [Some(config), of_head].into_iter().flatten();
    let paths = both.flat_map(|config| config.policies.paths.iter().chain(&config.imports));
    let given = request.given.policies.iter().chain(&request.given.data);
    paths.chain(given).cloned().chain([request.config.clone()]).collect()
}

/// What rules across apps see of each: where its overlays are.
fn summary(layout: &Layout) -> Data {
    Data::object(layout.apps.iter().map(|app| {
        let overlays = app.overlays.iter().map(|overlay| {
            Data::object([
                ("environment", Data::from(overlay.environment.as_str())),
                ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
                ("path", Data::from(overlay.applied.directory.as_str())),
            ])
        });
        (app.name.as_str(), Data::object([("overlays", Data::array(overlays))]))
    }))
}
