//! Data for policies: YAML and JSON files, put together below `data` as OPA does it. A file that is named goes to the
//! top; one in a directory that is named goes below the names of the directories that lead to it from there.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::source::{Kind, Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Text, parse_all};

/// The name below `data` that is the program's.
const RESERVED: &str = "gate";

/// Adds the files at and below `paths` to `documents`.
///
/// # Errors
/// When a path does not exist or holds no data, a file is no single object, two files say different things about one
/// name, or one speaks of `data.gate`.
pub fn documents(
    revision: &Revision,
    paths: &[RepoPath],
    documents: &mut Map<String, Json>,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for path in paths {
        let mut reading = Reading { revision, seen: BTreeSet::new(), documents, found: false };
        match reading.visit(path, &[], true) {
            Err(problem) => problems.push(problem),
            Ok(()) if !reading.found => {
                let problem = Problem::new(format!("`{path}` holds no data")).within(path);
                problems.push(problem.hint("data are files whose names end with `.yaml`, `.yml` or `.json`"));
            }
            Ok(()) => {}
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

struct Reading<'a> {
    revision: &'a Revision,
    /// Directories and files that were visited, links followed.
    seen: BTreeSet<RepoPath>,
    documents: &'a mut Map<String, Json>,
    found: bool,
}

impl Reading<'_> {
    /// Visits a path to which the names `below` lead from the one that was given.
    fn visit(&mut self, path: &RepoPath, below: &[&str], named: bool) -> Result<(), Problem> {
        let is_data = path.file_name().rsplit_once('.').is_some_and(|(_, end)| matches!(end, "yaml" | "yml" | "json"));
        let (resolved, kind) = match self.revision.resolve(path) {
            Ok(found) => found,
            Err(_) if !named && !is_data => return Ok(()),
            Err(error) => return Err(Problem::from(error).within(path)),
        };
        if (kind != Kind::Directory && !is_data) || !self.seen.insert(resolved.clone()) {
            return Ok(());
        }
        if kind != Kind::Directory {
            return self.file(path, below);
        }
        let below: Vec<&str> = if named { Vec::new() } else { [below, &[path.file_name()]].concat() };
        for entry in self.revision.list(&resolved).iter().flat_map(|entries| entries.iter()) {
            self.visit(&path.child(&entry.name), &below, false)?;
        }
        Ok(())
    }

    fn file(&mut self, path: &RepoPath, below: &[&str]) -> Result<(), Problem> {
        self.found = true;
        let (id, file) = self.revision.read(path).map_err(|error| Problem::from(error).within(path))?;
        let text = file.text().ok_or_else(|| Problem::new("this is not UTF-8 text").within(path))?;
        let documents = parse_all(&Text::of_file(id, text, 0), Dialect::Resource)?;
        let [document] = documents.as_slice() else {
            return Err(Problem::new(format!("this holds {} documents, not one", documents.len())).within(path));
        };
        let Json::Object(mut object) = document.to_json() else {
            return Err(Problem::new("data is an object: its keys are names below `data`")
                .at(document.origin.span)
                .within(path));
        };
        for name in below.iter().rev() {
            object = Map::from_iter([((*name).to_owned(), Json::Object(object))]);
        }
        if object.contains_key(RESERVED) {
            let problem = Problem::new(format!("`data.{RESERVED}` is the program's own")).within(path);
            return Err(problem.hint("give the data another name"));
        }
        merge(self.documents, object, "data")
            .map_err(|name| Problem::new(format!("`{name}` is said in another file too, and otherwise")).within(path))
    }
}

/// Adds what is `new`, or names what both have and do not agree about.
fn merge(all: &mut Map<String, Json>, new: Map<String, Json>, place: &str) -> Result<(), String> {
    for (key, value) in new {
        let name = format!("{place}.{key}");
        match (all.get_mut(&key), value) {
            (Some(Json::Object(known)), Json::Object(more)) => merge(known, more, &name)?,
            (Some(known), value) if *known == value => {}
            (Some(_), _) => return Err(name),
            (None, value) => drop(all.insert(key, value)),
        }
    }
    Ok(())
}
