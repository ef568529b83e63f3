//! What a patch does besides changing values: what it takes away, and what it does unasked.

use crate::source::{Problem, Span};
use crate::yaml::{Node, Path};

/// What applying patches did besides changing values.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What was taken away, in order.
    pub removals: Vec<Removal>,
    /// What kustomize does silently and its users do not expect, each at the text that brings it about.
    pub quirks: Vec<Problem>,
}

/// A value that was taken away.
#[derive(Debug, Clone)]
pub struct Removal {
    /// Where it was; positions in lists are those before the patch.
    pub path: Path,
    /// What it was, with its origin.
    pub value: Node,
    /// The text that took it away.
    pub by: Option<Span>,
}
