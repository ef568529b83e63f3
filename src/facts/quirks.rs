//! What kustomize does silently in a render and its users do not expect.

use super::place::Text;
use crate::kustomize::Render;
use crate::source::{Files, Problem, Reason, fingerprint};

/// A quirk of kustomize that a render ran into.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Quirk {
    /// What happens, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What tells it from others, whatever values the message holds.
    pub key: String,
    /// Whether the text applies to nothing.
    pub unmatched: bool,
    /// Whether it has no effect in a cluster.
    pub harmless: bool,
    /// The text that brings it about, where one does.
    pub at: Option<Text>,
}

/// The quirks of a render, in the order in which it ran into them.
#[must_use]
pub fn quirks(render: &Render, files: &Files) -> Vec<Quirk> {
    let quirk = |problem: &Problem| Quirk {
        message: problem.message().to_owned(),
        help: problem.hint_text().map(str::to_owned),
        key: key(problem, files),
        unmatched: problem.kind() == Reason::Unmatched,
        harmless: problem.kind() == Reason::Harmless,
        at: problem.span().map(|span| Text::new(files, span)),
    };
    render.quirks.iter().map(quirk).collect()
}

/// What a quirk is about: what it says, and of which text, however that is laid out.
fn key(problem: &Problem, files: &Files) -> String {
    let said = problem.key_text();
    if said != problem.message() {
        return said.to_owned();
    }
    let text = problem.span().and_then(|span| files.text(span)).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    // The text itself may be a secret.
    format!("{said} {}", fingerprint(&words))
}
