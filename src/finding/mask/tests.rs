#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::kustomize::{Options, Renderer};
use crate::source::{MemoryTree, RepoPath, Revision};

/// Files, what the overlay `app` of them renders to, and masks made of that.
struct Run {
    revision: Revision,
    masks: Masks,
    manifests: Vec<Manifest>,
    error: Option<crate::source::Problem>,
}

fn run(files: &[(&str, &str)]) -> Run {
    let revision = Revision::new(MemoryTree::new(files.iter().copied()), Arc::default());
    let rendered = Renderer::new(&revision, Options::default()).render(&RepoPath::new("app").unwrap());
    let mut masks = Masks::default();
    let (manifests, error) = match rendered {
        Ok(render) => (render.resources, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    for manifest in &manifests {
        masks.add(manifest);
    }
    Run { revision, masks, manifests, error }
}

impl Run {
    /// The file as excerpts show it, line by line.
    fn seen(&self, path: &str) -> String {
        let (id, file) = self.revision.read(&RepoPath::new(path).unwrap()).unwrap();
        let mut seen = String::new();
        let mut number = 1;
        while let Some(start) = file.line_start(number).filter(|start| (*start as usize) < file.bytes().len()) {
            let excerpt = self.masks.excerpt(self.revision.files(), Span { file: id, start, len: 1 });
            let line = excerpt.lines.get((number - excerpt.first) as usize).unwrap();
            seen.push_str(line);
            seen.push('\n');
            number += 1;
        }
        seen
    }
}

#[test]
fn literals_env_files_and_files_of_a_secret_generator() {
    let run = run(&[
        (
            "app/kustomization.yaml",
            "secretGenerator:
- name: s
  literals: [TOKEN=hunter2222, 'QUOTED=\"open sesame\"']
  envs: [database.env]
  files: [tls.pem, one-line=line.txt]
configMapGenerator:
- name: c
  literals: [LEVEL=debug]
  envs: [settings.env]
",
        ),
        ("app/database.env", "# comment\nPASSWORD=correct-horse\nEMPTY=\n"),
        ("app/settings.env", "REGION=eu-west\n"),
        ("app/tls.pem", "-----BEGIN KEY-----\nAAAABBBBCCCC\n-----END KEY-----\n"),
        ("app/line.txt", "user=staple-battery"),
    ]);
    assert_eq!(run.error, None);
    insta::assert_snapshot!(run.seen("app/kustomization.yaml"), @r"
    secretGenerator:
    - name: s
      literals: [TOKEN=***, 'QUOTED=***]
      envs: [database.env]
      files: [tls.pem, one-line=line.txt]
    configMapGenerator:
    - name: c
      literals: [LEVEL=debug]
      envs: [settings.env]
    ");
    insta::assert_snapshot!(run.seen("app/database.env"), @r"
    ***
    PASSWORD=***
    EMPTY=
    ");
    assert_eq!(run.seen("app/settings.env"), "REGION=eu-west\n");
    assert_eq!(run.seen("app/tls.pem"), "***\n***\n***\n");
    assert_eq!(run.seen("app/line.txt"), "***\n");
}

#[test]
fn manifests_and_patches_of_secrets_whatever_their_form() {
    let run = run(&[
        (
            "app/kustomization.yaml",
            "resources: [secret.yaml, list.yaml]
patches:
- patch: |-
    apiVersion: v1
    kind: Secret
    metadata: {name: s}
    stringData: {inline: inline-secret}
- target: {kind: Secret, name: s}
  patch: '[{\"op\": \"add\", \"path\": \"/stringData/flow\", \"value\": \"flow-secret\"}]'
- target: {kind: Secret, name: s}
  path: operations.yaml
- path: merge.yaml
",
        ),
        (
            "app/secret.yaml",
            "apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{\"stringData\":{\"a\":\"base-secret\"}}'
data:
  encoded: aHVudGVyMjI=
stringData:
  plain: base-secret # was: older-secret
  # gone: oldest-secret
  block: |
    first line
    user: second-line
  anchored: &a anchored-secret
  alias: *a
",
        ),
        (
            "app/list.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: l}, data: {a: bGlzdC1zZWNyZXQ=}}\n",
        ),
        ("app/operations.yaml", "- op: replace\n  path: /stringData/plain\n  value: operation-secret\n"),
        (
            "app/merge.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  merged: merged-secret\n",
        ),
    ]);
    assert_eq!(run.error, None);
    let all = ["kustomization", "secret", "list", "operations", "merge"];
    let all: String = all.iter().map(|name| run.seen(&format!("app/{name}.yaml"))).collect();
    for secret in ["-secret", "hunter", "aHVudGVy", "second", "first line", "bGlzd"] {
        assert!(!all.contains(secret), "{secret} is shown:\n{all}");
    }
    insta::assert_snapshot!(all, @r#"
    resources: [secret.yaml, list.yaml]
    patches:
    - patch: |-
        apiVersion: v1
        kind: Secret
        metadata: {name: s}
        stringData: {inline: ***}
    - target: {kind: Secret, name: s}
      patch: '[{"op": "add", "path": "/stringData/flow", "value": ***}]'
    - target: {kind: Secret, name: s}
      path: operations.yaml
    - path: merge.yaml
    apiVersion: v1
    kind: Secret
    metadata:
      name: s
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: ***
    data:
      encoded: ***
    stringData:
      plain: *** # was: ***
      # gone: ***
      block: ***
        ***
        ***
      anchored: &a ***
      alias: *a
    apiVersion: v1
    kind: List
    items:
    - {apiVersion: v1, kind: Secret, metadata: {name: l}, data: {a: ***}}
    - op: replace
      path: /stringData/plain
      value: ***
    apiVersion: v1
    kind: Secret
    metadata:
      name: s
    stringData:
      merged: ***
    "#);
}

#[test]
fn a_value_that_a_replacement_carries_elsewhere_is_hidden_there_too() {
    let run = run(&[
        (
            "app/kustomization.yaml",
            "resources: [secret.yaml, pod.yaml]
replacements:
- source: {kind: Secret, fieldPath: stringData.password}
  targets:
  - select: {kind: Pod}
    fieldPaths: [spec.containers.0.env.0.value]
",
        ),
        (
            "app/secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  password: hunter2222\n",
        ),
        (
            "app/pod.yaml",
            "apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    env:
    - {name: A, value: hunter2222-too}
",
        ),
    ]);
    assert_eq!(run.error, None);
    let pod = run.manifests.iter().find(|manifest| manifest.kind() == "Pod").unwrap();
    let value =
        pod.node.follow(&["spec".into(), "containers".into(), 0.into(), "env".into(), 0.into(), "value".into()]);
    let value = value.unwrap();
    assert_eq!(value.text(), Some("hunter2222"));
    for span in std::iter::once(&value.origin).chain(value.origin.chain().map(|link| &link.origin)) {
        let place = run.masks.place(run.revision.files(), span.span.unwrap());
        assert!(!place.excerpt.lines.iter().any(|line| line.contains("hunter")), "{place:?}");
    }
}

#[test]
fn texts_are_scrubbed_of_values_but_not_of_names() {
    let mut run = run(&[
        ("app/kustomization.yaml", "resources: [secret.yaml]\n"),
        (
            "app/secret.yaml",
            "apiVersion: v1
kind: Secret
metadata: {name: hidden-name}
data: {password: aHVudGVyMjI=}
stringData:
  dsn: postgres://u:swordfish@h
  name: hidden-name
  environment: production
  short: abc
  config: |
    a: 1
    key: carried-value
",
        ),
    ]);
    run.masks.add_name("production");
    for (text, scrubbed) in [
        ("`hunter22` is not allowed", "`***` is not allowed"),
        ("aHVudGVyMjI= and hunter22hunter22", "*** and ******"),
        ("dsn postgres://u:swordfish@h", "dsn ***"),
        ("set to carried-value", "set to ***"),
        ("Secret/hidden-name in production: abc", "Secret/hidden-name in production: abc"),
        ("hunter2", "hunter2"),
        ("ümlaut hunter22 ü", "ümlaut *** ü"),
        ("", ""),
    ] {
        assert_eq!(run.masks.scrub(text), scrubbed);
    }
}

#[test]
fn a_file_that_cannot_be_read_shows_its_keys_alone() {
    let run = run(&[
        ("app/kustomization.yaml", "resources: [secret.yaml]\n"),
        (
            "app/secret.yaml",
            "kind: Secret\nstringData:\n  password: hunter22\n  json: {\"a\":\"b-secret\"}\n  more: |\n    loose-secret\n bad: [\n",
        ),
    ]);
    let problem = run.error.as_ref().unwrap();
    assert_eq!(
        problem.span().map(|span| run.revision.files().get(span.file).path().to_string()).unwrap(),
        "app/secret.yaml"
    );
    insta::assert_snapshot!(run.seen("app/secret.yaml"), @r"
    kind: ***
    stringData:
      password: ***
      json: ***
      more: ***
        ***
     bad: ***
    ");
    let message = run.masks.message(run.revision.files(), problem.span(), "found `hunter22` in `password`");
    assert_eq!(message, "found `***` in `password`");
}

#[test]
fn a_render_that_fails_elsewhere_hides_what_it_would_have_generated() {
    let run = run(&[(
        "app/kustomization.yaml",
        "resources: [missing.yaml]\nsecretGenerator:\n- name: s\n  literals:\n  - TOKEN=hunter2222\nconfigMapGenerator:\n- name: c\n  literals:\n  - LEVEL=debug\n",
    )]);
    assert!(run.error.is_some() && run.manifests.is_empty());
    insta::assert_snapshot!(run.seen("app/kustomization.yaml"), @r"
    resources: [missing.yaml]
    secretGenerator:
    - name: s
      literals:
      - TOKEN=***
    configMapGenerator:
    - name: c
      literals:
      - LEVEL=debug
    ");
}

#[test]
fn excerpts_have_two_lines_around_and_an_end() {
    let run = run(&[("app/kustomization.yaml", "# 1\n# 2\nresources: [a.yaml]\n"), ("app/a.yaml", "kind: A\n")]);
    let files = run.revision.files();
    let (id, _) = run.revision.read(&RepoPath::new("app/kustomization.yaml").unwrap()).unwrap();
    let place = run.masks.place(files, Span { file: id, start: 8, len: 9 });
    assert_eq!((place.location.line, place.location.column, place.location.length), (3, 1, 9));
    assert_eq!((place.excerpt.first, place.excerpt.lines.len()), (1, 3));
    let place = run.masks.place(files, Span { file: id, start: 28, len: 0 });
    assert_eq!(place.excerpt.lines, ["# 2", "resources: [a.yaml]", ""]);
}
