//! Strategic merge: a patch into an object, as kustomize 5.8.1 does it with its faults (docs/kustomize.md, "Strategic
//! merge").
//!
//! Which object a patch is for, and what it may not change of that object's name, is the caller's.

mod directive;
mod list;
mod losses;
mod merger;
mod merging;
mod slots;
mod tuples;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use directive::Directive;
use list::Rival;
use merger::{Merger, Named, Side};

use super::effects::{Effects, Removal};
use super::nodes::{form, is_ambiguous, quote_in_brackets, relabel};
use super::schema::{Schema, Shape};
use crate::source::{Problem, Span};
use crate::yaml::{Cause, Dialect, Map, Node, Path, Scalar, Segment, Tag, Value};

/// What became of the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    /// It is still there.
    Changed,
    /// The patch deleted it: the node is null now.
    Deleted,
}

/// Fields that say which object a patch is for. A patch that repeats them does not set them.
const IDENTITY: &[&[&str]] = &[&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];

/// Merges `patch` into `target`. What it takes away and what it does unasked is added to `effects`.
///
/// Values that the patch sets have the patch's span and [`Cause::Patch`], and remember what they replaced.
/// The order of a map's keys is not kustomize's.
///
/// # Errors
/// When the patch has another kind of value than the object at some place, or an unknown `$patch`. The
/// target is of no use then.
pub fn merge(target: &mut Node, patch: &Node, schema: &Schema, effects: &mut Effects) -> Result<Merged, Problem> {
    let mut patch = patch.clone();
    relabel(&mut patch, Cause::Patch);
    directive::report_unsupported(&patch, &mut effects.quirks);
    if directive::replaces(&patch) {
        // kustomize makes another object of the patch, and then goes on with the one that it had.
        effects.quirks.push(
            Problem::new("`$patch: replace` at the top of a patch makes kustomize ignore the patch")
                .at(patch.get(directive::KEY).and_then(|value| value.origin.span))
                .key("`$patch: replace` at the top does nothing")
                .hint("put it into the fields that shall be replaced, or replace the resource in `resources`"),
        );
        return Ok(Merged::Changed);
    }
    let named = Named::of(target, IDENTITY);
    let mut merger = Merger { schema, path: Path::default(), effects };
    if !merger.merge(target, &mut patch, None)? {
        return Ok(Merged::Deleted);
    }
    named.restore(target);
    quote_in_brackets(target);
    Ok(Merged::Changed)
}

impl<'a> Merger<'a> {
    /// Merges a value of the patch into one of the object.
    fn merge(&mut self, target: &mut Node, patch: &mut Node, shape: Option<Shape<'a>>) -> Result<bool, Problem> {
        let shape = self.shape(shape, [Some(&*target), Some(&*patch)]);
        if patch.is_null() {
            self.remove(target, patch.origin.span);
            return Ok(false);
        }
        if target.as_scalar().is_some_and(Scalar::is_typed_null) {
            let Some(added) = self.add(patch, shape)? else { return Ok(false) };
            overwrite(target, added);
            return Ok(true);
        }
        if target.is_empty_collection() {
            target.origin.in_brackets = patch.origin.in_brackets;
        }
        match (&mut target.value, &mut patch.value) {
            (Value::Scalar(_), Value::Scalar(_)) => {
                overwrite(target, patch.clone());
                Ok(true)
            }
            (Value::Map(fields), Value::Map(changes)) => match directive::of_map(changes)? {
                (Directive::Merge, _) => self.merge_fields(fields, changes, shape).map(|()| true),
                (Directive::Delete, by) => {
                    self.remove(target, by);
                    Ok(false)
                }
                (Directive::Replace, by) => self.replace(target, patch, by, shape),
            },
            (Value::Seq(items), Value::Seq(changes)) => {
                let Some(keys) = shape.and_then(Shape::merge_keys) else {
                    directive::report_literal(&self.path, patch, &mut self.effects.quirks);
                    self.effects.replaces(&self.path, target, patch.origin.span);
                    put_in_place(target, patch);
                    return Ok(true);
                };
                match directive::of_list(changes)? {
                    (Directive::Merge, _) => {
                        self.list(items, Rival::Patch(changes), &keys, shape.and_then(Shape::items)).map(|()| true)
                    }
                    (Directive::Delete, by) => {
                        self.remove(target, by);
                        Ok(false)
                    }
                    (Directive::Replace, by) => self.replace(target, patch, by, shape),
                }
            }
            _ => Err(Problem::new(format!(
                "the patch has {} where the object has {}: `{}`",
                form(patch),
                form(target),
                self.path
            ))
            .at(patch.origin.span)
            .hint("a patch repeats the object's structure down to the values that it changes")),
        }
    }

    fn merge_fields(&mut self, fields: &mut Map, changes: &mut Map, shape: Option<Shape<'a>>) -> Result<(), Problem> {
        let had: HashSet<Arc<str>> = fields.iter().map(|entry| entry.key.text.clone()).collect();
        {
            let mut changes: HashMap<Arc<str>, &mut Node> =
                changes.iter_mut().map(|entry| (entry.key.text.clone(), &mut entry.value)).collect();
            self.each_field(fields, |merger, key, value| {
                let shape = shape.and_then(|shape| shape.field(key));
                match changes.remove(key) {
                    Some(change) => merger.merge(value, change, shape),
                    None => merger.settle(value, Side::Target, shape),
                }
            })?;
        }
        for change in changes.iter_mut().filter(|change| !had.contains(&change.key.text)) {
            self.path.push(Segment::Key(change.key.text.clone()));
            let added = self.add(&mut change.value, shape.and_then(|shape| shape.field(&change.key.text)))?;
            self.path.pop();
            if let Some(added) = added {
                fields.push(change.key.clone(), added);
            }
        }
        Ok(())
    }

