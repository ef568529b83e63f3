//! The Secrets and ConfigMaps that common custom resources name: controllers of Ingresses, issuers, monitors, autoscalers.
//!
//! Only documented fields are listed whose object is looked for in the namespace of the resource itself.

use super::offer::Kind;
use super::walk::text;
use crate::kustomize::Manifest;
use crate::yaml::{Node, Path, Segment, Value};

/// The field that refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    /// One variable of a container.
    Env,
    /// All variables of a container.
    EnvFrom,
    /// A volume.
    Volume,
    /// A projected volume.
    Projected,
    /// The credentials of a volume's driver.
    Csi,
    /// The credentials of a registry.
    ImagePullSecrets,
    /// A service account's own Secrets.
    ServiceAccount,
    /// The certificate of an Ingress or Gateway.
    Tls,
    /// The values of a HelmRelease.
    ValuesFrom,
    /// The variables of a Flux Kustomization.
    SubstituteFrom,
    /// What a custom resource reads to ask others.
    Credentials,
}

/// How a field names an object.
#[derive(Clone, Copy)]
enum Form {
    /// The field is its name.
    Name,
    /// The field is a map with `name` and perhaps `key`.
    Selector,
}

/// A field of a kind that names a Secret or ConfigMap.
struct Field {
    group: &'static str,
    kind: &'static str,
    /// The keys that lead there; `*` stands for each item of a list.
    path: &'static [&'static str],
    names: Kind,
    form: Form,
    how: How,
}

const fn secret(group: &'static str, kind: &'static str, path: &'static [&'static str], form: Form, how: How) -> Field {
    Field { group, kind, path, names: Kind::Secret, form, how }
}

const CERT_MANAGER: &str = "cert-manager.io";
const KEDA: &str = "keda.sh";
const MONITORING: &str = "monitoring.coreos.com";
const TRAEFIK: &str = "traefik.io";

use Form::{Name, Selector};
use How::{Credentials, Tls};

const FIELDS: &[Field] = &[
    secret(CERT_MANAGER, "Issuer", &["spec", "ca", "secretName"], Name, Tls),
    secret(CERT_MANAGER, "Issuer", &["spec", "venafi", "cloud", "apiTokenSecretRef"], Selector, Credentials),
    secret(CERT_MANAGER, "Issuer", &["spec", "vault", "auth", "tokenSecretRef"], Selector, Credentials),
    secret(CERT_MANAGER, "Issuer", &["spec", "vault", "auth", "appRole", "secretRef"], Selector, Credentials),
    secret(KEDA, "TriggerAuthentication", &["spec", "secretTargetRef", "*"], Selector, Credentials),
    Field {
        group: KEDA,
        kind: "TriggerAuthentication",
        path: &["spec", "configMapTargetRef", "*"],
        names: Kind::ConfigMap,
        form: Selector,
        how: Credentials,
    },
    secret(TRAEFIK, "IngressRoute", &["spec", "tls", "secretName"], Name, Tls),
    secret(TRAEFIK, "IngressRouteTCP", &["spec", "tls", "secretName"], Name, Tls),
    secret(TRAEFIK, "TLSStore", &["spec", "defaultCertificate", "secretName"], Name, Tls),
    secret(TRAEFIK, "Middleware", &["spec", "basicAuth", "secret"], Name, Credentials),
    secret(TRAEFIK, "Middleware", &["spec", "digestAuth", "secret"], Name, Credentials),
    secret(MONITORING, "Alertmanager", &["spec", "configSecret"], Name, Credentials),
    secret(MONITORING, "Prometheus", &["spec", "additionalScrapeConfigs"], Selector, Credentials),
];

/// The fields of an endpoint of a monitor, in lists of these names.
const ENDPOINTS: &[(&str, &str)] = &[("ServiceMonitor", "endpoints"), ("PodMonitor", "podMetricsEndpoints")];

const OF_ENDPOINT: &[&[&str]] = &[
    &["basicAuth", "username"],
    &["basicAuth", "password"],
    &["bearerTokenSecret"],
    &["authorization", "credentials"],
    &["tlsConfig", "ca", "secret"],
    &["tlsConfig", "cert", "secret"],
    &["tlsConfig", "keySecret"],
];

/// What a custom resource names.
pub(super) struct Named<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) key: Option<&'a str>,
    pub(super) optional: bool,
    pub(super) how: How,
    pub(super) path: Path,
}

/// The Secrets and ConfigMaps that a custom resource names, in the order of the tables.
pub(super) fn named(manifest: &Manifest) -> Vec<Named<'_>> {
    let (group, kind) = (manifest.group(), manifest.kind());
    let mut found = Vec::new();
    let group = if group == "traefik.containo.us" { TRAEFIK } else { group };
    for field in FIELDS.iter().filter(|field| field.group == group && field.kind == kind) {
        follow(&manifest.node, field.path, &Path::default(), &mut |node, path| {
            found.extend(read(node, path, field.names, field.form, field.how));
        });
    }
    let lists = ENDPOINTS.iter().filter(|(monitor, _)| group == MONITORING && *monitor == kind);
    for (_, list) in lists {
        follow(&manifest.node, &["spec", list, "*"], &Path::default(), &mut |endpoint, at| {
            for path in OF_ENDPOINT {
                follow(endpoint, path, at, &mut |node, path| {
                    found.extend(read(node, path, Kind::Secret, Selector, Credentials));
                });
            }
        });
    }
    found
}

/// Calls `visit` with what `path` leads to from `node`, which is at `at`.
fn follow<'a>(node: &'a Node, path: &[&str], at: &Path, visit: &mut dyn FnMut(&'a Node, &Path)) {
    match (path.split_first(), &node.value) {
        (None, _) => visit(node, at),
        (Some((step, rest)), Value::Seq(items)) if *step == "*" => {
            for (index, item) in items.iter().enumerate() {
                follow(item, rest, &at.join([index.into()]), visit);
            }
        }
        (Some((step, rest)), _) => {
            if let Some(next) = node.get(step) {
                follow(next, rest, &at.join([Segment::from(*step)]), visit);
            }
        }
    }
}

fn read<'a>(node: &'a Node, path: &Path, kind: Kind, form: Form, how: How) -> Option<Named<'a>> {
    Some(match form {
        Name => {
            let name = node.text().filter(|name| !name.is_empty())?;
            Named { kind, name, key: None, optional: false, how, path: path.clone() }
        }
        Selector => {
            let key = text(node, &["key"]);
            let end = if key.is_some() { "key" } else { "name" };
            let optional = text(node, &["optional"]) == Some("true");
            Named { kind, name: text(node, &["name"])?, key, optional, how, path: path.join([Segment::from(end)]) }
        }
    })
}
