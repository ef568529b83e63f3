//! What Argo CD's own settings in the repository say of builds: `kustomize.buildOptions` of the ConfigMap `argocd-cm`, or of
//! the values of its chart.

use std::collections::{BTreeMap, BTreeSet};

use super::options::BuildOptions;
use crate::kustomize::{Manifest, Options, Parts, Renderer, Web};
use crate::pointer::applied::BuildSetting;
use crate::pointer::{fields, files};
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, parse_all};

/// The key of the options. With a `.` and a version behind it, it is for Applications that want that version of kustomize.
pub(in crate::pointer) const KEY: &str = "kustomize.buildOptions";

/// What begins the keys that say where a version of kustomize is, which is known by that.
const VERSIONS: [&str; 2] = ["kustomize.path.", "kustomize.version."];

/// The ConfigMap of the settings.
const NAME: &str = "argocd-cm";

/// Where the values of the chart have what goes into it; older charts have it in `server.config`. Around them may be the
/// name of the chart, as what depends on a chart sets its values.
const VALUES: [[&str; 2]; 2] = [["configs", "cm"], ["server", "config"]];

/// The options that a repository sets.
#[derive(Debug, Clone, Default)]
pub(in crate::pointer) struct Settings {
    /// For Applications that want no version.
    all: Option<BuildSetting>,
    /// For those that want a version that is known.
    by_version: BTreeMap<String, Option<BuildSetting>>,
}

/// What one place says.
struct Said {
    file: RepoPath,
    is_object: bool,
    entries: BTreeMap<String, String>,
}

impl Settings {
    /// What `files` set; nothing where they disagree: then nothing says which Argo CD applies what. `kustomizations` are
    /// those of the repository: where they render the ConfigMap, that counts and not what it is made of.
    pub(in crate::pointer) fn find(web: &Web<'_>, files: &[RepoPath], kustomizations: &[RepoPath]) -> Self {
        let mut said: Vec<Said> = files.iter().flat_map(|file| of_file(web.revision(), file)).collect();
        if !agree(&said) {
            resolve(web, kustomizations, &mut said);
        }
        let one = |key: &str| {
            let mut found = said.iter().filter_map(|said| Some((said, said.entries.get(key)?)));
            let (first, options) = found.next()?;
            let setting = BuildSetting::Options { file: first.file.clone(), options: options.clone() };
            found.all(|(_, other)| other == options).then_some(setting)
        };
        let keys = said.iter().flat_map(|said| said.entries.keys());
        let known: BTreeSet<&str> = keys.filter_map(|key| version(key)).collect();
        let by_version = known.into_iter().map(|version| (version.to_owned(), one(&format!("{KEY}.{version}"))));
        Self { all: one(KEY), by_version: by_version.collect() }
    }

    /// The options for an Application.
    pub(in crate::pointer) fn of(&self, application: &Node) -> Option<BuildSetting> {
        let mut sources = fields::sources(application);
        let wanted = sources.find_map(|source| fields::text(source, &["kustomize", "version"]).ok().flatten());
        match wanted.and_then(Node::as_str).and_then(|version| self.by_version.get(version)) {
            Some(setting) => setting.clone(),
            None => self.all.clone(),
        }
    }
}

/// The version that a key is for.
fn version(key: &str) -> Option<&str> {
    VERSIONS.iter().find_map(|begin| key.strip_prefix(begin)).or_else(|| key.strip_prefix(KEY)?.strip_prefix('.'))
}

/// Whether no two places say different things of a key.
fn agree(said: &[Said]) -> bool {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    said.iter().flat_map(|said| &said.entries).all(|(key, value)| *known.entry(key).or_insert(value) == value)
}

/// The options in the place of those that nothing sets.
///
/// # Errors
/// When kustomize does not know them.
pub(in crate::pointer) fn options(setting: Option<&BuildSetting>, parts: Parts) -> Result<BuildOptions, Problem> {
    let Some(BuildSetting::Options { file, options }) = setting else { return Ok(BuildOptions::of(parts)) };
    let options = BuildOptions::parse(options).map_err(|problem| problem.within(file))?;
    Ok(options.with(parts))
}

