//! `gate.yaml`: read, checked and typed, with the places that later messages need.
//!
//! Everything that is wrong is reported at once. What each section means is in the module of its name; that
//! policies exist is checked by whoever knows them, through [`Config::unknown_policies`].

use std::collections::{BTreeMap, BTreeSet};

use crate::kustomize::Parts;
use crate::repo::apps::AppPattern;
use crate::repo::clusters::ClusterPattern;
use crate::repo::environments::Environments;
use crate::repo::freeze::{self, FreezeWindow};
use crate::repo::pattern::{FieldPattern, Glob};
use crate::repo::schema::SCHEMA;
use crate::repo::waiver::{OF_THE_RUN, RENDER_ERROR, Waiver};
use crate::schema::{Schema, nearest};
use crate::source::{Problem, RepoPath, Revision, Severity, Span};
use crate::yaml::{Dialect, Node, Text, parse_all};

/// What `gate.yaml` says; the default is what no file says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The environments in the order of promotion.
    pub environments: Environments,
    /// Where overlays are; empty where they are to be found.
    pub apps: Vec<AppPattern>,
    /// Where clusters begin; empty where the names of directories tell.
    pub clusters: Vec<ClusterPattern>,
    /// Differences between environments.
    pub drift: Drift,
    /// Freeze windows.
    pub freeze: Vec<FreezeWindow>,
    /// The files that freeze windows are imported from.
    pub imports: Vec<RepoPath>,
    /// Which policies judge, and how.
    pub policies: Policies,
    /// Secrets and ConfigMaps that exist without being in the repository, as `name` or `namespace/name`.
    pub provided_secrets: Vec<String>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
    /// What manifests are checked against.
    pub kubernetes: Kubernetes,
    /// Whether an overlay cannot be judged while parts of it cannot be seen here.
    wants_all_parts: bool,
    /// Every policy that it names, and where.
    named_policies: Vec<(String, Option<Span>)>,
}

/// The section `drift`.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Pairs of environments to compare, by name, the lower first; empty means the highest and the one
    /// before it.
    pub compare: Vec<(String, String)>,
    /// Differences that are meant.
    pub allow: Vec<Allowance>,
}

/// A difference that is meant: all that is given must fit.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// The field and all below it.
    pub path: Option<FieldPattern>,
    /// The kind of the resource.
    pub kind: Option<String>,
    /// The name of the resource.
    pub name: Option<Glob>,
    /// The app.
    pub app: Option<Glob>,
    /// Why it is meant.
    pub reason: Option<String>,
    /// Its entry in the configuration.
    pub span: Option<Span>,
}

impl Allowance {
    /// Whether a difference in that field of that resource is meant. The field is written as
    /// [`crate::yaml::Path`] writes it, and empty where the whole resource is on one side only.
    #[must_use]
    pub fn covers(&self, app: &str, kind: &str, name: &str, field: &str) -> bool {
        self.app.as_ref().is_none_or(|wanted| wanted.matches(app))
            && self.kind.as_ref().is_none_or(|wanted| wanted == kind)
            && self.name.as_ref().is_none_or(|wanted| wanted.matches(name))
            && self.path.as_ref().is_none_or(|wanted| wanted.covers(field))
    }
}

/// The section `policies`.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Directories and files with the user's own policies.
    pub paths: Vec<RepoPath>,
    /// Settings, by policy.
    pub settings: BTreeMap<String, Node>,
    /// Severities other than the policy's own, by policy.
    pub severity: BTreeMap<String, Severity>,
    /// Policies that do not judge.
    pub disable: BTreeSet<String>,
}

/// The section `kubernetes`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kubernetes {
    /// The version of the clusters, such as `1.33`.
    pub version: Option<String>,
    /// Directories and files with schemas of custom resources.
    pub schemas: Vec<RepoPath>,
}

