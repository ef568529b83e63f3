//! The entries of `apps`: which directories are overlays, of which app, and which are not judged.
//!
//! In their paths `{environment}` is the environment, `{cluster}` the cluster, and `{app}` and every other word a part of
//! the app's name, which is all of these joined by `/`.

use super::environments::{Environment, Environments};
use super::pattern::Glob;
use super::placeholders::{APP, CLUSTER, ENVIRONMENT, PathPattern};
use crate::source::{Problem, RepoPath};
use crate::yaml::Node;

/// Parts of a path that say how a repository is built, not what an app is.
const SCAFFOLDING: [&str; 7] = ["base", "overlay", "overlays", "env", "envs", "environment", "environments"];

/// Directories that are overlays: a path with placeholders.
#[derive(Debug, Clone)]
pub struct AppPattern {
    /// The path.
    pub path: PathPattern,
    /// Directories that fit and are no overlays.
    pub exclude: Vec<Exclusion>,
    /// The app's name, where no placeholder says it.
    name: String,
}

/// A directory that is no overlay, and all below it. `*` stands for any text within a name, `**` for any names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The path as written.
    pub written: String,
    /// Why it is left out.
    pub reason: Option<String>,
    names: Vec<Glob>,
}

impl Exclusion {
    /// Whether it is, or holds, `directory`.
    #[must_use]
    pub fn covers(&self, directory: &RepoPath) -> bool {
        covers(&self.names, &directory.components().collect::<Vec<_>>())
    }

    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = node.get("path").unwrap_or(node);
        let written = path.text()?;
        let parsed = RepoPath::new(written).map_err(|error| error.to_string()).and_then(|parsed| match written {
            _ if parsed.is_root() => Err(format!("`{written}` excludes every directory")),
            _ if written.contains(['{', '}']) => {
                Err(format!("`{written}` has a placeholder, which `exclude` does not know"))
            }
            _ => Ok(parsed),
        });
        match parsed {
            Ok(parsed) => Some(Self {
                written: written.to_owned(),
                reason: node.get("reason").and_then(Node::text).map(str::to_owned),
                names: parsed.components().map(Glob::new).collect(),
            }),
            Err(message) => {
                let hint =
                    "write the path from the root of the repository down, with `*` for any name and `**` for any names";
                problems.push(Problem::new(message).at(path.origin.span).hint(hint));
                None
            }
        }
    }
}

/// Whether the first of `names` fit `path`, one by one.
fn covers(names: &[Glob], path: &[&str]) -> bool {
    match (names.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((name, rest)), _) if name.as_str() == "**" => {
            (0..=path.len()).any(|skip| path.get(skip..).is_some_and(|path| covers(rest, path)))
        }
        (Some((name, rest)), Some((first, path))) => name.matches(first) && covers(rest, path),
        (Some(_), None) => false,
    }
}

/// What a path says about a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The app's name.
    pub app: String,
    /// The environment's name; `None` where the pattern has no `{environment}`.
    pub environment: Option<String>,
    /// The cluster.
    pub cluster: Option<String>,
}

impl AppPattern {
    /// What the path of `directory` says; `None` where it does not fit.
    #[must_use]
    pub fn fit(&self, directory: &RepoPath, environments: &Environments) -> Option<Fit> {
        let bound = self.path.fit(directory, environments)?;
        let parts = bound.texts(is_name);
        let app = if parts.is_empty() { self.name.clone() } else { parts.join("/") };
        let cluster = bound.text(CLUSTER).map(str::to_owned);
        Some(Fit { app, environment: bound.environment, cluster })
    }

    /// What `directory` has in the place of `{environment}`, where all else fits.
    #[must_use]
    pub fn environment_word<'d>(&self, directory: &'d RepoPath) -> Option<&'d str> {
        self.path.environment_word(directory)
    }

    /// Whether `directory` is no overlay although it fits.
    #[must_use]
    pub fn excludes(&self, directory: &RepoPath) -> bool {
        self.exclude.iter().any(|exclusion| exclusion.covers(directory))
    }

    /// Reads an entry of `apps`.
    pub(super) fn read(node: &Node, environments: &Environments, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = node.get("path").unwrap_or(node);
        let written = path.text()?;
        let known = [APP, CLUSTER, ENVIRONMENT];
        let path = PathPattern::read(written, path.origin.span, &known, environments);
        let path = path.map_err(|problem| problems.push(problem)).ok()?;
        if !path.names_environment() && !environments.iter().any(Environment::is_elsewhere) {
            problems.push(
                Problem::new(format!("`{written}` has no `{{environment}}`"))
                    .at(path.span)
                    .hint("say where the environment's name stands, as in `apps/{app}/overlays/{environment}`"),
            );
            return None;
        }
        let named = node.get("name").and_then(Node::text);
        if named.is_some() && path.has(is_name) {
            problems.push(
                Problem::new(format!("`{written}` says the app's name already"))
                    .at(node.get("name").and_then(|name| name.origin.span))
                    .hint("take `name` away, or `{app}`"),
            );
            return None;
        }
        let name = named.map_or_else(|| plain_name(path.literals()), str::to_owned);
        let exclude = node.get("exclude").and_then(Node::as_seq).unwrap_or_default();
        let exclude = exclude.iter().filter_map(|entry| Exclusion::read(entry, problems)).collect();
        Some(Self { path, exclude, name })
    }
}

fn is_name(placeholder: &str) -> bool {
    !matches!(placeholder, CLUSTER | ENVIRONMENT)
}

/// The name of an app whose directory has these components besides its environment.
pub(super) fn plain_name<'a>(components: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = components.into_iter().collect();
    let telling: Vec<&str> = all.iter().filter(|part| !SCAFFOLDING.contains(part)).copied().collect();
    match (telling.is_empty(), all.is_empty()) {
        (false, _) => telling.join("/"),
        (true, false) => all.join("/"),
        (true, true) => APP.to_owned(),
    }
}
