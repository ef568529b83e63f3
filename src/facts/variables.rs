//! Environment variables that a container has in the lower environment and lacks in the upper one.

use std::collections::BTreeSet;

use super::offer::Kind;
use super::place::At;
use super::references::is_pod;
use super::supply::Supply;
use super::walk::{self, CONTAINER_LISTS, items, text};
use crate::change::Rendered;
use crate::diff::{Diff, Names};
use crate::kustomize::{Manifest, ResourceName};
use crate::yaml::{Map, Node, Path, Segment};

/// A variable that the lower environment sets and the upper one does not.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MissingVariable {
    /// The environment that has it.
    pub lower: String,
    /// The environment that lacks it.
    pub upper: String,
    /// The container, as the upper environment calls it.
    pub container: String,
    /// The variable.
    pub name: String,
    /// The upper resource.
    pub resource: ResourceName,
    /// The upper container's variables.
    pub at: At,
}

/// The variables that are missing in the upper environment, in the order of the pairs, then by name.
///
/// Variables that come from a Secret or ConfigMap count by its keys. Where the upper container reads one
/// whose keys nobody can know, and the lower does not, nothing is said about that container.
#[must_use]
pub fn missing_variables(lower: &Rendered<'_>, upper: &Rendered<'_>, diff: &Diff<'_>) -> Vec<MissingVariable> {
    let (lower_supply, upper_supply) =
        (Supply::new(lower.resources, lower.unseen), Supply::new(upper.resources, upper.unseen));
    let mut missing = Vec::new();
    for pair in &diff.pairs {
        let (Some(a), Some(b)) = (pair.lower, pair.upper) else { continue };
        let before = containers(a, &lower_supply);
        for container in containers(b, &upper_supply) {
            let same =
                |other: &&Container<'_>| other.list == container.list && diff.names.same(other.name, container.name);
            let Some(other) = before.iter().find(same) else { continue };
            if !container.may_hold_only(other, &diff.names) {
                continue;
            }
            missing.extend(other.variables.difference(&container.variables).map(|name| MissingVariable {
                lower: lower.environment.to_owned(),
                upper: upper.environment.to_owned(),
                container: container.name.to_owned(),
                name: name.clone(),
                resource: ResourceName::of(b),
                at: At::new(upper.environment, b, container.path.join(["env".into()])),
            }));
        }
    }
    missing
}

struct Container<'a> {
    path: Path,
    list: &'static str,
    name: &'a str,
    variables: BTreeSet<String>,
    /// The objects whose keys are variables too, and are not known.
    unknown: Vec<&'a str>,
}

impl Container<'_> {
    /// Whether every source of unknown variables is one of the lower container's too.
    fn may_hold_only(&self, lower: &Self, names: &Names<'_>) -> bool {
        self.unknown.iter().all(|source| lower.unknown.iter().any(|other| names.same(other, source)))
    }
}

fn containers<'a>(manifest: &'a Manifest, supply: &Supply) -> Vec<Container<'a>> {
    let mut containers = Vec::new();
    walk::maps(manifest, &mut |path, map| {
        if !is_pod(map) {
            return;
        }
        for list in CONTAINER_LISTS {
            for (index, node) in items(map, list) {
                let (Some(name), Some(container)) = (text(node, &["name"]), node.as_map()) else { continue };
                let path = path.join([Segment::from(*list), index.into()]);
                let mut found = Container { path, list, name, variables: BTreeSet::new(), unknown: Vec::new() };
                found.read(manifest.namespace(), container, supply);
                containers.push(found);
            }
        }
    });
    containers
}

impl<'a> Container<'a> {
    fn read(&mut self, namespace: Option<&str>, container: &'a Map, supply: &Supply) {
        let names = items(container, "env").filter_map(|(_, variable)| text(variable, &["name"]));
        self.variables.extend(names.map(str::to_owned));
        for (_, source) in items(container, "envFrom") {
            let prefix = source.get("prefix").and_then(Node::text).unwrap_or_default();
            for (field, kind) in [("secretRef", Kind::Secret), ("configMapRef", Kind::ConfigMap)] {
                let Some(name) = text(source, &[field, "name"]) else { continue };
                match supply.keys(kind, namespace, name) {
                    Some(keys) => self.variables.extend(keys.iter().map(|key| format!("{prefix}{key}"))),
                    None => self.unknown.push(name),
                }
            }
        }
    }
}
