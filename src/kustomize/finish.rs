//! The end of the work on resources: what `buildMetadata` does not ask for, and what kustomize keeps for itself, goes.

use super::decode::Text;
use super::fieldspec::FieldSpec;
use super::metadata::OPTIONS;
use super::resource::Resource;
use super::transform::labels;
use crate::source::Problem;
use crate::yaml::{self, Cause, Key, Node, Origin, Scalar, Tag, Value};

/// The label of `managedByLabel`.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The value of that label: the release that is reproduced.
const VERSION: &str = "kustomize-v5.8.1";

/// Annotations that kustomize uses while it works, so none of that name leaves it.
const INTERNAL: [&str; 19] = [
    "config.k8s.io/id",
    "config.kubernetes.io/index",
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/helm-generated",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/suffixes",
];

/// Ends the work on resources: the label of `managedByLabel`, and of the annotations above only those that
/// `options`, the `buildMetadata` of the kustomization that is rendered, ask for.
pub(super) fn finish(resources: &mut [Resource], options: &[Text]) -> Result<(), Problem> {
    let option = |name: &str| options.iter().find(|option| &***option == name);
    if let Some(option) = option("managedByLabel") {
        let text = |text: &str| Text { text: text.into(), span: option.span };
        let pairs = [(text(MANAGED_BY), text(VERSION))];
        labels::apply(resources, &pairs, &[FieldSpec::any("metadata/labels", true)], Cause::BuildMetadata)?;
    }
    let unwanted: Vec<&str> =
        OPTIONS.into_iter().filter(|(name, _)| option(name).is_none()).map(|(_, annotation)| annotation).collect();
    for resource in resources {
        clean(&mut resource.node, &unwanted);
    }
    Ok(())
}

/// Takes annotations out. The others are written anew: all values are strings, keys lose their quotes, and
/// an empty map is gone.
fn clean(node: &mut Node, unwanted: &[&str]) {
    let span = node.origin.span;
    let Some(root) = node.as_map_mut() else { return };
    if root.get("metadata").is_none() {
        root.push(Key::new("metadata", span), Node::empty_map(Origin::new(span, Cause::Manifest)));
    }
    let Some(metadata) = root.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    let Some(annotations) = metadata.get_mut("annotations") else { return };
    if let Some(map) = annotations.as_map_mut() {
        map.retain(|entry| {
            let name = &*entry.key.text;
            !unwanted.contains(&name) && INTERNAL.binary_search(&name).is_err()
        });
        for entry in map.iter_mut() {
            entry.key = Key::plain(entry.key.text.clone(), entry.key.span);
            match &mut entry.value.value {
                Value::Scalar(scalar) => scalar.tag = Tag::Str,
                other => *other = Value::Scalar(Scalar::string("")),
            }
        }
    }
    if annotations.as_map().is_none_or(yaml::Map::is_empty) {
        metadata.remove("annotations");
    }
}
