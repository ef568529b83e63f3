//! What a patch does besides changing values: what it takes away, and what it does unasked.

use crate::source::{Problem, Span};
use crate::yaml::{Node, Path, Value};

/// What applying patches did besides changing values.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What was taken away, in order.
    pub removals: Vec<Removal>,
    /// What kustomize does silently and its users do not expect, each at the text that brings it about.
    pub quirks: Vec<Problem>,
}

impl Effects {
    /// Takes note that a value is about to be replaced. A single value is in the chain of the one that comes;
    /// of a map or list only this tells what it held.
    pub(super) fn replaces(&mut self, path: &Path, old: &Node, by: Option<Span>) {
        self.removals.extend(Removal::of_collection(path, old, by));
    }
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

impl Removal {
    /// What a map or list held that is replaced; nothing of a single value, or where there is nothing in it.
    pub(super) fn of_collection(path: &Path, old: &Node, by: Option<Span>) -> Option<Self> {
        let holds = match &old.value {
            Value::Scalar(_) => false,
            Value::Seq(items) => !items.is_empty(),
            Value::Map(map) => !map.is_empty(),
        };
        holds.then(|| Self { path: path.clone(), value: old.clone(), by })
    }
}
