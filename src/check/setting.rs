//! What a run is about: the revisions, the configuration, the apps and the policies.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::change::{Change, same_layout, same_place};
use super::depends::Dependencies;
use super::owners::Ownership;
use super::soak::{Soaked, soaks};
use crate::kustomize::{Options, Renderer, Web};
use crate::policy::{Data, Given, Policy, PolicySet, Setup, documents, find};
use crate::repo::{App, Calendar, Config, Glob, Layout, Overlay, Policies};
use crate::source::{FileId, History, Kind, Problem, RepoPath, Revision, Severity, changes};

/// What a run is asked.
#[derive(Clone)]
pub struct Request<'a> {
    /// The tree to judge.
    pub head: &'a Revision,
    /// The protected branch's tree and its name, where only the change is to be judged. It shares its store of
    /// files with `head`.
    pub base: Option<(&'a Revision, String)>,
    /// The tip of the protected branch and its name, whose configuration, policies, waivers and owners count; `None`
    /// where the base itself is the tip.
    pub judge: Option<(&'a Revision, String)>,
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
    /// Whether what the base is guilty of already fails the run too.
    pub fail_on_known: bool,
    /// The revisions of environments that live elsewhere, by the environment's name.
    pub elsewhere: BTreeMap<String, &'a Revision>,
    /// The environments whose own branch the change goes into: they are in `head` and `base`.
    pub here: BTreeSet<String>,
    /// The history of the protected branch, where it is known.
    pub history: Option<&'a History>,
    /// Policy files that are asked beside those that the configuration names.
    pub policies: Vec<FileId>,
    /// What else the command line says of policies.
    pub given: Given,
}

/// A run that knows what it is about.
pub struct Setting<'a> {
    pub(super) request: Request<'a>,
    pub(super) config: Config,
    pub(super) calendar: Calendar,
    pub(super) ownership: Ownership<'a>,
    pub(super) layout: Layout,
    /// Every app of head, also those that are not to be judged.
    pub(super) all_apps: Vec<App>,
    pub(super) dependencies: Dependencies,
    pub(super) policies: PolicySet,
    pub(super) head: Renderer<'a>,
    /// Renderers of the environments that live elsewhere, by the environment's name.
    pub(super) elsewhere: BTreeMap<String, Renderer<'a>>,
    pub(super) base: Option<Base<'a>>,
    /// Since when the lower environments have run what they run, by directory, where a policy wants to know.
    pub(super) soaks: Result<BTreeMap<RepoPath, Vec<Soaked>>, Problem>,
    pub(super) notes: Vec<String>,
    /// Whether documents hold the manifests; without it they do where a policy may read them.
    pub(super) manifests: bool,
}

/// The base revision: what it has, and what the change makes of it.
pub(super) struct Base<'a> {
    pub(super) revision: &'a Revision,
    pub(super) name: String,
    pub(super) renderer: Renderer<'a>,
    pub(super) layout: Layout,
    /// Every app, also those that are not to be judged.
    pub(super) all_apps: Vec<App>,
    pub(super) change: Change,
}

impl Base<'_> {
    /// The overlays of an app that head has no more.
    pub(super) fn removed(&self, app: &App) -> impl Iterator<Item = &Overlay> {
        self.change.removed.iter().filter(|(name, _)| *name == app.name).map(|(_, overlay)| overlay)
    }

    /// The directory that renders, in the base revision, the same app in the same environment and cluster; it may
    /// have been moved since.
    pub(super) fn directory(&self, app: &App, overlay: &Overlay) -> RepoPath {
        let old = self.layout.app(&app.name).and_then(|old| old.overlays.iter().find(|old| same_place(old, overlay)));
        old.map_or(&overlay.directory, |old| &old.directory).clone()
    }
}

impl<'a> Setting<'a> {
    /// Reads configuration and policies and finds the apps. A change does not touch its judge: with a base
    /// revision, configuration and policies are the base's.
    ///
    /// # Errors
    /// All that is wrong with configuration and policies.
    pub fn load(request: Request<'a>) -> Result<Self, Vec<Problem>> {
        let mut notes = Vec::new();
        let rules = judge(&request, &mut notes);
        Self::under(request, rules, notes)
    }

