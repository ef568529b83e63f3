#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::yaml::{Dialect, Node, Text, parse_all};

fn resources(text: &str) -> Vec<Manifest> {
    let nodes = parse_all(&Text::loose(text), Dialect::Resource).unwrap();
    nodes.into_iter().map(Manifest::new).collect()
}

fn show(node: Option<&Node>) -> String {
    match node {
        None => "-".to_owned(),
        Some(node) => node.as_scalar().map_or("(tree)".to_owned(), |scalar| scalar.text.to_string()),
    }
}

/// One line per difference: `Kind/name path: lower -> upper`, `~` before those that are names only.
fn compare(lower: &str, upper: &str) -> String {
    let (lower, upper) = (resources(lower), resources(upper));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (staging, production) = (words(&["staging", "stg"]), words(&["production", "prod"]));
    let diff = diff(Side { resources: &lower, words: &staging }, Side { resources: &upper, words: &production });
    let lines = diff.changes.iter().map(|change| {
        let manifest = if change.kind == ChangeKind::OnlyLower { change.pair.lower } else { change.pair.upper };
        let manifest = manifest.unwrap();
        let values = if change.is_secret() {
            format!("secret {:?}", change.kind)
        } else {
            format!("{} -> {}", show(change.lower), show(change.upper))
        };
        let mark = if change.nominal { "~ " } else { "" };
        let path = change.path().describe(&manifest.node);
        format!("{mark}{}/{} {path}: {values}\n", manifest.kind(), manifest.name())
    });
    lines.collect()
}

#[test]
fn objects_pair_by_name_then_without_what_the_environment_adds() {
    let lower = "
apiVersion: v1
kind: ConfigMap
metadata: {name: staging-settings-42m8gk5kg2, namespace: shop-staging}
data: {level: debug}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: staging-web, namespace: shop-staging}
spec:
  template:
    spec:
      containers:
      - name: web
        envFrom: [{configMapRef: {name: staging-settings-42m8gk5kg2}}]
