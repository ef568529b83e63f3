//! YAML is read as kustomize's two readers, go-yaml v3 and v2, read it, also where yaml-rust2 by itself does
//! not. The expected values are what kustomize 5.8.1 printed.
#![expect(clippy::unwrap_used, reason = "tests")]

use gate::source::{Files, RepoPath};
use gate::yaml::{Dialect, Text, emit, parse_all, parse_first};

#[test]
fn resources_are_read_as_go_yaml_v3_reads_them() {
    for (text, expected) in [
        // Quoted scalars and flow collections may continue at the column of what holds them, and with tabs.
        ("a: 'x\nit''s\n\ny'\n", "a: |-\n  x it's\n  y\n"),
        ("a:\n  b: \"x\\\n  y\n  \\t z\"\n  c: 1\n", "a:\n  b: \"xy \\t z\"\n  c: 1\n"),
        (
            "a:\n- - b: [\n    x, # it's [\n\t\"y\n  z\",\n  w v\n\n  u,\n]\n",
            "a:\n- - b:\n    - x\n    - y z\n    - |-\n      w v\n      u\n",
        ),
        ("a:\n  b: {\n  c: d, e: 'f\n  g' }\n", "a:\n  b:\n    c: d\n    e: f g\n"),
        ("- [\n]\n- {\n\ta: b,\n\t}\n", "- []\n- a: b\n"),
        ("a:\n  b: \"x\n\ty\"\n", "a:\n  b: x y\n"),
        ("a: [b]#c\nd: {e: f}#g\n", "a:\n- b\nd:\n  e: f\n"),
        // A folded block gains line breaks before lines that start with spaces, and at the end if it keeps them.
        (
            "a: >\n  x\n    y\n  z\n\n\nb: >-\n  x\n  y\n\n  z\nc: >+\n  x\n\n",
            "a: |\n  x\n\n    y\n  z\nb: |-\n  x y\n  z\nc: |+\n  x\n\n\n",
        ),
        ("a: >2\n   x\n  y\n", "a: |2\n   x\n  y\n"),
        ("a: >\n  x \n    y\n", "a: \"x \\n  y\\n\"\n"),
        // A text may end without ending its last line.
        ("a: |\n  x", "a: x\n"),
        ("a: |\n  x\n  ", "a: |\n  x\n"),
        ("a: |+\n  x\n\n  ", "a: |+\n  x\n\n"),
        ("a: >", "a: \"\"\n"),
        ("a: |\n", "a: \"\"\n"),
        ("a: |+\n\n", "a: |2+\n\n"),
        ("a: |2\n   ", "a: ' '\n"),
        ("a:\n- |2\n   ", "a:\n- ' '\n"),
        ("a:\n- |\n x", "a:\n- x\n"),
        ("a:\n- - |\n   x", "a:\n- - x\n"),
        ("a: |1+\n   \n", "a: \"  \\n\"\n"),
        // A block without text is empty, whatever stands above it.
        ("a:\n  b: |\n    x\n  c: |\n", "a:\n  b: |\n    x\n  c: \"\"\n"),
        ("a:\n  b: |+\n\n  c: |", "a:\n  b: |2+\n\n  c: \"\"\n"),
        ("- |\n- |+\n\n- >\n", "- \"\"\n- |2+\n\n- \"\"\n"),
        ("a:\n  b: |\n    |\n", "a:\n  b: |\n    |\n"),
        // A value left out in a flow map is printed as a string.
        ("a: {b: , c: ~, d}\n", "a:\n  b: \"\"\n  c: null\n  d: \"\"\n"),
        ("a: [b: , c]\n", "a:\n- b: \"\"\n- c\n"),
        // Tabs that are indented by spaces may stand on empty lines.
        ("a: b\n \t\nc: d\n", "a: b\nc: d\n"),
        ("a:\n- b\n \t\n- c\n", "a:\n- b\n- c\n"),
        ("# c\n\t# d\na: b\n", "a: b\n"),
        ("a: |\n  x\n  \ty\n\nb: 'x\n\ty'\n", "a: \"x\\n\\ty\\n\"\nb: x y\n"),
        ("{\n\t\"a\": {\n\t\t\"b\": true\n\t}\n}\n", "a:\n  b: true\n"),
        // Line ends of YAML 1.1.
        ("a: \"b \u{2028} c\"\nd: 'e \u{85} f'\ng: h\u{2029}\n", "a: 'b\u{2028}  c'\nd: e f\ng: h\n"),
        ("a: &x {b: c}\nd: {<<: *x, e: f}\ng: *x\n", "a:\n  b: c\nd:\n  b: c\n  e: f\ng:\n  b: c\n"),
        (
            "x: &x {a: 1, b: 2}\nv: &v {b: 3, c: 4}\nz: {<<: [*x, *v], c: 5}\n",
            "v:\n  b: 3\n  c: 4\nx:\n  a: 1\n  b: 2\nz:\n  a: 1\n  b: 2\n  c: 5\n",
        ),
    ] {
        let documents = parse_all(&Text::loose(text), Dialect::Resource);
        let printed: Result<Vec<_>, _> = documents.and_then(|documents| documents.iter().map(emit).collect());
        assert_eq!(printed.map(|printed| printed.concat()).unwrap(), expected, "{text}");
    }
}

