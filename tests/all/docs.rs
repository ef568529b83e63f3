//! The pages of `docs/policies`: what the METADATA of each built-in policy says, and what it finds in its cases.
//! `GATE_UPDATE=1 cargo test --test all docs::` writes them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use gate::cases::run;
use gate::check::checked;
use gate::finding::{Report, Status};
use gate::policy::{Data, EXAMPLES, Policy, PolicySet, Setup};
use gate::report::policy::story;
use gate::report::{Format, Options, Sink, write};
use gate::source::{Files, MemoryTree, RepoPath, Revision};
use similar::TextDiff;

/// A case's files, less what they say of findings that are due.
type Case = BTreeMap<String, String>;

/// How many findings a page shows.
const SHOWN: usize = 2;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file with what it should be or, with `GATE_UPDATE`, makes it so.
fn expect(path: &str, wanted: &str) {
    if std::env::var_os("GATE_UPDATE").is_some() {
        fs::write(root(path), wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(root(path)).unwrap_or_default();
    assert!(found == wanted, "{path}: run `GATE_UPDATE=1 cargo test --test all docs::` and look at the change");
}

fn policies() -> Vec<Policy> {
    let setup = Setup {
        files: Arc::new(Files::default()),
        user: Vec::new(),
        policies: gate::repo::Policies::default(),
        given: gate::policy::Given::default(),
        apps: Data::array([]),
        now: 0,
    };
    PolicySet::load(setup).map_err(|problems| format!("{problems:?}")).unwrap().policies().to_vec()
}

/// The first case, by name, whose name begins so.
fn first(prefix: &str) -> String {
    let names = fs::read_dir(root("testdata/cases")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names.into_iter().find(|name| name.starts_with(prefix)).unwrap_or_else(|| panic!("no case `{prefix}...`"))
}

fn case(name: &str) -> Case {
    let directory = root("testdata/cases").join(name);
    let (mut case, mut open) = (Case::new(), vec![directory.clone()]);
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&directory).unwrap().to_str().unwrap().replace('\\', "/");
            case.insert(name, silent(&fs::read_to_string(path).unwrap()));
        }
    }
    case.remove("expected");
    case
}

