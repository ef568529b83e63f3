//! The facts of the OpenAPI data of Kubernetes 1.21.2 that kustomize 5.8.1 carries: every list that merges
//! (docs/kustomize.md, "Strategic merge"), the types that lead to one, and the scope of every kind.

/// A type.
#[derive(Debug)]
pub(in crate::kustomize) enum Known {
    /// A map: the fields that lead to a list that merges. No other field does.
    Map(&'static [(&'static str, Known)]),
    /// A list whose entries are matched by these keys.
    List(&'static [&'static str], &'static Known),
}

use Known::{List, Map};

/// A type in which nothing merges.
const OPAQUE: Known = Map(&[]);

const CONDITIONS: Known = List(&["type"], &OPAQUE);
const STATUS: Known = Map(&[("conditions", CONDITIONS)]);

const METADATA: Known = Map(&[("finalizers", List(&[], &OPAQUE)), ("ownerReferences", List(&["uid"], &OPAQUE))]);
const OBJECT: Known = Map(&[("metadata", METADATA)]);
const OBJECT_WITH_STATUS: Known = Map(&[("metadata", METADATA), ("status", STATUS)]);

const ENV: Known = List(&["name"], &OPAQUE);
const VOLUME_DEVICES: Known = List(&["devicePath"], &OPAQUE);
const VOLUME_MOUNTS: Known = List(&["mountPath"], &OPAQUE);
const CONTAINER: Known = Map(&[
    ("env", ENV),
    ("ports", List(&["containerPort", "protocol"], &OPAQUE)),
    ("volumeDevices", VOLUME_DEVICES),
    ("volumeMounts", VOLUME_MOUNTS),
]);
const EPHEMERAL_CONTAINER: Known =
    Map(&[("env", ENV), ("volumeDevices", VOLUME_DEVICES), ("volumeMounts", VOLUME_MOUNTS)]);
const VOLUME: Known = Map(&[("ephemeral", Map(&[("volumeClaimTemplate", OBJECT)]))]);

const POD_SPEC: Known = Map(&[
    ("containers", List(&["name"], &CONTAINER)),
    ("ephemeralContainers", List(&["name"], &EPHEMERAL_CONTAINER)),
    ("hostAliases", List(&["ip"], &OPAQUE)),
    ("imagePullSecrets", List(&["name"], &OPAQUE)),
    ("initContainers", List(&["name"], &CONTAINER)),
    ("topologySpreadConstraints", List(&["topologyKey", "whenUnsatisfiable"], &OPAQUE)),
    ("volumes", List(&["name"], &VOLUME)),
]);
const POD_TEMPLATE: Known = Map(&[("metadata", METADATA), ("spec", POD_SPEC)]);
const WITH_TEMPLATE: Known = Map(&[("template", POD_TEMPLATE)]);

/// The type of each kind that holds more than metadata. A kind has the same in all versions that know it.
const KINDS: &[(&str, Known)] = &[
    ("APIService", OBJECT_WITH_STATUS),
    ("CSINode", Map(&[("metadata", METADATA), ("spec", Map(&[("drivers", List(&["name"], &OPAQUE))]))])),
    ("ComponentStatus", Map(&[("metadata", METADATA), ("conditions", CONDITIONS)])),
    (
        "CronJob",
        Map(&[
            ("metadata", METADATA),
            ("spec", Map(&[("jobTemplate", Map(&[("metadata", METADATA), ("spec", WITH_TEMPLATE)]))])),
        ]),
    ),
    ("DaemonSet", WORKLOAD),
    ("Deployment", WORKLOAD),
    ("Job", WORKLOAD),
    ("MutatingWebhookConfiguration", WEBHOOKS),
    ("Namespace", OBJECT_WITH_STATUS),
    (
        "Node",
        Map(&[
            ("metadata", METADATA),
            ("spec", Map(&[("podCIDRs", List(&[], &OPAQUE))])),
            ("status", Map(&[("addresses", List(&["type"], &OPAQUE)), ("conditions", CONDITIONS)])),
        ]),
    ),
    ("PersistentVolumeClaim", OBJECT_WITH_STATUS),
    (
        "Pod",
        Map(&[
            ("metadata", METADATA),
            ("spec", POD_SPEC),
            ("status", Map(&[("conditions", CONDITIONS), ("podIPs", List(&["ip"], &OPAQUE))])),
        ]),
    ),
    ("PodDisruptionBudget", OBJECT_WITH_STATUS),
    ("PodTemplate", Map(&[("metadata", METADATA), ("template", POD_TEMPLATE)])),
    ("ReplicaSet", WORKLOAD),
    ("ReplicationController", WORKLOAD),
    (
        "Service",
        Map(&[
            ("metadata", METADATA),
            ("spec", Map(&[("ports", List(&["port", "protocol"], &OPAQUE))])),
            ("status", STATUS),
        ]),
    ),
    ("ServiceAccount", Map(&[("metadata", METADATA), ("secrets", List(&["name"], &OPAQUE))])),
    ("StatefulSet", WORKLOAD),
    ("ValidatingWebhookConfiguration", WEBHOOKS),
];