    /// As [`Self::load`], without the repository's own policies, which may be at work still, and with the manifests
    /// in the documents.
    pub(super) fn to_be_shown(request: Request<'a>) -> Result<Self, Vec<Problem>> {
        let mut notes = Vec::new();
        let rules = judge(&request, &mut notes);
        let setting = Self::build(request, rules, notes, false)?;
        Ok(Self { manifests: true, ..setting })
    }

    /// As [`Self::load`], under the configuration and policies of the revision `rules`.
    pub(super) fn under(request: Request<'a>, rules: &'a Revision, notes: Vec<String>) -> Result<Self, Vec<Problem>> {
        Self::build(request, rules, notes, true)
    }

    fn build(
        request: Request<'a>,
        judge: &'a Revision,
        mut notes: Vec<String>,
        with_own_policies: bool,
    ) -> Result<Self, Vec<Problem>> {
        let config =
            if exists(judge, &request.config) { Config::load(judge, &request.config)? } else { Config::default() };
        let apps_of = |web: &Web<'_>| {
            let mut layout = Layout::find_in(&config, web, &request.elsewhere, &request.here);
            let all = layout.apps.clone();
            layout.apps.retain_mut(|app| {
                app.overlays.retain(|overlay| overlay.directory.is_within(&request.within));
                !app.overlays.is_empty()
            });
            (layout, all)
        };
        let web = Web::new(request.head);
        let (mut layout, all_apps) = apps_of(&web);
        notes.append(&mut layout.notes);
        let calendar = Calendar::new(config.freeze.clone(), request.now);
        notes.extend(calendar.idle(&layout).into_iter().map(|window| {
            let names: Vec<&str> = window.only().iter().map(Glob::as_str).collect();
            format!("the freeze window `{}` is for no app here: none is called `{}`", window.name, names.join("`, `"))
        }));
        let base = request.base.as_ref().map(|(revision, name)| {
            let before_web = web.beside(revision);
            let files = changes(revision, request.head);
            let same = same_layout(&files, &before_web, &web);
            let (before, all_apps) = if same { (layout.clone(), all_apps.clone()) } else { apps_of(&before_web) };
            let change = Change::find(files, &web, &before, &layout, &request.elsewhere);
            let renderer = Renderer::new(revision, Options::default());
            Base { revision, name: name.clone(), renderer, layout: before, all_apps, change }
        });
        let setup = Setup {
            files: request.head.files().clone(),
            user: Vec::new(),
            policies: Policies::default(),
            given: Given::default(),
            apps: summary(&layout),
            now: i64::try_from(request.now.as_nanosecond()).unwrap_or(i64::MAX),
        };
        let policies = if with_own_policies {
            let given = given(&request, judge, &mut notes)?;
            let paths = [config.policies.paths.as_slice(), &given.policies].concat();
            let user = [find(judge, &paths)?, request.policies.clone()].concat();
            let policies = PolicySet::load(Setup { user, given, policies: config.policies.clone(), ..setup })?;
            let known: Vec<&str> = policies.policies().iter().map(|policy| policy.id.as_str()).collect();
            let unknown = config.unknown_policies(&known);
            if !unknown.is_empty() {
                return Err(unknown);
            }
            policies
        } else {
            PolicySet::load(setup)?
        };
        let head = Renderer::new(request.head, Options::default());
        let renderer =
            |(name, revision): (&String, &&'a Revision)| (name.clone(), Renderer::new(revision, Options::default()));
        let elsewhere = request.elsewhere.iter().map(renderer).collect();
        let ownership = Ownership::load(&request, &config);
        let dependencies = Dependencies::new(&config);
        let mut setting = Self {
            manifests: policies.wants_manifests(),
            request,
            config,
            calendar,
            ownership,
            layout,
            all_apps,
            dependencies,
            policies,
            head,
            elsewhere,
            base,
            soaks: Ok(BTreeMap::new()),
            notes,
        };
        setting.soaks = soaks(&setting);
        Ok(setting)
    }

