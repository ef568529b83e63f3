#![expect(clippy::unwrap_used, reason = "tests")]

use super::{Edit, add_field, append, append_section, apply, remove_field, rename_field, replace_scalar};
use crate::source::{Files, RepoPath};
use crate::yaml::{Dialect, Node, Text, parse_first};

fn parse(source: &str) -> Node {
    let id = Files::default().add(RepoPath::root(), source.into());
    parse_first(&Text::of_file(id, source, 0), Dialect::Config).unwrap().unwrap()
}

/// What becomes of a text by the edit that `change` makes of it, where it can be made.
fn changed(source: &str, change: impl Fn(&Node) -> Option<Edit>) -> String {
    let root = parse(source);
    change(&root).map_or_else(|| "cannot be done".to_owned(), |edit| apply(source, &[edit]).unwrap())
}

#[test]
fn scalars_keep_their_quotes_and_what_is_around_them() {
    let set = |source: &str, text: &str| {
        changed(source, |root| {
            let node = root.get("a").unwrap();
            replace_scalar(source, node.origin.span?, node.text()?, text)
        })
    };
    assert_eq!(set("a: v1 # one\r\nb: 2\r\n", "v2"), "a: v2 # one\r\nb: 2\r\n");
    assert_eq!(set("{a: 'v1', b: 2}", "1.10"), "{a: '1.10', b: 2}");
    assert_eq!(set("a: \"v1\"", "v2"), "a: \"v2\"");
    // What would be a number, a date or a boolean is put in quotes.
    for text in ["1.10", "1_000", "2026-01-02", "on", "0x1f", "1e3", "[::1]:5000/a"] {
        assert_eq!(set("a: v1\n", text), format!("a: \"{text}\"\n"));
    }
    assert_eq!(set("a: v1\n", "1.10.0"), "a: 1.10.0\n");
    for block in ["a: |-\n  v1\n", "a: \"v\\x31\"\n", "a: &x v1\n  v2\n"] {
        assert_eq!(set(block, "v2"), "cannot be done", "{block}");
    }
}

#[test]
fn fields_are_added_renamed_and_taken_away() {
    let item = |root: &Node| root.get("l").unwrap().as_seq().unwrap()[0].clone();
    let add = |source: &str| changed(source, |root| add_field(source, &item(root), "c", "v"));
    assert_eq!(add("l:\n- a: 1 # one\n  # two\nz: 1\n"), "l:\n- a: 1 # one\n  c: v\n  # two\nz: 1\n");
    assert_eq!(add("l:\r\n  -   a: 1\r\n"), "l:\r\n  -   a: 1\r\n      c: v\r\n");
    assert_eq!(add("l:\n- a: 1"), "l:\n- a: 1\n  c: v");
    assert_eq!(add("l: [{a: 1}]"), "l: [{a: 1, c: v}]");

    let remove = |source: &str, key: &str| changed(source, |root| remove_field(source, &item(root), key));
    assert_eq!(remove("l:\n- a: 1\n  b: 2 # two\n  c: 3\n", "b"), "l:\n- a: 1\n  c: 3\n");
    assert_eq!(remove("l:\n- a: 1\n  b: 2\n", "a"), "cannot be done");
    assert_eq!(remove("l: [{a: 1, b: 2, c: 3}]", "b"), "l: [{a: 1, c: 3}]");
    assert_eq!(remove("l: [{a: 1, b: 2}]", "a"), "l: [{b: 2}]");

    let rename = |source: &str| {
        changed(source, |root| rename_field(source, item(root).as_map().unwrap().entry("b").unwrap(), "d", "v"))
    };
    assert_eq!(rename("l:\n- a: 1\n  b:   '2' # two\n"), "l:\n- a: 1\n  d:   'v' # two\n");
    assert_eq!(rename("l: [{\"a\": 1, \"b\": \"2\"}]"), "l: [{\"a\": 1, \"d\": \"v\"}]");
}

#[test]
fn items_are_written_like_those_before() {
    let item = || vec![vec![("name", "x"), ("tag", "1.0")]];
    let add = |source: &str| changed(source, |root| append(source, root.as_map()?.entry("l")?, &item()));
    assert_eq!(add("l:\n- a: 1\n\nz: 1\n"), "l:\n- a: 1\n- name: x\n  tag: \"1.0\"\n\nz: 1\n");
    assert_eq!(
        add("l:\n  -  a: 1\n     b: 2 # two"),
        "l:\n  -  a: 1\n     b: 2 # two\n  -  name: x\n     tag: \"1.0\""
    );
    assert_eq!(add("l:\n- {a: 1}\n"), "l:\n- {a: 1}\n- {name: x, tag: \"1.0\"}\n");
    assert_eq!(add("l: [{a: 1}]\n"), "l: [{a: 1}, {name: x, tag: \"1.0\"}]\n");
    assert_eq!(add("l: [\n  {a: 1},\n]\n"), "l: [\n  {a: 1}, {name: x, tag: \"1.0\"},\n]\n");
    assert_eq!(add("l: []\n"), "l: [{name: x, tag: \"1.0\"}]\n");
    assert_eq!(add("l: # none\nz: 1\n"), "l: [{name: x, tag: \"1.0\"}] # none\nz: 1\n");
    assert_eq!(add("l: null\n"), "l: [{name: x, tag: \"1.0\"}]\n");
    assert_eq!(add("l:\n- &n\n  a: 1\n"), "cannot be done");
}

#[test]
fn sections_go_to_the_end_and_look_like_the_others() {
    let items = || vec![vec![("name", "x")], vec![("name", "w")]];
    let add = |source: &str| changed(source, |root| append_section(source, root, "l", &items()));
    assert_eq!(add("a: 1\n"), "a: 1\nl:\n- name: x\n- name: w\n");
    assert_eq!(add("r:\n  - b\n# end\n"), "r:\n  - b\n# end\nl:\n  - name: x\n  - name: w\n");
    assert_eq!(add("r: [b]\r\na: 1"), "r: [b]\r\na: 1\r\nl:\r\n- name: x\r\n- name: w");
    assert_eq!(add("a: 1\n---\nb: 2\n"), "a: 1\nl:\n- name: x\n- name: w\n---\nb: 2\n");
    assert_eq!(add("{a: 1}\n"), "{a: 1, l: [{name: x}, {name: w}]}\n");
    assert_eq!(add("p: |\n  text\n\n"), "p: |\n  text\n\nl:\n- name: x\n- name: w\n");
}

#[test]
fn edits_that_contradict_one_another_are_none() {
    let edit = |range: std::ops::Range<usize>, text: &str| Edit { range, text: text.to_owned() };
    let apply = |edits: &[Edit]| apply("abcdef", edits);
    assert_eq!(apply(&[edit(4..5, "E"), edit(0..2, "x"), edit(4..5, "E")]).unwrap(), "xcdEf");
    assert_eq!(apply(&[edit(2..2, "1"), edit(2..2, "2"), edit(2..3, "C")]).unwrap(), "ab12Cdef");
    assert_eq!(apply(&[edit(0..3, "x"), edit(2..4, "y")]), None);
    assert_eq!(apply(&[edit(1..2, "x"), edit(1..2, "y")]), None);
    assert_eq!(apply(&[edit(5..9, "x")]), None);
}
