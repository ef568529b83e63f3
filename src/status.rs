//! Which versions run where, and how each environment stands to the one below it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Serialize;

use crate::change::{Walk, spells};
use crate::facts::{ImageVersion, What, images, unseen_images, unseen_versions, version_order, versions};
use crate::finding::Masks;
use crate::kustomize::Render;
use crate::pointer::{Applied, Builder};
use crate::repo::{App, Mirrors, Overlay};
use crate::source::{History, Problem, RepoPath};

/// What an app runs in an environment.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The app.
    pub app: String,
    /// The environment.
    pub environment: String,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// The directory that is rendered.
    pub path: RepoPath,
    /// The environment below, which this one is held against.
    pub below: Option<String>,
    /// The directory and who applies it.
    #[serde(skip)]
    applied: Applied,
    /// What runs, images first, by name.
    pub items: Vec<Item>,
}

/// Something that runs, at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Item {
    /// What it is.
    pub what: Kind,
    /// The repository of an image or of Git, the chart, the operator.
    pub name: String,
    /// The version.
    #[serde(flatten)]
    pub version: Version,
    /// How it stands to the environment below; `None` where there is none, or it could not be rendered.
    pub state: Option<State>,
    /// Since when it has run, where that was asked and it is committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Running>,
}

/// Since when something has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Running {
    /// When the commit that brought it came onto the branch; no later than that where `or_longer`.
    pub since: Timestamp,
    /// Whether history does not go further back: it may have run for longer.
    pub or_longer: bool,
}

/// What is promoted by version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A container image.
    Image,
    /// What is no image.
    #[serde(untagged)]
    Other(What),
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Version {
    /// Of an image.
    Image(ImageVersion),
    /// Of all else, and of what is no image reference.
    Other {
        /// As written; `None` where it is left open.
        version: Option<String>,
    },
}

/// How an environment stands to the one below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Both run the same.
    Same,
    /// It runs an earlier version.
    Behind,
    /// It runs a later version.
    Ahead,
    /// It runs another version, and the two do not tell which is later.
    Differs,
    /// The environment below does not run it.
    Absent,
}

/// What runs in the overlays of `apps`: by app, environment and cluster, in the order of promotion. What cannot be
/// rendered comes back as problems.
#[must_use]
pub fn status(apps: &[&App], builder: &Builder<'_>, mirrors: &Mirrors) -> (Vec<Place>, Vec<Problem>) {
    let (mut places, mut problems) = (Vec::new(), Vec::new());
    let found: Vec<_> = apps.par_iter().map(|app| status_of(app, builder, mirrors)).collect();
    for (found, failed) in found {
        places.extend(found);
        problems.extend(failed);
    }
    (places, problems)
}

fn status_of(app: &App, builder: &Builder<'_>, mirrors: &Mirrors) -> (Vec<Place>, Vec<Problem>) {
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    let mut masks = Masks::default();
    for overlay in &app.overlays {
        match builder.render(&overlay.applied) {
            Ok(render) => {
                render.resources.iter().for_each(|manifest| masks.add(manifest));
                found.insert(&overlay.applied, items(&overlay.environment, &render));
            }
            Err(problem) => problems.push(problem),
        }
    }
    let places = app.overlays.iter().filter_map(|overlay| {
        let below = below(app, overlay);
        let promotes = Promotes { mirrors, lower: below.unwrap_or_default(), upper: &overlay.environment };
        let beside = below.map(|environment| app.overlays_beside(overlay, environment)).unwrap_or_default();
        let lower: Option<Vec<&Vec<Item>>> = beside.iter().map(|overlay| found.get(&overlay.applied)).collect();
        let lower: Option<Vec<&Item>> =
            lower.filter(|_| below.is_some()).map(|all| all.into_iter().flatten().collect());
        let item = |item: &Item| Item {
            state: lower.as_ref().map(|lower| state(item, lower, &promotes)),
            ..item.masked(&masks)
        };
        Some(Place {
            app: app.name.clone(),
            environment: overlay.environment.clone(),
            cluster: overlay.cluster.clone(),
            path: overlay.applied.directory.clone(),
            applied: overlay.applied.clone(),
            below: below.map(str::to_owned),
            items: found.get(&overlay.applied)?.iter().map(item).collect(),
        })
    });
    (places.collect(), problems)
}

