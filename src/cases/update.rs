//! Writing into a case what is due in it.
//!
//! What is not found any more is taken out; what is found and not due is written above its line, or else behind it,
//! or, where it has no line, into the file `expected`. Every step is judged anew: one that changes what is found, or
//! what the file says, is not taken. What cannot be written so stays a fault.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::about::About;
use super::case::{Case, CaseResult, Check, Judged};
use super::content::{Content, read_all};
use super::expectation::{comment, written};
use crate::finding::Finding;
use crate::source::{FileId, Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Text, parse_all};

/// A case with what is due in it.
#[derive(Debug)]
pub struct Update {
    /// The files that differ: the path, what was in it (`None` where it was not there), what is to be.
    pub files: Vec<(RepoPath, Option<Vec<u8>>, Vec<u8>)>,
    /// What the case gives then.
    pub result: CaseResult,
}

/// Finds what has to be written so that a case says what is due in it. Nothing where it does.
///
/// # Errors
/// As [`super::run`].
pub fn update(
    revision: &Revision,
    directory: &RepoPath,
    policies: &[FileId],
    check: Check,
) -> Result<Update, Vec<Problem>> {
    let case = Case { revision, directory, policies, check, about: About::read(revision, directory)? };
    let old = read_all(revision, directory).map_err(|problem| vec![problem])?;
    let mut new = old.clone();
    let mut judged = case.judge_first(&new)?;
    if judged.stale.is_empty() && judged.undue.is_empty() {
        return Ok(Update { files: Vec::new(), result: judged.result(directory) });
    }
    let mut cleared = new.clone();
    take_out(&judged, &mut cleared);
    let again = case.judge(&cleared).map_err(|problem| vec![problem])?;
    if again.stale.is_empty() && again.undue.len() == judged.undue.len() {
        (new, judged) = (cleared, again);
    }
    let mut left = BTreeSet::new();
    while let Some(group) = next(&judged, &left) {
        let tried = ways(&group, &new).into_iter().find_map(|trial| {
            let after = case.judge(&trial).ok()?;
            let fewer = after.stale.len() == judged.stale.len()
                && after.undue.len() + group.findings.len() == judged.undue.len();
            fewer.then_some((trial, after))
        });
        match tried {
            Some(better) => (new, judged) = better,
            None => left.extend(group.findings.iter().map(|finding| finding.fingerprint.clone())),
        }
    }
    let changed = new.into_iter().filter(|(path, content)| old.get(path) != Some(content));
    let changed: BTreeMap<String, Vec<u8>> = changed.collect();
    let file = |(path, content): (&String, &Vec<u8>)| {
        Some((directory.join(path).ok()?, old.get(path).cloned(), content.clone()))
    };
    let files: Vec<_> = changed.iter().filter_map(file).collect();
    Ok(Update { files, result: judged.result(directory) })
}

/// Findings of one line that are not due.
struct Group {
    /// The file in the case's directory and the line, from 1.
    line: Option<(String, u32)>,
    findings: Vec<Finding>,
}

/// The next line with findings that are not due, those left out that cannot be written.
fn next(judged: &Judged, left: &BTreeSet<String>) -> Option<Group> {
    let open = || judged.undue.iter().filter(|finding| !left.contains(&finding.fingerprint));
    let line = judged.line(open().next()?);
    let findings = open().filter(|finding| judged.line(finding) == line).cloned().collect();
    Some(Group { line, findings })
}