const WORKLOAD: Known = Map(&[("metadata", METADATA), ("spec", WITH_TEMPLATE), ("status", STATUS)]);
const WEBHOOKS: Known = Map(&[("metadata", METADATA), ("webhooks", List(&["name"], &OPAQUE))]);

/// The parts of objects in which something merges, by the last part of their definition's name. Parts of
/// one name have the same type in all versions.
const PARTS: &[(&str, Known)] = &[
    ("CSINodeSpec", Map(&[("drivers", List(&["name"], &OPAQUE))])),
    ("Container", CONTAINER),
    ("CronJobSpec", Map(&[("jobTemplate", Map(&[("metadata", METADATA), ("spec", WITH_TEMPLATE)]))])),
    ("DaemonSetSpec", WITH_TEMPLATE),
    ("DeploymentSpec", WITH_TEMPLATE),
    ("EphemeralContainer", EPHEMERAL_CONTAINER),
    ("EphemeralVolumeSource", Map(&[("volumeClaimTemplate", OBJECT)])),
    ("JobSpec", WITH_TEMPLATE),
    ("JobTemplateSpec", Map(&[("metadata", METADATA), ("spec", WITH_TEMPLATE)])),
    ("NodeSpec", Map(&[("podCIDRs", List(&[], &OPAQUE))])),
    ("NodeStatus", Map(&[("addresses", List(&["type"], &OPAQUE)), ("conditions", CONDITIONS)])),
    ("ObjectMeta", METADATA),
    ("PersistentVolumeClaimTemplate", OBJECT),
    ("PodSpec", POD_SPEC),
    ("PodStatus", Map(&[("conditions", CONDITIONS), ("podIPs", List(&["ip"], &OPAQUE))])),
    ("PodTemplateSpec", POD_TEMPLATE),
    ("ReplicaSetSpec", WITH_TEMPLATE),
    ("ReplicationControllerSpec", WITH_TEMPLATE),
    ("ServiceSpec", Map(&[("ports", List(&["port", "protocol"], &OPAQUE))])),
    ("StatefulSetSpec", WITH_TEMPLATE),
    ("Volume", VOLUME),
];

/// Kinds whose status has conditions that merge.
const WITH_CONDITIONS: &[&str] = &[
    "APIService",
    "DaemonSet",
    "Deployment",
    "Job",
    "Namespace",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "ReplicaSet",
    "ReplicationController",
    "Service",
    "StatefulSet",
];

/// The kinds of one `apiVersion`.
struct Group {
    api_version: &'static str,
    namespaced: &'static [&'static str],
    cluster: &'static [&'static str],
    /// Kinds with metadata whose scope is unknown: no API path reads them.
    unscoped: &'static [&'static str],
}

const fn group(
    api_version: &'static str,
    namespaced: &'static [&'static str],
    cluster: &'static [&'static str],
    unscoped: &'static [&'static str],
) -> Group {
    Group { api_version, namespaced, cluster, unscoped }
}

