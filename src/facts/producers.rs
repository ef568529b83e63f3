//! What makes Secrets and ConfigMaps in the cluster: secret stores, certificates, operators, annotations.
//!
//! Only documented names are listed. A guess would hide a Secret that is really missing.

use super::offer::{Keys, Kind, Offer};
use super::walk::{items, text};
use crate::kustomize::Manifest;
use crate::yaml::{Map, Node};

/// The name of a product.
enum Name {
    /// The text of a field.
    Field(&'static [&'static str]),
    /// The text of a field, else the producer's own name.
    FieldOrOwn(&'static [&'static str]),
    /// The producer's own name and this.
    Own(&'static str),
    /// Always this.
    Fixed(&'static str),
}

use Name::{Field, FieldOrOwn, Fixed, Own};

/// A kind of object that makes a Secret of a known name.
struct Rule {
    group: &'static str,
    kind: &'static str,
    name: Name,
    /// Its keys; empty where they are not fixed.
    keys: &'static [&'static str],
}

const fn rule(group: &'static str, kind: &'static str, name: Name, keys: &'static [&'static str]) -> Rule {
    Rule { group, kind, name, keys }
}

/// Keys that cert-manager writes, with those of `keystores` and `additionalOutputFormats`.
const CERTIFICATE: &[&str] = &[
    "tls.crt",
    "tls.key",
    "ca.crt",
    "keystore.jks",
    "truststore.jks",
    "keystore.p12",
    "truststore.p12",
    "tls-combined.pem",
    "key.der",
];

