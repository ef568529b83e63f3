//! Whichever field names a file, a change of it must be seen: a render lists every file that it read.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::kustomize::{Options, Renderer};
use gate::source::{Files, MemoryTree, RepoPath, Revision};

const TREE: [(&str, &str); 21] = [
    (
        "over/kustomization.yaml",
        "resources: [../base, ../base2, object.yaml]
components: [../component]
configurations: [fields.yaml]
crds: [crds.yaml]
configMapGenerator:
- {name: config, files: [data.txt, key=more.txt], envs: [values.env]}
patches: [{path: patch.yaml}, {path: ops.yaml, target: {kind: ConfigMap}}]
patchesStrategicMerge: [merge.yaml]
patchesJson6902: [{path: json.yaml, target: {version: v1, kind: ConfigMap, name: object}}]
replacements: [{path: replacement.yaml}]
generators: [generator.yaml]
transformers: [../plugins, value.yaml]
",
    ),
    ("over/object.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: object}, data: {}}\n"),
    ("over/fields.yaml", "namePrefix: []\n"),
    ("over/crds.yaml", "{}\n"),
    ("over/data.txt", "x"),
    ("over/more.txt", "x"),
    ("over/values.env", "a=b\n"),
    ("over/patch.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: object}, data: {a: b}}\n"),
    ("over/merge.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: object}, data: {c: d}}\n"),
    ("over/ops.yaml", "- {op: add, path: /immutable, value: true}\n"),
    ("over/json.yaml", "- {op: add, path: /data/e, value: f}\n"),
    ("over/replacement.yaml", "{sourceValue: x, targets: [{select: {name: object}, fieldPaths: [data.a]}]}\n"),
    (
        "over/generator.yaml",
        "{apiVersion: builtin, kind: SecretGenerator, metadata: {name: made}, files: [secret.txt]}\n",
    ),
    ("over/secret.txt", "x"),
    (
        "over/value.yaml",
        "{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: x}, value: v, targetFilePath: targets.yaml}\n",
    ),
    ("over/targets.yaml", "targets: [{fieldPath: metadata/namespace}]\n"),
    ("base/kustomization.yaml", "resources: [../shared]\nnamePrefix: a-\n"),
    ("base2/kustomization.yml", "resources: [../shared]\nnamePrefix: b-\n"),
    ("shared/Kustomization", "configMapGenerator: [{name: shared}]\n"),
    ("component/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n"),
    ("plugins/kustomization.yaml", "namePrefix: empty-\n"),
];

/// Renders twice: the second time, bases come from the first.
fn inputs(tree: &[(&str, &str)]) -> [Vec<RepoPath>; 2] {
    let revision = Revision::new(MemoryTree::new(tree.iter().copied()), Arc::new(Files::default()));
    let renderer = Renderer::new(&revision, Options::default());
    let directory = RepoPath::new("over").unwrap();
    [(); 2].map(|()| renderer.render(&directory).unwrap().inputs.files().cloned().collect())
}

fn paths(tree: &[(&str, &str)]) -> Vec<RepoPath> {
    let mut paths: Vec<RepoPath> = tree.iter().map(|(path, _)| RepoPath::new(path).unwrap()).collect();
    paths.sort();
    paths
}

#[test]
fn every_file_that_is_read_is_an_input() {
    let mut tree = TREE.to_vec();
    tree.push(("over/unread.yaml", "x"));
    assert_eq!(inputs(&tree), [paths(&TREE), paths(&TREE)]);
}

#[test]
fn a_schema_is_an_input() {
    let tree = [
        ("over/kustomization.yaml", "resources: [../base]\n"),
        ("base/kustomization.yaml", "openapi: {path: types.yaml}\nconfigMapGenerator: [{name: a}]\n"),
        ("base/types.yaml", "definitions: {}\n"),
    ];
    assert_eq!(inputs(&tree), [paths(&tree), paths(&tree)]);
}