const GROUPS: &[Group] = &[
    group(
        "admissionregistration.k8s.io/v1",
        &[],
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        &[],
    ),
    group(
        "admissionregistration.k8s.io/v1beta1",
        &[],
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        &[],
    ),
    group("apiextensions.k8s.io/v1", &[], &["CustomResourceDefinition"], &[]),
    group("apiextensions.k8s.io/v1beta1", &[], &["CustomResourceDefinition"], &[]),
    group("apiregistration.k8s.io/v1", &[], &["APIService"], &[]),
    group("apiregistration.k8s.io/v1beta1", &[], &["APIService"], &[]),
    group("apps/v1", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], &[], &[]),
    group("authentication.k8s.io/v1", &[], &[], &["TokenRequest", "TokenReview"]),
    group("authentication.k8s.io/v1beta1", &[], &[], &["TokenReview"]),
    group("authorization.k8s.io/v1", &[], &[], ACCESS_REVIEWS),
    group("authorization.k8s.io/v1beta1", &[], &[], ACCESS_REVIEWS),
    group("autoscaling/v1", &["HorizontalPodAutoscaler", "Scale"], &[], &[]),
    group("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], &[], &[]),
    group("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], &[], &[]),
    group("batch/v1", &["CronJob", "Job"], &[], &[]),
    group("batch/v1beta1", &["CronJob"], &[], &[]),
    group("certificates.k8s.io/v1", &[], &["CertificateSigningRequest"], &[]),
    group("certificates.k8s.io/v1beta1", &[], &["CertificateSigningRequest"], &[]),
    group("coordination.k8s.io/v1", &["Lease"], &[], &[]),
    group("coordination.k8s.io/v1beta1", &["Lease"], &[], &[]),
    group("discovery.k8s.io/v1", &["EndpointSlice"], &[], &[]),
    group("discovery.k8s.io/v1beta1", &["EndpointSlice"], &[], &[]),
    group("events.k8s.io/v1", &["Event"], &[], &[]),
    group("events.k8s.io/v1beta1", &["Event"], &[], &[]),
    group("extensions/v1beta1", &["Ingress"], &[], &[]),
    group("flowcontrol.apiserver.k8s.io/v1beta1", &[], &["FlowSchema", "PriorityLevelConfiguration"], &[]),
    group("networking.k8s.io/v1", &["Ingress", "NetworkPolicy"], &["IngressClass"], &[]),
    group("networking.k8s.io/v1beta1", &["Ingress"], &["IngressClass"], &[]),
    group("node.k8s.io/v1", &[], &["RuntimeClass"], &[]),
    group("node.k8s.io/v1beta1", &[], &["RuntimeClass"], &[]),
    group("policy/v1", &["PodDisruptionBudget"], &[], &[]),
    group("policy/v1beta1", &["PodDisruptionBudget"], &["PodSecurityPolicy"], &["Eviction"]),
    group("rbac.authorization.k8s.io/v1", &["Role", "RoleBinding"], &["ClusterRole", "ClusterRoleBinding"], &[]),
    group("rbac.authorization.k8s.io/v1beta1", &["Role", "RoleBinding"], &["ClusterRole", "ClusterRoleBinding"], &[]),
    group("scheduling.k8s.io/v1", &[], &["PriorityClass"], &[]),
    group("scheduling.k8s.io/v1beta1", &[], &["PriorityClass"], &[]),
    group("storage.k8s.io/v1", &[], &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], &[]),
    group(
        "storage.k8s.io/v1beta1",
        &["CSIStorageCapacity"],
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        &[],
    ),
    group(
        "v1",
        &[
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "PodAttachOptions",
            "PodExecOptions",
            "PodPortForwardOptions",
            "PodProxyOptions",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
            "ServiceProxyOptions",
        ],
        &["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
        &["Binding"],
    ),
];

const ACCESS_REVIEWS: &[&str] =
    &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];

fn find(api_version: &str) -> Option<&'static Group> {
    GROUPS.binary_search_by_key(&api_version, |group| group.api_version).ok().and_then(|at| GROUPS.get(at))
}

/// The scope of a kind, where it is known.
pub(super) fn is_namespaced(api_version: &str, kind: &str) -> Option<bool> {
    let group = find(api_version)?;
    if group.namespaced.contains(&kind) {
        return Some(true);
    }
    group.cluster.contains(&kind).then_some(false)
}

/// The type of a kind, where it is known.
pub(super) fn root(api_version: &str, kind: &str) -> Option<&'static Known> {
    let group = find(api_version)?;
    let listed = [group.namespaced, group.cluster, group.unscoped].iter().any(|kinds| kinds.contains(&kind));
    listed.then(|| KINDS.iter().find(|(name, _)| *name == kind).map_or(&OBJECT, |(_, known)| known))
}

/// The type of a definition of Kubernetes' own in which something merges.
pub(super) fn definition(name: &str) -> Option<&'static Known> {
    const PREFIXES: [&str; 4] =
        ["io.k8s.api.", "io.k8s.apiextensions-apiserver.", "io.k8s.apimachinery.", "io.k8s.kube-aggregator."];
    let name = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?.rsplit('.').next()?;
    if name.strip_suffix("Status").is_some_and(|kind| WITH_CONDITIONS.contains(&kind)) {
        return Some(&STATUS);
    }
    PARTS.iter().chain(KINDS).find(|(known, _)| *known == name).map(|(_, known)| known)
}

impl Known {
    /// The type of a field. One that is not listed is opaque: nothing below it merges.
    pub(super) fn field(&'static self, name: &str) -> &'static Self {
        match self {
            Map(fields) => fields.iter().find(|(field, _)| *field == name).map_or(&OPAQUE, |(_, known)| known),
            List(..) => &OPAQUE,
        }
    }

    /// The type of a list's entries.
    pub(super) fn items(&self) -> &'static Self {
        match self {
            Map(_) => &OPAQUE,
            List(_, items) => items,
        }
    }

    /// The keys by which a list merges.
    pub(super) fn merge_keys(&self) -> Option<&'static [&'static str]> {
        match self {
            Map(_) => None,
            List(keys, _) => Some(keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, KINDS, is_namespaced, root};

    #[test]
    fn groups_are_in_the_order_that_the_search_needs() {
        assert!(GROUPS.is_sorted_by_key(|group| group.api_version));
        assert_eq!(is_namespaced("v1", "Namespace"), Some(false));
        assert_eq!(is_namespaced("apps/v1", "Deployment"), Some(true));
        assert_eq!(is_namespaced("extensions/v1beta1", "Deployment"), None);
    }

    #[test]
    fn every_type_is_some_kinds() {
        let known = |kind: &str| GROUPS.iter().any(|group| root(group.api_version, kind).is_some());
        let unknown: Vec<_> = KINDS.iter().map(|(kind, _)| kind).filter(|kind| !known(kind)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
