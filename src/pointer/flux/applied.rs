//! What is between the build and the apply: objects that are left out in silence, Secrets that nobody decrypts, and
//! labels and annotations for all.

use super::spec::FluxSpec;
use crate::kustomize::Manifest;
use crate::pointer::cluster::Cluster;
use crate::source::Problem;
use crate::yaml::{Cause, Key, Node, Origin, Scalar, Value};

/// Does to the resources what the apply does before it applies them.
///
/// # Errors
/// When a Secret is encrypted and the `Kustomization` does not say how to decrypt it.
pub(super) fn apply(resources: &mut Vec<Manifest>, spec: &FluxSpec<'_>, cluster: &Cluster) -> Result<(), Problem> {
    resources.retain(|manifest| !is_left_out(manifest));
    // Where the object comes from another that is not known, that one may say how.
    let decrypts = spec.decrypts || cluster.is_open();
    for manifest in resources {
        if let Some(common) = &spec.common_metadata {
            set(&mut manifest.node, "labels", &common.labels, Cause::Labels);
            set(&mut manifest.node, "annotations", &common.annotations, Cause::Annotations);
        }
        if manifest.is_secret() && !decrypts && is_encrypted(&manifest.node) {
            return Err(Problem::new(format!(
                "`Secret/{}` is encrypted, and the Kustomization does not say how to decrypt it",
                manifest.name()
            ))
            .at(manifest.node.get("sops").and_then(|sops| sops.origin.span).or(spec.span))
            .hint("set `spec.decryption`"));
        }
    }
    Ok(())
}

fn is_left_out(manifest: &Manifest) -> bool {
    let of_kustomize = manifest.group() == "kustomize.config.k8s.io" && manifest.kind() == "Kustomization";
    of_kustomize || [manifest.name(), manifest.kind(), manifest.api_version()].contains(&"")
}

fn is_encrypted(secret: &Node) -> bool {
    secret.get("sops").is_some_and(|sops| !sops.is_null() && !sops.is_empty_collection())
}

/// Sets labels or annotations. Those that are there are written again, as text: a variable may have made a number of one.
fn set(object: &mut Node, field: &'static str, pairs: &[(&str, &Node)], cause: Cause) {
    let Some(metadata) = object.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    if metadata.get(field).and_then(Node::as_map).is_none() {
        if pairs.is_empty() {
            return;
        }
        metadata.set(Key::new(field, None), Node::empty_map(Origin::default()));
    }
    let Some(known) = metadata.get_mut(field).and_then(Node::as_map_mut) else { return };
    for entry in known.iter_mut() {
        if let Value::Scalar(scalar) = &mut entry.value.value {
            *scalar = Scalar::string(scalar.text.clone());
        }
    }
    for (key, value) in pairs {
        let span = value.origin.span;
        let new = Node::string(value.as_str().unwrap_or_default(), Origin::new(span, cause));
        match known.get_mut(key) {
            Some(old) => old.overwrite(new),
            None => known.set(Key::new(*key, span), new),
        }
    }
}