    /// The apps to be judged: with a base revision, those that the change may touch.
    pub(super) fn apps(&self) -> Vec<&App> {
        self.layout.apps.iter().filter(|app| self.is_touched(&app.name)).collect()
    }

    /// The apps that the change takes away as a whole, without an overlay: they are judged for what they were.
    pub(super) fn gone(&self) -> Vec<App> {
        let removed = self.base.iter().flat_map(|base| &base.change.removed).map(|(name, _)| name);
        let gone: BTreeSet<&String> = removed.filter(|name| self.layout.app(name).is_none()).collect();
        gone.into_iter().map(|name| App { name: name.clone(), overlays: Vec::new() }).collect()
    }

    /// Whether the change may touch the app; without a base revision it is judged, whatever it is.
    pub(super) fn is_touched(&self, app: &str) -> bool {
        self.base.as_ref().is_none_or(|base| base.change.apps.contains(app))
    }

    /// The files that say how it is judged, in the revision whose rules count and in head: the configuration file,
    /// the directories and files of policies, and what freeze windows are imported from.
    pub(super) fn rules(&self) -> BTreeSet<RepoPath> {
        let head = self.config_of_head();
        let both = [Some(&self.config), head.as_ref()].into_iter().flatten();
        let paths = both.flat_map(|config| config.policies.paths.iter().chain(&config.imports));
        let given = self.request.given.policies.iter().chain(&self.request.given.data);
        paths.chain(given).cloned().chain([self.request.config.clone()]).collect()
    }

    /// The time before which it does not matter since when something has run, and the history that tells; `None`
    /// where no policy wants to know or nothing tells.
    pub(super) fn soak(&self) -> Option<(&'a History, Timestamp)> {
        let settings = self.config.policies.settings.get("digest-matches-staging")?;
        let hours: i64 = settings.get("min_soak")?.text()?.parse().ok().filter(|hours| *hours > 0)?;
        let enough = self.request.now.checked_sub(SignedDuration::from_hours(hours)).ok()?;
        Some((self.request.history?, enough))
    }

    /// The configuration that head has, where it has one that can be used.
    pub(super) fn config_of_head(&self) -> Option<Config> {
        self.config_of(self.request.head)
    }

    /// The configuration that the base has, where the judge is another revision and it has one that can be used.
    pub(super) fn config_of_base(&self) -> Option<Config> {
        let base = self.base.as_ref().filter(|_| self.request.judge.is_some())?;
        self.config_of(base.revision)
    }

    fn config_of(&self, revision: &Revision) -> Option<Config> {
        let exists = exists(revision, &self.request.config);
        exists.then(|| Config::load(revision, &self.request.config).ok()).flatten()
    }

    /// Whether the protected branch has no configuration and head has one.
    pub(super) fn is_first_adoption(&self) -> bool {
        let exists = |revision| exists(revision, &self.request.config);
        protected(&self.request).is_some_and(|(revision, _)| !exists(revision) && exists(self.request.head))
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

/// The tip of the protected branch and its name, where only a change is to be judged.
fn protected<'r, 'a>(request: &'r Request<'a>) -> Option<(&'a Revision, &'r str)> {
    let (revision, name) = request.judge.as_ref().or(request.base.as_ref())?;
    Some((revision, name))
}

/// The revision whose configuration and policies count: the protected branch's, where there is one. A change that
/// brings the first configuration is judged without it, or it could switch its own judge off.
fn judge<'a>(request: &Request<'a>, notes: &mut Vec<String>) -> &'a Revision {
    let Some((judge, name)) = protected(request) else { return request.head };
    if !exists(judge, &request.config) && exists(request.head, &request.config) {
        notes.push(format!(
            "`{name}` has no `{}` yet: the one that this change brings counts from there on",
            request.config
        ));
    }
    judge
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
