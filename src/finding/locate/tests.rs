#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::diff::{Side, diff};
use crate::facts::drift;
use crate::kustomize::{Options, Renderer};
use crate::source::{MemoryTree, RepoPath, Revision};

const FILES: &[(&str, &str)] = &[
    (
        "base/kustomization.yaml",
        "resources: [web.yaml]\nsecretGenerator:\n- name: s\n  literals: [TOKEN=base-secret]\n",
    ),
    (
        "base/web.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: web:1.0
        env:
        - name: LEVEL
          value: info
        resources:
          limits:
            memory: 1Gi
      - name: side
        image: side:1
",
    ),
    ("staging/kustomization.yaml", "resources: [../base]\nnamespace: shop\nreplicas:\n- {name: web, count: 2}\n"),
    (
        "production/kustomization.yaml",
        "resources: [../base]
namespace: shop
namePrefix: p-
images:
- name: web
  newTag: '1.1'
patches:
- path: patch.yaml
secretGenerator:
- name: s
  behavior: merge
  literals: [TOKEN=production-secret]
",
    ),
    (
        "production/patch.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: web:patched
        resources:
          limits:
            memory: null
",
    ),
];

/// Locates what `at` says in the renders of the two overlays, or the differences between them.
fn located(at: impl Fn(&[crate::facts::Drift]) -> Vec<Json>) -> String {
    let revision = Revision::new(MemoryTree::new(FILES.iter().copied()), Arc::default());
    let renderer = Renderer::new(&revision, Options::default());
    let render = |name: &str| renderer.render(&RepoPath::new(name).unwrap()).unwrap().resources;
    let (staging, production) = (render("staging"), render("production"));
    let mut masks = Masks::default();
    for manifest in staging.iter().chain(&production) {
        masks.add(manifest);
    }
    let words = ["staging".to_owned(), "production".to_owned(), "p".to_owned()];
    let (low, high) = words.split_at(1);
    let renders = [
        Rendered { environment: "staging", cluster: None, words: low, resources: &staging, unseen: &[] },
        Rendered { environment: "production", cluster: None, words: high, resources: &production, unseen: &[] },
    ];
    let diff = diff(Side { resources: &staging, words: low }, Side { resources: &production, words: high });
    let [lower, upper] = &renders;
    let drifts = drift(lower, upper, &diff, &|_, _| false);
    let locator = Locator::new(&renders, &revision, &masks);
    let show = |place: &Place| {
        let line = place.excerpt.lines.get((place.location.line - place.excerpt.first) as usize).unwrap();
        format!(
            "{}:{}:{}+{} | {line}",
            place.location.path, place.location.line, place.location.column, place.location.length
        )
    };
    let mut out = String::new();
    for at in at(&drifts) {
        let found = locator.locate(&at);
        let resource = found.resource.map(|resource| resource.to_string()).unwrap_or_default();
        out.push_str(format!("{resource} {}", found.field.unwrap_or_default()).trim_end());
        out.push('\n');
        out.push_str(&format!("  {}\n", found.place.as_ref().map_or("nowhere".to_owned(), show)));
        for related in found.related {
            out.push_str(&format!("  {}: {}\n", related.label, show(&related.place)));
        }
    }
    out
}

fn web(environment: &str, name: &str, path: &Json) -> Json {
    json!({"environment": environment, "resource": {"kind": "Deployment", "name": name, "namespace": "shop"}, "path": path})
}

