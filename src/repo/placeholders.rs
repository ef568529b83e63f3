//! Paths with placeholders, and what a directory's path says when it fits one.
//!
//! `{environment}` stands for a name or alias of an environment, every other placeholder for any text. None reaches over
//! a `/`, and one that is there twice stands for the same both times. What the placeholders are for is left to others.

use regex::Regex;

use super::environments::{Environment, Environments};
use crate::schema::nearest;
use crate::source::{Problem, RepoPath, Span};

pub(super) const APP: &str = "app";
pub(super) const CLUSTER: &str = "cluster";
pub(super) const ENVIRONMENT: &str = "environment";

/// A path with placeholders.
#[derive(Debug, Clone)]
pub struct PathPattern {
    /// The path as written.
    pub written: String,
    /// Its text in the configuration.
    pub span: Option<Span>,
    /// What the groups of the expressions stand for.
    placeholders: Vec<String>,
    /// The components without placeholders.
    literals: Vec<String>,
    strict: Regex,
    /// As `strict`, with any text for the environment.
    loose: Regex,
}

/// What the placeholders of a path stand for.
pub(super) struct Bound<'p, 'd> {
    /// The environment's name; `None` where the path has no `{environment}`.
    pub(super) environment: Option<String>,
    texts: Vec<(&'p str, &'d str)>,
}

impl<'d> Bound<'_, 'd> {
    /// What a placeholder stands for.
    pub(super) fn text(&self, placeholder: &str) -> Option<&'d str> {
        self.texts.iter().find(|(name, _)| *name == placeholder).map(|(_, text)| *text)
    }

    /// What the placeholders that `wanted` knows stand for, in the order of the path.
    pub(super) fn texts(&self, wanted: impl Fn(&str) -> bool) -> Vec<&'d str> {
        self.texts.iter().filter(|(name, _)| wanted(name)).map(|(_, text)| *text).collect()
    }
}

impl PathPattern {
    /// Reads a path that stands at `span`; of the placeholders that are `known`, a misspelt one is an error.
    pub(super) fn read(
        written: &str,
        span: Option<Span>,
        known: &[&str],
        environments: &Environments,
    ) -> Result<Self, Problem> {
        let parsed = Pieces::parse(written, known).map_err(|problem| problem.at(span))?;
        let mut words: Vec<&str> = environments.iter().flat_map(Environment::names).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let words: Vec<String> = words.into_iter().map(regex::escape).collect();
        let compile = |environment: &str| {
            parsed.regex(environment).map_err(|error| Problem::new(format!("`{written}`: {error}")).at(span))
        };
        Ok(Self {
            written: written.to_owned(),
            span,
            placeholders: parsed.placeholders().map(str::to_owned).collect(),
            literals: parsed.literals().map(str::to_owned).collect(),
            strict: compile(&format!("((?i:{}))", words.join("|")))?,
            loose: compile("([^/]+)")?,
        })
    }

    /// The components without placeholders.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(String::as_str)
    }

    /// Whether it holds a placeholder that `wanted` knows.
    pub(super) fn has(&self, wanted: impl Fn(&str) -> bool) -> bool {
        self.placeholders.iter().any(|name| wanted(name))
    }

    /// Whether it holds `{environment}`.
    pub(super) fn names_environment(&self) -> bool {
        self.has(|name| name == ENVIRONMENT)
    }

    /// What the path of `directory` says; `None` where it does not fit.
    pub(super) fn fit<'d>(&self, directory: &'d RepoPath, environments: &Environments) -> Option<Bound<'_, 'd>> {
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
        let environment = match bound.iter().find(|(name, _)| *name == ENVIRONMENT) {
            Some((_, word)) => Some(environments.find(word)?.name.clone()),
            None => None,
        };
        Some(Bound { environment, texts: bound })
    }

    /// What `directory` has in the place of `{environment}`, where all else fits.
    pub(super) fn environment_word<'d>(&self, directory: &'d RepoPath) -> Option<&'d str> {
        let group = self.placeholders.iter().position(|name| name == ENVIRONMENT)? + 1;
        self.loose.captures(directory.as_str())?.get(group).map(|group| group.as_str())
    }
}

enum Piece {
    Text(String),
    Placeholder(String),
}

/// A path's components, each a row of pieces.
struct Pieces(Vec<Vec<Piece>>);

impl Pieces {
    fn parse(written: &str, known: &[&str]) -> Result<Self, Problem> {
        let path = RepoPath::new(written).map_err(|error| {
            Problem::new(error.to_string()).hint("write the path from the root of the repository down")
        })?;
        path.components()
            .map(|component| Self::component(component, written, known))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn component(component: &str, written: &str, known: &[&str]) -> Result<Vec<Piece>, Problem> {
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
            let near = nearest(name, known.iter().copied()).filter(|near| *near != name);
            if name.is_empty() || !name.chars().all(is_word) || near.is_some() {
                let all: Vec<String> = known.iter().map(|name| format!("`{{{name}}}`")).collect();
                let hint = near
                    .map_or_else(|| format!("use {}", all.join(", ")), |near| format!("did you mean `{{{near}}}`?"));
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

    fn regex(&self, environment: &str) -> Result<Regex, regex::Error> {
        let component = |pieces: &Vec<Piece>| {
            let expressions = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => regex::escape(text),
                Piece::Placeholder(name) if name == ENVIRONMENT => environment.to_owned(),
                Piece::Placeholder(_) => "([^/]+)".to_owned(),
            });
            expressions.collect::<String>()
        };
        let path: Vec<String> = self.0.iter().map(component).collect();
        Regex::new(&format!("^{}$", path.join("/")))
    }
}
