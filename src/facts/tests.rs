#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::change::Rendered;
use crate::diff::{Side, diff};
use crate::kustomize::Manifest;
use crate::yaml::{Dialect, Text, parse_all};

fn resources(text: &str) -> Vec<Manifest> {
    let nodes = parse_all(&Text::loose(text), Dialect::Resource).unwrap();
    nodes.into_iter().map(Manifest::new).collect()
}

const DIGEST: &str = "sha256:9b7c2d61e0d9a1c6f4b1b0a4f2b7e7a5c3d1e8f60718293a4b5c6d7e8f901234";

#[test]
fn images_are_found_wherever_pods_are() {
    let resources = resources(&format!(
        "
apiVersion: batch/v1
kind: CronJob
metadata: {{name: nightly}}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers:
          - {{name: wait, image: busybox}}
          containers:
          - {{name: dump, image: 'registry:5000/team/dump:1@{DIGEST}', resources: {{limits: {{cpu: 1}}}}}}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {{name: f}}
spec:
  pools:
  - podTemplate: {{spec: {{containers: [{{name: a, image: 'UPPER/Case:1'}}, {{name: no-image}}]}}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: h}}
spec:
  values:
    image: {{registry: ghcr.io, repository: org/app, tag: v1, digest: '{DIGEST}'}}
    sidecar: {{image: {{repository: envoy, tag: '1.30'}}, persistence: {{repository: no-image}}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: k}}
spec:
  images:
  - {{name: app, newName: ghcr.io/org/app, newTag: v2}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: a}}
spec: {{source: {{kustomize: {{images: ['app=ghcr.io/org/app:v3', 'nginx:1']}}}}}}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {{name: p}}
spec: {{rules: [{{validate: {{pattern: {{spec: {{containers: [{{name: '*', image: '!*:latest'}}]}}}}}}}}]}}
"
    ));
    let images = images("production", &resources);
    let lines: Vec<String> = images
        .iter()
        .map(|image| {
            let repository = image.repository.as_deref().unwrap_or("?");
            format!("{} {} {repository} {}", image.at.resource, image.at.path, image.image.replace(DIGEST, "DIGEST"))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    CronJob/nightly spec.jobTemplate.spec.template.spec.initContainers[0].image docker.io/library/busybox busybox
    CronJob/nightly spec.jobTemplate.spec.template.spec.containers[0].image registry:5000/team/dump registry:5000/team/dump:1@DIGEST
    Fleet/f spec.pools[0].podTemplate.spec.containers[0].image ? UPPER/Case:1
    HelmRelease/h spec.values.image.digest ghcr.io/org/app ghcr.io/org/app:v1@DIGEST
    HelmRelease/h spec.values.sidecar.image.tag docker.io/library/envoy envoy:1.30
    Kustomization/k spec.images[0].newTag ghcr.io/org/app ghcr.io/org/app:v2
    Application/a spec.source.kustomize.images[0] ghcr.io/org/app ghcr.io/org/app:v3
    Application/a spec.source.kustomize.images[1] docker.io/library/nginx nginx:1
    ");
    insta::assert_json_snapshot!(images.get(1), @r#"
    {
      "image": "registry:5000/team/dump:1@sha256:9b7c2d61e0d9a1c6f4b1b0a4f2b7e7a5c3d1e8f60718293a4b5c6d7e8f901234",
      "repository": "registry:5000/team/dump",
      "tag": "1",
      "digest": "sha256:9b7c2d61e0d9a1c6f4b1b0a4f2b7e7a5c3d1e8f60718293a4b5c6d7e8f901234",
      "valid": true,
      "problem": null,
      "container": "dump",
      "containers_field": "containers",
      "resources": {
        "limits": {
          "cpu": 1
        }
      },
      "kind": "CronJob",
      "at": {
        "environment": "production",
        "resource": {
          "kind": "CronJob",
          "namespace": null,
          "name": "nightly"
        },
        "path": [
          "spec",
          "jobTemplate",
          "spec",
          "template",
          "spec",
          "containers",
          0,
          "image"
        ]
      }
    }
    "#);
    assert_eq!(
        images.iter().find_map(|image| image.problem.as_deref()),
        Some("the repository `Case` must be lowercase")
    );
}

#[test]
fn versions_are_those_that_a_promotion_changes() {
    let resources = resources(
        "
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}, spec: {chart: {spec: {chart: podinfo, version: '>=1.0.0'}}}}
---
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: open}, spec: {chart: {spec: {chart: podinfo}}}}
---
{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: g}, spec: {url: 'https://h/r', ref: {branch: main, commit: abc}}}
---
{apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, metadata: {name: o}, spec: {url: 'oci://h/r', ref: {tag: v1}}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: s}
spec:
  generators: [{git: {repoURL: 'https://h/list', revision: HEAD}}]
  template: {spec: {sources: [{repoURL: 'https://charts', chart: redis, targetRevision: 1.2.3}, {repoURL: 'https://h/x', path: .}]}}