/// What a file sets.
fn of_file(revision: &Revision, file: &RepoPath) -> Vec<Said> {
    let said = |root: Node| {
        let is_object = is_settings(&root);
        let entries = if is_object { entries(root.get("data")) } else { of_values(&root) };
        (!entries.is_empty()).then(|| Said { file: file.clone(), is_object, entries })
    };
    files::objects(revision, file).into_iter().filter_map(said).collect()
}

/// Whether an object is the ConfigMap of the settings, or a patch of it.
fn is_settings(object: &Node) -> bool {
    let text = |path: &[&str]| object.at(path).and_then(Node::as_str);
    text(&["kind"]) == Some("ConfigMap") && text(&["metadata", "name"]) == Some(NAME)
}

/// What values of the chart set: those of a file, of a `HelmRelease`, or of an Application.
fn of_values(root: &Node) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if root.get("kind").is_none() {
        found.extend(in_chart(root));
        return found;
    }
    let sources = root.at(&["spec", "sources"]).and_then(Node::as_seq).unwrap_or_default();
    for source in sources.iter().chain(root.at(&["spec", "source"])) {
        found.extend(source.at(&["helm", "valuesObject"]).map(in_chart).unwrap_or_default());
        let text = source.at(&["helm", "values"]).and_then(Node::as_str).unwrap_or_default();
        let values = parse_all(&Text::loose(text), Dialect::Resource).unwrap_or_default();
        found.extend(values.iter().flat_map(in_chart));
    }
    found.extend(root.at(&["spec", "values"]).map(in_chart).unwrap_or_default());
    found
}

fn in_chart(values: &Node) -> BTreeMap<String, String> {
    let inner = values.as_map().into_iter().flat_map(|map| map.iter().map(|entry| &entry.value));
    let all = std::iter::once(values).chain(inner);
    all.flat_map(|values| VALUES.iter().filter_map(move |path| values.at(path)))
        .flat_map(|map| entries(Some(map)))
        .collect()
}

/// The settings of kustomize in a map.
fn entries(map: Option<&Node>) -> BTreeMap<String, String> {
    let is_asked = |key: &str| key == KEY || version(key).is_some();
    let all = map.and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    let asked = all.filter(|entry| is_asked(&entry.key.text));
    asked.filter_map(|entry| Some((entry.key.text.to_string(), entry.value.text()?.to_owned()))).collect()
}

/// Puts what kustomizations render in the place of what they make it of.
fn resolve(web: &Web<'_>, kustomizations: &[RepoPath], said: &mut Vec<Said>) {
    let objects: BTreeSet<RepoPath> =
        said.iter().filter(|said| said.is_object).filter_map(|said| said.file.parent()).collect();
    let reaching = kustomizations.iter().map(|directory| (directory, web.reach(directory)));
    let reaching: Vec<_> = reaching.filter(|(_, reach)| objects.iter().any(|home| reach.contains(home))).collect();
    let is_part =
        |directory: &RepoPath| reaching.iter().any(|(other, reach)| *other != directory && reach.contains(directory));
    for (directory, reach) in reaching.iter().filter(|(directory, _)| !is_part(directory)) {
        let renderer = Renderer::new(web.revision(), Options { parts: Parts::Seen, ..Options::default() });
        let Ok(render) = renderer.render(directory) else { continue };
        let Some(object) = render.resources.iter().find(|manifest| is_settings(&manifest.node)) else { continue };
        let file = file_of(web.revision(), object).unwrap_or_else(|| (*directory).clone());
        said.retain(|said| !said.is_object || said.file.parent().is_none_or(|home| !reach.contains(&home)));
        said.push(Said { file, is_object: false, entries: entries(object.node.get("data")) });
    }
}

/// The file that sets the options, else the one that has the object.
fn file_of(revision: &Revision, object: &Manifest) -> Option<RepoPath> {
    let options = object.node.at(&["data", KEY]).and_then(|options| options.origin.span);
    let span = options.or(object.node.origin.span)?;
    Some(revision.files().get(span.file).path().clone())
}
