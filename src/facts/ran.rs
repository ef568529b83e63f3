//! What environments have run and when, told by the history of the protected branch, where a change brings something
//! new to a protected environment and the answer may depend on it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::image_version::ImageVersion;
use super::images::images;
use super::unseen;
use super::versions::{Version, What, versions};
use crate::change::{AppChange, Deployment, Loaded, Rendered, Spell, Tense, Walk, spells};
use crate::kustomize::{Manifest, UnseenPart};
use crate::pointer::Applied;
use crate::repo::Mirrors;
use crate::source::Problem;

/// The policy whose settings say how far back history counts.
pub(super) const POLICY: &str = "digest-matches-staging";

/// Something that runs at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Image { repository: String, version: ImageVersion },
    Other { what: What, name: String, source: Option<String>, version: Option<String> },
}

/// What an environment has run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Ran {
    /// The time of the oldest commit that was looked at.
    from: String,
    /// Whether the clone has no more history though more was wanted.
    cut: bool,
    images: Vec<RanImage>,
    versions: Vec<RanVersion>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct RanImage {
    repository: String,
    #[serde(flatten)]
    version: ImageVersion,
    #[serde(flatten)]
    times: Times,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct RanVersion {
    what: What,
    name: String,
    source: Option<String>,
    version: Option<String>,
    #[serde(flatten)]
    times: Times,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Times {
    from: String,
    until: Option<String>,
    cut: bool,
}

/// What is to be known of the history of one app.
struct Asked<'c> {
    /// The directories to follow, as the base has them, and their environments.
    overlays: Vec<(&'c Applied, &'c str)>,
    /// The time from which on it counts.
    start: Timestamp,
    /// The repositories, charts and so on that are at a new version, by the name that stands for all of their names.
    names: BTreeSet<String>,
}

/// Asks for the history of apps.
pub(super) struct Historian<'s, 'a> {
    loaded: &'s Loaded<'a>,
    mirrors: Mirrors,
    /// From when on it counts what an environment ran.
    window: Timestamp,
    /// Since when it must have run; `None` where that is not asked for.
    soaked: Option<Timestamp>,
}

impl<'s, 'a> Historian<'s, 'a> {
    /// `None` where there is no history to be asked for.
    ///
    /// # Errors
    /// When a setting leads out of the times that there are.
    pub(super) fn new(loaded: &'s Loaded<'a>) -> Result<Option<Self>, Problem> {
        let asks = loaded.base.is_some() && loaded.request.history.is_some();
        let Some(settings) = loaded.rules.policies.settings(POLICY).filter(|_| asks) else { return Ok(None) };
        let before = |name: &str, hours: i64| {
            let span = SignedDuration::from_secs(hours.saturating_mul(3600));
            let wrong = |_| Problem::new(format!("`{name}` of `{POLICY}` leads to a time before all times"));
            loaded.request.now.checked_sub(span).map_err(wrong)
        };
        let hours = settings.whole("min_soak").unwrap_or_default();
        let days = settings.whole("within").unwrap_or_default();
        let soaked = if hours > 0 { Some(before("min_soak", hours)?) } else { None };
        let window = before("within", days.saturating_mul(24))?;
        let mirrors = Mirrors::new(settings.texts("mirrors"), &loaded.head.layout.environments);
        Ok(Some(Self { loaded, mirrors, window, soaked }))
    }

    /// Whether the history of an app is to be asked for.
    pub(super) fn is_asked(&self, change: &AppChange<'_>) -> bool {
        self.asked(change).is_some()
    }

    /// What was run in the environments of `changes` that matter, by directory.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub(super) fn ran(&self, changes: &[&AppChange<'_>]) -> Result<BTreeMap<Applied, Ran>, Problem> {
        let asked: Vec<Asked<'_>> = changes.iter().filter_map(|change| self.asked(change)).collect();
        let (Some(start), Some(history)) = (asked.iter().map(|one| one.start).min(), self.loaded.request.history)
        else {
            return Ok(BTreeMap::new());
        };
        let overlays: BTreeMap<&Applied, &str> = asked.iter().flat_map(|one| one.overlays.iter().copied()).collect();
        let overlays: Vec<(&Applied, &str)> = overlays.into_iter().collect();
        let names: BTreeSet<&String> = asked.iter().flat_map(|one| &one.names).collect();
        let environments: BTreeSet<&str> = overlays.iter().map(|(_, environment)| *environment).collect();
        // What has left is followed to where it came from: then it shows whether something older has come back.
        let matters = |item: &Item, is_there: bool| {
            !is_there && environments.iter().any(|environment| names.contains(&self.name(item, environment)))
        };
        let items = |environment: &str, render: &crate::kustomize::Render| {
            items(environment, &render.resources, &render.unseen).into_iter().collect()
        };
        let walk = Walk { history, now: self.loaded.request.now, start };
        let found = spells(&walk, &overlays, items, matters)?;
        let ran = found.overlays.into_iter().map(|spells| Ran::new(spells, found.from, found.cut));
        Ok(overlays.iter().map(|(applied, _)| (*applied).clone()).zip(ran).collect())
    }

    fn name(&self, item: &Item, environment: &str) -> String {
        self.mirrors.canonical(item.name(), environment)
    }

    /// What is to be known about an app: nothing where no protected environment gets anything that is new to it, or all of
    /// it runs below and need not have run for long.
    fn asked<'c>(&'c self, change: &'c AppChange<'_>) -> Option<Asked<'c>> {
        let environments = &self.loaded.head.layout.environments;
        let protected =
            |one: &&Deployment<'_>| environments.find(&one.overlay.environment).is_some_and(|it| it.protected);
        let mut asked = Asked { overlays: Vec::new(), start: Timestamp::MAX, names: BTreeSet::new() };
        for upper in change.deployments.iter().filter(protected) {
            let new = new_items(upper);
            let lower = below(change, upper);
            if new.is_empty() || lower.is_empty() {
                continue;
            }
            let present: Vec<(Item, &str)> = lower.iter().flat_map(|one| base_items(one)).collect();
            let runs = |item: &Item| {
                let name = self.name(item, &upper.overlay.environment);
                let is_same =
                    |(other, environment): &(Item, &str)| other.is_same(item) && self.name(other, environment) == name;
                present.iter().any(is_same)
            };
            let start = if new.iter().all(runs) {
                self.soaked
            } else {
                Some(self.soaked.map_or(self.window, |soaked| soaked.min(self.window)))
            };
            let Some(start) = start else { continue };
            asked.start = asked.start.min(start);
            asked.names.extend(new.iter().map(|item| self.name(item, &upper.overlay.environment)));
            asked.overlays.extend(lower.into_iter().chain([upper]).filter_map(|one| self.place(change.app, one)));
        }
        (!asked.overlays.is_empty()).then_some(asked)
    }

    /// Where a deployment is on the base revision, and its environment; `None` where it lives elsewhere or is new.
    fn place<'c>(&'c self, app: &str, one: &'c Deployment<'_>) -> Option<(&'c Applied, &'c str)> {
        let overlay = one.overlay;
        if self.loaded.request.elsewhere.contains_key(&overlay.environment) {
            return None;
        }
        let base = self.loaded.base.as_ref()?;
        // What the change takes away has run there, too.
        let old = if one.is_gone() { overlay } else { base.overlay(app, overlay)? };
        Some((&old.applied, overlay.environment.as_str()))
    }
}

