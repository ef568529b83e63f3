//! The Secrets and ConfigMaps that a render refers to, and whether they are there.

use super::offer::Kind;
use super::place::At;
use super::referring::{self, How};
use super::supply::Supply;
use super::walk::{self, CONTAINER_LISTS, items, text};
use crate::kustomize::{Manifest, UnseenPart};
use crate::yaml::{Map, Node, Path, Segment};

/// A Secret or ConfigMap that something in a render refers to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "policies ask for each by its name")]
pub struct Reference {
    /// What it refers to.
    pub kind: Kind,
    /// The namespace it is looked for in; `None` where the render leaves it open.
    pub namespace: Option<String>,
    /// The name of the object.
    pub name: String,
    /// The key, where one is asked for.
    pub key: Option<String>,
    /// Whether the pod starts without it.
    pub optional: bool,
    /// Whether the render holds the object, and the key in it.
    pub found: bool,
    /// What will make it in the cluster: `ExternalSecret/db`.
    pub produced_by: Option<String>,
    /// Whether the object is there or will be, whatever its keys.
    pub exists: bool,
    /// Whether the change takes it away: another app had it, and none has.
    pub taken: bool,
    /// Who refers to it.
    pub how: How,
    /// Where.
    pub at: At,
}

impl Reference {
    /// Whether both ask for the same, wherever they stand.
    pub(super) fn asks_the_same(&self, other: &Self) -> bool {
        (self.kind, &self.namespace, &self.name, &self.key) == (other.kind, &other.namespace, &other.name, &other.key)
    }
}

/// The kinds of volume whose `secretRef` names a Secret in the namespace of the pod.
const DRIVERS: &[&str] = &["cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"];

/// The references of a render, in its order. What nothing makes may be in the parts that cannot be seen.
#[must_use]
pub fn references(environment: &str, resources: &[Manifest], parts: &[UnseenPart]) -> Vec<Reference> {
    let supply = Supply::new(resources, parts);
    let mut references = Vec::new();
    for manifest in resources {
        let mut found = Found { environment, manifest, supply: &supply, references: &mut references };
        walk::maps(manifest, &mut |path, map| {
            if is_pod(map) {
                found.pod(path, map);
            }
        });
        for named in referring::named(manifest) {
            let target = Target { kind: named.kind, name: Some(named.name), key: named.key, optional: named.optional };
            found.add(named.how, &target, named.path);
        }
        let spec = manifest.node.get("spec").and_then(Node::as_map);
        match (manifest.kind(), manifest.group(), spec) {
            ("ServiceAccount", "", _) => found.service_account(),
            ("Ingress", _, Some(spec)) => found.ingress(spec),
            ("Gateway", "gateway.networking.k8s.io", Some(spec)) => found.gateway(spec),
            ("HelmRelease", _, Some(spec)) => found.values_from(spec),
            ("Kustomization", "kustomize.toolkit.fluxcd.io", Some(spec)) => found.substitute_from(spec),
            _ => {}
        }
    }
    references
}

/// Whether a map is the spec of a pod.
pub(super) fn is_pod(map: &Map) -> bool {
    map.get("containers")
        .and_then(Node::as_seq)
        .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.get("name").is_some()))
}

struct Found<'a> {
    environment: &'a str,
    manifest: &'a Manifest,
    supply: &'a Supply,
    references: &'a mut Vec<Reference>,
}

/// What is referred to.
struct Target<'a> {
    kind: Kind,
    name: Option<&'a str>,
    key: Option<&'a str>,
    optional: bool,
}

impl<'a> Target<'a> {
    fn new(kind: Kind, node: &'a Node) -> Self {
        Self { kind, name: text(node, &["name"]), key: None, optional: optional(node) }
    }
}

fn optional(node: &Node) -> bool {
    text(node, &["optional"]) == Some("true")
}

