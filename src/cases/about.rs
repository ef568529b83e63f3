//! What `case.yaml` says of a case: when it is, and whose findings it is about.

use jiff::Timestamp;
use serde_json::json;

use crate::schema::Schema;
use crate::source::{Problem, RepoPath, Revision, Span};
use crate::yaml::{Dialect, Node, Text, parse_first};

/// The file.
pub(super) const FILE: &str = crate::repo::CASE_FILE;

/// The time that counts as now where a case does not say: a Monday.
const NOW: Timestamp = Timestamp::constant(1_795_428_000, 0);

/// What the file says.
#[derive(Debug)]
pub(super) struct About {
    /// The time that counts as now.
    pub(super) now: Timestamp,
    /// The policies whose findings are due or not, and where each is named; empty means all.
    pub(super) only: Vec<(String, Option<Span>)>,
}

impl About {
    /// Reads the file of the case in `directory`, where it has one.
    ///
    /// # Errors
    /// All that is wrong with it, at its place.
    pub(super) fn read(revision: &Revision, directory: &RepoPath) -> Result<Self, Vec<Problem>> {
        let nothing = Self { now: NOW, only: Vec::new() };
        // What is there and cannot be read, reading the whole case says.
        let Ok((id, file)) = revision.read(&directory.child(FILE)) else { return Ok(nothing) };
        let text = String::from_utf8_lossy(file.bytes());
        let root = parse_first(&Text::of_file(id, &text, 0), Dialect::Resource).map_err(|problem| vec![problem])?;
        let Some(root) = root else { return Ok(nothing) };
        let problems = schema().map_err(|problem| vec![problem])?.validate(&root);
        if !problems.is_empty() {
            return Err(problems);
        }
        let only = root.get("only").and_then(Node::as_seq).unwrap_or_default().iter();
        let only = only.filter_map(|id| Some((id.text()?.to_owned(), id.origin.span))).collect();
        Ok(Self { now: time(root.get("now")).map_err(|problem| vec![problem])?, only })
    }

    /// Whether findings of the policy are due or not.
    pub(super) fn counts(&self, policy: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|(id, _)| id == policy)
    }
}

/// Its JSON Schema.
fn schema() -> Result<Schema, Problem> {
    let only = json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    Schema::new(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {"now": {"type": "string"}, "only": only},
    }))
}

fn time(now: Option<&Node>) -> Result<Timestamp, Problem> {
    let Some((node, text)) = now.and_then(|node| Some((node, node.text()?))) else { return Ok(NOW) };
    text.parse().map_err(|_| {
        let problem = Problem::new(format!("`{text}` is no time")).at(node.origin.span);
        problem.hint("write it as `2026-11-23T10:00:00Z`")
    })
}