---
apiVersion: v1
kind: Service
metadata: {name: mail-sink, namespace: shop-staging}
";
    let upper = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: web
        envFrom: [{configMapRef: {name: settings-6d62b7m2kc}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings-6d62b7m2kc, namespace: shop}
data: {level: info}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
";
    insta::assert_snapshot!(compare(lower, upper), @r"
    ConfigMap/settings-6d62b7m2kc data.level: debug -> info
    ~ ConfigMap/settings-6d62b7m2kc metadata.name: staging-settings-42m8gk5kg2 -> settings-6d62b7m2kc
    ~ ConfigMap/settings-6d62b7m2kc metadata.namespace: shop-staging -> shop
    ~ Deployment/web metadata.name: staging-web -> web
    ~ Deployment/web metadata.namespace: shop-staging -> shop
    ~ Deployment/web spec.template.spec.containers[name=web].envFrom[0].configMapRef.name: staging-settings-42m8gk5kg2 -> settings-6d62b7m2kc
    PodDisruptionBudget/web : - -> (tree)
    Service/mail-sink : (tree) -> -
    ");
}

#[test]
fn list_items_pair_by_what_names_them_else_by_content() {
    let lower = "
kind: Job
metadata: {name: a}
env: [{name: A, value: '1'}, {name: GONE, value: x}, {name: B, value: '2'}]
args: [serve, --level=debug, --port=80, --verbose]
ports: [{containerPort: 80}, {containerPort: 81}]
rules: [{host: shop.staging.example.com, path: /a}]
metrics: [{type: Resource, max: 1}, {type: Resource, max: 2}]
";
    let upper = "
kind: Job
metadata: {name: a}
env: [{name: B, value: '3'}, {name: A, value: '1'}, {name: NEW, value: y}]
args: [serve, --port=80, --level=info]
ports: [{containerPort: 81, protocol: UDP}]
rules: [{host: www.example.org, path: /b}]
metrics: [{type: Resource, max: 1}, {type: Resource, max: 3}, {type: Pods}]
";
    insta::assert_snapshot!(compare(lower, upper), @r"
    Job/a args[2]: --level=debug -> --level=info
    Job/a args[3]: --verbose -> -
    Job/a env[name=B].value: 2 -> 3
    Job/a env[name=GONE]: (tree) -> -
    Job/a env[name=NEW]: - -> (tree)
    Job/a metrics[1].max: 2 -> 3
    Job/a metrics[2]: - -> (tree)
    Job/a ports[containerPort=80]: (tree) -> -
    Job/a ports[containerPort=81].protocol: - -> UDP
    Job/a rules[host=www.example.org].host: shop.staging.example.com -> www.example.org
    Job/a rules[host=www.example.org].path: /a -> /b
    ");
}

#[test]
fn names_of_environments_are_whole_words() {
    let lower = "
kind: ConfigMap
metadata: {name: a}
data:
  bucket: team-staging-eu
  camel: dbStaging
  cluster: STG01
  host: staging.deps.rs
  inner: stagingx
  live: product-staging
  other: a-staging-b
  values-staging.yaml: x
";
    let upper = "
kind: ConfigMap
metadata: {name: a}
data:
  bucket: team-production-eu
  camel: dbProduction
  cluster: PROD01
  host: deps.rs
  inner: productionx
  live: product-prod
  other: a-production-c
  values-production.yaml: x
";
    insta::assert_snapshot!(compare(lower, upper), @r"
    ~ ConfigMap/a data.bucket: team-staging-eu -> team-production-eu
    ~ ConfigMap/a data.camel: dbStaging -> dbProduction
    ~ ConfigMap/a data.cluster: STG01 -> PROD01
    ~ ConfigMap/a data.host: staging.deps.rs -> deps.rs
    ConfigMap/a data.inner: stagingx -> productionx
    ~ ConfigMap/a data.live: product-staging -> product-prod
    ConfigMap/a data.other: a-staging-b -> a-production-c
    ");
}

#[test]
fn null_is_absence_and_types_count() {
    let lower = "{kind: A, metadata: {name: a}, x: null, y: '5', z: 0x10, list: [1], w: {}}";
    let upper = "{kind: A, metadata: {name: a}, y: 5, z: 0x10, list: {a: 1}}";
    insta::assert_snapshot!(compare(lower, upper), @r"
    A/a list: (tree) -> (tree)
    A/a w: (tree) -> -
    A/a y: 5 -> 5
    ");
}

#[test]
fn values_of_secrets_are_known_to_be_secret() {
    let lower = "
kind: Secret
apiVersion: v1
metadata: {name: a, annotations: {kubectl.kubernetes.io/last-applied-configuration: hunter2}, labels: {a: b}}
data: {password: aHVudGVyMg==}
---
kind: Secret
apiVersion: v1
metadata: {name: gone}
";
    let upper = "
kind: Secret
apiVersion: v1
metadata: {name: a, labels: {a: c}}
stringData: {password: hunter3}
";
    insta::assert_snapshot!(compare(lower, upper), @r"
    Secret/a data: secret OnlyLower
    Secret/a metadata.annotations: secret OnlyLower
    Secret/a metadata.labels.a: b -> c
    Secret/a stringData: secret OnlyUpper
    Secret/gone : secret OnlyLower
    ");
}

#[test]
fn two_revisions_have_no_words_and_still_pair_generated_objects() {
    let lower = resources("{kind: ConfigMap, apiVersion: v1, metadata: {name: cfg-42m8gk5kg2}, data: {a: '1'}}");
    let upper = resources("{kind: ConfigMap, apiVersion: v1, metadata: {name: cfg-6d62b7m2kc}, data: {a: '2'}}");
    let diff = diff(Side { resources: &lower, words: &[] }, Side { resources: &upper, words: &[] });
    let seen: Vec<_> = diff.changes.iter().map(|change| (change.path().to_string(), change.nominal)).collect();
    assert_eq!(seen, [("data.a".to_owned(), false), ("metadata.name".to_owned(), true)]);
}