/// The text without `# expect` comments.
fn silent(text: &str) -> String {
    let kept = text.lines().filter_map(|line| match line.split_once("# expect") {
        Some((before, _)) if before.trim().is_empty() => None,
        Some((before, _)) => Some(before.trim_end()),
        None => Some(line),
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn judged(case: &Case) -> Report {
    let files = case.iter().map(|(path, text)| (format!("case/{path}"), text.clone().into_bytes()));
    let revision = Revision::new(MemoryTree::new(files), Arc::new(Files::default()));
    run(&revision, &RepoPath::new("case").unwrap(), &[], checked).unwrap().report
}

/// What `gate check` prints of a policy's findings.
fn printed(mut report: Report, policy: &str) -> String {
    report.findings.retain(|finding| finding.policy == policy && finding.status == Status::New);
    report.findings.truncate(SHOWN);
    assert!(!report.findings.is_empty(), "nothing is found");
    let mut out = Vec::new();
    let mut sink = Sink::plain(&mut out);
    write(&report, Format::Human, &mut sink, Options::default()).unwrap();
    sink.flush().unwrap();
    drop(sink);
    let text = String::from_utf8(out).unwrap();
    let (findings, _) = text.trim_end().rsplit_once('\n').unwrap();
    findings.trim_end().to_owned()
}

fn block(language: &str, path: &str, text: &str) -> String {
    format!("\n`{path}`\n\n```{language}\n{}\n```\n", text.trim_end())
}

/// What the change of a case does; for a case that is no change, nothing.
fn change(case: &Case) -> String {
    let mut text = String::new();
    let paths = case.keys().filter_map(|path| path.strip_prefix("head/").or_else(|| path.strip_prefix("base/")));
    let paths: BTreeSet<&str> = paths.collect();
    for path in paths {
        let side = |name: &str| case.get(&format!("{name}/{path}")).or_else(|| case.get(path));
        let (before, after) = (side("base").map_or("", |text| text), side("head").map_or("", |text| text));
        let diff = TextDiff::from_lines(before, after).unified_diff().context_radius(3).to_string();
        let lines: Vec<&str> = diff.lines().filter(|line| !line.starts_with("@@")).collect();
        if !lines.is_empty() {
            text.push_str(&block("diff", path, &lines.join("\n")));
        }
    }
    text
}

/// What else a change is judged by: the time, where windows freeze, and the configuration.
fn configuration(case: &Case) -> String {
    let frozen = case.get("gate.yaml").filter(|text| text.contains("freeze:"));
    let now = frozen.and(case.get("case.yaml")).and_then(|text| text.trim().strip_prefix("now: "));
    let now = now.map(|now| format!("\nAt `{now}`:\n")).unwrap_or_default();
    now + &case.get("gate.yaml").map(|text| block("yaml", "gate.yaml", text)).unwrap_or_default()
}

/// What a case has and another has not, or otherwise.
fn beside(case: &Case, other: &Case) -> String {
    let own = case.iter().filter(|(path, text)| !path.ends_with("case.yaml") && other.get(*path) != Some(*text));
    own.map(|(path, text)| block("yaml", path, text)).collect()
}

fn page(policy: &Policy) -> String {
    let fails = case(&first(&format!("{}-fails", policy.id)));
    let passes = case(&first(&format!("{}-passes", policy.id)));
    let report = judged(&passes);
    assert!(report.findings.iter().all(|finding| finding.policy != policy.id), "{}: it is found", policy.id);
    let passing = match change(&passes) {
        text if text.is_empty() => beside(&passes, &fails),
        text => configuration(&passes) + &text,
    };
    let failing = configuration(&fails) + &change(&fails);
    format!(
        "{}{EXAMPLES}Found\n{failing}\n```console\n{}\n```\n{EXAMPLES}Passes\n{passing}",
        story(policy),
        printed(judged(&fails), &policy.id)
    )
}

#[test]
fn every_policy_has_its_page() {
    let policies = policies();
    for policy in &policies {
        expect(&format!("docs/policies/{}.md", policy.id), &page(policy));
    }
    let mut index = "# Built-in policies\n\nWhat each is about, what can be set, what it finds and what passes.\n\
                     `gate explain POLICY` prints the same.\n\n| policy | severity | says |\n|---|---|---|\n"
        .to_owned();
    for policy in &policies {
        let severity = policy.severity.map_or("by rule", |severity| severity.word());
        index.push_str(&format!("| [{0}]({0}.md) | {severity} | {1} |\n", policy.id, policy.metadata.title));
    }
    index.push_str("\n[The library](lib.md) helps to write more.\n");
    expect("docs/policies/README.md", &index);
    let pages = fs::read_dir(root("docs/policies")).unwrap().count();
    assert_eq!(pages, policies.len() + 2, "a page of a policy that is gone");
}

fn gate(arguments: &[&str]) -> String {
    let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output =
        gate.current_dir(root("testdata/cases/image-digest-pinned-passes")).env_clear().args(arguments).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_terminal_shows_the_page() {
    for policy in policies() {
        let page = fs::read_to_string(root(&format!("docs/policies/{}.md", policy.id))).unwrap();
        assert!(gate(&["explain", &policy.id]) == page, "{}", policy.id);
    }
}

#[test]
fn editors_get_what_can_be_set() {
    let policies: serde_json::Value = serde_json::from_str(&gate(&["policies", "--format=json"])).unwrap();
    let drift = &policies[0];
    assert_eq!((&drift["id"], &drift["input"], &drift["file"]), (&"config-drift".into(), &"app".into(), &().into()));
    let fields = &drift["settings"]["properties"]["fields"];
    assert_eq!((&fields["type"], &fields["default"]), (&"integer".into(), &5.into()));
}

/// The public rules of the library, each as it is called and with the comment above it.
fn library() -> String {
    let text = gate::policy::LIBRARY;
    let (mut rules, mut comment) = (String::new(), Vec::new());
    for line in text.lines() {
        if let Some(words) = line.strip_prefix('#') {
            comment.push(words.trim_start());
            continue;
        }
        let above = std::mem::take(&mut comment);
        let name = line.split([' ', '(']).next().unwrap_or_default();
        if above.is_empty() || !line.starts_with(|letter: char| letter.is_ascii_lowercase()) || name == "package" {
            continue;
        }
        let call = line.find(')').filter(|_| line[name.len()..].starts_with('(')).map_or(name, |end| &line[..=end]);
        rules.push_str(&format!("\n## `lib.{call}`\n\n{}\n", above.join("\n")));
    }
    rules
}

#[test]
fn every_function_of_the_library_is_documented() {
    let block: Vec<&str> = gate::policy::LIBRARY.lines().take_while(|line| line.starts_with('#')).collect();
    let description = block.iter().skip_while(|line| !line.contains("description:")).skip(1);
    let description: Vec<&str> = description.map(|line| line.trim_start_matches(['#', ' '])).collect();
    expect("docs/policies/lib.md", &format!("# data.gate.lib\n\n{}\n{}", description.join("\n"), library()));
    for line in gate::policy::LIBRARY.lines().filter(|line| line.starts_with(|letter: char| letter.is_lowercase())) {
        let name = line.split([' ', '(']).next().unwrap();
        assert!(name == "package" || library().contains(&format!("## `lib.{name}")), "`{name}` has no comment");
    }
}
