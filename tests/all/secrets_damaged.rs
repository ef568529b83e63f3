//! Random repositories with a secret in one of many places, randomly damaged: no command prints it.
//!
//! `GATE_SECRET_RUNS` sets how many; without it few enough to be run each time.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use gate::cli::run_into;

const MARKER: &str = "hunter2-TOPSECRET";
const ENCODED: &str = "aHVudGVyMi1UT1BTRUNSRVQ=";

/// What no output may hold: a part of the value is as bad as the whole.
const PARTS: [&str; 3] = ["TOPSECRET", "hunter2", "aHVudGVyMi"];

/// Runs where nobody says how many.
const RUNS: u64 = 200;

/// Leaks that are shown at most.
const SHOWN: usize = 20;

/// Numbers that look random, the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

type Tree = BTreeMap<String, String>;

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n";

/// The places where a secret may be: what they add to the kustomization, and the files beside it.
const PLACES: [(&str, &[(&str, &str)]); 18] = [
    (
        "resources: [../base, s.yaml]\n",
        &[("s.yaml", "{SECRET}type: Opaque\nstringData:\n  user: me\n  password: {M}\n  url: a://b\n")],
    ),
    ("resources: [../base, s.yaml]\n", &[("s.yaml", "{SECRET}type: Opaque\ndata:\n  password: {E}\n  other: YQ==\n")]),
    (
        "resources: [../base, s.yaml]\n",
        &[("s.yaml", "{SECRET}stringData:\n  config: |\n    user: me\n    password: {M}\n    {M}\n  more: x\n")],
    ),
    ("resources:\n- ../base\nsecretGenerator:\n- name: db\n  literals:\n  - user=me\n  - password={M}\n", &[]),
    (
        "resources: [../base]\nsecretGenerator:\n- name: db\n  type: Opaque\n  envs: [db.properties]\n",
        &[("db.properties", "user=me\npassword={M}\nurl=a\n")],
    ),
    (
        "resources: [../base]\nsecretGenerator:\n- name: db\n  files: [password.txt, k=key.bin]\n",
        &[("password.txt", "a\n{M}\nb: {M}\n"), ("key.bin", "{E}\n")],
    ),
    (
        "resources: [../base, s.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: db}\n    stringData:\n      a: {M}\n",
        &[("s.yaml", "{SECRET}stringData: {a: b}\n")],
    ),
    (
        "resources: [../base, s.yaml]\npatches:\n- target: {kind: Secret, name: db}\n  patch: |-\n    - op: replace\n      path: /stringData/a\n      value: {M}\n",
        &[("s.yaml", "{SECRET}stringData: {a: b}\n")],
    ),
    (
        "resources: [../base, s.yaml]\npatches:\n- target: {kind: Secret, name: db}\n  path: ops.yaml\n",
        &[("s.yaml", "{SECRET}stringData: {a: b}\n"), ("ops.yaml", "- op: add\n  path: /stringData/b\n  value: {M}\n")],
    ),
    (
        "resources: [../base, s.yaml]\npatches:\n- path: merge.yaml\n",
        &[("s.yaml", "{SECRET}stringData: {a: b}\n"), ("merge.yaml", "{SECRET}stringData:\n  a: {M}\n")],
    ),
    (
        "resources: [../base, c.yaml]\n",
        &[(
            "c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: text\ndata:\n  s.yaml: |\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: x}\n    stringData:\n      password: {M}\n  other: y\n",
        )],
    ),
    (
        "resources: [../base, t.yaml]\n",
        &[(
            "t.yaml",
            "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata:\n  name: t\nobjects:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: x\n  stringData:\n    password: {M}\n",
        )],
    ),
    (
        "resources: [../base, o.yaml]\n",
        &[(
            "o.yaml",
            "apiVersion: kubernetes.crossplane.io/v1\nkind: Object\nmetadata:\n  name: o\nspec:\n  forProvider:\n    manifest:\n      apiVersion: v1\n      kind: Secret\n      metadata:\n        name: x\n      stringData:\n        password: {M}\n",
        )],
    ),
    (
        "resources: [../base, e.yaml]\n",
        &[(
            "e.yaml",
            "apiVersion: isindir.github.com/v1\nkind: SopsSecret\nmetadata:\n  name: s\nspec:\n  secretTemplates:\n  - name: x\n    stringData:\n      password: {M}\nsops:\n  mac: x\n",
        )],
    ),
    (
        "resources: [../base, s.yaml]\n",
        &[(
            "s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"kind\":\"Secret\",\"stringData\":{\"a\":\"{M}\"}}'\nstringData:\n  a: {M}\n",
        )],
    ),
    (
        "resources: [../base, s.yaml]\n",
        &[("s.yaml", "{SECRET}stringData:\n  a: b\n  # password: {M}\n  # was {M}\n  c: d # {M}\n")],
    ),
    (
        "resources: [../base, s.yaml]\n",
        &[(
            "s.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: x\n  stringData:\n    password: {M}\n",
        )],
    ),
    (
        "resources: [../base, s.json]\n",
        &[(
            "s.json",
            "{\"apiVersion\": \"v1\",\n \"kind\": \"Secret\",\n \"metadata\": {\"name\": \"db\"},\n \"stringData\": {\n  \"password\": \"{M}\"\n }}\n",
        )],
    ),
];

fn filled(text: &str) -> String {
    text.replace("{SECRET}", SECRET).replace("{M}", MARKER).replace("{E}", ENCODED)
}

