//! Labels and annotations that one transformer added in several places of an object.
//!
//! kustomize puts one and the same node in all these places, so that a later change of one changes the others: a
//! patch of a label in `metadata` changes the selector too. What is read from JSON or written anew is not tied.

use crate::source::Problem;
use crate::yaml::{Node, Path, Scalar, Tie, Value};

/// The ties of one object.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ties {
    /// How many were given out.
    count: u32,
    /// Whether any of them ties more than one value.
    any: bool,
}

impl Ties {
    /// A tie that nothing has yet.
    pub(super) fn give(&mut self) -> Tie {
        self.count += 1;
        Tie::new(self.count)
    }

    /// Whether any ties several values.
    pub(super) fn any(self) -> bool {
        self.any
    }

    /// Notes that a tie is that of several values.
    pub(super) fn note(&mut self) {
        self.any = true;
    }
}

/// Writes to all values that are tied what was last written to one of them, and adds to `quirks` what that changes.
pub(super) fn settle(object: &mut Node, ties: Ties, quirks: &mut Vec<Problem>) {
    if !ties.any || !was_written(object) {
        return;
    }
    let mut tied: Vec<(Tie, Path, Node)> = Vec::new();
    object.leaves(&mut |path, node| {
        if let Some(tie) = node.as_scalar().map(|scalar| scalar.tie).filter(|tie| *tie != Tie::NONE) {
            tied.push((tie, path.clone(), node.clone()));
        }
    });
    // kustomize goes through the keys of a map in order, and the last that is written stays.
    tied.sort_by(|(_, a, _), (_, b, _)| a.cmp(b));
    for (at, (tie, path, node)) in tied.iter().enumerate() {
        let is_same = |(other, ..): &&(Tie, Path, Node)| other.settled() == tie.settled();
        let is_last = !tied.iter().skip(at + 1).filter(is_same).any(|(other, ..)| other.is_written());
        if !(tie.is_written() && is_last) {
            continue;
        }
        let mut changed = Vec::new();
        for (other, place, old) in tied.iter().filter(is_same) {
            let Some(value) = object.follow_mut(place) else { continue };
            if place != path && !old.same_data(node) {
                let mut new = node.clone();
                new.origin.over = None;
                value.overwrite(new);
                changed.extend((!other.is_written()).then(|| place.describe(object)));
            }
        }
        if let Some(quirk) = also_changed(node, path, &changed) {
            quirks.push(quirk);
        }
    }
    each(object, &mut |scalar| scalar.tie = scalar.tie.settled());
}

fn also_changed(node: &Node, path: &Path, changed: &[String]) -> Option<Problem> {
    let first = changed.first()?;
    let places = changed.iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(", ");
    let message = format!("setting `{path}` also changes {places}: kustomize keeps them as one value");
    Some(
        Problem::new(message).at(node.origin.span).key(format!("`{first}` follows `{path}`")).hint(
            "the same entry of `labels` or `commonAnnotations` added them: use another key for what shall differ",
        ),
    )
}

/// Gives the scalars of a tie their style.
pub(super) fn style(node: &mut Node, tie: Tie, quoted: bool) {
    each(node, &mut |scalar| {
        if scalar.tie == tie {
            scalar.quoted = quoted;
        }
    });
}

fn was_written(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.tie.is_written(),
        Value::Seq(items) => items.iter().any(was_written),
        Value::Map(map) => map.iter().any(|entry| was_written(&entry.value)),
    }
}

fn each(node: &mut Node, change: &mut dyn FnMut(&mut Scalar)) {
    match &mut node.value {
        Value::Scalar(scalar) => change(scalar),
        Value::Seq(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Map(map) => map.iter_mut().for_each(|entry| each(&mut entry.value, change)),
    }
}