#[test]
fn a_field_leads_to_the_text_that_set_it_and_to_what_that_overrode() {
    let image = json!(["spec", "template", "spec", "containers", 0, "image"]);
    let secret = |environment: &str| {
        let resource = json!({"kind": "Secret", "name": "s"});
        json!({"environment": environment, "resource": resource, "path": ["data", "TOKEN"]})
    };
    insta::assert_snapshot!(located(|_| vec![
        web("production", "p-web", &image),
        web("staging", "web", &image),
        web("staging", "web", &json!(["spec", "replicas"])),
        secret("staging"),
    ]), @r"
    Deployment/p-web spec.template.spec.containers[name=web].image
      production/kustomization.yaml:6:11+5 |   newTag: '1.1'
      `web:patched` is overridden: production/patch.yaml:11:16+11 |         image: web:patched
      `web:1.0` is overridden: base/web.yaml:11:16+7 |         image: web:1.0
    Deployment/web spec.template.spec.containers[name=web].image
      base/web.yaml:11:16+7 |         image: web:1.0
    Deployment/web spec.replicas
      staging/kustomization.yaml:4:22+1 | - {name: web, count: 2}
      `1` is overridden: base/web.yaml:6:13+1 |   replicas: 1
    Secret/s-gf6m8k44gk data.TOKEN
      base/kustomization.yaml:4:14+17 |   literals: [TOKEN=***]
    ");
}

#[test]
fn what_is_not_there_leads_to_the_nearest_thing_that_is() {
    let removed = json!(["spec", "template", "spec", "containers", 0, "resources", "limits", "memory"]);
    let limits = json!(["spec", "template", "spec", "containers", 1, "resources", "limits", "memory"]);
    insta::assert_snapshot!(located(|_| vec![
        web("production", "p-web", &removed),
        web("production", "p-web", &limits),
        web("production", "p-web", &json!(["spec", "template", "spec", "containers"])),
        web("production", "p-web", &json!([])),
        web("production", "p-web", &json!(["metadata", "annotations"])),
        web("production", "p-web", &json!("spec.replicas")),
        web("production", "gone", &json!(["spec"])),
        json!({"resource": {"kind": "Deployment", "name": "web"}}),
        json!({"environment": "production"}),
        Json::Null,
    ]), @r"
    Deployment/p-web spec.template.spec.containers[name=web].resources.limits.memory
      production/patch.yaml:14:21+4 |             memory: null
      `1Gi` is taken away: base/web.yaml:17:21+3 |             memory: 1Gi
    Deployment/p-web spec.template.spec.containers[name=side].resources.limits.memory
      base/web.yaml:18:15+4 |       - name: side
    Deployment/p-web spec.template.spec.containers
      base/web.yaml:9:7+10 |       containers:
    Deployment/p-web
      base/web.yaml:4:9+3 |   name: web
    Deployment/p-web metadata.annotations
      base/web.yaml:3:1+8 | metadata:
    Deployment/p-web
      base/web.yaml:4:9+3 |   name: web
    Deployment/gone
      nowhere
    Deployment/web
      base/web.yaml:4:9+3 |   name: web

      nowhere

      nowhere
    ");
}

#[test]
fn a_difference_shows_both_sides() {
    insta::assert_snapshot!(
        located(|drifts| drifts.iter().map(|drift| serde_json::to_value(&drift.at).unwrap()).collect()),
        @r"
    Deployment/p-web spec.replicas
      production/patch.yaml:6:13+1 |   replicas: 1
      staging has `2`: staging/kustomization.yaml:4:22+1 | - {name: web, count: 2}
      `1` is overridden: base/web.yaml:6:13+1 |   replicas: 1
    Deployment/p-web spec.template.spec.containers[name=web].image
      production/kustomization.yaml:6:11+5 |   newTag: '1.1'
      staging has `web:1.0`: base/web.yaml:11:16+7 |         image: web:1.0
      `web:patched` is overridden: production/patch.yaml:11:16+11 |         image: web:patched
    Deployment/p-web spec.template.spec.containers[name=web].resources.limits.memory
      production/patch.yaml:14:21+4 |             memory: null
      staging has `1Gi`: base/web.yaml:17:21+3 |             memory: 1Gi
    Secret/p-s-bggmm4cghm data.TOKEN
      production/kustomization.yaml:12:14+23 |   literals: [TOKEN=***]
      staging has another value: base/kustomization.yaml:4:14+17 |   literals: [TOKEN=***]
    "
    );
}
