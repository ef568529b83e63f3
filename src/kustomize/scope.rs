//! Namespaces of objects that have none: `namespace` gives one to every object of a type that kustomize does
//! not know (docs/kustomize.md, "Namespace"), cluster-scoped ones included.

use std::collections::HashSet;

use super::id::group_version;
use super::resource::Resource;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Node};

/// Cluster-scoped types that kustomize's schema lacks, by group and kind: those of newer Kubernetes releases
/// and of operators in wide use, as their definitions say.
const CLUSTER_SCOPED: [(&str, &str); 36] = [
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("argoproj.io", "ClusterAnalysisTemplate"),
    ("argoproj.io", "ClusterWorkflowTemplate"),
    ("cert-manager.io", "ClusterIssuer"),
    ("certificates.k8s.io", "ClusterTrustBundle"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("external-secrets.io", "ClusterExternalSecret"),
    ("external-secrets.io", "ClusterPushSecret"),
    ("external-secrets.io", "ClusterSecretStore"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("gateway.networking.k8s.io", "GatewayClass"),
    ("generators.external-secrets.io", "ClusterGenerator"),
    ("karpenter.k8s.aws", "EC2NodeClass"),
    ("karpenter.sh", "NodeClaim"),
    ("karpenter.sh", "NodePool"),
    ("keda.sh", "ClusterTriggerAuthentication"),
    ("kyverno.io", "ClusterCleanupPolicy"),
    ("kyverno.io", "ClusterPolicy"),
    ("networking.k8s.io", "IPAddress"),
    ("networking.k8s.io", "ServiceCIDR"),
    ("node.k8s.io", "RuntimeClass"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("resource.k8s.io", "DeviceClass"),
    ("resource.k8s.io", "ResourceSlice"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("security.openshift.io", "SecurityContextConstraints"),
    ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
    ("snapshot.storage.k8s.io", "VolumeSnapshotContent"),
    ("storage.k8s.io", "VolumeAttributesClass"),
    ("templates.gatekeeper.sh", "ConstraintTemplate"),
    ("trust.cert-manager.io", "Bundle"),
];

/// Reports that `namespace` gave a namespace to objects that have none in a cluster, by the definitions among
/// `resources` or by what is known of their types: once for each text that did.
pub(super) fn report(resources: &[Resource], quirks: &mut Vec<Problem>) {
    let defined: HashSet<(&str, &str)> = resources.iter().filter_map(cluster_scoped_definition).collect();
    let mut given: Vec<(Option<Span>, Vec<String>)> = Vec::new();
    for resource in resources {
        let Some(namespace) = resource.node.at(&["metadata", "namespace"]) else { continue };
        let api_version = resource.node.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let kind = resource.node.get("kind").and_then(Node::text).unwrap_or_default();
        let of_type = (group_version(api_version).0, kind);
        let cluster_scoped = defined.contains(&of_type) || CLUSTER_SCOPED.contains(&of_type);
        if namespace.origin.cause == Cause::Namespace && cluster_scoped {
            let (span, name) = (namespace.origin.span, format!("{kind}/{}", resource.name()));
            match given.iter_mut().find(|(known, _)| *known == span) {
                Some((_, names)) => names.push(name),
                None => given.push((span, vec![name])),
            }
        }
    }
    quirks.extend(given.into_iter().map(|(span, names)| {
        let first = names.first().map(String::as_str).unwrap_or_default();
        let (whom, type_of) = match names.len() {
            1 => (format!("`{first}`"), "objects of its type"),
            count => (format!("`{first}` and {} more", count - 1), "objects of their types"),
        };
        Problem::new(format!("`namespace` gives {whom} a namespace, but {type_of} have none"))
            .at(span)
            .reason(Reason::Harmless)
            .key("`namespace` reaches objects without a namespace")
            .hint("keep what has no namespace in a kustomization without `namespace`")
    }));
}

/// The group and kind that a definition of cluster-scoped custom resources defines.
fn cluster_scoped_definition(resource: &Resource) -> Option<(&str, &str)> {
    let text = |path: &[&str]| resource.node.at(path).and_then(Node::text);
    let defines = text(&["kind"]) == Some("CustomResourceDefinition") && text(&["spec", "scope"]) == Some("Cluster");
    defines.then_some((text(&["spec", "group"])?, text(&["spec", "names", "kind"])?))
}