#[test]
fn white_space_that_go_yaml_refuses_is_refused_at_its_place() {
    let tab = "a tab may not indent a line";
    for (text, at, message) in [
        ("a: b\n\t\nc: d\n", 5, tab),
        ("a:\n  b: c\n \t# d\n", 11, tab),
        ("a: 'b'\n  \t\nc: d\n", 9, tab),
        ("a: |\n  \tb\n", 7, tab),
        ("a:\n  b: c # d\n  \t\n", 16, tab),
        ("a: {\n\t\"b\": true\n\t}\n", 16, tab),
        (
            "a: |\n  b\u{2028}c\n",
            8,
            "a Unicode line separator stands here, which kustomize takes for the end of a line",
        ),
        ("a: b # c\u{85}d\n", 8, "a Unicode line separator stands here, which kustomize takes for the end of a line"),
        ("a: b\0c\n", 4, "the control character U+0000 may not stand in YAML"),
        ("a: 'b\u{7f}'\n", 5, "the control character U+007F may not stand in YAML"),
    ] {
        let files = Files::default();
        let file = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
        let problem = parse_first(&Text::of_file(file, text, 0), Dialect::Resource).unwrap_err();
        assert_eq!((problem.message(), problem.span().unwrap().start), (message, at), "{text}");
    }
}

#[test]
fn spans_stay_true_where_lines_start_too_far_left() {
    let text = "a:\n  b: 'ä\n  it''s' # c\n  d: [\n  e, # ü '\n  \"f\n  g\"]\n  h: {i: j\n  }\nk: l\n";
    let files = Files::default();
    let file = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
    let node = parse_first(&Text::of_file(file, text, 0), Dialect::Resource).unwrap().unwrap();
    let mut leaves = String::new();
    node.leaves(&mut |path, leaf| {
        let source = files.text(leaf.origin.span.unwrap()).unwrap();
        leaves.push_str(&format!("{path} = {:?}, written {source:?}\n", leaf.as_scalar().unwrap().text));
    });
    insta::assert_snapshot!(leaves, @r#"
    a.b = "ä it's", written "'ä\n  it''s'"
    a.d[0] = "e", written "e"
    a.d[1] = "f g", written "\"f\n  g\""
    a.h.i = "j", written "j"
    k = "l", written "l"
    "#);
    let span = |keys: &[&str]| files.text(node.at(keys).unwrap().origin.span.unwrap()).unwrap();
    assert_eq!(span(&["a", "d"]), "[\n  e, # ü '\n  \"f\n  g\"]");
    assert_eq!(span(&["a", "h"]), "{i: j\n  }");
}

#[test]
fn keys_of_a_kustomization_become_texts_as_on_the_way_to_json() {
    let text = "on: a\nNo: b\n0x1F: c\n1.50: d\n1234567.5: e\n2020-01-01: f\n.inf: g\n";
    let node = parse_first(&Text::loose(text), Dialect::Config).unwrap().unwrap();
    let keys: Vec<_> = node.as_map().unwrap().iter().map(|entry| entry.key.text.to_string()).collect();
    assert_eq!(keys, ["true", "false", "31", "1.5", "1.2345675e+06", "2020-01-01", ".inf"]);
    let problem = parse_first(&Text::loose("~: a\n"), Dialect::Config).unwrap_err();
    assert_eq!(problem.message(), "a key must be text");
}
