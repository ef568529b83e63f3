#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::diff::{Side, diff};
use crate::yaml::{Dialect, Text, parse_all};

fn resources(text: &str) -> Vec<Manifest> {
    let nodes = parse_all(&Text::loose(text), Dialect::Resource).unwrap();
    nodes.into_iter().map(Manifest::new).collect()
}

fn drift_of(lower: &str, upper: &str, allowed: &dyn Fn(&ResourceName, &str) -> bool) -> Vec<Drift> {
    let (lower, upper) = (resources(lower), resources(upper));
    let staging = ["staging".to_owned(), "stg".to_owned()];
    let production = ["production".to_owned(), "prod".to_owned()];
    let diff = diff(Side { resources: &lower, words: &staging }, Side { resources: &upper, words: &production });
    let lower = Rendered { environment: "staging", cluster: None, words: &staging, resources: &lower, unseen: &[] };
    let upper =
        Rendered { environment: "production", cluster: None, words: &production, resources: &upper, unseen: &[] };
    drift(&lower, &upper, &diff, allowed)
}

/// One line per difference, those that are not usual marked.
fn lines(drifts: &[Drift]) -> String {
    let lines = drifts.iter().map(|drift| {
        let mark = if drift.expected { " " } else { "!" };
        let class = serde_json::to_value(drift.class).unwrap();
        let class = class.as_str().unwrap();
        format!("{mark} {class}: {} {} {} -> {}\n", drift.resource, drift.field, drift.lower_value, drift.upper_value)
    });
    lines.collect()
}

fn classes(lower: &str, upper: &str) -> String {
    lines(&drift_of(lower, upper, &|_, _| false))
}

#[test]
fn a_variable_that_was_never_filled_in_stands_out() {
    // A `vars` entry without `fieldref` takes the object's own name
    // (cds-snc/notification-manifests, env/production).
    let lower = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: application-config-67kcfdk4c4}, data: {HOST: a.example.com, TOKEN: x}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: admin}, spec: {template: {spec: {containers: [{name: admin, env: [{name: TOKEN, value: x}, {name: LEVEL, value: debug}]}]}}}}
";
    let upper = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: application-config-t8cc8tbbh4}, data: {HOST: b.example.com}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: admin}, spec: {template: {spec: {containers: [{name: admin, env: [{name: TOKEN, value: application-config-t8cc8tbbh4}, {name: LEVEL, value: info}]}]}}}}
";
    insta::assert_snapshot!(classes(lower, upper), @r#"
      host: ConfigMap/application-config-t8cc8tbbh4 data.HOST "a.example.com" -> "b.example.com"
    ! setting: ConfigMap/application-config-t8cc8tbbh4 data.TOKEN "x" -> null
    ! generated-name: Deployment/admin spec.template.spec.containers[name=admin].env[name=TOKEN].value "x" -> "application-config-t8cc8tbbh4"
      setting: Deployment/admin spec.template.spec.containers[name=admin].env[name=LEVEL].value "debug" -> "info"
    "#);
}

#[test]
fn workloads_differ_in_usual_and_unusual_ways() {
    let lower = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: staging-web, namespace: shop-staging, labels: {env: nonprod, team: a}, annotations: {x: '1'}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    spec:
      nodeSelector: {pool: spot}
      imagePullSecrets: [{name: registry}]
      containers:
      - name: web
        image: registry.staging.example.com/web:1.4@sha256:9b7c2d61e0d9a1c6f4b1b0a4f2b7e7a5c3d1e8f60718293a4b5c6d7e8f901234
        args: [--level=debug, --db=staging-db]
        env:
        - {name: URL, value: 'https://api.example.com'}
        - {name: PASSWORD, value: literal}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: t, key: t}}}
        - {name: BACKEND, value: https://api.internal/v1}
        - {name: GONE, value: '1'}
        resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 1Gi}}
        readinessProbe: {httpGet: {path: /ready}}
      - {name: side, image: side:1}
