//! The place that a fact is about, as policies pass it on.

use crate::kustomize::{Manifest, ResourceName};
use crate::source::{Files, Span};
use crate::yaml::Path;

/// The place that a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct At {
    /// The environment's name.
    pub environment: String,
    /// The resource in its render.
    pub resource: ResourceName,
    /// The field. It may name what is not there: a missing limit.
    pub path: Path,
    /// For a difference, the same in the lower environment. Policies pass it on unread, so that a finding
    /// can show both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<Box<At>>,
    /// The text itself, where what it says is in no resource that is seen.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

/// A stretch of a file of the repository. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
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

impl At {
    /// A place in `manifest` as `environment` renders it.
    #[must_use]
    pub fn new(environment: &str, manifest: &Manifest, path: Path) -> Self {
        Self {
            environment: environment.to_owned(),
            resource: ResourceName::of(manifest),
            path,
            lower: None,
            text: None,
        }
    }
}