impl Config {
    /// Reads the configuration file at `path`, and what it imports. A file without content says nothing.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the text.
    pub fn load(revision: &Revision, path: &RepoPath) -> Result<Self, Vec<Problem>> {
        let (id, file) = revision.read(path).map_err(|error| vec![Problem::from(error).within(path)])?;
        let content = file.text().ok_or_else(|| {
            vec![Problem::new(format!("`{path}` is not UTF-8 text")).within(path).hint("save it as UTF-8")]
        })?;
        let documents = parse_all(&Text::of_file(id, content, 0), Dialect::Resource)
            .map_err(|problem| vec![problem.within(path)])?;
        match documents.as_slice() {
            [] => Ok(Self::default()),
            [document] => Self::read(document, revision),
            [_, second, ..] => Err(vec![
                Problem::new("a second document begins here")
                    .at(second.origin.span)
                    .hint("put the whole configuration into one document"),
            ]),
        }
    }

    /// Reads the configuration's root node, and from `revision` what it imports.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn read(root: &Node, revision: &Revision) -> Result<Self, Vec<Problem>> {
        if root.is_null() {
            return Ok(Self::default());
        }
        let document = serde_json::from_str(SCHEMA).map_err(|error| vec![Problem::new(error.to_string())])?;
        let mut problems = Schema::new(document).map_err(|problem| vec![problem])?.validate(root);
        let mut more = Vec::new();
        let config = Self::sections(root, revision, &mut more);
        // What breaks the schema needs no second message.
        more.retain(|problem| problems.iter().all(|known| known.span() != problem.span()));
        problems.append(&mut more);
        // What is wrong in another file comes where that is named.
        problems.sort_by_key(|problem| {
            let here = problem.trail().last().copied().or(problem.span());
            (here.map(|span| span.start), problem.span().map(|span| span.start))
        });
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// What becomes of parts that cannot be seen here.
    #[must_use]
    pub fn parts(&self) -> Parts {
        if self.wants_all_parts { Parts::All } else { Parts::Seen }
    }

    /// A problem for each policy that the configuration names and that is not among `known`.
    #[must_use]
    pub fn unknown_policies(&self, known: &[&str]) -> Vec<Problem> {
        self.named_policies.iter().filter_map(|(name, span)| unknown_policy(name, *span, known)).collect()
    }

    /// Reads what is well formed; the schema reports what is not.
    fn sections(root: &Node, revision: &Revision, problems: &mut Vec<Problem>) -> Self {
        let items = |section: &str| root.get(section).and_then(Node::as_seq).unwrap_or_default();
        let environments = match root.get("environments") {
            Some(list) => Environments::read(list, problems),
            None => Environments::default(),
        };
        let apps = items("apps").iter().filter_map(|app| AppPattern::read(app, &environments, problems)).collect();
        let clusters = items("clusters").iter();
        let clusters = clusters.filter_map(|entry| ClusterPattern::read(entry, &environments, problems)).collect();
        let drift = drift(root.get("drift"), &environments, problems);
        let windows = items("freeze").iter();
        let freeze = windows.flat_map(|window| freeze::read(window, &environments, revision, problems)).collect();
        let imports = items("freeze").iter().filter_map(|entry| RepoPath::new(entry.get("import")?.text()?).ok());
        let imports = imports.collect();
        let policies = policies(root.get("policies"), problems);
        let provided = root.at(&["secrets", "provided"]);
        let waivers = items("waivers").iter();
        let waivers = waivers.filter_map(|waiver| Waiver::read(waiver, &environments, problems)).collect();
        let kubernetes = Kubernetes {
            version: root.at(&["kubernetes", "version"]).and_then(Node::text).map(str::to_owned),
            schemas: paths(root.at(&["kubernetes", "schemas"]), problems),
        };
        let wants_all_parts = root.at(&["render", "unknown"]).and_then(Node::text) == Some("error");
        let provided_secrets = texts(provided).map(|(text, _)| text.to_owned()).collect();
        let named_policies = named_policies(root);
        Self {
            environments,
            apps,
            clusters,
            drift,
            freeze,
            imports,
            policies,
            provided_secrets,
            waivers,
            kubernetes,
            wants_all_parts,
            named_policies,
        }
    }
}

