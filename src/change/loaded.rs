//! All that a run is about before anything is rendered: the rules, the apps of head and base, the extent of the change.
//!
//! It is plain data. What is rendered from it is for [`super::Renderers`].

use std::collections::BTreeSet;

use super::extent::{Extent, same_layout};
use super::request::Request;
use super::rules::{self, Rules, Scope};
use super::side::Side;
use crate::kustomize::Web;
use crate::repo::{App, Before, Calendar, Config, Glob, Layout, Overlay};
use crate::source::{Problem, RepoPath, Revision, changes};

/// All that a run is about before anything is rendered.
pub struct Loaded<'a> {
    /// The question.
    pub request: Request<'a>,
    /// The rules that count.
    pub rules: Rules,
    /// The tree to judge and its apps.
    pub head: Side<'a>,
    /// The base revision and its apps, where there is one.
    pub base: Option<Base<'a>>,
    /// How the run came to its view of the repository, one sentence each.
    pub notes: Vec<String>,
}

/// The base revision, and how far the change leads away from it.
pub struct Base<'a> {
    /// The revision and its apps.
    pub side: Side<'a>,
    /// The name of the revision.
    pub name: String,
    /// The change.
    pub extent: Extent,
}

impl Base<'_> {
    /// The overlay of the same app, environment and cluster in the base revision; its directory may have been moved
    /// since, and another pointer may have it applied: of several, that of the same pointer counts. `None` where the base
    /// has none.
    #[must_use]
    pub fn overlay(&self, app: &str, overlay: &Overlay) -> Option<&Overlay> {
        let overlays = &self.side.layout.app(app)?.overlays;
        let same_place = || overlays.iter().filter(|old| old.same_place(overlay));
        same_place().find(|old| old.applied == overlay.applied).or_else(|| same_place().next())
    }
}

impl<'a> Loaded<'a> {
    /// Reads the rules and finds the apps.
    ///
    /// # Errors
    /// All that is wrong with configuration and policies.
    pub fn load(request: Request<'a>) -> Result<Self, Vec<Problem>> {
        let judge = request.judge();
        Self::under(request, judge, Scope::All)
    }

