//! A few lines that ask a renderer for more than there is: each ends in an error that says where, in no time
//! and without a crash. kustomize has no such limits.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::kustomize::{Options, Renderer};
use gate::source::{Files, MemoryTree, Reason, RepoPath, Revision};
use gate::yaml::{Dialect, Text, parse_first};

const OBJECT: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}\n";

/// What is said when the root of a tree is rendered.
fn refused(tree: Vec<(String, String)>) -> String {
    let files = Arc::new(Files::default());
    let revision = Revision::new(MemoryTree::new(tree), files.clone());
    let problem = Renderer::new(&revision, Options::default()).render(&RepoPath::root()).unwrap_err();
    assert_eq!(problem.kind(), Reason::Limit, "{problem}");
    let at = files.location(problem.span().unwrap());
    format!("{}: {problem}", at.path)
}

/// What is said of a kustomization with the object and another file.
fn one(kustomization: &str, other: &str) -> String {
    let tree = [("kustomization.yaml", kustomization), ("object.yaml", OBJECT), ("other.yaml", other)];
    refused(tree.map(|(path, text)| (path.to_owned(), text.to_owned())).into())
}

/// A kustomization in each of so many directories: what `text` says for its number.
fn many(count: usize, text: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let file = |at| (if at == 0 { "kustomization.yaml".into() } else { format!("k{at}/kustomization.yaml") }, text(at));
    (0..count).map(file).collect()
}

const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

#[test]
fn kustomizations_that_multiply() {
    let twice = |at: usize| match at {
        0 => "components: [k1, k1]\n".to_owned(),
        40 => format!("{COMPONENT}namePrefix: a-\n"),
        at => format!("{COMPONENT}components: [../k{0}, ../k{0}]\n", at + 1),
    };
    assert_eq!(refused(many(41, twice)), "k37/kustomization.yaml: one rendering needs more than 1000 components");
    let deeper = |at: usize| match at {
        0 => "resources: [k1]\n".to_owned(),
        at => format!("resources: [../k{}]\n", at + 1),
    };
    let nested = "one rendering needs more than 100 kustomizations within each other";
    assert_eq!(refused(many(5000, deeper)), format!("k100/kustomization.yaml: {nested}"));
    // Where origins are noted, a base is read anew each time; elsewhere it counts as if it were.
    for noted in ["buildMetadata: [originAnnotations]\n", ""] {
        let bases = |at: usize| match at {
            0 => format!("{noted}resources: [k1, k1]\n"),
            40 => "namePrefix: a-\n".to_owned(),
            at => format!("resources: [../k{0}, ../k{0}]\n", at + 1),
        };
        let most = "one rendering needs more than 10000 kustomizations";
        assert_eq!(refused(many(41, bases)), format!("k39/kustomization.yaml: {most}"));
    }
}

#[test]
fn paths_that_lead_too_deep() {
    let long = "/a".repeat(100_000);
    let dotted = ".a".repeat(100_000);
    let said = [
        one(
            &format!(
                "resources: [object.yaml]\nlabels: [{{pairs: {{a: b}}, fields: [{{path: data{long}, create: true}}]}}]\n"
            ),
            "",
        ),
        one(
            "resources: [object.yaml]\nnamePrefix: a-\nconfigurations: [other.yaml]\n",
            &format!("namePrefix: [{{path: data{long}, create: true}}]\n"),
        ),
        one(
            "resources: [object.yaml]\nreplacements: [{path: other.yaml}]\n",
            &format!(
                "sourceValue: x\ntargets: [{{select: {{kind: ConfigMap}}, options: {{create: true}}, fieldPaths: [data{dotted}]}}]\n"
            ),
        ),
        one(
            "resources: [object.yaml]\ntransformers: [other.yaml]\n",
            &format!(
                "{{apiVersion: builtin, kind: ValueAddTransformer, metadata: {{name: x}}, value: v, targets: [{{fieldPath: data{long}}}]}}\n"
            ),
        ),
        one("resources: [object.yaml]\npatches: [{path: other.yaml, target: {}}]\n", &deepened()),
    ];
    for (said, file) in said.iter().zip(["kustomization", "other", "other", "other", "other"]) {
        assert_eq!(*said, format!("{file}.yaml: the path leads to more than 200 levels of nesting"));
    }
}

/// Operations that put a value at the bottom of itself, again and again.
fn deepened() -> String {
    let copy = |at: u32| format!("- {{op: copy, from: /b/a, path: /b/a{}}}\n", "/a".repeat(1 << at));
    format!("- {{op: add, path: /b, value: {{a: {{}}}}}}\n{}", (0..18).map(copy).collect::<String>())
}

#[test]
fn values_that_double() {
    let append = "- source: {kind: ConfigMap, fieldPath: data.x}
  targets: [{select: {kind: ConfigMap}, options: {delimiter: '-', index: 99999999}, fieldPaths: [data.x]}]\n";
    let itself = "- source: {kind: ConfigMap, fieldPath: data.x}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]\n";
    let into = |at: usize| {
        format!(
            "- source: {{kind: ConfigMap, fieldPath: data}}
  targets: [{{select: {{kind: ConfigMap}}, options: {{create: true}}, fieldPaths: [data.x{at}]}}]\n"
        )
    };
    let said = [
        one(&format!("resources: [object.yaml]\nreplacements:\n{}", append.repeat(40)), ""),
        one(&format!("resources: [object.yaml]\nreplacements:\n{}", (0..40).map(into).collect::<String>()), ""),
        one(&format!("resources: [object.yaml]\nnamePrefix: {}\n", "a".repeat(1000)), ""),
    ];
    let large = "kustomization.yaml: copies make this object larger than 4 MiB";
    assert_eq!(said, [large, large, "kustomization.yaml: this makes a name longer than 1000 characters"]);
    // What replaces itself stays what it is, and its history does not grow with it.
    let kustomization = format!("resources: [object.yaml]\nreplacements:\n{}", itself.repeat(60));
    let tree = [("kustomization.yaml", kustomization.as_str()), ("object.yaml", OBJECT)];
    let revision = Revision::new(MemoryTree::new(tree), Arc::new(Files::default()));
    let render = Renderer::new(&revision, Options::default()).render(&RepoPath::root()).unwrap();
    assert!(render.resources[0].node.at(&["data", "x"]).unwrap().origin.chain().count() <= 100);
}

/// Reading takes time in proportion: were it to the square of it, this would take hours.
#[test]
fn long_texts() {
    let lines = |line: &str| line.repeat(30_000);
    for (text, accepted) in [
        (format!("a:\n{}", lines("- |\n")), true),
        (format!("a: [\n{}]\n", lines("\tx,\n")), true),
        (format!("a:\n{}", lines("- x\n\t\t\n")), false),
        (format!("a:\n{}", lines("- \"x\u{2028}y\"\n")), true),
        (format!("{{<<: [{}]}}\n", (0..30_000).map(|at| format!("{{k{at}: v}},")).collect::<String>()), true),
    ] {
        let read = parse_first(&Text::loose(&text), Dialect::Resource);
        assert_eq!(read.is_ok(), accepted, "{:?}", read.err());
    }
}
