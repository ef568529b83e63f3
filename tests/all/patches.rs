//! What patches do besides what kustomize prints: where values come from, what is reported, what errors say.
//! What they print is recorded in `testdata/kustomize`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::kustomize::{Options, Removal, Render, Renderer};
use gate::source::{Files, MemoryTree, Problem, RepoPath, Revision, Span};
use gate::yaml::{Node, Origin, Scalar};

struct Patched {
    files: Arc<Files>,
    render: Result<Render, Problem>,
}

/// Renders `object` with `patch`, which is for objects of `target`'s kind where that is given.
fn patched(object: &str, patch: &str, target: Option<&str>) -> Patched {
    let target = target.map_or_else(String::new, |kind| format!("  target: {{kind: {kind}}}\n"));
    let kustomization = format!("resources: [object.yaml]\npatches:\n- path: patch.yaml\n{target}");
    let tree = [("kustomization.yaml", kustomization.as_str()), ("object.yaml", object), ("patch.yaml", patch)];
    let files = Arc::new(Files::default());
    let revision = Revision::new(MemoryTree::new(tree), files.clone());
    let render = Renderer::new(&revision, Options::default()).render(&RepoPath::root());
    Patched { files, render }
}

impl Patched {
    fn place(&self, span: Option<Span>) -> String {
        span.map(|span| self.files.location(span))
            .map_or_else(|| "nowhere".to_owned(), |at| format!("{}:{}:{}", at.path, at.line, at.column))
    }

    fn say(&self, problem: &Problem) -> String {
        format!("{}: {problem}\n  {}", self.place(problem.span()), problem.hint_text().unwrap_or("-"))
    }

    fn error(&self) -> String {
        self.say(self.render.as_ref().unwrap_err())
    }

    fn quirks(&self) -> String {
        let quirks: Vec<String> = self.render.as_ref().unwrap().quirks.iter().map(|quirk| self.say(quirk)).collect();
        quirks.join("\n")
    }

    /// The leaves with all that set them, newest first.
    fn origins(&self) -> String {
        let mut lines = String::new();
        for manifest in &self.render.as_ref().unwrap().resources {
            manifest.node.leaves(&mut |path, leaf| lines.push_str(&format!("{path}: {}\n", self.chain(leaf))));
        }
        lines
    }

    /// What the patch took away, and the text that did.
    fn removals(&self) -> String {
        let manifests = &self.render.as_ref().unwrap().resources;
        let say = |removal: &Removal| {
            let text = removal.value.text().unwrap_or("-");
            let (from, by) = (self.place(removal.value.origin.span), self.place(removal.by));
            format!("{}: {text} ({from}) by {by}\n", removal.path)
        };
        manifests.iter().flat_map(|manifest| &manifest.removed).map(say).collect()
    }