---
{apiVersion: operators.coreos.com/v1alpha1, kind: Subscription, metadata: {name: s}, spec: {name: odf, channel: stable-4.14}}
---
{apiVersion: infra/v1, kind: Terraform, metadata: {name: t}, spec: {source: 'git::https://h/m//net?depth=1&ref=v7', note: 'what? ref=no'}}
",
    );
    let lines: Vec<String> = versions("staging", &resources)
        .iter()
        .map(|version| {
            let value = serde_json::to_value(version.what).unwrap();
            let number = version.version.as_deref().unwrap_or("-");
            format!("{} {} {} {number} at {}", version.at.resource, value, version.name, version.at.path)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    HelmRelease/a "chart" podinfo >=1.0.0 at spec.chart.spec.version
    HelmRelease/open "chart" podinfo - at spec.chart.spec.version
    GitRepository/g "git-ref" https://h/r abc at spec.ref.commit
    OCIRepository/o "oci-ref" oci://h/r v1 at spec.ref.tag
    ApplicationSet/s "git-ref" https://h/list HEAD at spec.generators[0].git.revision
    ApplicationSet/s "chart" redis 1.2.3 at spec.template.spec.sources[0].targetRevision
    ApplicationSet/s "git-ref" https://h/x - at spec.template.spec.sources[1].targetRevision
    Subscription/s "operator" odf stable-4.14 at spec.channel
    Terraform/t "git-ref" git::https://h/m//net v7 at spec.source
    "#);
}

/// One line per reference: who, what, and how it fares.
fn references_of(text: &str) -> String {
    let references = references("production", &resources(text), &[]);
    let lines = references.iter().map(|reference| {
        let key = reference.key.as_deref().map(|key| format!(" key {key}")).unwrap_or_default();
        let optional = if reference.optional { " optional" } else { "" };
        let fate = match (reference.found, &reference.produced_by) {
            (true, _) => "found".to_owned(),
            (false, Some(by)) => format!("by {by}"),
            (false, None) => "MISSING".to_owned(),
        };
        format!("{:?} {:?} {}{key}{optional}: {fate}", reference.how, reference.kind, reference.name)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn references_of_pods_are_looked_up_in_the_render() {
    let text = "
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: hunter2}
sops: {mac: x}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: cfg, namespace: shop}, data: {a: '1'}, binaryData: {b: AA==}}
---
{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: other}, data: {elsewhere: eA==}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: shop}, imagePullSecrets: [{name: registry}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      imagePullSecrets: [{name: registry}]
      containers:
      - name: web
        env:
        - {name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}
        - {name: B, valueFrom: {secretKeyRef: {name: db, key: elsewhere}}}
        - {name: C, valueFrom: {configMapKeyRef: {name: gone, key: x, optional: true}}}
        envFrom: [{secretRef: {name: db}}, {configMapRef: {name: cfg}}]
      volumes:
      - {name: v1, configMap: {name: cfg, items: [{key: b, path: b}, {key: c, path: c}]}}
      - {name: v2, secret: {secretName: certs}}
      - {name: v3, projected: {sources: [{secret: {name: db}}, {configMap: {name: kube-root-ca.crt, items: [{key: ca.crt}]}}]}}
      - {name: v4, csi: {driver: d, nodePublishSecretRef: {name: creds}}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: shop}, spec: {tls: [{secretName: tls}]}}
";
    insta::assert_snapshot!(references_of(text), @r"
    ImagePullSecrets Secret registry: MISSING
    Env Secret db key password: found
    Env Secret db key elsewhere: MISSING
    Env ConfigMap gone key x optional: MISSING
    EnvFrom Secret db: found
    EnvFrom ConfigMap cfg: found
    Volume ConfigMap cfg key b: found
    Volume ConfigMap cfg key c: MISSING
    Volume Secret certs: MISSING
    Projected Secret db: found
    Projected ConfigMap kube-root-ca.crt key ca.crt: by Kubernetes
    Csi Secret creds: MISSING
    ImagePullSecrets Secret registry: MISSING
    Tls Secret tls: MISSING
    ");
}

#[test]
fn producers_make_what_a_render_does_not_hold() {
    let pod = |names: &[&str]| {
        let env = names.iter().enumerate().map(|(at, name)| {
            let (name, key) = name.split_once('/').unwrap();
            format!("        - {{name: V{at}, valueFrom: {{secretKeyRef: {{name: {name}, key: {key}}}}}}}\n")
        });
        let head =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n      containers:\n      - name: c\n        env:\n";
        format!("{head}{}", env.collect::<String>())
    };
    let producers = "
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: es}, spec: {data: [{secretKey: a}]}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: x}, spec: {target: {name: es-all}, dataFrom: [{extract: {key: k}}]}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: es-t}, spec: {target: {template: {data: {t: '{{ .a }}'}}}, dataFrom: [{extract: {key: k}}]}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: sealed}, spec: {encryptedData: {s: AgB}}}
---
{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c}, spec: {secretName: cert}}
---
{apiVersion: secrets-store.csi.x-k8s.io/v1, kind: SecretProviderClass, metadata: {name: spc}, spec: {secretObjects: [{secretName: csi, data: [{key: k}]}]}}
---
{apiVersion: secrets.hashicorp.com/v1beta1, kind: VaultStaticSecret, metadata: {name: v}, spec: {destination: {name: vault, create: true}}}
---
{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: pg}}
---
{apiVersion: acid.zalan.do/v1, kind: postgresql, metadata: {name: db}, spec: {users: {app_owner: []}}}
---
{apiVersion: database.aws.crossplane.io/v1, kind: RDSInstance, metadata: {name: r}, spec: {writeConnectionSecretToRef: {name: rds, namespace: default}}}
---
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: redis}, spec: {}}
---
{apiVersion: v1, kind: Secret, metadata: {name: waiting}}
";
    let names = [
        "es/a",
        "es/b",
        "es-all/any",
        "es-t/t",
        "es-t/k",
        "sealed/s",
        "sealed/z",
        "cert/tls.key",
        "cert/other",
        "csi/k",
        "vault/any",
        "pg-app/password",
        "pg-other/password",
        "app-owner.db.credentials.postgresql.acid.zalan.do/password",
        "rds/endpoint",
        "redis-auth/p",
        "rediss/p",
        "waiting/any",
    ];
    insta::assert_snapshot!(references_of(&format!("{}{producers}", pod(&names))), @r"
    Env Secret es key a: by ExternalSecret/es
    Env Secret es key b: MISSING
    Env Secret es-all key any: by ExternalSecret/x
    Env Secret es-t key t: by ExternalSecret/es-t
    Env Secret es-t key k: MISSING
    Env Secret sealed key s: by SealedSecret/sealed
    Env Secret sealed key z: MISSING
    Env Secret cert key tls.key: by Certificate/c
    Env Secret cert key other: MISSING
    Env Secret csi key k: by SecretProviderClass/spc
    Env Secret vault key any: by VaultStaticSecret/v
    Env Secret pg-app key password: by Cluster/pg
    Env Secret pg-other key password: MISSING
    Env Secret app-owner.db.credentials.postgresql.acid.zalan.do key password: by postgresql/db
    Env Secret rds key endpoint: by RDSInstance/r
    Env Secret redis-auth key p: by HelmRelease/redis
    Env Secret rediss key p: MISSING
    Env Secret waiting key any: found
    ");
}