/// The ways in which a group could be written, the best first.
fn ways(group: &Group, content: &Content) -> Vec<Content> {
    let mut comments: Vec<String> = group.findings.iter().map(written).collect();
    comments.dedup();
    let changed = |file: &str, text: String| {
        let mut content = content.clone();
        content.insert(file.to_owned(), text.into_bytes());
        content
    };
    let read = |file: &str| content.get(file).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    let Some((file, number)) = &group.line else {
        let mut text = read("expected").unwrap_or_default();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&comments.iter().map(|comment| format!("{comment}\n")).collect::<String>());
        return vec![changed("expected", text)];
    };
    let Some(text) = read(file) else { return Vec::new() };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let index = (*number as usize).saturating_sub(1);
    let Some(line) = lines.get(index) else { return Vec::new() };
    let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
    let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let above: String = comments.iter().map(|comment| format!("{indent}# {comment}{end}")).collect();
    let with = |replacement: String| -> String {
        let place = |(at, line): (usize, &&str)| if at == index { replacement.clone() } else { (*line).to_owned() };
        lines.iter().enumerate().map(place).collect()
    };
    let mut ways = vec![with(format!("{above}{line}"))];
    if let [one] = comments.as_slice() {
        let bare = line.trim_end_matches(['\r', '\n']);
        ways.push(with(format!("{bare}  # {one}{}", line.get(bare.len()..).unwrap_or_default())));
    }
    ways.retain(|new| says_the_same(file, &text, new));
    ways.into_iter().map(|new| changed(file, new)).collect()
}

/// Whether the data of a YAML file is the same, that of YAML within its texts (patches) included; of other files
/// nobody knows, and what is found has to tell.
fn says_the_same(file: &str, old: &str, new: &str) -> bool {
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yaml" | "yml") => {}
        extension => return extension != Some("json"),
    }
    match (data(old), data(new)) {
        (Some(old), Some(new)) => old == new,
        // What cannot be parsed is what the finding is about.
        (None, None) => true,
        _ => false,
    }
}

fn data(text: &str) -> Option<Json> {
    let nodes = parse_all(&Text::loose(text), Dialect::Resource).ok()?;
    Some(Json::Array(nodes.iter().map(|node| inner(node.to_json())).collect()))
}

/// A value in which texts that hold maps or lists are those.
fn inner(value: Json) -> Json {
    match value {
        Json::String(text) if text.contains('\n') => match data(&text) {
            Some(Json::Array(all)) if all.iter().all(|one| one.is_object() || one.is_array()) => Json::Array(all),
            _ => Json::String(text),
        },
        Json::Array(items) => items.into_iter().map(inner).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, inner(value))).collect(),
        other => other,
    }
}

/// Takes out what is not found any more.
fn take_out(judged: &Judged, content: &mut Content) {
    let mut stale: BTreeMap<&str, BTreeMap<usize, BTreeSet<usize>>> = BTreeMap::new();
    for expectation in &judged.stale {
        let at = &expectation.written;
        stale.entry(&at.file).or_default().entry(at.line).or_default().insert(at.item);
    }
    for (file, lines) in stale {
        let Some(text) = content.get(file).and_then(|bytes| String::from_utf8(bytes.clone()).ok()) else { continue };
        let kept = text.split_inclusive('\n').enumerate().map(|(index, line)| match lines.get(&index) {
            Some(items) => without(line, items, file == "expected"),
            None => line.to_owned(),
        });
        let kept: String = kept.collect();
        content.insert(file.to_owned(), kept.into_bytes());
    }
}

/// A line without some of the things that are due by it; nothing where nothing else is on it.
fn without(line: &str, items: &BTreeSet<usize>, listed: bool) -> String {
    let bare = line.trim_end_matches(['\r', '\n']);
    let end = line.get(bare.len()..).unwrap_or_default();
    let start = if listed { 0 } else { comment(bare).unwrap_or(bare.len()) };
    let (before, due) = bare.split_at(start);
    let Some((words, all)) = due.split_once(':') else { return line.to_owned() };
    let kept = all.split(';').enumerate().filter(|(item, _)| !items.contains(item));
    let kept: Vec<&str> = kept.map(|(_, text)| text.trim()).collect();
    match (kept.is_empty(), before.trim().is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("{}{end}", before.trim_end()),
        (false, _) => format!("{before}{words}: {}{end}", kept.join("; ")),
    }
}
