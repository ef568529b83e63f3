//! What a render says it depends on, and in which order Argo CD applies it.
//!
//! Whether a dependency exists is for [`crate::check`] to find out: it may be of another app.

use std::collections::{BTreeMap, BTreeSet};

use super::offer::{Kind, same_namespace};
use super::place::At;
use super::references::references;
use super::walk::{items, text};
use crate::kustomize::{Manifest, ResourceName};
use crate::yaml::{Node, Path, Segment};

/// The annotation that puts an object into a sync wave.
const WAVE: &str = "argocd.argoproj.io/sync-wave";

/// The annotation that moves an object into another phase of a sync; waves are counted within a phase.
const HOOK: &str = "argocd.argoproj.io/hook";

/// The API groups of Flux whose objects wait for others of their kind.
const FLUX: [(&str, &str); 2] =
    [("Kustomization", "kustomize.toolkit.fluxcd.io"), ("HelmRelease", "helm.toolkit.fluxcd.io")];

/// What must be there before something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An app, by a name that may leave out the group it shares with who names it.
    App(String),
    /// An object: of Flux, or an Application beside another.
    Object(ResourceName),
}

/// A dependency that a render declares.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Whether Flux's `dependsOn` says it; else the annotation does.
    pub flux: bool,
    /// What depends.
    pub subject: ResourceName,
    /// What on.
    pub target: Target,
    /// The text that says it.
    pub at: At,
}

/// The objects that Flux's `dependsOn` can name.
pub fn flux_objects(resources: &[Manifest]) -> impl Iterator<Item = &Manifest> {
    resources.iter().filter(|manifest| FLUX.contains(&(manifest.kind(), manifest.group())))
}

/// Whether two names can refer to the same object. An object rendered without a namespace can end up in any.
pub(super) fn same_object(a: &ResourceName, b: &ResourceName) -> bool {
    (&a.kind, &a.name) == (&b.kind, &b.name) && same_namespace(a.namespace.as_deref(), b.namespace.as_deref())
}

/// Whether `objects` includes `wanted`.
pub(super) fn holds(objects: &BTreeSet<ResourceName>, wanted: &ResourceName) -> bool {
    objects.iter().any(|object| same_object(object, wanted))
}

/// The dependencies of a render. What several of its objects say of the app by the annotation counts once.
#[must_use]
pub fn declared(environment: &str, resources: &[Manifest], annotation: &str) -> Vec<Declared> {
    let mut found: Vec<Declared> = Vec::new();
    for manifest in resources {
        let subject = ResourceName::of(manifest);
        for name in names(manifest, annotation) {
            let beside = is_application(manifest).then(|| application(resources, name)).flatten();
            let target =
                beside.map_or_else(|| Target::App(name.to_owned()), |other| Target::Object(ResourceName::of(other)));
            let said =
                |old: &Declared| old.target == target && (old.subject == subject || matches!(target, Target::App(_)));
            if !found.iter().any(said) {
                let at = At::new(environment, manifest, annotation_path(annotation));
                found.push(Declared { flux: false, subject: subject.clone(), target, at });
            }
        }
    }
    for manifest in flux_objects(resources) {
        let spec = manifest.node.get("spec").and_then(Node::as_map);
        for (index, item) in spec.into_iter().flat_map(|spec| items(spec, "dependsOn")) {
            let Some(name) = text(item, &["name"]) else { continue };
            let namespace = text(item, &["namespace"]).or(manifest.namespace()).map(str::to_owned);
            let target = ResourceName { kind: manifest.kind().to_owned(), namespace, name: name.to_owned() };
            let path = [Segment::from("spec"), "dependsOn".into(), index.into(), "name".into()].into_iter().collect();
            let at = At::new(environment, manifest, path);
            found.push(Declared {
                flux: true,
                subject: ResourceName::of(manifest),
                target: Target::Object(target),
                at,
            });
        }
    }
    found
}

/// The names that the annotation of an object lists.
fn names<'m>(manifest: &'m Manifest, annotation: &str) -> impl Iterator<Item = &'m str> + use<'m> {
    let listed = text(&manifest.node, &["metadata", "annotations", annotation]).unwrap_or_default();
    listed.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn annotation_path(annotation: &str) -> Path {
    [Segment::from("metadata"), "annotations".into(), annotation.into()].into_iter().collect()
}

fn is_application(manifest: &Manifest) -> bool {
    manifest.kind() == "Application" && manifest.group() == "argoproj.io"
}

fn application<'m>(resources: &'m [Manifest], name: &str) -> Option<&'m Manifest> {
    resources.iter().find(|other| is_application(other) && other.name() == name)
}