    /// A value of the patch that has no counterpart in the object: the value to put there, if any.
    fn add(&mut self, patch: &mut Node, shape: Option<Shape<'a>>) -> Result<Option<Node>, Problem> {
        let shape = self.shape(shape, [Some(&*patch), None]);
        if let Value::Map(map) = &mut patch.value {
            match directive::of_map(map) {
                Ok((Directive::Delete, _)) => return Ok(None),
                Ok(_) => {}
                // kustomize does not look here whether it knows the directive.
                Err(unknown) => self.effects.quirks.push(unknown),
            }
        }
        let kept = self.inside(patch, Side::Patch, shape)?;
        Ok(kept.then(|| patch.clone()))
    }

    /// Takes the patch's value in place of the object's, which is gone.
    fn replace(
        &mut self,
        target: &mut Node,
        patch: &mut Node,
        by: Option<Span>,
        shape: Option<Shape<'a>>,
    ) -> Result<bool, Problem> {
        let kept = self.inside(patch, Side::Patch, shape)?;
        self.effects.removals.push(Removal { path: self.path.clone(), value: target.clone(), by });
        put_in_place(target, patch);
        Ok(kept)
    }

    /// Does to a value without a counterpart what kustomize does to all values that it passes.
    fn settle(&mut self, node: &mut Node, side: Side, shape: Option<Shape<'a>>) -> Result<bool, Problem> {
        let shape = self.shape(shape, [Some(&*node), None]);
        if side == Side::Patch {
            let directive = match &mut node.value {
                Value::Map(map) => directive::of_map(map)?.0,
                Value::Seq(items) if shape.is_some_and(|shape| shape.merge_keys().is_some()) => {
                    directive::of_list(items)?.0
                }
                _ => Directive::Merge,
            };
            if directive == Directive::Delete {
                return Ok(false);
            }
        }
        self.inside(node, side, shape)
    }

    /// [`Self::settle`], for a value whose directive was obeyed.
    fn inside(&mut self, node: &mut Node, side: Side, shape: Option<Shape<'a>>) -> Result<bool, Problem> {
        match &mut node.value {
            Value::Scalar(scalar) if scalar.is_typed_null() => {
                // A null that is written out stays; a value left out does not.
                return Ok(side == Side::Target && !scalar.text.is_empty());
            }
            Value::Scalar(scalar) => quote_ambiguous(scalar),
            Value::Map(map) => self.each_field(map, |merger, key, value| {
                merger.settle(value, side, shape.and_then(|shape| shape.field(key)))
            })?,
            Value::Seq(items) => {
                if let Some(keys) = shape.and_then(Shape::merge_keys) {
                    let rival = if side == Side::Patch { Rival::Itself } else { Rival::Nothing };
                    self.list(items, rival, &keys, shape.and_then(Shape::items))?;
                } else if side == Side::Patch {
                    directive::report_literal(&self.path, node, &mut self.effects.quirks);
                }
            }
        }
        Ok(true)
    }

    /// Visits the values of a map and drops those that `visit` does not keep.
    fn each_field(
        &mut self,
        map: &mut Map,
        mut visit: impl FnMut(&mut Self, &str, &mut Node) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let mut outcome = Ok(());
        map.retain(|entry| {
            if outcome.is_err() {
                return true;
            }
            self.path.push(Segment::Key(entry.key.text.clone()));
            let kept = visit(self, &entry.key.text, &mut entry.value);
            self.path.pop();
            kept.unwrap_or_else(|problem| {
                outcome = Err(problem);
                true
            })
        });
        outcome
    }

    /// The type of a value: the one that its parent's type says, or else, where it is an object of its own,
    /// that object's.
    fn shape(&self, known: Option<Shape<'a>>, nodes: [Option<&Node>; 2]) -> Option<Shape<'a>> {
        known.or_else(|| {
            nodes
                .into_iter()
                .flatten()
                .find_map(|node| self.schema.root(node.get("apiVersion")?.text()?, node.get("kind")?.text()?))
        })
    }

    fn remove(&mut self, target: &mut Node, by: Option<Span>) {
        let null = Node::new(Value::Scalar(Scalar::null()), target.origin.clone());
        let value = std::mem::replace(target, null);
        self.effects.removals.push(Removal { path: self.path.clone(), value, by });
    }
}

/// Puts a map or list in the place of another. It stands in brackets where that one did.
fn put_in_place(target: &mut Node, new: &Node) {
    let in_brackets = target.origin.in_brackets;
    target.overwrite(new.clone());
    target.origin.in_brackets = in_brackets;
}

/// Puts a value in the place of another. A scalar keeps the quotes that stood there, and is a string then.
fn overwrite(target: &mut Node, mut new: Node) {
    if let (Value::Scalar(old), Value::Scalar(new)) = (&target.value, &mut new.value) {
        if old.quoted && Tag::of_plain(&new.text, Dialect::Resource) == new.tag {
            new.beneath = Some(new.tag).filter(|tag| *tag != Tag::Str);
            new.tag = Tag::Str;
        }
        new.quoted = old.quoted;
        if new.untagged && !new.quoted {
            new.tag = Tag::of_plain(&new.text, Dialect::Resource);
        }
    }
    target.overwrite(new);
}

/// kustomize quotes strings that YAML 1.1 would not read as such (`yes`), which tells on the next patch.
fn quote_ambiguous(scalar: &mut Scalar) {
    if (scalar.tag == Tag::Str || scalar.untagged) && !scalar.quoted {
        scalar.quoted = is_ambiguous(&scalar.text);
        if scalar.quoted {
            scalar.tag = Tag::Str;
        }
    }
}
