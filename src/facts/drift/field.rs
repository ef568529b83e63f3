//! What the place of a difference says about it.

use super::class::Class;
use super::quantity;
use super::settings::{self, Difference};
use super::text::{floats, is_filled_in, without_identifiers};
use crate::diff::{Change, ChangeKind, Names};
use crate::kustomize::Manifest;
use crate::repo::ImageRef;
use crate::yaml::{Node, Segment};

/// A difference and the keys that lead to it.
pub(super) struct Field<'a> {
    pub(super) change: &'a Change<'a>,
    group: &'a str,
    kind: &'a str,
    keys: Vec<&'a str>,
    /// It is an item of a list.
    pub(super) is_item: bool,
}

impl<'a> Field<'a> {
    pub(super) fn new(change: &'a Change<'a>) -> Self {
        let manifest = change.pair.upper.or(change.pair.lower);
        let keys = change.path().iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(&**key),
            Segment::Index(_) => None,
        });
        Self {
            change,
            group: manifest.map(Manifest::group).unwrap_or_default(),
            kind: manifest.map(Manifest::kind).unwrap_or_default(),
            keys: keys.collect(),
            is_item: matches!(change.path().last(), Some(Segment::Index(_))),
        }
    }

    pub(super) fn lower(&self) -> Option<&'a str> {
        self.change.lower.and_then(Node::text)
    }

    pub(super) fn upper(&self) -> Option<&'a str> {
        self.change.upper.and_then(Node::text)
    }

    fn first(&self) -> &str {
        self.keys.first().copied().unwrap_or_default()
    }

    fn last(&self) -> &str {
        self.keys.last().copied().unwrap_or_default()
    }

    fn parent(&self) -> &str {
        self.keys.iter().rev().nth(1).copied().unwrap_or_default()
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }

    fn has_any(&self, keys: &[&str]) -> bool {
        self.keys.iter().any(|key| keys.contains(key))
    }

    fn only_upper(&self) -> bool {
        self.change.kind == ChangeKind::OnlyUpper
    }

    /// Whether the values may be looked at.
    pub(super) fn is_open(&self) -> bool {
        !self.change.is_secret()
    }

    /// What has to differ, or may be the same: the object's own name, the environment's label, encrypted text, variables
    /// that only the cluster has.
    pub(super) fn is_name(&self, names: &Names<'_>) -> bool {
        let own = self.keys == ["metadata", "name"] || self.keys == ["metadata", "namespace"];
        let label = self.has_any(&["labels", "matchLabels", "selector"])
            && matches!(self.last().rsplit('/').next(), Some("env" | "environment" | "stage"));
        let encrypted = |text: Option<&str>| text.is_some_and(|text| text.starts_with("ENC["));
        let sealed =
            self.kind == "SealedSecret" && self.has("encryptedData") && self.change.kind == ChangeKind::Changed;
        // Layout and comments of a file in a ConfigMap.
        // Or what the cluster puts in makes them one.
        let same_text = self.is_open()
            && matches!((self.lower(), self.upper()), (Some(lower), Some(upper))
                if settings::compare(names, lower, upper) == Difference::Nothing
                    || is_filled_in(lower, upper)
                    || is_filled_in(upper, lower));
        own || label
            || self.first() == "sops"
            || (encrypted(self.lower()) && encrypted(self.upper()))
            || sealed
            || same_text
    }

    /// Whether it is metadata of which one side has none, and the other only annotations.
    fn is_all_annotations(&self) -> bool {
        let metadata = self.change.upper.or(self.change.lower).and_then(Node::as_map);
        self.last() == "metadata"
            && metadata.is_some_and(|map| map.iter().all(|entry| &*entry.key.text == "annotations"))
    }

    /// Whether the field names a Secret or ConfigMap to read.
    pub(super) fn refers(&self) -> bool {
        const HOLDERS: &[&str] = &[
            "configMap",
            "configMapKeyRef",
            "configMapRef",
            "secret",
            "secretKeyRef",
            "secretRef",
            "imagePullSecrets",
            "valuesFrom",
            "substituteFrom",
        ];
        self.last() == "secretName" || (self.last() == "name" && HOLDERS.contains(&self.parent()))
    }

    /// What the field itself says, whatever stands in it. `is_judged_image` says whether policies see it as an image.
    pub(super) fn by_place(&self, is_judged_image: impl Fn() -> bool) -> Option<(Class, bool)> {
        if !self.is_open() || is_secret_store(self.group, self.kind) {
            return Some((Class::Secret, true));
        }
        let last = self.last();
        if self.group == "rbac.authorization.k8s.io" {
            return Some((Class::Rbac, false));
        }
        if self.keys == ["apiVersion"] || self.keys == ["kind"] {
            return Some((Class::ApiVersion, false));
        }
        if self.is_image() && is_judged_image() {
            return Some((Class::Image, self.image_is_usual()));
        }
        if let Some(class) = self.version() {
            return Some((class, self.revision_is_usual()));
        }
        if self.has("resources") && (last == "resources" || self.has_any(&["limits", "requests", "claims"])) {
            return Some((Class::Resources, self.grows(false)));
        }
        if self.is_count() {
            return Some((Class::Scaling, self.grows(true)));
        }
        if self.has("annotations") || self.is_all_annotations() {
            return Some((Class::Annotation, true));
        }
        if self.has_any(&["livenessProbe", "readinessProbe", "startupProbe"]) {
            return Some((Class::Probe, false));
        }
        if last == "validationFailureAction" {
            // Kyverno reports in one environment what it refuses in the next.
            return Some((Class::Security, self.upper().is_some_and(|action| action.eq_ignore_ascii_case("enforce"))));
        }
        if last == "suspend" || (self.kind.ends_with("CronJob") && matches!(last, "schedule" | "timeZone")) {
            return Some((Class::Schedule, false));
        }
        None
    }

    /// What the field says about texts that say nothing themselves.
    pub(super) fn by_key(&self) -> Option<(Class, bool)> {
        const SCHEDULING: &[&str] = &[
            "affinity",
            "nodeName",
            "nodeSelector",
            "priorityClassName",
            "runtimeClassName",
            "schedulerName",
            "tolerations",
            "topologySpreadConstraints",
        ];
        const STORAGE: &[&str] = &["storageClassName", "volumeClaimTemplates", "volumeMounts", "volumes"];
        const REFERENCES: &[&str] = &["imagePullSecrets", "substituteFrom", "valuesFrom"];
        const HOSTS: &[&str] = &["commonName", "dnsNames", "host", "hostname", "hostnames", "hosts"];
        let last = self.last();
        if self.has_any(&["env", "envFrom"]) && !self.has("values") {
            return Some(self.variable());
        }
        if self.refers() || (self.is_item && REFERENCES.contains(&last)) {
            return Some((Class::Reference, false));
        }
        if self.has_any(HOSTS) {
            return Some((Class::Host, true));
        }
        if self.has_any(&["matchLabels", "matchExpressions", "selector"]) && !self.has_any(SCHEDULING) {
            return Some((Class::Selector, false));
        }
        if self.has("labels") {
            return Some((Class::Label, true));
        }
        if self.has_any(SCHEDULING) {
            return Some((Class::Scheduling, false));
        }
        if self.has_any(&["securityContext", "hostNetwork", "hostPID", "hostIPC", "serviceAccountName"]) {
            return Some((Class::Security, false));
        }
        if self.has_any(STORAGE) {
            return Some((Class::Storage, false));
        }
        let is_data = self.kind == "ConfigMap" && matches!(self.first(), "data" | "binaryData");
        if is_data
            || self.has_any(&["values", "valuesObject", "parameters"])
            || matches!(last, "args" | "command" | "imagePullPolicy")
        {
            return Some((Class::Setting, self.change.kind == ChangeKind::Changed));
        }
        None
    }

    /// Environment variables: a literal that becomes a reference is usual, the reverse is not.
    fn variable(&self) -> (Class, bool) {
        match (self.last(), self.change.kind) {
            ("value", ChangeKind::Changed) => (Class::Setting, true),
            ("value", ChangeKind::OnlyLower) | ("valueFrom", ChangeKind::OnlyUpper) => {
                (Class::EnvironmentVariable, true)
            }
            _ if self.refers() => (Class::Reference, false),
            _ => (Class::EnvironmentVariable, false),
        }
    }

    fn is_image(&self) -> bool {
        let in_values =
            self.has_any(&["values", "valuesObject"]) && matches!(self.last(), "tag" | "digest" | "repository");
        let in_list = self.has("images") && matches!(self.last(), "newTag" | "digest" | "newName" | "images");
        matches!(self.last(), "image" | "imageName") || in_values || in_list
    }

    /// Production lags; it does not float where staging is pinned, nor run something else.
    fn image_is_usual(&self) -> bool {
        let (Some(lower), Some(upper)) = (self.lower(), self.upper()) else { return self.only_upper() };
        if matches!(self.last(), "tag" | "digest" | "newTag") {
            return floats(lower) || !floats(upper);
        }
        let (Ok(lower), Ok(upper)) = (ImageRef::parse(lower), ImageRef::parse(upper)) else { return false };
        let is_floating = |image: &ImageRef| image.digest.is_none() && image.tag.as_deref().is_none_or(floats);
        let same = without_identifiers(&lower.path) == without_identifiers(&upper.path);
        let looser =
            (lower.digest.is_some() && upper.digest.is_none()) || (is_floating(&upper) && !is_floating(&lower));
        same && !looser
    }

    fn version(&self) -> Option<Class> {
        let last = self.last();
        match self.kind {
            "HelmRelease" | "HelmChart" if last == "version" && !self.has("values") => Some(Class::ChartVersion),
            "Subscription" if matches!(last, "channel" | "startingCSV") => Some(Class::ChartVersion),
            "GitRepository" | "OCIRepository" if self.has("ref") => Some(Class::GitRevision),
            "Application" | "ApplicationSet" if matches!(last, "targetRevision" | "revision") => {
                Some(Class::GitRevision)
            }
            _ => None,
        }
    }

    fn revision_is_usual(&self) -> bool {
        match (self.lower(), self.upper()) {
            (Some(lower), Some(upper)) => floats(lower) || !floats(upper),
            // A branch in production alone, or no version at all.
            _ => self.only_upper() && self.last() != "branch",
        }
    }

    fn is_count(&self) -> bool {
        let by_kind = ["HorizontalPodAutoscaler", "PodDisruptionBudget", "ScaledObject"].contains(&self.kind);
        let by_key = matches!(
            self.last(),
            "replicas" | "replicaCount" | "minReplicas" | "maxReplicas" | "minReplicaCount" | "maxReplicaCount"
        );
        (by_kind && self.first() == "spec") || by_key
    }

    /// Whether the upper number is at least the lower one. `absent` says whether a side without a number
    /// leaves it to a default of one rather than to nothing at all.
    fn grows(&self, absent: bool) -> bool {
        let number = |text: Option<&str>| text.and_then(quantity::parse);
        let (lower, upper) = match (number(self.lower()), number(self.upper())) {
            (Some(lower), Some(upper)) => (lower, upper),
            (Some(lower), None) if absent && self.change.upper.is_none() => (lower, 1.0),
            _ => return self.only_upper(),
        };
        if self.last() == "maxUnavailable" { upper <= lower } else { upper >= lower }
    }
}

fn is_secret_store(group: &str, kind: &str) -> bool {
    matches!(
        group,
        "external-secrets.io" | "kubernetes-client.io" | "secrets.hashicorp.com" | "secrets-store.csi.x-k8s.io"
    ) || matches!(kind, "SealedSecret" | "SopsSecret" | "OnePasswordItem")
}
