//! Every scalar of the corpus knows the text that it was read from.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::{Path, PathBuf};

use gate::source::{Files, RepoPath};
use gate::yaml::{Dialect, Tag, Text, parse_all};

/// The texts of a document's scalars.
fn texts(text: &str) -> Vec<String> {
    let files = Files::default();
    let file = files.add(RepoPath::new("file.yaml").unwrap(), text.into());
    let documents = parse_all(&Text::of_file(file, text, 0), Dialect::Resource).unwrap();
    let mut texts = Vec::new();
    for document in &documents {
        document.leaves(&mut |_, leaf| texts.push(files.text(leaf.origin.span.unwrap()).unwrap()));
    }
    texts
}

#[test]
fn a_block_without_text_is_its_header() {
    assert_eq!(texts("a:\n  b: |\n  c: |+\n\n  d: >-\n"), ["|", "|+", ">-"]);
    assert_eq!(texts("- |\n- |\n  x\n- |"), ["|", "|\n  x", "|"]);
}

#[test]
fn a_value_left_out_at_the_end_is_in_the_text() {
    assert_eq!(texts("a:\n- "), [""]);
    assert_eq!(texts("- b\n-"), ["b", ""]);
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            found.push(path);
        }
    }
}

#[test]
fn spans_cover_the_text_that_was_read() {
    let corpus = std::env::var("GATE_CORPUS").unwrap_or_else(|_| "../shared/corpus".into());
    let root = Path::new(&corpus).join("repos");
    if !root.is_dir() {
        eprintln!("skipped: no corpus at `{corpus}` (set GATE_CORPUS)");
        return;
    }
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let (mut parsed, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let files = Files::default();
        let file = files.add(RepoPath::new("file.yaml").unwrap(), text.clone().into_bytes());
        let documents = match parse_all(&Text::of_file(file, &text, 0), Dialect::Resource) {
            Ok(documents) => documents,
            Err(problem) => {
                let line = problem.span().map(|span| files.location(span).line);
                refused.push(format!("{}:{line:?}: {problem}", path.display()));
                continue;
            }
        };
        parsed += 1;
        for document in &documents {
            document.leaves(&mut |at, leaf| {
                let Some(scalar) = leaf.as_scalar() else { return };
                let source = files.text(leaf.origin.span.unwrap()).unwrap();
                let quoted = source.starts_with(['\'', '"', '|', '>']);
                let true_to_text = if quoted {
                    scalar.tag == Tag::Str
                } else {
                    source == *scalar.text || scalar.tag == Tag::Null || source.contains('\n')
                };
                if !true_to_text {
                    wrong.push(format!("{} {at}: {:?} is not {source:?}", path.display(), scalar.text));
                }
            });
        }
    }
    for line in refused.iter().chain(wrong.iter().take(20)) {
        eprintln!("{line}");
    }
    eprintln!("parsed {parsed}, refused {}, wrong spans {}", refused.len(), wrong.len());
    assert!(wrong.is_empty());
}