const RULES: &[Rule] = &[
    rule("ceph.rook.io", "CephCluster", Fixed("rook-ceph-mon"), &[]),
    rule("cert-manager.io", "Certificate", Field(&["spec", "secretName"]), CERTIFICATE),
    rule("cert-manager.io", "ClusterIssuer", Field(&["spec", "acme", "privateKeySecretRef", "name"]), &["tls.key"]),
    rule("cert-manager.io", "Issuer", Field(&["spec", "acme", "privateKeySecretRef", "name"]), &["tls.key"]),
    rule("clustersecret.io", "ClusterSecret", Own(""), &[]),
    rule("elasticsearch.k8s.elastic.co", "Elasticsearch", Own("-es-elastic-user"), &["elastic"]),
    rule("elasticsearch.k8s.elastic.co", "Elasticsearch", Own("-es-http-certs-public"), &["tls.crt", "ca.crt"]),
    rule("iam.cnrm.cloud.google.com", "IAMServiceAccountKey", Own(""), &["key.json"]),
    rule("k8s.bitwarden.com", "BitwardenSecret", Field(&["spec", "secretName"]), &[]),
    rule("kafka.strimzi.io", "Kafka", Own("-clients-ca-cert"), &["ca.crt", "ca.p12", "ca.password"]),
    rule("kafka.strimzi.io", "Kafka", Own("-cluster-ca-cert"), &["ca.crt", "ca.p12", "ca.password"]),
    rule("kafka.strimzi.io", "KafkaUser", Own(""), &[]),
    rule("kibana.k8s.elastic.co", "Kibana", Own("-kb-http-certs-public"), &["tls.crt", "ca.crt"]),
    rule("objectbucket.io", "ObjectBucketClaim", Own(""), &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
    rule("onepassword.com", "OnePasswordItem", Own(""), &[]),
    rule("postgresql.cnpg.io", "Cluster", Own("-app"), &[]),
    rule("postgresql.cnpg.io", "Cluster", Own("-ca"), &[]),
    rule("postgresql.cnpg.io", "Cluster", Own("-replication"), &[]),
    rule("postgresql.cnpg.io", "Cluster", Own("-server"), &[]),
    rule("postgresql.cnpg.io", "Cluster", Own("-superuser"), &[]),
    rule("rabbitmq.com", "RabbitmqCluster", Own("-default-user"), &[]),
    rule("redhatcop.redhat.io", "VaultSecret", FieldOrOwn(&["spec", "output", "name"]), &[]),
    rule("ricoberger.de", "VaultSecret", Own(""), &[]),
    rule("secretgen.k14s.io", "Password", Own(""), &["password"]),
    rule("secretgenerator.mittwald.de", "StringSecret", Own(""), &[]),
    rule("secrets.doppler.com", "DopplerSecret", Field(&["spec", "managedSecret", "name"]), &[]),
    rule("secrets.hashicorp.com", "HCPVaultSecretsApp", Field(&["spec", "destination", "name"]), &[]),
    rule("secrets.hashicorp.com", "VaultDynamicSecret", Field(&["spec", "destination", "name"]), &[]),
    rule("secrets.hashicorp.com", "VaultPKISecret", Field(&["spec", "destination", "name"]), &[]),
    rule("secrets.hashicorp.com", "VaultStaticSecret", Field(&["spec", "destination", "name"]), &[]),
    rule("secrets.infisical.com", "InfisicalSecret", Field(&["spec", "managedSecretReference", "secretName"]), &[]),
    rule("spv.no", "AzureKeyVaultSecret", Field(&["spec", "output", "secret", "name"]), &[]),
];

/// What a manifest makes the cluster produce.
pub(super) fn offers(manifest: &Manifest) -> Vec<Offer> {
    let mut made = Made { manifest, offers: Vec::new() };
    for rule in RULES.iter().filter(|rule| rule.group == manifest.group() && rule.kind == manifest.kind()) {
        let name = match rule.name {
            Field(path) => text(&manifest.node, path).map(str::to_owned),
            FieldOrOwn(path) => Some(text(&manifest.node, path).unwrap_or(manifest.name()).to_owned()),
            Own(suffix) => Some(format!("{}{suffix}", manifest.name())),
            Fixed(name) => Some(name.to_owned()),
        };
        let keys = if rule.keys.is_empty() { Keys::Any } else { Keys::known(rule.keys.iter().copied()) };
        made.secret(name, keys);
    }
    match (manifest.group(), manifest.kind()) {
        ("external-secrets.io" | "kubernetes-client.io", "ExternalSecret") => made.external_secret(),
        ("external-secrets.io", "ClusterExternalSecret") => made.cluster_external_secret(),
        ("bitnami.com", "SealedSecret") => made.sealed_secret(),
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => made.secret_provider_class(),
        ("isindir.github.com", "SopsSecret") => made.sops_secret(),
        ("acid.zalan.do", "postgresql") => made.zalando(),
        ("postgres-operator.crunchydata.com", "PostgresCluster") => made.crunchy(),
        ("objectbucket.io", "ObjectBucketClaim") => {
            let keys = ["BUCKET_HOST", "BUCKET_NAME", "BUCKET_PORT", "BUCKET_REGION", "BUCKET_SUBREGION"];
            made.config_map(manifest.name(), manifest.namespace(), Keys::known(keys));
        }
        ("ceph.rook.io", "CephCluster") => {
            made.config_map("rook-ceph-mon-endpoints", manifest.namespace(), Keys::Any);
        }
        ("trust.cert-manager.io", "Bundle") => made.bundle(),
        ("", "Service") => made.serving_certificate(),
        ("networking.k8s.io" | "gateway.networking.k8s.io", "Ingress" | "Gateway") => made.annotated_tls(),
        ("", "Secret") => made.copies(),
        _ => {}
    }
    made.connection();
    made.offers
}

/// The chart release that a manifest asks for: how its objects' names start, and their namespace.
pub(super) fn release(manifest: &Manifest) -> Option<(String, Option<String>, String)> {
    let node = &manifest.node;
    let (name, namespace) = match (manifest.kind(), manifest.group()) {
        ("HelmRelease", _) => (text(node, &["spec", "releaseName"]), text(node, &["spec", "targetNamespace"])),
        ("HelmChart", "helm.cattle.io") => (None, text(node, &["spec", "targetNamespace"])),
        ("Application", "argoproj.io") if node.at(&["spec", "source", "chart"]).is_some() => {
            (text(node, &["spec", "source", "helm", "releaseName"]), text(node, &["spec", "destination", "namespace"]))
        }
        _ => return None,
    };
    let name = name.unwrap_or(manifest.name()).to_owned();
    Some((name, namespace.or(manifest.namespace()).map(str::to_owned), named(manifest)))
}

/// Whether annotations or labels ask a controller to add keys to the object.
pub(super) fn is_filled_later(manifest: &Manifest) -> bool {
    const MARKS: &[&str] = &[
        "config.openshift.io/inject-trusted-cabundle",
        "replicator.v1.mittwald.de/replicate-from",
        "secret-generator.v1.mittwald.de/autogenerate",
        "service.beta.openshift.io/inject-cabundle",
    ];
    ["annotations", "labels"].iter().any(|field| {
        let marks = manifest.node.at(&["metadata", field]).and_then(Node::as_map);
        marks.is_some_and(|map| MARKS.iter().any(|mark| map.get(mark).is_some()))
    })
}

fn named(manifest: &Manifest) -> String {
    format!("{}/{}", manifest.kind(), manifest.name())
}

struct Made<'a> {
    manifest: &'a Manifest,
    offers: Vec<Offer>,
}

