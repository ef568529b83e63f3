//! Which versions run where: a table for people, JSON for programs, and a file to commit.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::json::inert;
use super::style::{BOLD, DIM, GREEN, PLAIN, Style, YELLOW, width};
use super::text::{counted, quote_line};
use crate::facts::ImageVersion;
use crate::facts::What;
use crate::status::{Item, Kind, Place, State, Version};

/// The version of the formats for programs.
const VERSION: u32 = 1;

/// A line for each version: app by app and image by image, the environments below one another.
#[must_use]
pub fn table(places: &[Place]) -> String {
    let mut out = String::new();
    let clusters = places.iter().any(|place| place.cluster.is_some());
    let since = places.iter().flat_map(|place| &place.items).any(|item| item.since.is_some());
    let is_shown = |column: usize| match column {
        CLUSTER => clusters,
        SINCE => since,
        _ => true,
    };
    let mut rows = vec![Row::heading()];
    for app in places.chunk_by(|a, b| a.app == b.app) {
        let mut items: Vec<(&Place, &Item)> =
            app.iter().flat_map(|place| place.items.iter().map(move |item| (place, item))).collect();
        // The order of promotion stays among those of one name.
        items.sort_by(|(_, a), (_, b)| (a.what, &a.name).cmp(&(b.what, &b.name)));
        rows.extend(items.into_iter().map(|(place, item)| Row::new(place, item)));
    }
    let widths: Vec<usize> =
        (0..COLUMNS).map(|column| rows.iter().map(|row| row.width(column)).max().unwrap_or_default()).collect();
    for (at, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate().filter(|(column, _)| is_shown(*column)) {
            let text = row.cells.get(column).map(String::as_str).unwrap_or_default();
            let padding = " ".repeat(width.saturating_sub(row.width(column)) + 2);
            let is_coloured = !text.is_empty() && (at == 0 || column == COLUMNS - 1);
            let colour = row.colour.filter(|_| is_coloured).unwrap_or(PLAIN);
            line.push_str(&format!("{colour}{text}{colour:#}{padding}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push_str(&format!("\n{}\n", summary(places)));
    out
}

const COLUMNS: usize = 7;
const CLUSTER: usize = 2;
const SINCE: usize = 5;

struct Row {
    cells: [String; COLUMNS],
    colour: Option<Style>,
}

impl Row {
    fn heading() -> Self {
        let cells = ["APP", "ENVIRONMENT", "CLUSTER", "RUNS", "VERSION", "SINCE", "STATE"].map(str::to_owned);
        Self { cells, colour: Some(BOLD) }
    }

    fn new(place: &Place, item: &Item) -> Self {
        let below = place.below.as_deref().unwrap_or_default();
        let (state, colour) = match item.state {
            Some(State::Same) => (format!("same as {below}"), GREEN),
            Some(State::Behind) => (format!("behind {below}"), YELLOW),
            Some(State::Ahead) => (format!("ahead of {below}"), YELLOW),
            Some(State::Differs) => (format!("differs from {below}"), YELLOW),
            Some(State::Absent) => (format!("not in {below}"), DIM),
            None => (String::new(), DIM),
        };
        let kind = match item.what {
            Kind::Image => "",
            Kind::Other(What::Chart) => "chart ",
            Kind::Other(What::GitRef) => "git ",
            Kind::Other(What::OciRef) => "oci ",
            Kind::Other(What::Operator) => "operator ",
            Kind::Other(What::RemoteFile) => "file ",
        };
        let version = match &item.version {
            Version::Image(version) => version.to_string(),
            Version::Other { version } => version.clone().unwrap_or_else(|| "-".to_owned()),
        };
        let cluster = place.cluster.clone().unwrap_or_else(|| "-".to_owned());
        let name = format!("{kind}{}", item.name);
        let since = item.since.map(|running| {
            let longer = if running.or_longer { "before " } else { "" };
            format!("{longer}{}", running.since.strftime("%Y-%m-%d %H:%MZ"))
        });
        let since = since.unwrap_or_else(|| "-".to_owned());
        let cells = [place.app.clone(), place.environment.clone(), cluster, name, version, since, state];
        Self { cells: cells.map(|cell| quote_line(&cell)), colour: Some(colour) }
    }

    fn width(&self, column: usize) -> usize {
        self.cells.get(column).map_or(0, |cell| width(cell))
    }
}

/// How many versions are not those of the environment below.
fn summary(places: &[Place]) -> String {
    let mut apps: Vec<&str> = places.iter().map(|place| place.app.as_str()).collect();
    apps.dedup();
    let states = |wanted: fn(State) -> bool| {
        places
            .iter()
            .flat_map(|place| &place.items)
            .filter_map(|item| item.state)
            .filter(|state| wanted(*state))
            .count()
    };
    let other = states(|state| matches!(state, State::Behind | State::Ahead | State::Differs));
    let (of, absent) = (states(|state| state != State::Absent), states(|state| state == State::Absent));
    let runs = format!("{} in {}", counted(apps.len(), "app"), counted(places.len(), "overlay"));
    let mut said = Vec::new();
    if other > 0 {
        said.push(format!("{other} of {of} differ from the environment below"));
    }
    if absent > 0 {
        said.push(format!("{absent} not in the environment below"));
    }
    match said.as_slice() {
        [] if of == 0 => runs,
        [] => format!("{runs}: every environment runs what the one below runs"),
        said => format!("{runs}: {}", said.join(", ")),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    places: &'a [Place],
}

/// All that is known, for programs.
#[must_use]
pub fn document(places: &[Place]) -> impl Serialize {
    Document { version: VERSION, places }
}

/// What runs where, by app, environment and, where there are several, cluster; all of it sorted by name.
#[derive(Serialize)]
struct VersionsFile<'a> {
    version: u32,
    apps: BTreeMap<&'a str, BTreeMap<&'a str, Environment<'a>>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Environment<'a> {
    One(Running<'a>),
    Clusters { clusters: BTreeMap<&'a str, Running<'a>> },
}

#[derive(Default, Serialize)]
struct Running<'a> {
    images: BTreeMap<&'a str, OneOrMore<&'a ImageVersion>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    versions: BTreeMap<What, BTreeMap<&'a str, OneOrMore<Option<&'a str>>>>,
}

/// Hardly ever does one overlay run two versions of one thing.
#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T: Copy> OneOrMore<T> {
    fn add(&mut self, item: T) {
        match self {
            Self::One(first) => *self = Self::More(vec![*first, item]),
            Self::More(items) => items.push(item),
        }
    }
}

/// Whether this may be the content of a versions file, of whichever version.
#[must_use]
pub fn is_versions_file(content: &[u8]) -> bool {
    let content: Option<serde_json::Value> = serde_json::from_slice(content).ok();
    content.is_some_and(|content| content.get("version").is_some() && content.get("apps").is_some())
}

/// The content of a versions file: what runs where, sorted, so that it differs where what runs does.
///
/// # Errors
/// Never: there is nothing in it that JSON has no form for.
pub fn versions_file(places: &[Place]) -> io::Result<String> {
    let mut apps: BTreeMap<&str, BTreeMap<&str, Environment<'_>>> = BTreeMap::new();
    for place in places {
        let running = Running::new(&place.items);
        let environments = apps.entry(&place.app).or_default();
        match (&place.cluster, environments.get_mut(place.environment.as_str())) {
            (Some(cluster), Some(Environment::Clusters { clusters })) => _ = clusters.insert(cluster, running),
            (Some(cluster), _) => {
                let clusters = BTreeMap::from([(cluster.as_str(), running)]);
                environments.insert(&place.environment, Environment::Clusters { clusters });
            }
            (None, _) => _ = environments.insert(&place.environment, Environment::One(running)),
        }
    }
    let text = serde_json::to_string_pretty(&VersionsFile { version: VERSION, apps })?;
    Ok(inert(&text) + "\n")
}

impl<'a> Running<'a> {
    fn new(items: &'a [Item]) -> Self {
        let mut running = Self::default();
        for item in items {
            let name = item.name.as_str();
            match (item.what, &item.version) {
                (Kind::Image, Version::Image(version)) => add(&mut running.images, name, version),
                (Kind::Other(what), Version::Other { version }) => {
                    add(running.versions.entry(what).or_default(), name, version.as_deref());
                }
                // What is no image reference has no version.
                _ => {}
            }
        }
        running
    }
}

fn add<'a, T: Copy>(map: &mut BTreeMap<&'a str, OneOrMore<T>>, name: &'a str, item: T) {
    match map.get_mut(name) {
        Some(present) => present.add(item),
        None => _ = map.insert(name, OneOrMore::One(item)),
    }
}
