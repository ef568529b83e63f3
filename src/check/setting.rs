//! What a run is about: the revisions, the configuration, the apps and the policies.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::owners::Ownership;
use crate::kustomize::{Options, Renderer};
use crate::policy::{Data, Policy, PolicySet, Setup, find};
use crate::repo::{App, Calendar, Config, Glob, Layout};
use crate::source::{Kind, Problem, RepoPath, Revision, Severity};

/// What a run is asked.
pub struct Request<'a> {
    /// The tree to judge.
    pub head: &'a Revision,
    /// The protected branch's tree and its name, where only the change is to be judged. It shares its store of
    /// files with `head`.
    pub base: Option<(&'a Revision, String)>,
    /// Only overlays at or below this directory are judged.
    pub within: RepoPath,
    /// The configuration file.
    pub config: RepoPath,
    /// The time that counts as now.
    pub now: Timestamp,
    /// Where paths start, for people.
    pub root: String,
    /// The least severity that fails the run.
    pub fail_on: Severity,
}

/// A run that knows what it is about.
pub struct Setting<'a> {
    pub(super) request: Request<'a>,
    pub(super) config: Config,
    pub(super) calendar: Calendar,
    pub(super) ownership: Ownership<'a>,
    pub(super) layout: Layout,
    pub(super) policies: PolicySet,
    pub(super) head: Renderer<'a>,
    pub(super) base: Option<Renderer<'a>>,
    pub(super) notes: Vec<String>,
}

impl<'a> Setting<'a> {
    /// Reads configuration and policies and finds the apps. A change does not touch its judge: with a base
    /// revision, configuration and policies are the base's.
    ///
    /// # Errors
    /// All that is wrong with configuration and policies.
    pub fn load(request: Request<'a>) -> Result<Self, Vec<Problem>> {
        let mut notes = Vec::new();
        let judge = judge(&request, &mut notes);
        let config =
            if exists(judge, &request.config) { Config::load(judge, &request.config)? } else { Config::default() };
        let mut layout = Layout::find(&config, request.head, &BTreeMap::new());
        let calendar = Calendar::new(config.freeze.clone(), request.now);
        notes.extend(calendar.idle(&layout).into_iter().map(|window| {
            let names: Vec<&str> = window.only().iter().map(Glob::as_str).collect();
            format!("the freeze window `{}` is for no app here: none is called `{}`", window.name, names.join("`, `"))
        }));
        let within = |app: &mut App| {
            app.overlays.retain(|overlay| overlay.directory.is_within(&request.within));
            !app.overlays.is_empty()
        };
        layout.apps.retain_mut(within);
        notes.append(&mut layout.notes);
        let policies = PolicySet::load(Setup {
            files: request.head.files().clone(),
            user: find(judge, &config.policies.paths)?,
            policies: config.policies.clone(),
            apps: summary(&layout),
            now: i64::try_from(request.now.as_nanosecond()).unwrap_or(i64::MAX),
        })?;
        let known: Vec<&str> = policies.policies().iter().map(|policy| policy.id.as_str()).collect();
        let unknown = config.unknown_policies(&known);
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let head = Renderer::new(request.head, Options::default());
        let base = request.base.as_ref().map(|(revision, _)| Renderer::new(revision, Options::default()));
        let ownership = Ownership::load(&request, &config);
        Ok(Self { request, config, calendar, ownership, layout, policies, head, base, notes })
    }

    pub(super) fn apps(&self) -> &[App] {
        &self.layout.apps
    }

    /// Every policy, by id.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        self.policies.policies()
    }

    /// How the run came to its view of the repository.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// The revision whose configuration and policies count: the base's, where there is one. A change that brings
/// the first configuration is judged without it, or it could switch its own judge off.
fn judge<'a>(request: &Request<'a>, notes: &mut Vec<String>) -> &'a Revision {
    let Some((base, name)) = &request.base else { return request.head };
    if !exists(base, &request.config) && exists(request.head, &request.config) {
        notes.push(format!(
            "`{name}` has no `{}` yet: the one that this change brings counts from there on",
            request.config
        ));
    }
    base
}

fn exists(revision: &Revision, path: &RepoPath) -> bool {
    revision.resolve(path).is_ok_and(|(_, kind)| kind == Kind::File)
}

/// What rules across apps see of each: where its overlays are.
fn summary(layout: &Layout) -> Data {
    Data::object(layout.apps.iter().map(|app| {
        let overlays = app.overlays.iter().map(|overlay| {
            Data::object([
                ("environment", Data::from(overlay.environment.as_str())),
                ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
                ("path", Data::from(overlay.directory.as_str())),
            ])
        });
        (app.name.as_str(), Data::object([("overlays", Data::array(overlays))]))
    }))
}