/// The deployments of the environment right below that of `upper`.
fn below<'c, 'a>(change: &'c AppChange<'a>, upper: &Deployment<'_>) -> Vec<&'c Deployment<'a>> {
    let own = upper.overlay.environment.as_str();
    let names = change.deployments.iter().map(|one| one.overlay.environment.as_str());
    let Some(lower) = names.take_while(|name| *name != own).last() else { return Vec::new() };
    change.deployments.iter().filter(|one| one.overlay.environment == lower).collect()
}

/// What a deployment runs and did not run on the base revision.
fn new_items(deployment: &Deployment<'_>) -> Vec<Item> {
    let of = |rendered: Rendered<'_>| items(rendered.environment, rendered.resources, rendered.unseen);
    let known: BTreeSet<Item> = deployment.rendered(Tense::Before).map(of).into_iter().flatten().collect();
    let now = deployment.rendered(Tense::Now).map(of).into_iter().flatten();
    now.filter(|item| !known.contains(item)).collect()
}

fn base_items<'c>(deployment: &'c Deployment<'_>) -> Vec<(Item, &'c str)> {
    let Some(before) = deployment.rendered(Tense::Before) else { return Vec::new() };
    let environment = deployment.overlay.environment.as_str();
    items(environment, before.resources, before.unseen).into_iter().map(|item| (item, environment)).collect()
}

fn items(environment: &str, resources: &[Manifest], parts: &[UnseenPart]) -> Vec<Item> {
    let images = images(environment, resources).into_iter().chain(unseen::images(environment, parts, None));
    let images = images.filter_map(|image| {
        let version = ImageVersion::of(&image);
        Some(Item::Image { repository: image.repository?, version })
    });
    let versions = versions(environment, resources).into_iter().chain(unseen::versions(environment, parts, None));
    let other = |one: Version| Item::Other { what: one.what, name: one.name, source: one.source, version: one.version };
    images.chain(versions.map(other)).collect()
}

impl Item {
    fn name(&self) -> &str {
        match self {
            Self::Image { repository, .. } => repository,
            Self::Other { name, .. } => name,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Image { version, .. }, Self::Image { version: other, .. }) => version.is_same(other),
            (
                Self::Other { what, source, version, .. },
                Self::Other { what: other_what, source: other_source, version: other, .. },
            ) => (what, source, version) == (other_what, other_source, other),
            _ => false,
        }
    }
}

impl Ran {
    fn new(spells: Vec<(Item, Spell)>, from: Timestamp, cut: bool) -> Self {
        let mut ran = Self { from: from.to_string(), cut, images: Vec::new(), versions: Vec::new() };
        for (item, spell) in spells {
            let until = spell.until.map(|until| until.to_string());
            let times = Times { from: spell.from.to_string(), until, cut: spell.cut };
            match item {
                Item::Image { repository, version } => ran.images.push(RanImage { repository, version, times }),
                Item::Other { what, name, source, version } => {
                    ran.versions.push(RanVersion { what, name, source, version, times });
                }
            }
        }
        ran
    }
}