";
    let upper = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {env: prod, team: b}, annotations: {x: '2'}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web-v2}}
  template:
    spec:
      imagePullSecrets: [{name: registry}, {name: mirror}]
      containers:
      - name: web
        image: registry.example.com/web:latest
        args: [--level=info, --db=prod-db]
        env:
        - {name: URL, value: 'https://api.example.org'}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: p, key: p}}}
        - {name: TOKEN, value: literal}
        - {name: BACKEND, value: https://staging.internal/v1}
        resources: {requests: {cpu: 1, memory: 512Mi}}
      - {name: side, image: side:0.9}
";
    insta::assert_snapshot!(classes(lower, upper), @r#"
      annotation: Deployment/web metadata.annotations.x "1" -> "2"
      label: Deployment/web metadata.labels.team "a" -> "b"
    ! scaling: Deployment/web spec.replicas 3 -> 2
    ! selector: Deployment/web spec.selector.matchLabels.app "web" -> "web-v2"
      setting: Deployment/web spec.template.spec.containers[name=web].args[0] "--level=debug" -> "--level=info"
      host: Deployment/web spec.template.spec.containers[name=web].env[name=URL].value "https://api.example.com" -> "https://api.example.org"
      environment-variable: Deployment/web spec.template.spec.containers[name=web].env[name=PASSWORD].value "literal" -> null
      environment-variable: Deployment/web spec.template.spec.containers[name=web].env[name=PASSWORD].valueFrom null -> {"secretKeyRef":{"name":"p","key":"p"}}
    ! environment-variable: Deployment/web spec.template.spec.containers[name=web].env[name=TOKEN].value null -> "literal"
    ! environment-variable: Deployment/web spec.template.spec.containers[name=web].env[name=TOKEN].valueFrom {"secretKeyRef":{"name":"t","key":"t"}} -> null
    ! wrong-environment: Deployment/web spec.template.spec.containers[name=web].env[name=BACKEND].value "https://api.internal/v1" -> "https://staging.internal/v1"
    ! environment-variable: Deployment/web spec.template.spec.containers[name=web].env[name=GONE] {"name":"GONE","value":"1"} -> null
    ! image: Deployment/web spec.template.spec.containers[name=web].image "registry.staging.example.com/web:1.4@sha256:9b7c2d61e0d9a1c6f4b1b0a4f2b7e7a5c3d1e8f60718293a4b5c6d7e8f901234" -> "registry.example.com/web:latest"
    ! probe: Deployment/web spec.template.spec.containers[name=web].readinessProbe {"httpGet":{"path":"/ready"}} -> null
    ! resources: Deployment/web spec.template.spec.containers[name=web].resources.limits {"memory":"1Gi"} -> null
      resources: Deployment/web spec.template.spec.containers[name=web].resources.requests.cpu "500m" -> 1
    ! resources: Deployment/web spec.template.spec.containers[name=web].resources.requests.memory "1Gi" -> "512Mi"
      image: Deployment/web spec.template.spec.containers[name=side].image "side:1" -> "side:0.9"
    ! reference: Deployment/web spec.template.spec.imagePullSecrets[name=mirror] null -> {"name":"mirror"}
    ! scheduling: Deployment/web spec.template.spec.nodeSelector {"pool":"spot"} -> null
    "#);
}

#[test]
fn other_kinds_differ_in_their_own_ways() {
    let lower = "
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {minReplicas: 1, maxReplicas: 20}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {schedule: 0 1 * * *, suspend: true}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {rules: [{host: shop.test.example.com}], tls: [{hosts: [shop.test.example.com]}]}}
---
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {chart: {spec: {chart: a, version: 1.2.3}}, values: {image: {repository: a, tag: '2'}, flag: true, role: 'arn:aws:iam::239043911459:role/x'}}}
---
{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: g}, spec: {ref: {tag: v1}}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}
---
{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: hunter2}, sops: {mac: a}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: e}, spec: {data: [{secretKey: a, remoteRef: {key: staging/a}}, {secretKey: b}]}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: s}, spec: {encryptedData: {a: AgB, b: AgC}}}
---
{apiVersion: v1, kind: Service, metadata: {name: mail-sink}}
";
    let upper = "
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {minReplicas: 3, maxReplicas: 18}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {schedule: 0 2 * * *}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {rules: [{host: shop.example.com}], tls: [{hosts: [shop.example.com, www.example.com]}]}}
---
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {chart: {spec: {chart: a, version: '>=1'}}, values: {image: {repository: a, tag: '1'}, extra: true, role: 'arn:aws:iam::296255494825:role/x'}}}
---
{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: g}, spec: {ref: {branch: main}}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods], verbs: [get, delete]}]}
---
{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: hunter3}, sops: {mac: b}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: e}, spec: {data: [{secretKey: a, remoteRef: {key: prod/a}}]}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: s}, spec: {encryptedData: {a: AgX}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}}
";
    insta::assert_snapshot!(classes(lower, upper), @r#"
    ! schedule: CronJob/c spec.schedule "0 1 * * *" -> "0 2 * * *"
    ! schedule: CronJob/c spec.suspend true -> null
      secret: ExternalSecret/e spec.data[1] {"secretKey":"b"} -> null
    ! git-revision: GitRepository/g spec.ref.branch null -> "main"
    ! git-revision: GitRepository/g spec.ref.tag "v1" -> null
    ! chart-version: HelmRelease/r spec.chart.spec.version "1.2.3" -> ">=1"
    ! setting: HelmRelease/r spec.values.extra null -> true
    ! setting: HelmRelease/r spec.values.flag true -> null
      image: HelmRelease/r spec.values.image.tag "2" -> "1"
      identifier: HelmRelease/r spec.values.role "arn:aws:iam::239043911459:role/x" -> "arn:aws:iam::296255494825:role/x"
    ! scaling: HorizontalPodAutoscaler/h spec.maxReplicas 20 -> 18
      scaling: HorizontalPodAutoscaler/h spec.minReplicas 1 -> 3
      host: Ingress/i spec.rules[host=shop.example.com].host "shop.test.example.com" -> "shop.example.com"
      host: Ingress/i spec.tls[0].hosts[0] "shop.test.example.com" -> "shop.example.com"
      host: Ingress/i spec.tls[0].hosts[1] null -> "www.example.com"
      scaling: PodDisruptionBudget/p  null -> null
    ! rbac: Role/r rules[0].verbs[1] null -> "delete"
      secret: SealedSecret/s spec.encryptedData.b "(redacted)" -> null
      secret: Secret/s stringData.password "(redacted)" -> "(redacted)"
    ! resource: Service/mail-sink  null -> null
    "#);
}