/// A problem where a policy that is named at `span` is not among `known`.
pub(in crate::repo) fn unknown_policy(name: &str, span: Option<Span>, known: &[&str]) -> Option<Problem> {
    if known.contains(&name) {
        return None;
    }
    if OF_THE_RUN.contains(&name) {
        let hint = "it says that something could not be judged, or that a waiver is wrong: mend the cause";
        return Some(Problem::new(format!("`{name}` is not a policy: it cannot be waived or set")).at(span).hint(hint));
    }
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gate policies` lists those that exist".to_owned(),
    };
    Some(Problem::new(format!("there is no policy `{name}`")).at(span).hint(hint))
}

/// Every policy that the configuration names, in the order of the text.
fn named_policies(root: &Node) -> Vec<(String, Option<Span>)> {
    let keys = |key: &str| root.at(&["policies", key]).and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    let settings = keys("settings").chain(keys("severity")).map(|entry| (&*entry.key.text, entry.key.span));
    let waivers = root.get("waivers").and_then(Node::as_seq).unwrap_or_default().iter();
    let waivers =
        waivers.filter_map(|waiver| waiver.get("policy")).filter_map(|name| Some((name.text()?, name.origin.span)));
    let waivers = waivers.filter(|(name, _)| *name != RENDER_ERROR);
    let mut named: Vec<(&str, Option<Span>)> =
        settings.chain(texts(root.at(&["policies", "disable"]))).chain(waivers).collect();
    named.sort_by_key(|(_, span)| span.map(|span| span.start));
    named.into_iter().map(|(name, span)| (name.to_owned(), span)).collect()
}

fn drift(node: Option<&Node>, environments: &Environments, problems: &mut Vec<Problem>) -> Drift {
    let items = |key: &str| node.and_then(|node| node.get(key)).and_then(Node::as_seq).unwrap_or_default();
    let mut compare = Vec::new();
    for pair in items("compare") {
        let Some([lower, upper]) = pair.as_seq() else { continue };
        let names = (environments.resolve(lower, problems), environments.resolve(upper, problems));
        let (Some(lower), Some(upper)) = names else { continue };
        if environments.position(&lower) >= environments.position(&upper) {
            problems.push(
                Problem::new(format!("`{lower}` does not come before `{upper}` in the order of promotion"))
                    .at(pair.origin.span)
                    .hint("name the lower environment first"),
            );
            continue;
        }
        compare.push((lower, upper));
    }
    let mut allow = Vec::new();
    for item in items("allow").iter().filter(|item| item.as_map().is_some()) {
        let text = |key: &str| item.get(key).and_then(Node::text);
        if ["path", "kind", "name", "app"].iter().all(|key| item.get(key).is_none()) {
            problems.push(
                Problem::new("this allows every difference")
                    .at(item.origin.span)
                    .hint("name a `path`, `kind`, `name` or `app`, or disable `config-drift` under `policies`"),
            );
        }
        allow.push(Allowance {
            path: text("path").map(FieldPattern::new),
            kind: text("kind").map(str::to_owned),
            name: text("name").map(Glob::new),
            app: text("app").map(Glob::new),
            reason: text("reason").map(str::to_owned),
            span: item.origin.span,
        });
    }
    Drift { compare, allow }
}

fn policies(node: Option<&Node>, problems: &mut Vec<Problem>) -> Policies {
    let section = |key: &str| node.and_then(|node| node.get(key));
    let entries = |key: &str| section(key).and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
    Policies {
        paths: paths(section("paths"), problems),
        settings: entries("settings").map(|entry| (entry.key.text.to_string(), entry.value.clone())).collect(),
        severity: entries("severity")
            .filter_map(|entry| Some((entry.key.text.to_string(), Severity::from_word(entry.value.text()?)?)))
            .collect(),
        disable: texts(section("disable")).map(|(text, _)| text.to_owned()).collect(),
    }
}

/// The texts of a list, each with its place.
fn texts(node: Option<&Node>) -> impl Iterator<Item = (&str, Option<Span>)> {
    let items = node.and_then(Node::as_seq).unwrap_or_default();
    items.iter().filter_map(|item| Some((item.text()?, item.origin.span)))
}

/// The paths of a list.
fn paths(node: Option<&Node>, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut paths = Vec::new();
    for (text, span) in texts(node) {
        match RepoPath::new(text) {
            Ok(path) => paths.push(path),
            Err(error) => problems.push(
                Problem::new(error.to_string()).at(span).hint("write the path from the root of the repository down"),
            ),
        }
    }
    paths
}

#[cfg(test)]
mod tests;
