#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::RngSeed;

use super::Entries;
use super::lines::{self, Value};
use crate::yaml::{Dialect, Node, Tag, Text, parse_first};

/// Whether the parser reads the same.
fn same(value: &Value<'_>, node: &Node) -> bool {
    let tag = node.as_scalar().map(|scalar| scalar.tag);
    match value {
        Value::Null => node.is_null(),
        Value::Text(text) => tag == Some(Tag::Str) && node.text() == Some(text),
        Value::Block => tag == Some(Tag::Str),
        Value::Flag => tag == Some(Tag::Bool),
        Value::Count => tag == Some(Tag::Int),
        Value::List(items) => node.as_seq().is_some_and(|nodes| {
            items.len() == nodes.len() && items.iter().zip(nodes).all(|(item, node)| same(item, node))
        }),
        Value::Map(fields) => node.as_map().is_some_and(|map| {
            let equal = |((key, value), entry): (&(&str, Value<'_>), &crate::yaml::Entry)| {
                &*entry.key.text == *key && entry.key.tag == Tag::Str && same(value, &entry.value)
            };
            fields.len() == map.len() && fields.iter().zip(map.iter()).all(equal)
        }),
    }
}

/// Holds a text against the parser; whether it was read without it.
fn hold(text: &str) -> bool {
    let parsed = parse_first(&Text::loose(text), Dialect::Config);
    if let Some(fields) = lines::read(text) {
        let node = parsed.as_ref().ok().and_then(Option::as_ref);
        assert!(node.is_some_and(|node| same(&Value::Map(fields), node)), "{text}\n{parsed:?}");
    }
    let Some(entries) = Entries::of_text(text) else { return false };
    assert_eq!(entries, Entries::of(&parsed.unwrap().unwrap()), "{text}");
    // What names nothing may do so because it is not valid.
    let valid = super::Kustomization::decode(&parse_first(&Text::loose(text), Dialect::Config).unwrap().unwrap());
    assert!(valid.is_ok(), "{text}\n{valid:?}");
    true
}

/// The texts of all kustomizations of the tests.
fn kustomizations() -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap_or_default();
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else if name.to_lowercase().contains("kustomization") {
                found.extend(std::fs::read_to_string(entry.path()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn kustomizations_of_the_tests() {
    let all = kustomizations();
    let read = all.iter().filter(|text| hold(text)).count();
    assert!(read > 50, "only {read} of {} are read without the parser", all.len());
}

#[test]
fn what_is_read_and_what_is_left_to_the_parser() {
    let usual = "---\n# about\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: a # b\n\
        resources:\n- ../../base\n- \"https://example.com/x?ref=v1\"\ncomponents:\n  - ../c # why\n\n  # or not\n  - 'd'\n\
        images:\n- name: a\n  newTag: v1.2.3\n-   name: b\n    digest: sha256:0\n\
        patches:\n  - path: p.yaml\n  - target:\n      kind: Deployment\n      name: a\n    patch: |-\n      - op: remove\n\n        path: /a\n\
        configMapGenerator:\n- name: a\n  literals:\n  - A=b\n  options:\n    disableNameSuffixHash: true\n\
        replicas:\n- name: a\n  count: 3\nlabels:\n- pairs:\n    a.b/c: d\n  includeSelectors: false\n";
    assert!(hold(usual));
    assert!(hold(
        &usual.replace("apiVersion: kustomize.config.k8s.io/v1beta1\n", "").replace("Kustomization", "Component")
    ));
    for unusual in [
        "",
        "# nothing\n",
        "kind: Kustomization\n",
        "resources:\n",
        "resources: [a]\n",
        "resources:\n- a\nresources:\n- b\n",
        "Resources:\n- a\n",
        "resources:\n- a: b\n",
        "resources:\n- 1\n",
        "resources:\n- yes\n",
        "resources:\n- a\n  b\n",
        "resources:\n- a\n - b\n",
        "resources:\n - a\n- b\n",
        "resources:\n- a\n---\nresources:\n- b\n",
        "resources:\n- &a b\n",
        "resources:\n- \"a\\n\"\n",
        "resources:\n- a\t\n",
        "resources:\n- |\n  a\n",
        "resources:\n- - a\n",
        "resources:\n- a:\n",
        "resources:\n-\n  a\n",
        "resources: a\n",
        "nmae: a\nresources:\n- a\n",
        "namespace: 1\nresources:\n- a\n",
        "namespace:\n  a\nresources:\n- a\n",
        "kind: Kustomisation\nresources:\n- a\n",
        "apiVersion: v1\nresources:\n- a\n",
        "resources:\n- a\r\n",
        "resources:\n- \u{e4}\n",
        "a: &x b\nresources:\n- *x\n",
        "resources:\n- a\n...\n",
        "%YAML 1.2\n---\nresources:\n- a\n",
        "patches:\n- patch: |-\n     a\n    b\n",
        "patches:\n- patch: |2\n    a\n",
        "patches:\n- patch: |\n\n  \n    a\n",
        "patches:\n- patch: |\n# a\n    b\n",
        "patches:\n- patch: |\n",
    ] {
        assert!(!hold(unusual), "{unusual}");
    }
}

/// Lines that come up in kustomizations, and such that look like them.
const LINES: [&str; 62] = [
    "resources:",
    "components:",
    "bases:",
    "images:",
    "patches:",
    "labels:",
    "configMapGenerator:",
    "generatorOptions:",
    "transformers:",
    "commonLabels:",
    "replicas:",
    "target:",
    "options:",
    "pairs:",
    "literals:",
    "- ../base",
    "- a.yaml",
    "- name: a",
    "name: a",
    "newTag: v1",
    "newTag: 1.0",
    "digest: sha256:0",
    "- path: p.yaml",
    "patch: |-",
    "- patch: |",
    "patch: >",
    "- |-",
    "op: add",
    "- op: add",
    "kind: Component",
    "kind: Kustomization",
    "kind: Deployment",
    "apiVersion: kustomize.config.k8s.io/v1beta1",
    "apiVersion: kustomize.config.k8s.io/v1alpha1",
    "namespace: a",
    "count: 1",
    "includeSelectors: true",
    "a: b",
    "a/b.c: d",
    "- A=b",
    "- A=b: c",
    "- a # b",
    "# a",
    "#a",
    "",
    "---",
    "...",
    "-",
    "- ",
    "- - a",
    "- a:",
    "a:b",
    "\"a\"",
    "- \"a\"",
    "- 'a' # b",
    "- 'a'b",
    "- \"a: b\"",
    "true",
    "- ~",
    "key : v",
    "- [a]",
    "behavior: merge",
];

fn line() -> impl Strategy<Value = String> {
    let text = prop::sample::select(LINES.as_slice());
    let indent = prop_oneof![4 => Just(0_usize), 4 => Just(2), 2 => Just(4), 1 => 0_usize..7];
    (indent, text).prop_map(|(indent, text)| format!("{}{text}\n", " ".repeat(indent)))
}

/// A change to a text: where, and what is put there for how many bytes.
fn edit() -> impl Strategy<Value = (usize, usize, String)> {
    let put = prop_oneof![
        Just(String::new()),
        prop::sample::select(vec![
            " ", "  ", "\n", ":", ": ", "-", "- ", "#", " #", "'", "\"", "|", ">", "\t", "\n\n", "a"
        ])
        .prop_map(str::to_owned),
        line(),
        line().prop_map(|line| format!("\n{line}")),
    ];
    (any::<usize>(), 0_usize..3, put)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_put_together(lines in prop::collection::vec(line(), 1..12)) {
        hold(&lines.concat());
    }

    #[test]
    fn kustomizations_with_changes(which in any::<usize>(), edits in prop::collection::vec(edit(), 1..4)) {
        thread_local!(static ALL: Vec<String> = kustomizations());
        let mut text = ALL.with(|all| all[which % all.len()].clone());
        for (at, length, put) in edits {
            let at = at % (text.len() + 1);
            let end = (at + length).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, &put);
            }
        }
        hold(&text);
    }
}
