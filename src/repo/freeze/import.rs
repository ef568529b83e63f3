//! Windows that another program has: read where they are, so that nobody keeps them twice.
//!
//! `import` names a file, which is read from the same revision as the configuration: Argo CD's `AppProject`
//! manifests, or the list of freeze periods as GitLab's API returns it. `gitlab` holds such a list itself.
//! What is wrong is told at its place in the file.

use serde_json::json;

use super::window::{Entry, FreezeWindow};
use super::{argo, gitlab};
use crate::repo::schema::SCHEMA;
use crate::schema::Schema;
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, parse_all};

/// What an import brings along, so that its entry may not say it.
const BROUGHT: [&str; 6] = ["kind", "start", "end", "schedule", "duration", "timezone"];

/// Reads an entry with `import` or `gitlab`.
pub(super) fn read(node: &Node, entry: &Entry, revision: &Revision, problems: &mut Vec<Problem>) -> Vec<FreezeWindow> {
    let twice = if node.get("import").is_some() { Some("gitlab") } else { None };
    let keys = node.as_map().into_iter().flat_map(|map| map.iter());
    for key in keys.map(|entry| &entry.key).filter(|key| BROUGHT.iter().chain(&twice).any(|other| **other == *key.text))
    {
        problems.push(
            Problem::new(format!("an import brings its own times, so `{}` may not stand beside it", key.text))
                .at(key.span)
                .hint("take it away, or put it into an entry of its own"),
        );
    }
    match (node.get("import"), node.get("gitlab")) {
        (Some(import), _) => file(import, entry, revision, problems),
        // The schema of the whole configuration has looked at a list that stands in it.
        (None, Some(list)) => gitlab::windows(list, entry, problems),
        (None, None) => Vec::new(),
    }
}

/// Reads the file that `import` names.
fn file(import: &Node, entry: &Entry, revision: &Revision, problems: &mut Vec<Problem>) -> Vec<FreezeWindow> {
    let Some(written) = import.text() else { return Vec::new() };
    let documents = match documents(written, import, revision) {
        Ok(documents) => documents,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let (mut found, mut windows, mut inside) = (false, Vec::new(), Vec::new());
    for document in &documents {
        if document.as_seq().is_some() {
            found = true;
            if fits("gitlab_freezes", document, &mut inside) {
                windows.extend(gitlab::windows(document, entry, &mut inside));
            }
        } else if argo::is_project(document) {
            found = true;
            if let Some(list) = argo::sync_windows(document)
                && fits("sync_windows", list, &mut inside)
            {
                windows.extend(argo::windows(document, list, entry, &mut inside));
            }
        }
    }
    if !found {
        problems.push(
            Problem::new(format!("`{written}` has no freeze windows that can be imported"))
                .at(import.origin.span)
                .hint("name a file with an Argo CD `AppProject`, or with the list of freeze periods of GitLab's API"),
        );
    }
    problems.extend(inside.into_iter().map(|problem| problem.via(import.origin.span)));
    windows
}

fn documents(written: &str, import: &Node, revision: &Revision) -> Result<Vec<Node>, Problem> {
    let path = RepoPath::new(written).map_err(|error| {
        Problem::new(error.to_string())
            .at(import.origin.span)
            .hint("write the path from the root of the repository down")
    })?;
    let (id, file) = revision.read(&path).map_err(|error| Problem::from(error).at(import.origin.span))?;
    let content = file.text().ok_or_else(|| {
        Problem::new(format!("`{path}` is not UTF-8 text")).at(import.origin.span).hint("save it as UTF-8")
    })?;
    parse_all(&Text::of_file(id, content, 0), Dialect::Resource).map_err(|problem| problem.via(import.origin.span))
}

/// Whether `node` is what a definition of the configuration's schema says.
fn fits(definition: &str, node: &Node, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    let schema = serde_json::from_str::<serde_json::Value>(SCHEMA)
        .map_err(|error| Problem::new(error.to_string()))
        .and_then(|all| Schema::new(json!({"$defs": all["$defs"], "$ref": format!("#/$defs/{definition}")})));
    match schema {
        Ok(schema) => problems.extend(schema.validate(node)),
        Err(problem) => problems.push(problem),
    }
    problems.len() == before
}

#[cfg(test)]
mod tests;
