//! What holds of every rendering, whatever is rendered: it is the same each time, and a kustomization that only
//! lists resources changes their order and their format, never their data.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gate::kustomize::{Options, Order, Parts, Renderer, Restrictor};
use gate::source::{DiskTree, Files, MemoryTree, RepoPath, Revision};
use gate::yaml::{self, Dialect, Text};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

const FIFO: Options = Options { order: Order::Fifo, restrictor: Restrictor::RootOnly, parts: Parts::All };

/// What is printed for a directory.
fn print(renderer: &Renderer<'_>, directory: &str) -> Result<String, String> {
    let render = renderer.render(&RepoPath::new(directory).unwrap()).map_err(|problem| problem.to_string())?;
    let documents: Result<Vec<String>, _> =
        render.resources.iter().map(|manifest| yaml::emit(&manifest.node)).collect();
    Ok(documents.map_err(|problem| problem.to_string())?.join("---\n"))
}

/// What is printed for a kustomization that lists `files` and says nothing else.
fn listed(files: &[String], options: Options) -> String {
    let paths: Vec<String> = (0..files.len()).map(|at| format!("{at}.yaml")).collect();
    let kustomization = ("kustomization.yaml".to_owned(), format!("resources: [{}]\n", paths.join(", ")));
    let tree = MemoryTree::new(paths.into_iter().zip(files.iter().cloned()).chain([kustomization]));
    let revision = Revision::new(tree, Arc::new(Files::default()));
    print(&Renderer::new(&revision, options), "").unwrap()
}

/// The documents of a text as data, in their order.
fn data(text: &str) -> Vec<Value> {
    let documents = yaml::parse_all(&Text::loose(text), Dialect::Resource).unwrap();
    documents.iter().map(yaml::Node::to_json).collect()
}

/// The recorded cases: their directories, what is rendered in each, and the order.
fn cases() -> Vec<(PathBuf, String, Options)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/kustomize");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.join("case.json").exists());
    cases.sort();
    assert!(cases.len() > 100, "the recorded cases are not where they were");
    let case = |case: PathBuf| {
        let settings: Value = serde_json::from_slice(&std::fs::read(case.join("case.json")).unwrap()).unwrap();
        let order = if settings["order"] == "fifo" { Order::Fifo } else { Order::Legacy };
        let restrictor = if settings["load_restrictor"] == "none" { Restrictor::Repo } else { Restrictor::RootOnly };
        (case, settings["root"].as_str().unwrap().to_owned(), Options { order, restrictor, parts: Parts::All })
    };
    cases.into_iter().map(case).collect()
}

#[test]
fn a_directory_is_rendered_the_same_each_time() {
    let mut rendered = 0;
    for (case, root, options) in cases() {
        let fresh = || Revision::new(DiskTree::new(case.join("files")).unwrap(), Arc::new(Files::default()));
        let revision = fresh();
        let renderer = Renderer::new(&revision, options);
        let first = print(&renderer, &root);
        // The second time what bases gathered is known already.
        assert_eq!(print(&renderer, &root), first, "{}", case.display());
        assert_eq!(print(&Renderer::new(&fresh(), options), &root), first, "{}", case.display());
        rendered += usize::from(first.is_ok());
    }
    assert!(rendered > 50, "only {rendered} cases can be rendered");
}

#[test]
fn the_render_of_a_render_is_itself() {
    let mut rendered = 0;
    for (case, ..) in cases() {
        let Ok(expected) = std::fs::read_to_string(case.join("expected.yaml")) else { continue };
        // Annotations of its own are taken away from what kustomize reads.
        if expected.contains(" config.kubernetes.io/") || expected.contains(" alpha.config.kubernetes.io/") {
            continue;
        }
        assert_eq!(listed(std::slice::from_ref(&expected), FIFO), expected, "{}", case.display());
        rendered += 1;
    }
    assert!(rendered > 50, "only {rendered} cases have an output");
}

/// Text with what YAML treats in special ways in it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[ -~]{0,100}",
        "[a-z \n\t#:'\"-]{0,40}",
        "\\PC{0,12}",
        prop::sample::select(vec!["yes", "null", "~", "1.0", "1e3", "0o17", "2020-01-01", "12:30:45", "<<", "=", ""])
            .prop_map(str::to_owned),
    ]
}

/// Data that a manifest may hold.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z0-9./_-]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Objects of which no two have the same name. What kustomize looks into has the form that it wants.
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let kinds = [("v1", "ConfigMap"), ("v1", "Namespace"), ("apps/v1", "Deployment"), ("example.com/v1", "Thing")];
    let object = (prop::sample::select(kinds.to_vec()), value());
    prop::collection::btree_map("[a-z]{1,3}", object, 1..6).prop_map(|objects| {
        let object = |(name, ((api_version, kind), value)): (String, ((&str, &str), Value))| {
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "anything": value})
        };
        objects.into_iter().map(object).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    /// JSON is YAML: what is written as the one is printed as the other, and means the same.
    #[test]
    fn resources_keep_their_data(objects in objects()) {
        let files: Vec<String> = objects.iter().map(Value::to_string).collect();
        let printed = listed(&files, FIFO);
        prop_assert_eq!(data(&printed), objects);
        prop_assert_eq!(listed(std::slice::from_ref(&printed), FIFO), printed);
    }

    /// kustomize's own order depends on the objects alone.
    #[test]
    fn the_order_of_files_does_not_matter(objects in objects()) {
        let mut files: Vec<String> = objects.iter().map(Value::to_string).collect();
        let printed = listed(&files, Options::default());
        files.reverse();
        prop_assert_eq!(listed(&files, Options::default()), printed.clone());
        prop_assert_eq!(listed(&[files.join("\n---\n")], Options::default()), printed.clone());
        prop_assert_eq!(listed(std::slice::from_ref(&printed), Options::default()), printed);
    }
}