/// Adds since when each item has run, as the history of the branch that is checked out tells. What is not committed
/// gets no time.
///
/// # Errors
/// When a commit cannot be read.
pub fn tell_since(places: &mut [Place], history: &History) -> Result<(), Problem> {
    let overlays: Vec<(Applied, String)> =
        places.iter().map(|place| (place.applied.clone(), place.environment.clone())).collect();
    let overlays: Vec<(&Applied, &str)> = overlays.iter().map(|(applied, name)| (applied, name.as_str())).collect();
    let matters = |_: &Item, is_there: bool| is_there;
    // Only the present counts, and the clock of this machine does not.
    let walk = Walk { history, now: Timestamp::MAX, start: Timestamp::MAX };
    let items = |environment: &str, render: &Render| {
        let mut masks = Masks::default();
        render.resources.iter().for_each(|manifest| masks.add(manifest));
        items(environment, render).iter().map(|item| item.masked(&masks)).collect()
    };
    let found = spells(&walk, &overlays, items, matters)?;
    for (place, found) in places.iter_mut().zip(found.overlays) {
        let present: BTreeMap<Item, _> = found.into_iter().filter(|(_, spell)| spell.until.is_none()).collect();
        for item in &mut place.items {
            let spell = present.get(&Item { state: None, since: None, ..item.clone() });
            item.since = spell.map(|spell| Running { since: spell.from, or_longer: spell.cut });
        }
    }
    Ok(())
}

impl Item {
    /// The item as it may be shown.
    fn masked(&self, masks: &Masks) -> Self {
        let text = |text: &String| masks.scrub(text).into_owned();
        let version = match &self.version {
            Version::Image(version) => Version::Image(version.map(|text| masks.scrub(text).into_owned())),
            Version::Other { version } => Version::Other { version: version.as_ref().map(text) },
        };
        Self { name: text(&self.name), version, ..self.clone() }
    }
}

/// The environment below that of an overlay in which the app has overlays, too.
fn below<'a>(app: &'a App, overlay: &Overlay) -> Option<&'a str> {
    let environments = app.overlays.iter().map(|overlay| overlay.environment.as_str());
    environments.take_while(|environment| *environment != overlay.environment).last()
}

fn items(environment: &str, render: &Render) -> Vec<Item> {
    let parts = &render.unseen;
    let seen = images(environment, &render.resources).into_iter();
    let images = seen.chain(unseen_images(environment, parts, None)).map(|image| {
        let version =
            if image.valid { Version::Image(ImageVersion::of(&image)) } else { Version::Other { version: None } };
        Item { what: Kind::Image, name: image.repository.unwrap_or(image.image), version, state: None, since: None }
    });
    let seen = versions(environment, &render.resources).into_iter();
    let versions = seen.chain(unseen_versions(environment, parts, None)).map(|version| Item {
        what: Kind::Other(version.what),
        name: version.name,
        version: Version::Other { version: version.version },
        state: None,
        since: None,
    });
    let mut items: Vec<Item> = images.chain(versions).collect();
    items.sort();
    items.dedup();
    items
}

/// Two neighbouring environments, and which repositories of theirs stand for one another.
struct Promotes<'a> {
    mirrors: &'a Mirrors,
    lower: &'a str,
    upper: &'a str,
}

/// How an item stands to those of the environment below.
fn state(item: &Item, lower: &[&Item], promotes: &Promotes<'_>) -> State {
    let name = promotes.mirrors.canonical(&item.name, promotes.upper);
    let is_same_name = |other: &Item| promotes.mirrors.canonical(&other.name, promotes.lower) == name;
    let beside: Vec<&Version> = lower
        .iter()
        .filter(|other| other.what == item.what && is_same_name(other))
        .map(|other| &other.version)
        .collect();
    if beside.is_empty() {
        return State::Absent;
    }
    if beside.iter().any(|other| is_same(&item.version, other)) {
        return State::Same;
    }
    let all = |wanted| beside.iter().all(|other| order(&item.version, other) == Some(wanted));
    match (all(Ordering::Less), all(Ordering::Greater)) {
        (true, _) => State::Behind,
        (_, true) => State::Ahead,
        _ => State::Differs,
    }
}

fn is_same(a: &Version, b: &Version) -> bool {
    match (a, b) {
        (Version::Image(a), Version::Image(b)) => a.is_same(b),
        _ => a == b,
    }
}

fn order(a: &Version, b: &Version) -> Option<Ordering> {
    match (a, b) {
        (Version::Image(a), Version::Image(b)) => a.order(b),
        (Version::Other { version: Some(a) }, Version::Other { version: Some(b) }) => version_order(a, b),
        _ => None,
    }
}
