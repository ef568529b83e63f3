//! What controllers make of their objects: `testdata/pointers`, recorded by the scripts there, and where the values that
//! they set come from. `GATE_POINTERS` names a directory with more of them, laid out alike in `synthetic`; where it is missing
//! the count says so.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gate::kustomize::Render;
use gate::pointer::{self, BuildOptions, Cluster, Pointer, Settings};
use gate::source::{DiskTree, Files, MemoryTree, Problem, RepoPath, Revision, Tree};
use gate::yaml::{Text, emit};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pointers")
}

/// The files below a directory, by their paths from `root`.
fn files_below(directory: &Path, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, root, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// A text file of a case; `None` where it has none.
fn text(case: &Path, name: &str) -> Option<String> {
    fs::read_to_string(case.join(name)).ok()
}

/// What comes of a pointer in a repository.
fn rendered(
    files: &Arc<Files>,
    tree: impl Tree + 'static,
    pointer: &str,
    build_options: Option<&str>,
    vars: Option<&str>,
) -> Result<Render, Problem> {
    let id = files.add(RepoPath::new("pointer.yaml").unwrap(), pointer.as_bytes().to_vec());
    let pointer = Pointer::read(files, id, None)?;
    let build_options = build_options.map(BuildOptions::parse).transpose()?;
    let vars = vars.map(|vars| files.add(RepoPath::new("vars.yaml").unwrap(), vars.as_bytes().to_vec()));
    let read = |id| Cluster::read(&Text::of_file(id, files.get(id).text().unwrap(), 0));
    let cluster = vars.map(read).transpose()?.unwrap_or_default();
    let revision = Revision::new(tree, files.clone());
    pointer::render(&revision, &pointer, &Settings { cluster, build_options })
}

fn printed(render: &Render) -> String {
    let documents: Vec<String> = render.resources.iter().map(|manifest| emit(&manifest.node).unwrap()).collect();
    documents.join("---\n")
}

#[test]
fn pointers_render_as_their_controllers_render_them() {
    let classes = text(&testdata(), "classes.tsv").unwrap();
    let fits = |class: &str, message: &str| {
        let line = classes.lines().find_map(|line| line.strip_prefix(class)?.strip_prefix('\t'));
        line.unwrap_or_else(|| panic!("`{class}` is no class")).split('|').any(|part| message.contains(part))
    };
    let mut cases: Vec<PathBuf> = fs::read_dir(testdata()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("pointer.yaml").is_file());
    cases.sort();
    assert!(cases.len() > 40, "the cases are not where they were");
    let mut faults = Vec::new();
    for case in cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let mut found = Vec::new();
        files_below(&case.join("repo"), &case.join("repo"), &mut found);
        let links = text(&case, "links").unwrap_or_default();
        let links: Vec<(&str, &str)> = links.lines().filter_map(|line| line.split_once(' ')).collect();
        let tree = MemoryTree::new(found).with_links(links);
        let pointer = text(&case, "pointer.yaml").unwrap();
        let result = rendered(
            &Arc::default(),
            tree,
            &pointer,
            text(&case, "build-options").as_deref(),
            text(&case, "vars.yaml").as_deref(),
        );
        let error = text(&case, "expected.error");
        match (result, error.as_deref().and_then(|error| error.lines().next())) {
            (Ok(render), None) => {
                if printed(&render) != text(&case, "expected.yaml").unwrap() {
                    faults.push(format!("{name} renders\n{}", printed(&render)));
                }
            }
            (Ok(_), Some(class)) => faults.push(format!("{name} renders, and should be refused ({class})")),
            (Err(problem), None) => faults.push(format!("{name} is refused: {problem}")),
            (Err(problem), Some(class)) => {
                if !fits(class, problem.message()) {
                    faults.push(format!("{name} is refused for another reason than {class}: {problem}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn has_link(directory: &Path) -> bool {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .any(|path| path.is_symlink() || path.is_dir() && has_link(&path))
}

/// Cases that are not part of the repository.
#[test]
fn other_pointers() {
    let directory = std::env::var("GATE_POINTERS").unwrap_or_else(|_| "../shared/pointers".to_owned());
    let Ok(entries) = fs::read_dir(Path::new(&directory).join("synthetic")) else {
        let _ =
            writeln!(std::io::stderr(), "skipped: 0 of 0, as there is no data at `{directory}` (set GATE_POINTERS)");
        return;
    };
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("pointer.yaml").is_file());
    cases.sort();
    let total = cases.len();
    // Copies that have lost their links show nothing.
    cases.retain(|case| !case.ends_with("124-argo-symlink-out") || has_link(&case.join("repo")));
    let skipped = total - cases.len();
    cases.retain(|case| {
        let files = Arc::new(Files::default());
        let (options, vars) = (text(case, "build-options"), text(case, "vars.yaml"));
        let pointer = text(case, "pointer.yaml").unwrap();
        let tree = DiskTree::new(case.join("repo")).unwrap();
        let result = rendered(&files, tree, &pointer, options.as_deref(), vars.as_deref());
        match text(case, "expected.yaml") {
            Some(expected) => result.map(|render| printed(&render)).ok() != Some(expected),
            None => result.is_ok(),
        }
    });
    let _ =
        writeln!(std::io::stderr(), "other pointers: {} of {total}, {skipped} skipped", total - skipped - cases.len());
    assert!(cases.is_empty(), "{cases:#?}");
}

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: pay, namespace: argocd}
spec:
  source:
    repoURL: https://git.example/config.git
    path: overlay
    kustomize:
      namePrefix: live-
      images:
      - nginx:1.27
      commonLabels:
        team: money
      patches:
      - target: {kind: Deployment}
        patch: |
          - {op: add, path: /spec/paused, value: true}
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: web, image: nginx}
";

#[test]
fn what_an_application_sets_comes_from_its_text() {
    let tree = MemoryTree::new([
        ("overlay/kustomization.yaml", "resources: [web.yaml]\n"),
        ("overlay/web.yaml", DEPLOYMENT),
        ("overlay/.argocd-source.yaml", "kustomize:\n  replicas:\n  - {name: web, count: 3}\n"),
    ]);
    let files = Arc::new(Files::default());
    let render = rendered(&files, tree, APPLICATION, None, None).unwrap();
    let mut places = Vec::new();
    for manifest in &render.resources {
        manifest.node.leaves(&mut |path, leaf| {
            let at = files.location(leaf.origin.span.unwrap());
            places.push(format!("{path:?} {} {}:{}", leaf.text().unwrap(), at.path, at.line));
        });
    }
    let place = |value: &str| places.iter().filter(|place| place.contains(&format!(" {value} "))).collect::<Vec<_>>();
    for (value, at) in [
        ("live-web", "pointer.yaml:9"),
        ("nginx:1.27", "pointer.yaml:11"),
        ("money", "pointer.yaml:13"),
        ("true", "pointer.yaml:17"),
        ("3", "overlay/.argocd-source.yaml:3"),
        ("Deployment", "overlay/web.yaml:2"),
    ] {
        let found = place(value);
        assert!(!found.is_empty() && found.iter().all(|place| place.ends_with(at)), "{value}: {places:#?}");
    }
}

#[test]
fn what_argo_cd_does_in_silence_is_said() {
    let twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let tree = MemoryTree::new([("m/a.yaml", twice), ("m/b.yaml", twice)]);
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: m}}\n";
    let files = Arc::new(Files::default());
    let render = rendered(&files, tree, application, None, None).unwrap();
    let said: Vec<&str> = render.quirks.iter().map(Problem::message).collect();
    assert_eq!(said, ["`ConfigMap/a` is there more than once: Argo CD applies the last one"]);
    assert_eq!(files.location(render.quirks.first().unwrap().span().unwrap()).path.as_str(), "m/a.yaml");
}

#[test]
fn flux_has_no_build_options() {
    let flux =
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: .}\n";
    let problem = rendered(&Arc::default(), MemoryTree::default(), flux, Some("--enable-helm"), None).unwrap_err();
    assert_eq!(problem.message(), "only Argo CD's Applications are built with options");
}