    /// As [`Self::load`], for documents that are to be shown.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn to_be_shown(request: Request<'a>) -> Result<Self, Vec<Problem>> {
        let judge = request.judge();
        Self::under(request, judge, Scope::Shown)
    }

    /// As [`Self::load`], under the rules of the revision `judge`.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn under(request: Request<'a>, judge: &Revision, scope: Scope) -> Result<Self, Vec<Problem>> {
        let mut notes = first_configuration(&request).into_iter().collect();
        let config = rules::config(judge, &request.config)?;
        let (head, base) = sides(&request, &config, &mut notes);
        let calendar = Calendar::new(config.freeze.clone(), request.now);
        notes.extend(idle_windows(&calendar, &head.layout));
        let policies = rules::policies(&request, judge, &config, &head.layout, scope, &mut notes)?;
        let manifests = scope == Scope::Shown || policies.wants_manifests();
        let rules = Rules { config, calendar, policies, manifests };
        Ok(Self { request, rules, head, base, notes })
    }

    /// The apps to be judged: with a base revision, those that the change may touch.
    #[must_use]
    pub fn apps(&self) -> Vec<&App> {
        self.head.layout.apps.iter().filter(|app| self.is_touched(&app.name)).collect()
    }

    /// The names of all environments in the order of promotion, also of those that only the base revision has.
    #[must_use]
    pub fn order(&self) -> Vec<&str> {
        let mut order: Vec<&str> = self.head.layout.environments.iter().map(|one| one.name.as_str()).collect();
        let mut next = 0;
        for old in self.base.iter().flat_map(|base| base.side.layout.environments.iter()) {
            if let Some(at) = order.iter().position(|name| *name == old.name) {
                next = at + 1;
            } else {
                order.insert(next, &old.name);
                next += 1;
            }
        }
        order
    }

    /// The apps that the change takes away as a whole, without an overlay: they are judged for what they were.
    #[must_use]
    pub fn gone(&self) -> Vec<App> {
        let removed = self.base.iter().flat_map(|base| &base.extent.removed).map(|(name, _)| name);
        let gone: BTreeSet<&String> = removed.filter(|name| self.head.layout.app(name).is_none()).collect();
        gone.into_iter().map(|name| App { name: name.clone(), overlays: Vec::new() }).collect()
    }

    /// Whether the change may touch the app; without a base revision it is judged, whatever it is.
    #[must_use]
    pub fn is_touched(&self, app: &str) -> bool {
        self.base.as_ref().is_none_or(|base| base.extent.apps.contains(app))
    }

    /// The configuration that head has, where it has one that can be used.
    #[must_use]
    pub fn config_of_head(&self) -> Option<Config> {
        self.config_of(self.head.revision)
    }

    /// The configuration that the base has, where it has one that can be used.
    #[must_use]
    pub fn config_of_base(&self) -> Option<Config> {
        self.config_of(self.base.as_ref()?.side.revision)
    }

    fn config_of(&self, revision: &Revision) -> Option<Config> {
        let exists = rules::exists(revision, &self.request.config);
        exists.then(|| Config::load(revision, &self.request.config).ok()).flatten()
    }

    /// The files by which changes are judged, in the revision whose rules count and in head.
    #[must_use]
    pub fn rule_files(&self) -> BTreeSet<RepoPath> {
        rules::files(&self.request, &self.rules.config, self.config_of_head().as_ref())
    }

    /// Whether the protected branch has no configuration and head has one.
    #[must_use]
    pub fn is_first_adoption(&self) -> bool {
        first_configuration(&self.request).is_some()
    }
}

/// A change that brings the first configuration is judged without it, or it could switch its own judge off.
fn first_configuration(request: &Request<'_>) -> Option<String> {
    let base = request.base.as_ref()?;
    let has = |revision| rules::exists(revision, &request.config);
    (!has(base.judge) && has(request.head)).then(|| {
        let (name, config) = (&base.judge_name, &request.config);
        format!("`{name}` has no `{config}` yet: the one that this change brings counts from there on")
    })
}

/// The apps of head and base, and how far the change reaches.
fn sides<'a>(request: &Request<'a>, config: &Config, notes: &mut Vec<String>) -> (Side<'a>, Option<Base<'a>>) {
    let web = Web::new(request.head);
    let Some(base) = &request.base else {
        let head = Side::find(request, config, &web, None);
        notes.extend_from_slice(&head.layout.notes);
        return (head, None);
    };
    let before_web = web.beside(base.revision);
    let files = changes(base.revision, request.head);
    let before = Side::find(request, config, &before_web, None);
    let head = if same_layout(&files, &before.whole, &before_web, &web) {
        Side { revision: request.head, layout: before.layout.clone(), whole: before.whole.clone() }
    } else {
        // What the base judged is judged, whatever the change makes it look like.
        let changed = files.iter().map(|file| &file.path).collect();
        Side::find(request, config, &web, Some(Before { layout: &before.layout, changed: &changed }))
    };
    notes.extend_from_slice(&head.layout.notes);
    let extent = Extent::find(files, (&before_web, &web), &before, &head, config, &request.elsewhere);
    (head, Some(Base { side: before, name: base.name.clone(), extent }))
}

/// A note for each freeze window that is for no app here.
fn idle_windows(calendar: &Calendar, layout: &Layout) -> Vec<String> {
    let note = |window: &crate::repo::FreezeWindow| {
        let names: Vec<&str> = window.only().iter().map(Glob::as_str).collect();
        format!("the freeze window `{}` is for no app here: none is called `{}`", window.name, names.join("`, `"))
    };
    calendar.idle(&layout.environments, &layout.apps).into_iter().map(note).collect()
}
