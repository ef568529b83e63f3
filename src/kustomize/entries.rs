//! What a kustomization names that may be a directory.
//!
//! A change touches a few kustomizations, but all of the repository are asked this: usual ones are read by
//! [`super::lines`], without the parser. A field, or a type of a value, that is not known here is left to
//! [`Kustomization::decode`].

use super::decode::Text as DecodedText;
use super::kustomization::Kustomization;
use super::lines::{self, Value};
use super::outward;
use crate::yaml::{Node, Text};

/// The fields that name what is gathered.
const PARTS: [&str; 3] = ["resources", "bases", "components"];

/// The fields that name plugins.
const PLUGINS: [&str; 3] = ["generators", "transformers", "validators"];

/// The entries of a kustomization that may be directories, and its paths that lead up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries {
    pub(super) component: bool,
    pub(super) parts: Vec<String>,
    pub(super) plugins: Vec<String>,
    /// Sorted, each once.
    pub(super) outward: Vec<String>,
}

impl Entries {
    /// Those of one that kustomize does not take count as well: a controller may drop what is wrong with it.
    pub(super) fn of(node: &Node) -> Self {
        let (component, parts, plugins) = if let Ok(read) = Kustomization::decode(node) {
            let parts = read.resources.iter().chain(&read.components);
            let plugins = read.generators.iter().chain(&read.transformers).chain(&read.validators);
            let texts = |entry: &DecodedText| entry.text.to_string();
            (read.component, parts.map(texts).collect(), plugins.map(texts).collect::<Vec<String>>())
        } else {
            let component = node.get("kind").and_then(Node::text) == Some("Component");
            (component, texts(node, &PARTS), texts(node, &PLUGINS))
        };
        let mut outward = Vec::new();
        outward::paths(node, &mut outward);
        // Plugins may be written in place.
        let is_path = |entry: &String| !outward::paths_in(&Text::loose(entry), &mut outward) && !entry.contains('\n');
        let plugins = plugins.into_iter().filter(is_path).collect();
        outward.sort();
        outward.dedup();
        Self { component, parts, plugins, outward }
    }

    /// The same from the text of a file; `None` where it takes the parser.
    pub(super) fn of_text(whole: &str) -> Option<Self> {
        let fields = lines::read(whole)?;
        if !fields.iter().all(|(name, value)| is_field(name, value)) {
            return None;
        }
        let get = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let text = |name: &str| match get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        };
        let (component, version) = match text("kind") {
            "" | "Kustomization" => (false, "kustomize.config.k8s.io/v1beta1"),
            "Component" => (true, "kustomize.config.k8s.io/v1alpha1"),
            _ => return None,
        };
        let says_something =
            fields.iter().any(|(name, value)| !matches!(*name, "kind" | "apiVersion") && *value != Value::Null);
        if !says_something || !["", version].contains(&text("apiVersion")) {
            return None;
        }
        let paths = |names: &[&str]| {
            let lists = names.iter().filter_map(|name| match get(name) {
                Some(Value::List(items)) => Some(items),
                _ => None,
            });
            let paths = lists.flatten().filter_map(|item| match item {
                Value::Text(path) => Some((*path).to_owned()),
                _ => None,
            });
            paths.collect()
        };
        let parts: Vec<String> = paths(&PARTS);
        let plugins: Vec<String> = paths(&PLUGINS);
        // What leads up from elsewhere, the parser finds.
        let up = |text: &str| text.matches("..").count();
        if !plugins.is_empty() || up(whole) > parts.iter().map(|part| up(part)).sum() {
            return None;
        }
        let mut outward: Vec<String> = parts.iter().flat_map(|part| outward::path(part)).collect();
        outward.sort();
        outward.dedup();
        Some(Self { component, parts, plugins, outward })
    }
}

/// The texts of some lists of a map.
fn texts(node: &Node, lists: &[&str]) -> Vec<String> {
    let items = lists.iter().filter_map(|list| node.get(list)?.as_seq()).flatten();
    items.filter_map(Node::text).map(str::to_owned).collect()
}

/// Whether a kustomization may have this field with this value, for certain.
fn is_field(name: &str, value: &Value<'_>) -> bool {
    match name {
        "kind" | "apiVersion" => matches!(value, Value::Text(_)),
        "namespace" | "namePrefix" | "nameSuffix" => is_text(value),
        "resources" | "bases" | "components" | "generators" | "transformers" | "validators" => {
            is_list(value, |item| matches!(item, Value::Text(_)))
        }
        "configurations" | "crds" | "buildMetadata" | "patchesStrategicMerge" => is_list(value, is_text),
        "commonLabels" | "commonAnnotations" => is_map(value, |_, value| is_text(value)),
        "labels" => is_maps(value, |name, value| match name {
            "pairs" => is_map(value, |_, value| is_text(value)),
            "includeSelectors" | "includeTemplates" => is_flag(value),
            _ => false,
        }),
        "images" => is_maps(value, |name, value| {
            matches!(name, "name" | "newName" | "newTag" | "tagSuffix" | "digest") && is_text(value)
        }),
        "replicas" => is_maps(value, |name, value| match name {
            "name" => is_text(value),
            _ => name == "count" && matches!(value, Value::Count),
        }),
        "configMapGenerator" => is_maps(value, is_field_of_generator),
        "secretGenerator" => {
            is_maps(value, |name, value| is_field_of_generator(name, value) || name == "type" && is_text(value))
        }
        "generatorOptions" => is_map(value, is_option_of_generator),
        "patches" => is_maps(value, |name, value| match name {
            "path" | "patch" => is_text(value),
            "target" => true,
            "options" => {
                is_map(value, |name, value| matches!(name, "allowNameChange" | "allowKindChange") && is_flag(value))
            }
            _ => false,
        }),
        _ => false,
    }
}

fn is_field_of_generator(name: &str, value: &Value<'_>) -> bool {
    match name {
        "name" | "namespace" | "behavior" => is_text(value),
        "literals" | "files" | "envs" => is_list(value, is_text),
        "options" => is_map(value, is_option_of_generator),
        _ => false,
    }
}

fn is_option_of_generator(name: &str, value: &Value<'_>) -> bool {
    match name {
        "labels" | "annotations" => is_map(value, |_, value| is_text(value)),
        "disableNameSuffixHash" | "immutable" => is_flag(value),
        _ => false,
    }
}

fn is_text(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(_) | Value::Block)
}

fn is_flag(value: &Value<'_>) -> bool {
    matches!(value, Value::Flag)
}

fn is_list(value: &Value<'_>, is_item: impl Fn(&Value<'_>) -> bool) -> bool {
    match value {
        Value::List(items) => items.iter().all(is_item),
        // A field without a value is as if it were not there.
        other => *other == Value::Null,
    }
}

fn is_map(value: &Value<'_>, is_field: impl Fn(&str, &Value<'_>) -> bool) -> bool {
    matches!(value, Value::Map(fields) if fields.iter().all(|(name, value)| is_field(name, value)))
}

fn is_maps(value: &Value<'_>, is_field: impl Fn(&str, &Value<'_>) -> bool + Copy) -> bool {
    is_list(value, |item| is_map(item, is_field))
}

#[cfg(test)]
mod tests;
