//! What kustomize does silently in a render and its users do not expect.

use crate::kustomize::Render;
use crate::source::{Files, Span};

/// A quirk of kustomize that a render ran into.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Quirk {
    /// What happens, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The text that brings it about, where one does.
    pub at: Option<Text>,
}

/// A stretch of a file of the repository. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Text {
    /// The file.
    pub file: String,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the last character.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl Text {
    /// The place of a span.
    #[must_use]
    pub fn new(files: &Files, span: Span) -> Self {
        let at = files.location(span);
        Self {
            file: at.path.to_string(),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
        }
    }
}

/// The quirks of a render, in the order in which it ran into them.
#[must_use]
pub fn quirks(render: &Render, files: &Files) -> Vec<Quirk> {
    let quirk = |problem: &crate::source::Problem| Quirk {
        message: problem.message().to_owned(),
        help: problem.hint_text().map(str::to_owned),
        at: problem.span().map(|span| Text::new(files, span)),
    };
    render.quirks.iter().map(quirk).collect()
}
