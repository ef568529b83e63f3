//! What holds the code together: the floors, no circles within a folder, the one place that names each large
//! dependency, the size of files.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Import, imports};

#[path = "architecture/imports.rs"]
mod imports;

/// The modules, lowest first; each uses only those before it and itself.
const FLOORS: [&str; 20] = [
    "source",
    "yaml",
    "secrecy",
    "schema",
    "kustomize",
    "pointer",
    "diff",
    "repo",
    "policy",
    "change",
    "facts",
    "finding",
    "judge",
    "check",
    "cases",
    "status",
    "trace",
    "promote",
    "report",
    "cli",
];

/// Those of the floors that are stories beside one another: none uses another.
const STORIES: [&str; 5] = ["check", "cases", "status", "trace", "promote"];

/// Dependencies that are named in one place only, by the beginning of the paths that may.
const NAMED_IN: [(&str, &str); 13] = [
    ("yaml_rust2", "yaml/parse"),
    ("regorus", "policy/engine"),
    ("jsonschema", "schema/"),
    ("miette", "report/human/excerpts.rs"),
    ("gix", "source/git"),
    ("clap", "cli/"),
    ("anstream", "report/sink.rs"),
    ("anstyle", "report/style.rs"),
    ("unicode_width", "report/style.rs"),
    ("croner", "repo/freeze/"),
    ("gotmpl", "pointer/appset/"),
    ("signal_hook", "source/interrupt.rs"),
    ("serde_yaml", "policy/metadata.rs"),
];

/// Lines of a file beyond which it should be two.
const LONGEST: usize = 600;

/// Every source file by its path below `src`, tests left out.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "the sources are not where they were");
    found
}

/// A text up to its trailing test module.
fn without_tests(text: &str) -> &str {
    text.split("\nmod tests {").next().unwrap_or_default()
}

/// The lines of a file that are code, with their numbers; a trailing test module is none.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    without_tests(text)
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim().starts_with("//"))
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

#[test]
fn modules_use_only_the_floors_below() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let own = path.split(['/', '.']).next().unwrap();
        let Some(rank) = FLOORS.iter().position(|floor| *floor == own) else {
            assert!(matches!(own, "lib" | "main"), "{path} stands on no floor");
            continue;
        };
        for (line, code) in code(&text) {
            for used in code.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
                let beside = STORIES.contains(&own) && STORIES.contains(&used) && own != used;
                if beside || FLOORS.iter().skip(rank + 1).any(|floor| *floor == used) {
                    faults.push(format!("{path}:{line} uses {used}"));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// The circles between the entries of a folder, each with the uses that make it: for every use the shortest way back.
/// A file and the folder of its name are one entry; the `mod.rs` of the folder is one too.
fn circles(imports: &BTreeSet<Import>) -> BTreeSet<String> {
    let mut folders: BTreeMap<&[String], Uses> = BTreeMap::new();
    for import in imports {
        let common = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
        let [from, to] = [&import.from, &import.to].map(|module| module.get(common).map_or("mod", String::as_str));
        let uses = folders.entry(&import.from[..common]).or_default();
        uses.entry(from).or_default().entry(to).or_insert(&import.place);
    }
    let mut found = BTreeSet::new();
    for (folder, uses) in folders {
        for (from, to) in uses.iter().flat_map(|(from, used)| used.keys().map(move |to| (*from, *to))) {
            let Some(mut circle) = way(&uses, to, from) else { continue };
            let first = circle.iter().enumerate().min_by_key(|(_, entry)| **entry).map_or(0, |(at, _)| at);
            circle.rotate_left(first);
            let next = circle.iter().cycle().skip(1);
            let steps = circle.iter().zip(next).map(|(from, to)| format!("`{from}` uses `{to}` ({})", uses[from][to]));
            found.insert(format!("src/{}: {}", folder.join("/"), steps.collect::<Vec<_>>().join(", ")));
        }
    }
    found
}

/// What each entry of a folder uses of it, with a place where it does.
type Uses<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>;

/// The shortest way from one entry to another, both included.
fn way<'a>(uses: &Uses<'a>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![from]]);
    let mut reached = BTreeSet::from([from]);
    while let Some(way) = ways.pop_front() {
        let last = *way.last()?;
        if last == to {
            return Some(way);
        }
        for next in uses.get(last).into_iter().flat_map(BTreeMap::keys).filter(|next| reached.insert(next)) {
            ways.push_back(way.iter().chain([next]).copied().collect());
        }
    }
    None
}

#[test]
fn files_of_a_folder_use_each_other_in_no_circle() {
    let sources: Vec<_> = sources().into_iter().filter(|(path, _)| !is_test(path)).collect();
    let imports = imports(sources.iter().map(|(path, text)| (path.as_str(), without_tests(text))));
    assert!(imports.len() > sources.len(), "the uses of files are not read");
    let circles: Vec<String> = circles(&imports).into_iter().collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn large_dependencies_are_named_in_one_place() {
    let mut faults = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_test(path)) {
        for (line, code) in code(&text) {
            for (name, place) in NAMED_IN {
                let named = code.contains(&format!("{name}::")) || code.contains(&format!("use {name}"));
                if named && !path.starts_with(place) {
                    faults.push(format!("{path}:{line} names {name}"));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn files_stay_short_and_say_what_they_are_for() {
    for (path, text) in sources() {
        assert!(text.lines().count() <= LONGEST, "{path} is longer than {LONGEST} lines");
        assert!(text.starts_with("//!") || is_test(&path), "{path} does not open with its purpose");
    }
}