#[test]
fn a_variable_that_staging_has_and_production_lacks() {
    let lower = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: staging-cfg-42m8gk5kg2}, data: {LEVEL: debug, TOKEN: x}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [
  {name: web, env: [{name: A}, {name: B}], envFrom: [{prefix: P_, configMapRef: {name: staging-cfg-42m8gk5kg2}}, {secretRef: {name: outside}}]},
  {name: side, env: [{name: A}]}]}}}
";
    let upper = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: production-cfg-6d62b7m2kc}, data: {LEVEL: info}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [
  {name: web, env: [{name: B}], envFrom: [{prefix: P_, configMapRef: {name: production-cfg-6d62b7m2kc}}, {secretRef: {name: outside}}]},
  {name: side, envFrom: [{secretRef: {name: may-hold-a}}]}]}}}
";
    let (lower, upper) = (resources(lower), resources(upper));
    let words = ["staging".to_owned(), "production".to_owned()];
    let (staging, production) = words.split_at(1);
    let diff = diff(Side { resources: &lower, words: staging }, Side { resources: &upper, words: production });
    let lower = Rendered { environment: "staging", cluster: None, words: staging, resources: &lower, unseen: &[] };
    let upper =
        Rendered { environment: "production", cluster: None, words: production, resources: &upper, unseen: &[] };
    let missing = missing_variables(&lower, &upper, &diff);
    assert_eq!(missing.iter().map(|variable| &*variable.name).collect::<Vec<_>>(), ["A", "P_TOKEN"]);
    insta::assert_json_snapshot!(missing.first(), @r#"
    {
      "lower": "staging",
      "upper": "production",
      "container": "web",
      "name": "A",
      "resource": {
        "kind": "Deployment",
        "namespace": null,
        "name": "web"
      },
      "at": {
        "environment": "production",
        "resource": {
          "kind": "Deployment",
          "namespace": null,
          "name": "web"
        },
        "path": [
          "spec",
          "template",
          "spec",
          "containers",
          0,
          "env"
        ]
      }
    }
    "#);
}
