//! What keeps a rendering within a machine's memory and a person's patience. kustomize has no such limits, and
//! a few lines can ask it for more than there is: components that include others twice, values copied into
//! themselves. No manifest that a cluster takes comes near any of these.

use super::nodes::{depth, weight};
use crate::source::{Problem, Reason, Span};
use crate::yaml::{MAX_DEPTH, Node};

/// Most kustomizations that are read for one rendering, each time counted.
pub(super) const KUSTOMIZATIONS: usize = 10_000;

/// Most kustomizations that lead into each other.
pub(super) const NESTED: usize = 100;

/// Most components that work on what one kustomization gathers.
pub(super) const COMPONENTS: usize = 1_000;

/// Longest name that a prefix or suffix may make; Kubernetes takes 253 characters.
const NAME: usize = 1_000;

/// Largest object that copies may make, in bytes; etcd takes 1.5 MiB.
const OBJECT: usize = 4 << 20;

/// Copies smaller than this need many lines to make an object large.
const SMALL: usize = 4_096;

/// Refuses to go over one of the limits above that count something.
pub(super) fn count(count: usize, most: usize, what: &str) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    Err(over(format!("one rendering needs more than {most} {what}"))
        .hint("does one of them include others again and again?"))
}

/// Refuses a path that is longer than any object is deep, and a value that would be too deep at its end.
pub(super) fn path(steps: usize, value: Option<&Node>, at: Option<Span>) -> Result<(), Problem> {
    if steps + value.map_or(0, depth) <= MAX_DEPTH {
        return Ok(());
    }
    Err(over(format!("the path leads to more than {MAX_DEPTH} levels of nesting"))
        .at(at)
        .hint("no Kubernetes manifest is this deep: is the path right?"))
}

/// Refuses an object that a copy of `value` made too large.
pub(super) fn object(object: &Node, value: &Node, at: Option<Span>) -> Result<(), Problem> {
    if weight(value) < SMALL || weight(object) <= OBJECT {
        return Ok(());
    }
    Err(over(format!("copies make this object larger than {} MiB", OBJECT >> 20))
        .at(at)
        .hint("does it copy a value into itself?"))
}

/// Refuses a name that is too long.
pub(super) fn name(name: &str, at: Option<Span>) -> Result<(), Problem> {
    if name.len() <= NAME {
        return Ok(());
    }
    Err(over(format!("this makes a name longer than {NAME} characters")).at(at).hint("Kubernetes takes at most 253"))
}

fn over(message: String) -> Problem {
    Problem::new(message).reason(Reason::Limit)
}
