//! What identifies a resource while it is rendered: group, version, kind, name and namespace.

use std::fmt;
use std::sync::Arc;

/// A pattern of group, version and kind; an empty part fits anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Gvk {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
}

impl Gvk {
    /// Whether the pattern fits.
    pub(super) fn fits(&self, group: &str, version: &str, kind: &str) -> bool {
        let part = |pattern: &str, text: &str| pattern.is_empty() || pattern == text;
        part(&self.group, group) && part(&self.version, version) && part(&self.kind, kind)
    }

    /// The key of kustomize's order of types: known kinds first or last, then by text, the core group last.
    pub(super) fn order(&self) -> (i32, String) {
        let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { text.to_owned() };
        let text = format!("{}_{}_{}", or(&self.group, "~G"), or(&self.version, "~V"), or(&self.kind, "~K"));
        (rank(&self.kind), text)
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &'_ str, empty: &'static str| if text.is_empty() { empty.to_owned() } else { text.to_owned() };
        write!(f, "{}.{}.{}", or(&self.kind, "[noKind]"), or(&self.version, "[noVer]"), or(&self.group, "[noGrp]"))
    }
}

/// Kinds that come first in the legacy order (docs/kustomize.md, "Output").
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last in the legacy order.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The kinds of the legacy order, first and last.
pub(super) fn legacy_kinds() -> (&'static [&'static str], &'static [&'static str]) {
    (&FIRST, &LAST)
}

fn rank(kind: &str) -> i32 {
    let place = |list: &[&str]| list.iter().position(|known| *known == kind).and_then(|at| i32::try_from(at).ok());
    match (place(&FIRST), place(&LAST)) {
        (Some(at), _) => at - i32::try_from(FIRST.len()).unwrap_or(i32::MAX),
        (None, Some(at)) => at + 1,
        (None, None) => 0,
    }
}

/// Splits `apiVersion` into group and version.
pub(super) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// Stands for the namespace of everything that has none; no namespace can be named so.
pub(super) const CLUSTER: &str = "_non_namespaceable_";

/// Identifies a resource. The namespace is the effective one: `default` where none is written,
/// [`CLUSTER`] for kinds known to be cluster-scoped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Id {
    pub(super) api_version: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) namespace: Arc<str>,
}

impl Id {
    pub(super) fn group(&self) -> &str {
        group_version(&self.api_version).0
    }

    pub(super) fn version(&self) -> &str {
        group_version(&self.api_version).1
    }

    pub(super) fn is_cluster_scoped(&self) -> bool {
        &*self.namespace == CLUSTER
    }

    pub(super) fn fits(&self, gvk: &Gvk) -> bool {
        // Most patterns differ in the kind alone: there are thousands of questions for each rendering.
        if !gvk.kind.is_empty() && *gvk.kind != *self.kind {
            return false;
        }
        (gvk.group.is_empty() && gvk.version.is_empty()) || gvk.fits(self.group(), self.version(), &self.kind)
    }
}

impl fmt::Display for Id {
    /// As people name a resource: `Deployment/api in namespace shop`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)?;
        match &*self.namespace {
            "default" | CLUSTER => Ok(()),
            namespace => write!(f, " in namespace {namespace}"),
        }
    }
}
