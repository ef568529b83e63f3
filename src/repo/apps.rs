//! The entries of `apps`: paths with placeholders, and what a directory's path says when it fits one.
//!
//! `{environment}` stands for a name or alias of an environment, `{cluster}` for any text, `{app}` and every
//! other word for a part of the app's name, which is all of these joined by `/`. No placeholder reaches over
//! a `/`, and one that is there twice stands for the same both times.

use regex::Regex;

use super::environments::{Environment, Environments};
use super::pattern::Glob;
use crate::schema::nearest;
use crate::source::{Problem, RepoPath, Span};
use crate::yaml::Node;

/// Parts of a path that say how a repository is built, not what an app is.
const SCAFFOLDING: [&str; 7] = ["base", "overlay", "overlays", "env", "envs", "environment", "environments"];

const APP: &str = "app";
const CLUSTER: &str = "cluster";
const ENVIRONMENT: &str = "environment";

/// A path with placeholders.
#[derive(Debug, Clone)]
pub struct AppPattern {
    /// The path as written.
    pub written: String,
    /// Its text in the configuration.
    pub span: Option<Span>,
    /// Directories that fit and are no overlays.
    pub exclude: Vec<Exclusion>,
    /// The app's name, where no placeholder says it.
    name: String,
    /// What the groups of the expressions stand for.
    placeholders: Vec<String>,
    strict: Regex,
    /// As `strict`, with any text for the environment.
    loose: Regex,
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
    /// Whether it holds `{environment}`.
    #[must_use]
    pub fn names_environment(&self) -> bool {
        self.placeholders.iter().any(|name| name == ENVIRONMENT)
    }

    /// What the path of `directory` says; `None` where it does not fit.
    #[must_use]
    pub fn fit(&self, directory: &RepoPath, environments: &Environments) -> Option<Fit> {
        let captures = self.strict.captures(directory.as_str())?;
        let texts = captures.iter().skip(1).map(|group| group.map_or("", |group| group.as_str()));
        let mut bound: Vec<(&str, &str)> = Vec::new();
        for (name, text) in self.placeholders.iter().map(String::as_str).zip(texts) {
            match bound.iter().find(|(other, _)| *other == name) {
                None => bound.push((name, text)),
                Some((_, before)) if *before == text => {}
                Some((_, before)) if name == ENVIRONMENT && environments.find(before) == environments.find(text) => {}
                Some(_) => return None,
            }
        }
        let find = |name: &str| bound.iter().find(|(other, _)| *other == name).map(|(_, text)| *text);
        let environment = match find(ENVIRONMENT) {
            Some(word) => Some(environments.find(word)?.name.clone()),
            None => None,
        };
        let parts: Vec<&str> = bound.iter().filter(|(name, _)| is_name(name)).map(|(_, text)| *text).collect();
        let app = if parts.is_empty() { self.name.clone() } else { parts.join("/") };
        Some(Fit { app, environment, cluster: find(CLUSTER).map(str::to_owned) })
    }

    /// What `directory` has in the place of `{environment}`, where all else fits.
    #[must_use]
    pub fn environment_word<'d>(&self, directory: &'d RepoPath) -> Option<&'d str> {
        let group = self.placeholders.iter().position(|name| name == ENVIRONMENT)? + 1;
        self.loose.captures(directory.as_str())?.get(group).map(|group| group.as_str())
    }

    /// Whether `directory` is no overlay although it fits.
    #[must_use]
    pub fn excludes(&self, directory: &RepoPath) -> bool {
        self.exclude.iter().any(|exclusion| exclusion.covers(directory))
    }

    /// Reads an entry of `apps`.
    pub(super) fn read(node: &Node, environments: &Environments, problems: &mut Vec<Problem>) -> Option<Self> {
        let path = node.get("path").unwrap_or(node);
        let written = path.text()?.to_owned();
        let parsed = Pieces::parse(&written).map_err(|problem| problems.push(problem.at(path.origin.span))).ok()?;
        let placeholders: Vec<String> = parsed.placeholders().map(str::to_owned).collect();
        if !placeholders.iter().any(|name| name == ENVIRONMENT) && !environments.iter().any(Environment::is_elsewhere) {
            problems.push(
                Problem::new(format!("`{written}` has no `{{environment}}`"))
                    .at(path.origin.span)
                    .hint("say where the environment's name stands, as in `apps/{app}/overlays/{environment}`"),
            );
            return None;
        }
        let named = node.get("name").and_then(Node::text);
        if named.is_some() && placeholders.iter().any(|name| is_name(name)) {
            problems.push(
                Problem::new(format!("`{written}` says the app's name already"))
                    .at(node.get("name").and_then(|name| name.origin.span))
                    .hint("take `name` away, or `{app}`"),
            );
            return None;
        }
        let mut words: Vec<&str> = environments.iter().flat_map(Environment::names).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let words: Vec<String> = words.into_iter().map(regex::escape).collect();
        let name = named.map_or_else(|| plain_name(parsed.literals()), str::to_owned);
        let strict = parsed.regex(&format!("((?i:{}))", words.join("|")))?;
        let loose = parsed.regex("([^/]+)")?;
        let exclude = node.get("exclude").and_then(Node::as_seq).unwrap_or_default();
        let exclude = exclude.iter().filter_map(|entry| Exclusion::read(entry, problems)).collect();
        Some(Self { written, span: path.origin.span, exclude, name, placeholders, strict, loose })
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

enum Piece {
    Text(String),
    Placeholder(String),
}

/// A path's components, each a row of pieces.
struct Pieces(Vec<Vec<Piece>>);

impl Pieces {
    fn parse(written: &str) -> Result<Self, Problem> {
        let path = RepoPath::new(written).map_err(|error| {
            Problem::new(error.to_string()).hint("write the path from the root of the repository down")
        })?;
        path.components().map(|component| Self::component(component, written)).collect::<Result<_, _>>().map(Self)
    }

    fn component(component: &str, written: &str) -> Result<Vec<Piece>, Problem> {
        let mut pieces = Vec::new();
        let mut rest = component;
        while let Some((text, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(Problem::new(format!("`{written}` opens a `{{` that it does not close")));
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let known = [APP, CLUSTER, ENVIRONMENT];
            let near = nearest(name, known).filter(|near| *near != name);
            if name.is_empty() || !name.chars().all(is_word) || near.is_some() {
                let hint = near.map_or_else(
                    || "use `{app}`, `{environment}` and `{cluster}`".to_owned(),
                    |near| format!("did you mean `{{{near}}}`?"),
                );
                return Err(Problem::new(format!("`{{{name}}}` is not a placeholder")).hint(hint));
            }
            pieces.push(Piece::Placeholder(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(pieces)
    }

    fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The components without placeholders.
    fn literals(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|component| match component.as_slice() {
            [Piece::Text(text)] => Some(text.as_str()),
            _ => None,
        })
    }

    fn regex(&self, environment: &str) -> Option<Regex> {
        let component = |pieces: &Vec<Piece>| {
            let expressions = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => regex::escape(text),
                Piece::Placeholder(name) if name == ENVIRONMENT => environment.to_owned(),
                Piece::Placeholder(_) => "([^/]+)".to_owned(),
            });
            expressions.collect::<String>()
        };
        let path: Vec<String> = self.0.iter().map(component).collect();
        Regex::new(&format!("^{}$", path.join("/"))).ok()
    }
}
