//! Printing as kustomize does. The expected values in `testdata/emit` are what kustomize 5.8.1 printed for
//! the same input; the runners at the end print whole outputs of it again.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::{Path, PathBuf};

use gate::source::{Files, RepoPath};
use gate::yaml::{Dialect, Node, Tag, Text, emit, emit_lines, parse_all, parse_first};

fn parse(text: &str) -> Node {
    parse_first(&Text::loose(text), Dialect::Resource).unwrap().unwrap()
}

/// Parses a stream and prints its documents as one.
fn round_trip(text: &str) -> Result<String, String> {
    let documents = parse_all(&Text::loose(text), Dialect::Resource).map_err(|problem| problem.to_string())?;
    let printed: Result<Vec<String>, _> = documents.iter().map(emit).collect();
    Ok(printed.map_err(|problem| problem.to_string())?.join("---\n"))
}

#[test]
fn cases_are_printed_as_kustomize_prints_them() {
    for case in ["strings", "wrapping", "keys", "shapes"] {
        let read = |suffix: &str| std::fs::read_to_string(format!("testdata/emit/{case}{suffix}")).unwrap();
        assert_eq!(round_trip(&read(".yaml")).unwrap(), read(".expected.yaml"), "{case}");
    }
}

/// Each line of the table: a plain scalar, its type in a resource, how it is printed, and what it is in a
/// kustomization, as JSON.
#[test]
fn plain_scalars_mean_what_they_mean_to_kustomize() {
    let table = std::fs::read_to_string("testdata/emit/scalars.tsv").unwrap();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [text, name, printed, config] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let tag = match name {
            "null" => Tag::Null,
            "bool" => Tag::Bool,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "timestamp" => Tag::Timestamp,
            _ => Tag::Str,
        };
        assert_eq!(Tag::of_plain(text, Dialect::Resource), tag, "{text}");
        let document = format!("k: {text}\n");
        let refused = || "(refused)".to_owned();
        assert_eq!(
            round_trip(&document).unwrap_or_else(|_| refused()).trim_start_matches("k: ").trim_end(),
            printed,
            "{text}"
        );
        if config != "(refused)" {
            let node = parse_first(&Text::loose(&document), Dialect::Config).unwrap().unwrap();
            let expected: serde_json::Value = serde_json::from_str(config).unwrap();
            let actual = node.get("k").unwrap().to_json();
            assert!(
                actual == expected || (actual.is_number() && actual.as_f64() == expected.as_f64()),
                "{text}: {actual}"
            );
        }
    }
}

