//! Plugins of a kustomization: which text their values come from, and where those that cannot be rendered
//! are refused.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::kustomize::{Options, Render, Renderer};
use gate::source::{Files, MemoryTree, Problem, Reason, RepoPath, Revision};
use gate::yaml::Cause;

const SERVICE: (&str, &str) = ("service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n");

fn render(files: &[(&str, &str)]) -> (Arc<Files>, Result<Render, Problem>) {
    let store = Arc::new(Files::default());
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let revision = Revision::new(tree, store.clone());
    let render = Renderer::new(&revision, Options::default()).render(&RepoPath::root());
    (store, render)
}

/// The text that set the value at `path` of the first resource, its place and its cause.
fn set_by(files: &[(&str, &str)], path: &[&str]) -> (String, String, Cause) {
    let (store, render) = render(files);
    let render = render.unwrap();
    let origin = &render.resources.first().unwrap().node.at(path).unwrap().origin;
    let span = origin.span.unwrap();
    let at = store.location(span);
    (format!("{}:{}:{}", at.path, at.line, at.column), store.text(span).unwrap(), origin.cause)
}

fn refused(files: &[(&str, &str)]) -> (String, Reason) {
    let (store, render) = render(files);
    let problem = render.unwrap_err();
    let at = store.location(problem.span().unwrap());
    (format!("{}:{}:{}: {problem}", at.path, at.line, at.column), problem.kind())
}

#[test]
fn values_come_from_the_configuration() {
    let kustomization = "resources: [service.yaml]\ntransformers: [plugins]\n";
    let plugins = "resources: [label.yaml]\npatches:\n- target: {kind: LabelTransformer}\n  patch: |-\n    - op: add\n      path: /labels/team\n      value: shop\n";
    let label = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\nlabels: {tier: web}\nfieldSpecs:\n- {path: metadata/labels, create: true}\n";
    let files = [
        SERVICE,
        ("kustomization.yaml", kustomization),
        ("plugins/kustomization.yaml", plugins),
        ("plugins/label.yaml", label),
    ];
    let (at, text, cause) = set_by(&files, &["metadata", "labels", "tier"]);
    assert_eq!((at.as_str(), text.as_str(), cause), ("plugins/label.yaml:4:16", "web", Cause::Labels));
    let (at, text, cause) = set_by(&files, &["metadata", "labels", "team"]);
    assert_eq!((at.as_str(), text.as_str(), cause), ("plugins/kustomization.yaml:7:14", "shop", Cause::Labels));
}

#[test]
fn values_come_from_a_configuration_in_place() {
    let kustomization = "resources: [service.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {name: x}\n  value: eu\n  targets:\n  - fieldPath: spec/region\n";
    let files = [SERVICE, ("kustomization.yaml", kustomization)];
    let (at, text, cause) = set_by(&files, &["spec", "region"]);
    assert_eq!((at.as_str(), text.as_str(), cause), ("kustomization.yaml:7:10", "eu", Cause::Plugin));
}

#[test]
fn metadata_comes_from_build_metadata() {
    let kustomization = "resources: [service.yaml]\nbuildMetadata: [originAnnotations, managedByLabel]\n";
    let files = [SERVICE, ("kustomization.yaml", kustomization)];
    let (at, _, cause) = set_by(&files, &["metadata", "annotations", "config.kubernetes.io/origin"]);
    assert_eq!((at.as_str(), cause), ("kustomization.yaml:2:17", Cause::BuildMetadata));
    let (at, _, cause) = set_by(&files, &["metadata", "labels", "app.kubernetes.io/managed-by"]);
    assert_eq!((at.as_str(), cause), ("kustomization.yaml:2:36", Cause::BuildMetadata));
}

#[test]
fn what_would_have_to_run_is_refused_where_it_is_asked_for() {
    let charts = "helmCharts:\n- name: redis\n";
    let (message, reason) = refused(&[("kustomization.yaml", charts)]);
    assert_eq!(message, "kustomization.yaml:1:1: `helmCharts` needs helm, which is not run");
    assert_eq!(reason, Reason::Helm);

    let chart =
        "generators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: x}\n";
    let (message, reason) = refused(&[("kustomization.yaml", chart)]);
    assert_eq!(message, "kustomization.yaml:4:9: a Helm chart cannot be rendered without Helm");
    assert_eq!(reason, Reason::Helm);

    let plugin = "apiVersion: example.com/v1\nkind: Inject\nmetadata: {name: x}\n";
    let files =
        [SERVICE, ("kustomization.yaml", "resources: [service.yaml]\ntransformers: [p.yaml]\n"), ("p.yaml", plugin)];
    let (message, reason) = refused(&files);
    assert_eq!(message, "p.yaml:1:13: `Inject` is a plugin of its own: it cannot be rendered without running it");
    assert_eq!(reason, Reason::Plugin);
}