/// A repository with secrets in production, of which one or two files are damaged.
fn tree(numbers: &mut Numbers) -> Tree {
    let mut tree = Tree::new();
    let mut add = |path: String, text: &str| drop(tree.insert(path, filled(text)));
    add("gate.yaml".into(), "version: 1\nenvironments: [staging, {name: production, protected: true}]\n");
    add("apps/api/base/kustomization.yaml".into(), "resources: [api.yaml]\n");
    add(
        "apps/api/base/api.yaml".into(),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: a.example/b:1}]}\n",
    );
    let (kustomization, files) = numbers.of(&PLACES);
    for environment in ["staging", "production"] {
        let at = |file: &str| format!("apps/api/{environment}/{file}");
        // Where both have one, values may differ; where one has, all of it is new.
        if environment == "staging" && numbers.below(2) == 0 {
            add(at("kustomization.yaml"), "resources: [../base]\n");
            continue;
        }
        let other = environment == "staging" && numbers.below(2) == 0;
        let text = |text: &str| {
            if other { text.replace("{M}", "another-value").replace("{E}", "YW5vdGhlcg==") } else { text.to_owned() }
        };
        add(at("kustomization.yaml"), &text(kustomization));
        for (file, content) in files {
            add(at(file), &text(content));
        }
    }
    let holders: Vec<String> =
        tree.iter().filter(|(path, _)| path.contains("/production/")).map(|(path, _)| path.clone()).collect();
    let path = holders[numbers.below(holders.len())].clone();
    let text = damaged(&tree[&path], numbers);
    tree.insert(path, text);
    tree
}

/// A text with something wrong in it.
fn damaged(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let at = numbers.below(lines.len());
    match numbers.below(10) {
        0 => {}
        1 => drop(lines.remove(at)),
        2 => lines.insert(at, lines[at].clone()),
        3 => {
            let line = lines[at].clone();
            lines.splice(
                at..=at,
                ["<<<<<<< HEAD".to_owned(), line.clone(), "=======".to_owned(), line, ">>>>>>> b".to_owned()],
            );
        }
        4 => {
            let cut = text.len() - numbers.below(text.len());
            return text.get(..cut).unwrap_or(text).to_owned();
        }
        5 => {
            let sign = numbers
                .of(&["{", "}", "[", "]", ":", "\"", "'", "|", "&", "*", "!", "#", "\t", ",", "%", "@", "`", "\u{0}"]);
            let inside = numbers.below(lines[at].len() + 1);
            lines[at].insert_str(inside, sign);
        }
        6 => lines[at].insert_str(0, &" ".repeat(1 + numbers.below(3))),
        7 => {
            let indent = lines[at].len() - lines[at].trim_start().len();
            lines[at].drain(..indent);
        }
        8 => lines.insert(
            at,
            numbers.of(&["oops", "b c: x: y", "- [", "  }", "%YAML 9", "---", "...", "kind: Other"]).to_owned(),
        ),
        _ => {
            // A letter is missing.
            let line = lines[at].clone();
            let inside = numbers.below(line.len().max(1));
            lines[at] =
                line.chars().enumerate().filter(|(index, _)| *index != inside).map(|(_, letter)| letter).collect();
        }
    }
    lines.join("\n") + "\n"
}

/// What a command prints; of `render`, which prints values, only what it says besides.
fn print(arguments: &[&str]) -> String {
    let arguments: Vec<OsString> = ["gate"].iter().chain(arguments).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    run_into(&arguments, &mut out, &mut err);
    let shown = if arguments[1] == "render" { err } else { [out, err].concat() };
    String::from_utf8(shown).unwrap()
}

fn commands<'a>(root: &'a str, overlay: &'a str) -> [Vec<&'a str>; 11] {
    [
        vec!["diff", "--all", "--path", root],
        vec!["diff", "--all", "--format=json", "--path", root],
        vec!["status", "--path", root],
        vec!["status", "--format=json", "--path", root],
        vec!["render", overlay],
        vec!["render", overlay, "--origins=json"],
        vec!["promote", "api", "--dry-run", "--allow-tag", "--path", root],
        vec!["trace", overlay, "Secret/db"],
        vec!["trace", overlay, "ConfigMap/text", "--format=json"],
        vec!["input", "api", "--base=none", "--path", root],
        vec!["input", "--repository", "--base=none", "--path", root],
    ]
}

fn write(root: &Path, tree: &Tree) {
    for (path, text) in tree {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn no_output_holds_a_secret_whatever_is_damaged() {
    let runs = std::env::var("GATE_SECRET_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let mut leaks = Vec::new();
    for run in 0..runs {
        let mut numbers = Numbers(run);
        let tree = tree(&mut numbers);
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), &tree);
        let root = directory.path().to_str().unwrap();
        let overlay = format!("{root}/apps/api/production");
        let all = commands(root, &overlay);
        let mut chosen: Vec<Vec<&str>> = (0..3).map(|_| all[numbers.below(9)].clone()).collect();
        // Those that load policies take long where the program is not optimised.
        if !cfg!(debug_assertions) || run % 10 == 0 {
            let formats = ["--format=human", "--format=github", "--format=summary", "--format=json"];
            chosen.push([&["check", "--verbose", "--base=none", root], &formats[..]].concat());
            chosen.push(all[9 + numbers.below(2)].clone());
        }
        for arguments in chosen {
            let text = print(&arguments);
            for part in PARTS {
                if text.contains(part) && leaks.len() < SHOWN {
                    leaks.push(format!("run {run}: {arguments:?}\n{tree:#?}\n{text}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}