#[test]
fn files_in_config_maps_are_compared_setting_by_setting() {
    let lower = "
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  comments: |
    # staging
    level: info
    db: staging-db
  values: |
    level: debug
    db: staging-db
  lines: |
    level: info
    workers 4
";
    let upper = "
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  comments: |
    level:   info

    db: production-db
  values: |
    level: info
    db: production-db
  lines: |
    level: info
";
    insta::assert_snapshot!(classes(lower, upper), @r#"
    ! setting: ConfigMap/a data.lines "level: info\nworkers 4\n" -> "level: info\n"
      setting: ConfigMap/a data.values "level: debug\ndb: staging-db\n" -> "level: info\ndb: production-db\n"
    "#);
}

#[test]
fn allowed_by_the_field_or_by_all_that_it_holds() {
    let lower = "{kind: D, metadata: {name: d}, spec: {replicas: 1, containers: [{name: a, resources: {limits: {cpu: 1}}}], x: {y: 1, z: 2}}}";
    let upper = "{kind: D, metadata: {name: d}, spec: {replicas: 2, containers: [{name: a}]}}";
    let allow = |fields: &'static [&'static str]| {
        let drifts = drift_of(lower, upper, &|resource, field| resource.kind == "D" && fields.contains(&field));
        drifts.iter().filter(|drift| drift.allowed).map(|drift| drift.field.clone()).collect::<Vec<_>>()
    };
    assert_eq!(allow(&["spec.replicas"]), ["spec.replicas"]);
    assert_eq!(allow(&["spec.containers[0].resources.limits.cpu"]), ["spec.containers[name=a].resources"]);
    assert_eq!(allow(&["spec.x.y"]), [""; 0]);
    assert_eq!(allow(&["spec.x.y", "spec.x.z"]), ["spec.x"]);
}

#[test]
fn what_the_base_has_too_is_not_new() {
    let lower = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: c-42m8gk5kg2}, data: {a: '1', b: '1'}}
---
{kind: D, metadata: {name: d}, list: [{name: x, v: 1}]}
";
    let old = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: c-6d62b7m2kc}, data: {a: '2', b: '1'}}
---
{kind: D, metadata: {name: d}, list: [{name: x, v: 2}]}
";
    let new = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: c-t8cc8tbbh4}, data: {a: '2', b: '2'}}
---
{kind: D, metadata: {name: d}, list: [{name: w}, {name: x, v: 2}]}
";
    let base = drift_of(lower, old, &|_, _| false);
    let mut head = drift_of(lower, new, &|_, _| false);
    assert!(head.iter().all(|drift| drift.new));
    mark_known(&mut head, &base);
    let new: Vec<&str> = head.iter().filter(|drift| drift.new).map(|drift| &*drift.field).collect();
    assert_eq!(new, ["data.b", "list[name=w]"]);
}

#[test]
fn the_shape_that_policies_read() {
    let lower = "{kind: D, metadata: {name: d, namespace: n}, spec: {list: [{name: a}]}}";
    let upper = "{kind: D, metadata: {name: d, namespace: n}, spec: {list: []}}";
    insta::assert_json_snapshot!(drift_of(lower, upper, &|_, _| false).first(), @r#"
    {
      "kind_of": "only-lower",
      "lower": "staging",
      "upper": "production",
      "resource": {
        "kind": "D",
        "namespace": "n",
        "name": "d"
      },
      "path": [
        "spec",
        "list",
        0
      ],
      "field": "spec.list[name=a]",
      "lower_value": {
        "name": "a"
      },
      "upper_value": null,
      "class": "other",
      "expected": false,
      "allowed": false,
      "new": true,
      "at": {
        "environment": "production",
        "resource": {
          "kind": "D",
          "namespace": "n",
          "name": "d"
        },
        "path": [
          "spec",
          "list"
        ],
        "lower": {
          "environment": "staging",
          "resource": {
            "kind": "D",
            "namespace": "n",
            "name": "d"
          },
          "path": [
            "spec",
            "list",
            0
          ]
        }
      },
      "lower_at": {
        "environment": "staging",
        "resource": {
          "kind": "D",
          "namespace": "n",
          "name": "d"
        },
        "path": [
          "spec",
          "list",
          0
        ]
      }
    }
    "#);
}