impl Made<'_> {
    fn spec(&self) -> Option<&Map> {
        self.manifest.node.get("spec").and_then(Node::as_map)
    }

    fn at(&self, keys: &[&str]) -> Option<&Node> {
        self.manifest.node.at(keys)
    }

    fn add(&mut self, kind: Kind, name: &str, namespace: Option<&str>, keys: Keys) {
        let (name, namespace) = (name.to_owned(), namespace.map(str::to_owned));
        self.offers.push(Offer { kind, namespace, name, keys, by: Some(named(self.manifest)) });
    }

    fn secret(&mut self, name: Option<String>, keys: Keys) {
        if let Some(name) = name {
            self.add(Kind::Secret, &name, self.manifest.namespace(), keys);
        }
    }

    fn config_map(&mut self, name: &str, namespace: Option<&str>, keys: Keys) {
        self.add(Kind::ConfigMap, name, namespace, keys);
    }

    fn external_secret(&mut self) {
        let Some(spec) = self.at(&["spec"]) else { return };
        let name = text(spec, &["target", "name"]).unwrap_or(self.manifest.name()).to_owned();
        let keys = external_keys(spec);
        self.secret(Some(name), keys);
    }

    fn cluster_external_secret(&mut self) {
        let Some(spec) = self.at(&["spec", "externalSecretSpec"]) else { return };
        let own = self.at(&["spec"]).and_then(|spec| text(spec, &["externalSecretName"]));
        let name = text(spec, &["target", "name"]).or(own).unwrap_or(self.manifest.name()).to_owned();
        let keys = external_keys(spec);
        self.add(Kind::Secret, &name, None, keys);
    }

    fn sealed_secret(&mut self) {
        let name = text(&self.manifest.node, &["spec", "template", "metadata", "name"]);
        let name = name.unwrap_or(self.manifest.name()).to_owned();
        let keys = Keys::of(&[self.at(&["spec", "encryptedData"]), self.at(&["spec", "template", "data"])]);
        self.secret(Some(name), keys);
    }

    fn secret_provider_class(&mut self) {
        let Some(spec) = self.spec() else { return };
        let objects: Vec<_> = items(spec, "secretObjects")
            .filter_map(|(_, object)| {
                let data = object.as_map().map(|object| items(object, "data"))?;
                let keys = Keys::known(data.filter_map(|(_, item)| text(item, &["key"])));
                Some((text(object, &["secretName"])?.to_owned(), keys))
            })
            .collect();
        for (name, keys) in objects {
            self.secret(Some(name), keys);
        }
    }

    fn sops_secret(&mut self) {
        let Some(spec) = self.spec() else { return };
        let templates: Vec<_> = items(spec, "secretTemplates")
            .filter_map(|(_, template)| {
                let keys = Keys::of(&[template.get("data"), template.get("stringData")]);
                Some((text(template, &["name"])?.to_owned(), keys))
            })
            .collect();
        for (name, keys) in templates {
            self.secret(Some(name), keys);
        }
    }

    /// `{user}.{cluster}.credentials.postgresql.acid.zalan.do`, underscores of the user as hyphens.
    fn zalando(&mut self) {
        let declared = self.at(&["spec", "users"]).and_then(Node::as_map);
        let declared = declared.into_iter().flat_map(Map::iter).map(|entry| entry.key.text.to_string());
        let users: Vec<String> = declared.chain(["postgres".to_owned(), "standby".to_owned()]).collect();
        for user in users {
            let user = user.replace('_', "-");
            let name = format!("{user}.{}.credentials.postgresql.acid.zalan.do", self.manifest.name());
            self.secret(Some(name), Keys::known(["username", "password"]));
        }
    }

    /// `{cluster}-pguser-{user}`; without `users` there is one, called as the cluster.
    fn crunchy(&mut self) {
        let cluster = self.manifest.name();
        let users: Vec<&str> = self
            .spec()
            .into_iter()
            .flat_map(|spec| items(spec, "users"))
            .filter_map(|(_, user)| text(user, &["name"]))
            .collect();
        let users = if users.is_empty() { vec![cluster] } else { users };
        let names: Vec<String> = users.iter().map(|user| format!("{cluster}-pguser-{user}")).collect();
        for name in names {
            self.secret(Some(name), Keys::Any);
        }
        self.secret(Some(format!("{cluster}-cluster-cert")), Keys::Any);
    }

    fn bundle(&mut self) {
        let name = self.manifest.name();
        for (field, kind) in [("configMap", Kind::ConfigMap), ("secret", Kind::Secret)] {
            if let Some(key) = self.at(&["spec", "target", field]).and_then(|target| text(target, &["key"])) {
                let keys = Keys::known([key]);
                self.add(kind, name, None, keys);
            }
        }
    }

    /// OpenShift signs a certificate for a Service that asks for one.
    fn serving_certificate(&mut self) {
        let asked = self.annotation(&[
            "service.beta.openshift.io/serving-cert-secret-name",
            "service.alpha.openshift.io/serving-cert-secret-name",
        ]);
        self.secret(asked.map(str::to_owned), Keys::known(["tls.crt", "tls.key"]));
    }

    /// cert-manager makes the certificates of an annotated Ingress or Gateway.
    fn annotated_tls(&mut self) {
        let annotated = self.annotation(&[
            "cert-manager.io/cluster-issuer",
            "cert-manager.io/issuer",
            "certmanager.k8s.io/cluster-issuer",
            "certmanager.k8s.io/issuer",
            "kubernetes.io/tls-acme",
        ]);
        let Some(spec) = self.spec().filter(|_| annotated.is_some()) else { return };
        let ingress = items(spec, "tls").filter_map(|(_, tls)| text(tls, &["secretName"]));
        let listeners = items(spec, "listeners").filter_map(|(_, listener)| listener.get("tls")?.as_map());
        let gateway = listeners
            .flat_map(|tls| items(tls, "certificateRefs"))
            .filter_map(|(_, reference)| text(reference, &["name"]));
        let names: Vec<String> = ingress.chain(gateway).map(str::to_owned).collect();
        for name in names {
            self.secret(Some(name), Keys::known(CERTIFICATE.iter().copied()));
        }
    }

    /// Reflector and the replicator copy a Secret into other namespaces.
    fn copies(&mut self) {
        let copied = self.annotation(&[
            "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
            "replicator.v1.mittwald.de/replicate-to",
            "replicator.v1.mittwald.de/replicate-to-matching",
        ]);
        if copied.is_some_and(|value| value != "false") {
            let keys = Keys::of(&[self.at(&["data"]), self.at(&["stringData"])]);
            self.add(Kind::Secret, self.manifest.name(), None, keys);
        }
    }

    /// Crossplane writes how to connect to what it made.
    fn connection(&mut self) {
        for field in ["writeConnectionSecretToRef", "publishConnectionDetailsTo"] {
            let Some(target) = self.at(&["spec", field]) else { continue };
            let Some(name) = text(target, &["name"]).map(str::to_owned) else { continue };
            let namespace = text(target, &["namespace"]).or(self.manifest.namespace()).map(str::to_owned);
            self.add(Kind::Secret, &name, namespace.as_deref(), Keys::Any);
        }
    }

    fn annotation(&self, names: &[&str]) -> Option<&str> {
        let annotations = self.at(&["metadata", "annotations"])?;
        names.iter().find_map(|name| annotations.get(name)?.text())
    }
}

/// The keys that an ExternalSecret's `spec` gives its Secret.
fn external_keys(spec: &Node) -> Keys {
    let template = spec.at(&["target", "template"]);
    if template.and_then(|template| template.get("templateFrom")).is_some() {
        return Keys::Any;
    }
    // A template's data replaces what was fetched, unless it says otherwise.
    let templated = template.and_then(|template| template.get("data"));
    let merged = template.and_then(|template| text(template, &["mergePolicy"])) == Some("Merge");
    let list = |field: &str| spec.get(field).and_then(Node::as_seq).unwrap_or_default();
    if templated.is_some() && !merged {
        return Keys::of(&[templated]);
    }
    if !list("dataFrom").is_empty() {
        return Keys::Any;
    }
    // `name` is what the predecessor of External Secrets called it.
    let fetched = list("data").iter().filter_map(|item| text(item, &["secretKey"]).or(text(item, &["name"])));
    let templated = templated.and_then(Node::as_map).into_iter().flat_map(Map::iter);
    Keys::known(fetched.map(str::to_owned).chain(templated.map(|entry| entry.key.text.to_string())))
}