    fn chain(&self, leaf: &Node) -> String {
        let link = |scalar: Option<&Scalar>, origin: &Origin| {
            let text = scalar.map_or("-", |scalar| &scalar.text);
            format!("{text} ({}, {})", origin.cause.word(), self.place(origin.span))
        };
        let older = leaf.origin.chain().map(|older| link(older.value.as_ref(), &older.origin));
        std::iter::once(link(leaf.as_scalar(), &leaf.origin)).chain(older).collect::<Vec<_>>().join(" over ")
    }
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: api
        image: api:1
        args: [a, b]
      - name: proxy
        image: proxy:1
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  ports:
  - port: 80
    protocol: TCP
  - port: 443
    protocol: TCP
";

const THING: &str = "\
apiVersion: example.com/v1
kind: Thing
metadata:
  name: api
  labels: {example.com/tier: back}
spec:
  large: 9007199254740993
  list: [a, b, c]
";

/// A strategic merge patch of the deployment.
fn deployment(spec: &str) -> String {
    format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n{spec}")
}

fn service(ports: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec:\n  ports:\n{ports}")
}

#[test]
fn values_know_the_patch_and_what_it_replaced() {
    let patch = deployment(
        "  replicas: 2
  paused: true
  template:
    spec:
      containers:
      - name: proxy
        image: proxy:2
      - {name: new, image: new:1}
      - name: api
        args: [c]
",
    );
    insta::assert_snapshot!(patched(DEPLOYMENT, &patch, None).origins(), @"
    apiVersion: apps/v1 (manifest, object.yaml:1:13)
    kind: Deployment (manifest, object.yaml:2:7)
    metadata.name: api (manifest, object.yaml:4:9)
    spec.replicas: 2 (patch, patch.yaml:5:13) over 1 (manifest, object.yaml:6:13)
    spec.template.spec.containers[0].name: proxy (manifest, object.yaml:13:15)
    spec.template.spec.containers[0].image: proxy:2 (patch, patch.yaml:11:16) over proxy:1 (manifest, object.yaml:14:16)
    spec.template.spec.containers[1].name: new (patch, patch.yaml:12:16)
    spec.template.spec.containers[1].image: new:1 (patch, patch.yaml:12:28)
    spec.template.spec.containers[2].name: api (manifest, object.yaml:10:15)
    spec.template.spec.containers[2].image: api:1 (manifest, object.yaml:11:16)
    spec.template.spec.containers[2].args[0]: c (patch, patch.yaml:14:16)
    spec.paused: true (patch, patch.yaml:6:11)
    ");
}

#[test]
fn operations_are_the_origin_of_what_they_set() {
    let patch = "\
- {op: replace, path: /spec/list/0, value: x}
- {op: add, path: /spec/list/-, value: {new: 1}}
- {op: copy, from: /metadata/labels, path: /spec/labels}
- {op: replace, path: /spec/large, value: 1}
";
    insta::assert_snapshot!(patched(THING, patch, Some("Thing")).origins(), @r#"
    apiVersion: example.com/v1 (manifest, object.yaml:1:13)
    kind: Thing (manifest, object.yaml:2:7)
    metadata.name: api (manifest, object.yaml:4:9)
    metadata.labels["example.com/tier"]: back (manifest, object.yaml:5:30)
    spec.large: 1 (JSON patch, patch.yaml:4:43) over 9007199254740993 (manifest, object.yaml:7:10)
    spec.list[0]: x (JSON patch, patch.yaml:1:44) over a (manifest, object.yaml:8:10)
    spec.list[1]: b (manifest, object.yaml:8:13)
    spec.list[2]: c (manifest, object.yaml:8:16)
    spec.list[3].new: 1 (JSON patch, patch.yaml:2:46)
    spec.labels["example.com/tier"]: back (manifest, object.yaml:5:30)
    "#);
}

#[test]
fn what_patches_take_away_is_remembered() {
    let patch = deployment(
        "  replicas: null
  template:
    spec:
      containers:
      - {name: proxy, $patch: delete}
      - {name: api, args: null}
",
    );
    insta::assert_snapshot!(patched(DEPLOYMENT, &patch, None).removals(), @"
    spec.replicas: 1 (object.yaml:6:13) by patch.yaml:5:13
    spec.template.spec.containers[1]: - (object.yaml:13:9) by patch.yaml:9:31
    spec.template.spec.containers[0].args: - (object.yaml:12:15) by patch.yaml:10:27
    ");
    let patch = "- {op: remove, path: /spec/list/-1}\n- {op: remove, path: /metadata/labels/example.com~1tier}\n";
    insta::assert_snapshot!(patched(THING, patch, Some("Thing")).removals(), @r#"
    spec.list[2]: c (object.yaml:8:16) by patch.yaml:1:3
    metadata.labels["example.com/tier"]: back (object.yaml:5:30) by patch.yaml:2:3
    "#);
}

#[test]
fn entries_that_kustomize_loses_are_reported() {
    let without_name = deployment("  template:\n    spec:\n      containers:\n      - image: api:2\n");
    insta::assert_snapshot!(patched(DEPLOYMENT, &without_name, None).quirks(), @"
    patch.yaml:8:9: kustomize drops this entry of `spec.template.spec.containers`, and 2 entries of the object with it: it has no `name`
      every entry of this list needs its own `name`: kustomize tells them apart by that
    ");
    let without_protocol = service("  - port: 80\n    name: http\n  - port: 443\n    $patch: delete\n");
    insta::assert_snapshot!(patched(SERVICE, &without_protocol, None).quirks(), @"
    patch.yaml:6:5: kustomize drops this entry of `spec.ports`: it has no `protocol`
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    patch.yaml:8:5: kustomize drops this entry of `spec.ports`: it has no `protocol`
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    ");
    let replaced = deployment(
        "  template:\n    spec:\n      containers:\n      - name: api\n        $patch: replace\n        image: api:2\n",
    );
    insta::assert_snapshot!(patched(DEPLOYMENT, &replaced, None).quirks(), @"
    patch.yaml:8:9: kustomize drops this entry of `spec.template.spec.containers`: `$patch: replace` does nothing in one entry of a list
      leave it out, and set the fields that shall go to null
    ");
    let twice = service("  - {port: 80, protocol: TCP, name: a}\n  - {port: 80, protocol: TCP, name: b}\n");
    insta::assert_snapshot!(patched(SERVICE, &twice, None).quirks(), @"
    patch.yaml:7:5: kustomize drops this entry of `spec.ports`: another one has the same `port` and `protocol`, or lacks one of them
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    ");
}

#[test]
fn lists_that_the_patch_does_not_name_suffer_too() {
    let object = service("  - {port: 80, protocol: TCP, name: a}\n  - {port: 80, protocol: TCP, name: b}\n");
    let patch = "apiVersion: v1\nkind: Service\nmetadata: {name: api, labels: {a: b}}\n";
    insta::assert_snapshot!(patched(&object, patch, None).quirks(), @"
    object.yaml:6:5: kustomize drops this entry of `spec.ports`: another one has the same `port` and `protocol`, or lacks one of them
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    ");
    let object = service("  - {protocol: TCP, name: a}\n  - {port: 80, protocol: TCP}\n  - {protocol: TCP, name: b}\n");
    insta::assert_snapshot!(patched(&object, patch, None).quirks(), @"
    object.yaml:6:5: kustomize repeats this entry of `spec.ports`: it has no `port`
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    object.yaml:8:5: kustomize repeats this entry of `spec.ports`: it has no `port`
      every entry of this list needs its own `port` and `protocol`: kustomize tells them apart by that
    ");
}

#[test]
fn directives_that_are_printed_are_reported() {
    let unsupported = deployment(
        "  $retainKeys: [replicas]
  template:
    spec:
      $setElementOrder/containers: [{name: proxy}, {name: api}]
      tolerations:
      - {$patch: delete, key: a}
",
    );
    insta::assert_snapshot!(patched(DEPLOYMENT, &unsupported, None).quirks(), @"
    patch.yaml:5:3: kustomize does not know `$retainKeys` and prints it as a field
      leave it out: only `$patch` works in kustomize
    patch.yaml:8:7: kustomize does not know `$setElementOrder/containers` and prints it as a field
      leave it out: only `$patch` works in kustomize
    patch.yaml:10:10: `spec.template.spec.tolerations` is replaced as a whole: `$patch` in it is printed as a field
      write the whole list as it shall be, or use a JSON 6902 patch
    ");
    let unknown = deployment("  strategy: {$patch: remove, type: Recreate}\n");
    insta::assert_snapshot!(patched(DEPLOYMENT, &unknown, None).quirks(), @"
    patch.yaml:5:22: `$patch` is `remove`, which kustomize does not know
      write `delete`, `replace` or `merge`
    ");
}

#[test]
fn numbers_that_the_way_through_json_changes_are_reported() {
    let patch = "- {op: add, path: /spec/other}\n";
    insta::assert_snapshot!(patched(THING, patch, Some("Thing")).quirks(), @"
    patch.yaml:1:3: the operation has no `value`: kustomize sets `/spec/other` to null
      write `value`, or use `remove`
    object.yaml:7:10: a JSON 6902 patch of this object changes this number: it needs more than 53 bits
      put the number in quotes, or use a strategic merge patch
    ");
}

#[test]
fn a_patch_of_another_structure_is_an_error_at_the_patch() {
    let patch = deployment("  template:\n    spec:\n      containers:\n        api: {image: api:2}\n");
    insta::assert_snapshot!(patched(DEPLOYMENT, &patch, None).error(), @"
    patch.yaml:8:9: the patch has a map where the object has a list: `spec.template.spec.containers`
      a patch repeats the object's structure down to the values that it changes
    ");
    let patch = deployment("  template: {$patch: remove}\n");
    insta::assert_snapshot!(patched(DEPLOYMENT, &patch, None).error(), @"
    patch.yaml:5:22: `$patch` is `remove`, which kustomize does not know
      write `delete`, `replace` or `merge`
    ");
}

#[test]
fn an_operation_that_does_not_fit_says_what_is_there() {
    let errors: Vec<String> = [
        "{op: remove, path: /spec/replicas}",
        "{op: add, path: /spec/template/spec, value: {}}",
        "{op: replace, path: /spec/list/3, value: d}",
        "{op: remove, path: /metadata/labels/example.com/tier}",
        "{op: test, path: /spec/list/0, value: b}",
        "{op: set, path: /spec/list/0, value: b}",
        "{op: add, value: b}",
        "{op: remove, path: spec}",
        "{op: replace, path: '', value: [a]}",
    ]
    .iter()
    .map(|op| patched(THING, &format!("- {op}\n"), Some("Thing")).error())
    .collect();
    insta::assert_snapshot!(errors.join("\n"), @"
    patch.yaml:1:3: `/spec/replicas` does not exist: `spec` has no `replicas`
      `spec` has `large`, `list`
    patch.yaml:1:3: `/spec/template/spec` does not exist: `spec` has no `template`
      `spec` has `large`, `list`; to add below `template`, add it first with the value `{}`
    patch.yaml:1:3: `/spec/list/3` does not exist: `spec.list` has no `3`
      `spec.list` has the entries 0 to 2
    patch.yaml:1:3: `/metadata/labels/example.com/tier` does not exist: `metadata.labels` has no `example.com`
      write a `/` in a key as `~1`: `example.com~1tier`
    patch.yaml:1:3: `test` fails: `/spec/list/0` has another value
      the object changed since the patch was written: see whether the patch still makes sense
    patch.yaml:1:8: `op: set` is no operation of JSON 6902
      write `add`, `remove`, `replace`, `move`, `copy` or `test`
    patch.yaml:1:3: the operation has no `path`
      write `path` as the way to a value: `/spec/replicas`
    patch.yaml:1:3: `spec` names no place in the object
      start the path with `/`
    patch.yaml:1:34: the patch makes a list of the object
      an object is a map
    ");
}