/// kustomize fails on each of these; the second text is where and why.
#[test]
fn what_kustomize_refuses_is_refused_at_its_place() {
    let cases = [
        ("a: {1: b}", "1", "the key `1` is no string"),
        ("a: {true: b}", "true", "the key `true` is no string"),
        ("a: {2020-01-01: b}", "2020-01-01", "the key `2020-01-01` is no string"),
        ("a: {~: b}", "~", "the key `~` is no string"),
        ("~: b", "~", "the key `~` is no string"),
        ("a: .nan", ".nan", "infinities and not-a-number cannot be written in JSON, so no manifest can hold them"),
        ("a: [-.inf]", "-.inf", "infinities and not-a-number cannot be written in JSON, so no manifest can hold them"),
        ("a: !!int b", "b", "the text does not fit its type `!!int`"),
        ("a: !!bool 1", "1", "the text does not fit its type `!!bool`"),
        ("a: !!null b", "b", "the text does not fit its type `!!null`"),
        ("a: !!timestamp 2020", "2020", "the text does not fit its type `!!timestamp`"),
        ("a: !!binary a b", "a b", "the text does not fit its type `!!binary`"),
        ("a: 2020-01-01T00:00:00+24:00", "2020-01-01T00:00:00+24:00", "the text does not fit its type `!!timestamp`"),
        (r#"a: "\x7f""#, r#""\x7f""#, "the control character U+007F cannot be printed"),
        (r#""\x80": b"#, r#""\x80""#, "the control character U+0080 cannot be printed"),
        (r#""\N": b"#, r#""\N""#, "a key may have at most 1022 characters, on one line"),
    ];
    for (text, place, message) in cases {
        let files = Files::default();
        let file = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
        let node = parse_first(&Text::of_file(file, text, 0), Dialect::Resource).unwrap().unwrap();
        let problem = emit(&node).unwrap_err();
        assert_eq!(problem.message(), message, "{text}");
        assert_eq!(files.text(problem.span().unwrap()).unwrap(), place, "{text}");
    }
    let key = |length| format!("{}: b\n", "k".repeat(length));
    assert!(emit(&parse(&key(1022))).is_ok());
    assert!(emit(&parse(&key(1023))).is_err());
}

/// Explicit tags and keys that are no strings, with what kustomize makes of them.
#[test]
fn tags_and_keys_at_the_top_are_read_as_kustomize_reads_them() {
    for (text, expected) in [
        (
            "1: a\ntrue: b\n1.50: c\n0x1F: d\n.inf: e\n2020-01-01: f\n",
            "\".inf\": e\n\"0x1F\": d\n\"1\": a\n\"1.50\": c\n\"2020-01-01\": f\n\"true\": b\n",
        ),
        ("a: !!float 1\n", "a: 1\n"),
        ("a: !!str 5\n", "a: \"5\"\n"),
        ("a: ! 12\n", "a: 12\n"),
        ("a: !!int \"0x1F\"\n", "a: 31\n"),
        ("a: !custom 5\n", "a: \"5\"\n"),
        ("a: !!binary aGk=\n", "a: hi\n"),
        ("a: !!binary \"aGk=\\n\"\n", "a: hi\n"),
        ("a: !!binary gIGC4oI=\n", "a: \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\n"),
        ("a: !!set {b: c}\n", "a:\n  b: c\n"),
    ] {
        assert_eq!(emit(&parse(text)).unwrap(), expected, "{text}");
    }
}

#[test]
fn every_line_knows_its_value() {
    let text = "spec:\n  list: [{name: a, args: [b]}, []]\n  text: \"two\\nlines\\n\"\n  ? \"two\\nlines\"\n  : c\n";
    let files = Files::default();
    let file = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
    let node = parse_first(&Text::of_file(file, text, 0), Dialect::Resource).unwrap().unwrap();
    let emitted = emit_lines(&node).unwrap();
    assert_eq!(emitted.text(), emit(&node).unwrap());
    let lines = emitted.lines().map(|(line, value)| {
        let source = files.text(value.origin.span.unwrap()).unwrap();
        format!("{line:<16}# {}\n", source.lines().next().unwrap())
    });
    insta::assert_snapshot!(lines.collect::<String>(), @r#"
    spec:           # list: [{name: a, args: [b]}, []]
      list:         # [{name: a, args: [b]}, []]
      - args:       # [b]
        - b         # b
        name: a     # a
      - []          # []
      text: |       # "two\nlines\n"
        two         # "two\nlines\n"
        lines       # "two\nlines\n"
      ? |-          # c
        two         # c
        lines       # c
      : c           # c
    "#);
}

fn collect(directory: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

fn first_difference(expected: &str, actual: &str) -> String {
    let mut lines = expected.lines().zip(actual.lines()).enumerate();
    match lines.find(|(_, (before, after))| before != after) {
        Some((line, (before, after))) => format!("line {}: {before:?} became {after:?}", line + 1),
        None => format!("{} bytes became {}", expected.len(), actual.len()),
    }
}

fn print_again(variable: &str, default: &str, below: &str, wanted: &dyn Fn(&Path) -> bool) {
    let directory = std::env::var(variable).unwrap_or_else(|_| default.into());
    let root = Path::new(&directory).join(below);
    if !root.is_dir() {
        eprintln!("skipped: no directory `{}` (set {variable})", root.display());
        return;
    }
    let mut files = Vec::new();
    collect(&root, wanted, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let expected = std::fs::read_to_string(file).unwrap();
        match round_trip(&expected) {
            Ok(actual) if actual == expected => {}
            Ok(actual) => wrong.push(format!("{}: {}", file.display(), first_difference(&expected, &actual))),
            Err(problem) => wrong.push(format!("{}: {problem}", file.display())),
        }
    }
    eprintln!("{} of {} outputs are the same when printed again", files.len() - wrong.len(), files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outputs_of_the_corpus_are_the_same_when_printed_again() {
    let yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml");
    print_again("GATE_CORPUS", "../shared/corpus", "expected", &yaml);
}

#[test]
fn outputs_of_the_conformance_cases_are_the_same_when_printed_again() {
    let expected = |path: &Path| path.file_name().is_some_and(|name| name == "expected.yaml");
    print_again("GATE_CONFORMANCE", "../shared/conformance", "kustomize", &expected);
}