impl Found<'_> {
    fn add(&mut self, how: How, target: &Target<'_>, path: Path) {
        self.add_in(self.manifest.namespace(), how, target, path);
    }

    fn add_in(&mut self, namespace: Option<&str>, how: How, target: &Target<'_>, path: Path) {
        let Some(name) = target.name else { return };
        let fate = self.supply.find(target.kind, namespace, name, target.key);
        self.references.push(Reference {
            kind: target.kind,
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            key: target.key.map(str::to_owned),
            optional: target.optional,
            found: fate.found,
            produced_by: fate.produced_by,
            exists: fate.exists,
            taken: false,
            how,
            at: At::new(self.environment, self.manifest, path),
        });
    }

    fn pod(&mut self, path: &Path, pod: &Map) {
        for field in CONTAINER_LISTS {
            for (index, container) in items(pod, field) {
                if let Some(container) = container.as_map() {
                    self.container(&path.join([Segment::from(*field), index.into()]), container);
                }
            }
        }
        for (index, volume) in items(pod, "volumes") {
            self.volume(&path.join(["volumes".into(), index.into()]), volume);
        }
        for (index, item) in items(pod, "imagePullSecrets") {
            let path = path.join(["imagePullSecrets".into(), index.into(), "name".into()]);
            self.add(How::ImagePullSecrets, &Target::new(Kind::Secret, item), path);
        }
    }

    fn container(&mut self, path: &Path, container: &Map) {
        for (index, variable) in items(container, "env") {
            for (field, kind) in [("secretKeyRef", Kind::Secret), ("configMapKeyRef", Kind::ConfigMap)] {
                let Some(node) = variable.at(&["valueFrom", field]) else { continue };
                let target = Target { key: text(node, &["key"]), ..Target::new(kind, node) };
                let end = if target.key.is_some() { "key" } else { "name" };
                let steps = ["env".into(), index.into(), "valueFrom".into(), field.into(), end.into()];
                self.add(How::Env, &target, path.join(steps));
            }
        }
        for (index, source) in items(container, "envFrom") {
            for (field, kind) in [("secretRef", Kind::Secret), ("configMapRef", Kind::ConfigMap)] {
                let Some(node) = source.get(field) else { continue };
                let steps = ["envFrom".into(), index.into(), field.into(), "name".into()];
                self.add(How::EnvFrom, &Target::new(kind, node), path.join(steps));
            }
        }
    }

    fn volume(&mut self, path: &Path, volume: &Node) {
        for (field, kind, name) in [("secret", Kind::Secret, "secretName"), ("configMap", Kind::ConfigMap, "name")] {
            if let Some(source) = volume.get(field) {
                self.files(How::Volume, kind, &path.join([field.into()]), source, name);
            }
        }
        let projected = volume.get("projected").and_then(Node::as_map);
        for (index, source) in projected.into_iter().flat_map(|projected| items(projected, "sources")) {
            for (field, kind) in [("secret", Kind::Secret), ("configMap", Kind::ConfigMap)] {
                if let Some(source) = source.get(field) {
                    let path = path.join(["projected".into(), "sources".into(), index.into(), field.into()]);
                    self.files(How::Projected, kind, &path, source, "name");
                }
            }
        }
        if let Some(node) = volume.at(&["csi", "nodePublishSecretRef"]) {
            let path = path.join(["csi".into(), "nodePublishSecretRef".into(), "name".into()]);
            self.add(How::Csi, &Target::new(Kind::Secret, node), path);
        }
        for driver in DRIVERS {
            if let Some(node) = volume.at(&[driver, "secretRef"]) {
                let path = path.join([(*driver).into(), "secretRef".into(), "name".into()]);
                self.add(How::Volume, &Target::new(Kind::Secret, node), path);
            }
        }
        if let Some(node) = volume.get("azureFile") {
            let target = Target { name: text(node, &["secretName"]), ..Target::new(Kind::Secret, node) };
            self.add(How::Volume, &target, path.join(["azureFile".into(), "secretName".into()]));
        }
    }

    /// An object mounted as files: the object, and each key that is asked for.
    fn files(&mut self, how: How, kind: Kind, path: &Path, source: &Node, name: &str) {
        let target = |key| Target { kind, name: text(source, &[name]), key, optional: optional(source) };
        let mut keyed = false;
        for (index, item) in source.as_map().into_iter().flat_map(|source| items(source, "items")) {
            keyed = true;
            let path = path.join(["items".into(), index.into(), "key".into()]);
            self.add(how, &target(text(item, &["key"])), path);
        }
        if !keyed {
            self.add(how, &target(None), path.join([name.into()]));
        }
    }

    fn service_account(&mut self) {
        let manifest = self.manifest;
        let Some(account) = manifest.node.as_map() else { return };
        for (field, how) in [("secrets", How::ServiceAccount), ("imagePullSecrets", How::ImagePullSecrets)] {
            for (index, item) in items(account, field) {
                let path = [Segment::from(field), index.into(), "name".into()].into_iter().collect();
                self.add(how, &Target::new(Kind::Secret, item), path);
            }
        }
    }

    fn ingress(&mut self, spec: &Map) {
        for (index, tls) in items(spec, "tls") {
            let target = Target { name: text(tls, &["secretName"]), ..Target::new(Kind::Secret, tls) };
            let path = ["spec".into(), "tls".into(), index.into(), "secretName".into()].into_iter().collect();
            self.add(How::Tls, &target, path);
        }
    }

    fn gateway(&mut self, spec: &Map) {
        for (listener, item) in items(spec, "listeners") {
            let Some(tls) = item.get("tls").and_then(Node::as_map) else { continue };
            for (index, reference) in items(tls, "certificateRefs") {
                if text(reference, &["kind"]).is_some_and(|kind| kind != "Secret") {
                    continue;
                }
                let path = [Segment::from("spec"), "listeners".into(), listener.into(), "tls".into()].into_iter();
                let path = path.chain(["certificateRefs".into(), index.into(), "name".into()]).collect();
                let namespace = text(reference, &["namespace"]).or(self.manifest.namespace());
                self.add_in(namespace, How::Tls, &Target::new(Kind::Secret, reference), path);
            }
        }
    }

    fn values_from(&mut self, spec: &Map) {
        for (index, item) in items(spec, "valuesFrom") {
            let Some(kind) = kind(item) else { continue };
            // Flux's default.
            let key = Some(text(item, &["valuesKey"]).unwrap_or("values.yaml"));
            let path = ["spec".into(), "valuesFrom".into(), index.into(), "name".into()].into_iter().collect();
            self.add(How::ValuesFrom, &Target { key, ..Target::new(kind, item) }, path);
        }
    }

    fn substitute_from(&mut self, spec: &Map) {
        let Some(build) = spec.get("postBuild").and_then(Node::as_map) else { return };
        for (index, item) in items(build, "substituteFrom") {
            let Some(kind) = kind(item) else { continue };
            let path = ["spec".into(), "postBuild".into(), "substituteFrom".into(), index.into(), "name".into()];
            self.add(How::SubstituteFrom, &Target::new(kind, item), path.into_iter().collect());
        }
    }
}

fn kind(node: &Node) -> Option<Kind> {
    match text(node, &["kind"])? {
        "Secret" => Some(Kind::Secret),
        "ConfigMap" => Some(Kind::ConfigMap),
        _ => None,
    }
}
