//! Environments: their names, their order, which are protected, and where each is found.

use std::collections::BTreeSet;

use crate::schema::nearest;
use crate::source::{Problem, Span};
use crate::yaml::{Decoded, Node};

/// The names that directories have for environments, lowest trust first; the first of each is what the
/// environment is called.
const KNOWN: [&[&str]; 8] = [
    &["dev", "development"],
    &["test", "testing"],
    &["integration", "int"],
    &["qa"],
    &["uat"],
    &["staging", "stage", "stg"],
    &["preprod", "pre-prod", "preproduction", "pre-production"],
    &["production", "prod", "prd", "live"],
];

/// The environment that is protected where nobody says which.
const PROTECTED: &str = "production";

/// A stage of the promotion order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// Other names that directories have for it.
    pub aliases: Vec<String>,
    /// Whether it is guarded most strictly.
    pub protected: bool,
    /// The Git revision that holds it, where each environment has a branch.
    pub revision: Option<String>,
    /// The checkout that holds it, where each environment has a repository; relative to the root.
    pub root: Option<String>,
    /// Its entry in the configuration.
    pub span: Option<Span>,
}

impl Environment {
    /// Whether `word` is one of its names, whatever the letters' case.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.names().any(|name| name.eq_ignore_ascii_case(word))
    }

    /// Its name, then its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Whether it is somewhere else than in the revision at hand.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.revision.is_some() || self.root.is_some()
    }
}

/// All environments, in the order of promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environments {
    list: Vec<Environment>,
    configured: bool,
}

impl Default for Environments {
    /// The environments that are known by their usual names.
    fn default() -> Self {
        let list = KNOWN.iter().map(|names| Environment {
            name: names.first().copied().unwrap_or_default().to_owned(),
            aliases: names.iter().skip(1).map(|name| (*name).to_owned()).collect(),
            protected: names.contains(&PROTECTED),
            revision: None,
            root: None,
            span: None,
        });
        Self { list: list.collect(), configured: false }
    }
}

impl Environments {
    /// The environments in the order of promotion.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Environment> {
        self.list.iter()
    }

    /// Whether the configuration lists them; otherwise they are the usual ones.
    #[must_use]
    pub fn configured(&self) -> bool {
        self.configured
    }

    /// The environment with that name or alias.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<&Environment> {
        self.list.iter().find(|environment| environment.is_called(word))
    }

    /// Where an environment stands in the order of promotion, from 0; `name` is its name, not an alias.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|environment| environment.name == name)
    }

    /// Keeps the environments that `keep` wants. Where that leaves none protected, the last one is.
    pub(super) fn retain(&mut self, keep: impl Fn(&Environment) -> bool) {
        self.list.retain(keep);
        if !self.list.iter().any(|environment| environment.protected)
            && let Some(last) = self.list.last_mut()
        {
            last.protected = true;
        }
    }

    /// Reads the list of the configuration.
    pub(super) fn read(node: &Node, problems: &mut Vec<Problem>) -> Self {
        let mut taken = BTreeSet::new();
        let mut entries: Vec<(&Node, Environment)> = Vec::new();
        for item in node.as_seq().unwrap_or_default() {
            entries.extend(entry(item, &mut taken, problems).map(|environment| (item, environment)));
        }
        for (item, environment) in &mut entries {
            for alias in item.get("aliases").and_then(Node::as_seq).unwrap_or_default() {
                environment.aliases.extend(claim(alias, &mut taken, problems));
            }
        }
        // The usual aliases come last: a name that somebody wrote belongs where it is written.
        for (_, environment) in entries.iter_mut().filter(|(item, _)| item.get("aliases").is_none()) {
            let usual = KNOWN.iter().find(|names| names.contains(&environment.name.as_str()));
            let free =
                usual.into_iter().flat_map(|names| names.iter()).filter(|name| taken.insert((**name).to_owned()));
            environment.aliases.extend(free.map(|name| (*name).to_owned()));
        }
        let said: Vec<Option<bool>> = entries.iter().map(|(item, _)| says_protected(item)).collect();
        let mut list: Vec<Environment> = entries.into_iter().map(|(_, environment)| environment).collect();
        protect(&mut list, &said);
        Self { list, configured: true }
    }

    /// The name of the environment that the configuration names in `node`.
    pub(super) fn resolve(&self, node: &Node, problems: &mut Vec<Problem>) -> Option<String> {
        let word = node.text()?;
        if let Some(environment) = self.find(word) {
            return Some(environment.name.clone());
        }
        let names: Vec<&str> = self.list.iter().flat_map(Environment::names).collect();
        let hint = match nearest(word, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.configured => "add it to `environments`, in the order of promotion".to_owned(),
            None => "list your `environments` in the order of promotion".to_owned(),
        };
        problems.push(Problem::new(format!("there is no environment `{word}`")).at(node.origin.span).hint(hint));
        None
    }
}

/// One entry of `environments`, without its aliases.
fn entry(item: &Node, taken: &mut BTreeSet<String>, problems: &mut Vec<Problem>) -> Option<Environment> {
    let name = claim(item.get("name").unwrap_or(item), taken, problems)?;
    let text = |key: &str| item.get(key).and_then(Node::text).map(str::to_owned);
    let (revision, root) = (text("revision"), text("root"));
    if revision.is_some() && root.is_some() {
        problems.push(
            Problem::new(format!("`{name}` has both a `revision` and a `root`"))
                .at(item.get("root").and_then(|node| node.origin.span))
                .hint("keep the one that holds it"),
        );
    }
    Some(Environment { name, aliases: Vec::new(), protected: false, revision, root, span: item.origin.span })
}

/// The name that `node` holds, where it can be one and is nobody else's.
fn claim(node: &Node, taken: &mut BTreeSet<String>, problems: &mut Vec<Problem>) -> Option<String> {
    let name = node.text().filter(|name| !name.is_empty())?;
    if name.contains('/') || name.trim() != name {
        problems.push(
            Problem::new(format!("`{name}` cannot be the name of an environment"))
                .at(node.origin.span)
                .hint("use the name of one directory, without `/` in it and spaces around it"),
        );
        return None;
    }
    if !taken.insert(name.to_ascii_lowercase()) {
        problems.push(
            Problem::new(format!("the name `{name}` is there twice among the environments"))
                .at(node.origin.span)
                .hint("each name and alias belongs to one environment"),
        );
        return None;
    }
    Some(name.to_owned())
}

fn says_protected(item: &Node) -> Option<bool> {
    match item.get("protected")?.as_scalar()?.decode() {
        Decoded::Bool(value) => Some(value),
        _ => None,
    }
}

/// What is said counts; where nothing is said to be protected, production is, or else the last.
fn protect(list: &mut [Environment], said: &[Option<bool>]) {
    let explicit = said.contains(&Some(true));
    let production = list.iter().position(|environment| environment.is_called(PROTECTED));
    let fallback = production.or(list.len().checked_sub(1)).filter(|_| !explicit);
    for (index, (environment, said)) in list.iter_mut().zip(said).enumerate() {
        environment.protected = said.unwrap_or(fallback == Some(index));
    }
}
