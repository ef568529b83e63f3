//! A value on its way to one path of an object.

use std::sync::Arc;

use super::options::Options;
use crate::kustomize::decode::Text;
use crate::kustomize::fieldpath::{Create, Reached, Walk};
use crate::source::Problem;
use crate::yaml::{Cause, Node, Origin, Overridden, Path, Scalar, Tie, Value};

/// A value on its way to one path of an object.
pub(super) struct Writing<'a> {
    pub(super) value: &'a Node,
    pub(super) path: &'a Text,
    pub(super) options: &'a Options,
}

impl Writing<'_> {
    pub(super) fn walk(
        &self,
        node: &mut Node,
        path: &[String],
        set: &mut dyn FnMut(Reached<'_>) -> Result<(), Problem>,
    ) -> Result<usize, Problem> {
        let create = match self.value.value {
            _ if !self.options.create => None,
            Value::Scalar(_) => Some(Create::Scalar),
            Value::Map(_) => Some(Create::Map),
            Value::Seq(_) => Some(Create::Seq),
        };
        let origin = self.origin(self.value, None);
        Walk { create, origin: &origin, span: self.path.span, set, at: Path::default() }.run(node, path)
    }

    /// Puts the value, or a text that it is a part of, into a field.
    pub(super) fn set(&self, Reached { node, made, .. }: Reached<'_>) -> Result<(), Problem> {
        let copied = shown(self.value);
        let joined = if self.options.delimiter.is_empty() {
            None
        } else {
            let Some(old) = node.as_scalar() else { return Err(no_parts(node)) };
            // What is null by its text only has that text.
            let is_null = self.value.as_scalar().is_some_and(Scalar::is_typed_null);
            Some(self.joined(&old.text, if is_null { "" } else { copied }))
        };
        self.put(node, made, joined.as_deref().unwrap_or(copied));
        Ok(())
    }

    /// The old text with the new one in its place among the parts, before them or behind them.
    pub(super) fn joined(&self, old: &str, new: &str) -> String {
        let delimiter = &*self.options.delimiter;
        let mut parts: Vec<&str> = old.split(delimiter).collect();
        match usize::try_from(self.options.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        parts.join(delimiter)
    }

    /// A single value keeps its type and takes the text; a map or list is replaced by the whole value.
    pub(super) fn put(&self, node: &mut Node, made: bool, text: &str) {
        let new = match &node.value {
            Value::Scalar(_) if made => self.scalar(Scalar { untagged: true, ..Scalar::plain(text) }),
            Value::Scalar(old) if old.untagged => self.scalar(old.with_text(text)),
            Value::Scalar(old) => self.scalar(old.with_text_of_type(text)),
            _ => self.copy(self.value),
        };
        if made {
            *node = new;
        } else {
            node.overwrite(new);
        }
    }

    pub(super) fn scalar(&self, scalar: Scalar) -> Node {
        let origin = self.origin(self.value, Some(&scalar));
        Node::new(Value::Scalar(scalar), origin)
    }

    /// A value with what is below it, all of it set by the replacement.
    pub(super) fn copy(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Scalar(scalar) => Value::Scalar(Scalar { tie: Tie::NONE, ..scalar.clone() }),
            Value::Seq(items) => Value::Seq(items.iter().map(|item| self.copy(item)).collect()),
            Value::Map(map) => {
                let mut map = map.clone();
                for entry in map.iter_mut() {
                    entry.value = self.copy(&entry.value);
                }
                Value::Map(map)
            }
        };
        let origin = self.origin(node, node.as_scalar());
        Node::new(value, origin)
    }

    /// The text that says the value; the newest link of its chain is the path that asked for it.
    pub(super) fn origin(&self, source: &Node, written: Option<&Scalar>) -> Origin {
        let asked = Overridden { value: written.cloned(), origin: Origin::new(self.path.span, Cause::Replacement) };
        let span = source.origin.span.or(self.path.span);
        Origin { over: Some(Arc::new(asked)), ..Origin::new(span, Cause::Replacement) }
    }
}

pub(super) fn no_parts(node: &Node) -> Problem {
    Problem::new("`delimiter` divides text, and this is a map or a list").beside(node.origin.span)
}

/// The text of a scalar; of a map or list nothing, which is what kustomize writes into a single value.
pub(super) fn shown(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| &scalar.text)
}
