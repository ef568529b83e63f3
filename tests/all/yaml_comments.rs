//! Comments are found where they are, and nowhere else: the parser is the judge.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use gate::source::{Files, RepoPath};
use gate::yaml::{Dialect, Node, Text, comments, parse_all};

/// Every YAML file below a directory.
fn yaml_files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(path);
        }
    }
}

/// What a file says, where it is YAML.
fn read(text: &str) -> Option<Vec<Node>> {
    parse_all(&Text::loose(text), Dialect::Resource).ok()
}

/// Behind every fifth line of every file a remark: it is a comment exactly if the data stays as it was.
#[test]
fn a_remark_is_a_comment_where_it_changes_nothing() {
    let mut paths = Vec::new();
    yaml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), &mut paths);
    let files = Files::default();
    let (mut found, mut inside) = (0, 0);
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(before) = read(&text) else { continue };
        // A remark on an empty line takes it away from a text that keeps empty lines at its end.
        let keeps = text.contains("|+") || text.contains(">+");
        let is_kept = |at: usize| keeps && text[..at].ends_with('\n');
        for (at, _) in text.match_indices('\n').step_by(5).filter(|(at, _)| !is_kept(*at)) {
            let remarked = format!("{} # remark{}", &text[..at], &text[at..]);
            let Some(after) = read(&remarked) else { continue };
            let same = before.len() == after.len() && before.iter().zip(&after).all(|(a, b)| a.same_data(b));
            let id = files.add(RepoPath::new("a.yaml").unwrap(), remarked.clone().into());
            let is_comment =
                comments(id, &remarked).unwrap().iter().any(|comment| (comment.start..comment.end).contains(&(at + 1)));
            assert_eq!(is_comment, same, "{}: {}", path.display(), remarked[..=at].lines().count());
            *if same { &mut found } else { &mut inside } += 1;
        }
    }
    assert!(found > 1000 && inside > 100, "{found} {inside}");
}