/// The sync wave that an object names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Wave {
    /// As it is written.
    pub text: String,
    /// The number; `None` where it is none, which Argo CD takes for 0.
    pub wave: Option<i64>,
    /// Where.
    pub at: At,
}

/// The sync waves that the objects of a render name.
#[must_use]
pub fn waves(environment: &str, resources: &[Manifest]) -> Vec<Wave> {
    let written = |manifest: &Manifest| {
        let text = text(&manifest.node, &["metadata", "annotations", WAVE])?;
        let at = At::new(environment, manifest, annotation_path(WAVE));
        Some(Wave { text: text.to_owned(), wave: text.parse().ok(), at })
    };
    resources.iter().filter_map(written).collect()
}

/// An object that needs another of its render, with the waves of both.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Needs {
    /// What needs something, as `Kind/name`.
    pub resource: String,
    /// Its wave.
    pub wave: i64,
    /// What it needs, as `Kind/name`.
    pub needs: String,
    /// The wave of that.
    pub needs_wave: i64,
    /// Whether the base revision renders what is needed, so that it is there before any wave.
    pub existed: bool,
    /// The wave of what is needed where it names one, else that of what needs it.
    pub at: At,
}

/// Which objects of a render need which others of it: their Secrets and ConfigMaps or what makes these, their
/// namespace, the definition of their kind, and Applications those that their annotation names. Only pairs of which
/// one names a wave, and both of the same phase. `before` is what the environment ran before.
#[must_use]
pub fn needs(environment: &str, resources: &[Manifest], before: &[Manifest], annotation: &str) -> Vec<Needs> {
    let is_waved = |manifest: &Manifest| text(&manifest.node, &["metadata", "annotations", WAVE]).is_some();
    if !resources.iter().any(is_waved) {
        return Vec::new();
    }
    let mut by_name: BTreeMap<(&str, &str), Vec<&Manifest>> = BTreeMap::new();
    for manifest in resources {
        by_name.entry((manifest.kind(), manifest.name())).or_default().push(manifest);
    }
    let find = |kind: &str, namespace: Option<&str>, name: &str| {
        let same = |manifest: &&&Manifest| same_namespace(manifest.namespace(), namespace);
        by_name.get(&(kind, name)).into_iter().flatten().find(same).copied()
    };
    let mut pairs: Vec<(&Manifest, &Manifest)> = Vec::new();
    for reference in references(environment, resources, &[]).iter().filter(|reference| !reference.optional) {
        let (by, namespace) = (&reference.at.resource, reference.namespace.as_deref());
        let made = reference.produced_by.as_deref().and_then(|producer| producer.split_once('/'));
        let kind = match reference.kind {
            Kind::Secret => "Secret",
            Kind::ConfigMap => "ConfigMap",
        };
        let (kind, name) = made.unwrap_or((kind, &reference.name));
        let user = find(&by.kind, by.namespace.as_deref(), &by.name);
        pairs.extend(user.and_then(|user| Some((user, find(kind, namespace, name)?))));
    }
    let definitions: Vec<&Manifest> =
        resources.iter().filter(|manifest| manifest.kind() == "CustomResourceDefinition").collect();
    for manifest in resources {
        let namespace = manifest.namespace().and_then(|namespace| find("Namespace", None, namespace));
        let defines = |other: &&&Manifest| {
            text(&other.node, &["spec", "group"]) == Some(manifest.group())
                && text(&other.node, &["spec", "names", "kind"]) == Some(manifest.kind())
        };
        pairs.extend(
            namespace.into_iter().chain(definitions.iter().find(defines).copied()).map(|other| (manifest, other)),
        );
        if is_application(manifest) {
            let others = names(manifest, annotation).filter_map(|name| application(resources, name));
            pairs.extend(others.map(|other| (manifest, other)));
        }
    }
    let existing: BTreeSet<ResourceName> = before.iter().map(ResourceName::of).collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for (user, needed) in pairs {
        let hook = |manifest: &Manifest| text(&manifest.node, &["metadata", "annotations", HOOK]).map(str::to_owned);
        if !(is_waved(user) || is_waved(needed)) || hook(user) != hook(needed) {
            continue;
        }
        let at = At::new(environment, if is_waved(needed) { needed } else { user }, annotation_path(WAVE));
        let (resource, needs) = (ResourceName::of(user).to_string(), ResourceName::of(needed).to_string());
        let existed = existing.contains(&ResourceName::of(needed));
        if seen.insert((resource.clone(), needs.clone(), at.clone())) {
            found.push(Needs { resource, wave: wave(user), needs, needs_wave: wave(needed), existed, at });
        }
    }
    found
}

fn wave(manifest: &Manifest) -> i64 {
    text(&manifest.node, &["metadata", "annotations", WAVE]).and_then(|text| text.parse().ok()).unwrap_or(0)
}
