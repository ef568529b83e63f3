//! What rules see, and what is known of their values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::shape::Shape;
use crate::policy::engine::names::Names;

/// A module as its rules see things.
pub(super) struct View<'s> {
    pub(super) package: Vec<String>,
    /// What `import` calls things, with `data` or `input` as the first step.
    pub(super) imports: BTreeMap<String, Vec<String>>,
    pub(super) input: Shape<'s>,
}

/// What is known of all rules.
pub(super) struct Known<'s> {
    pub(super) names: &'s Names,
    /// What is below `data.gate.settings`.
    pub(super) settings: Shape<'s>,
    /// What METADATA answers, by number.
    pub(super) metadata: &'s [Json],
    /// The values of rules by path below `data`.
    pub(super) values: BTreeMap<Vec<String>, Shape<'s>>,
    /// What functions are called with.
    pub(super) arguments: BTreeMap<Vec<String>, Vec<Shape<'s>>>,
    /// Rules that are evaluated with another input too.
    pub(super) rebound: BTreeSet<Vec<String>>,
}

impl<'s> Known<'s> {
    pub(super) fn value(&self, path: &[String]) -> Shape<'s> {
        self.values.get(path).cloned().unwrap_or(Shape::Bare)
    }

    pub(super) fn argument(&self, function: &[String], index: usize) -> Shape<'s> {
        let arguments = self.arguments.get(function);
        arguments.and_then(|shapes| shapes.get(index)).cloned().unwrap_or(Shape::Bare)
    }

    /// What is at a path below `data`, or at the part of it whose length is returned.
    pub(super) fn document(&self, path: &[String]) -> (Shape<'s>, usize) {
        if matches!(path, [gate, settings, ..] if gate == "gate" && settings == "settings") {
            return (self.settings.clone(), 2);
        }
        let rules = (1..=path.len()).rev().filter_map(|length| Some((self.values.get(path.get(..length)?)?, length)));
        let mut rules =
            rules.filter(|(_, length)| !self.names.functions.contains_key(path.get(..*length).unwrap_or_default()));
        rules.next().map_or((Shape::Unknown, path.len()), |(shape, length)| (shape.clone(), length))
    }
}
