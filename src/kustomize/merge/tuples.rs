//! By what values of their merge keys the entries of a list are told apart.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::directive::raw;
use super::slots::{EMPTY, Id, Ids, MAX_COMPARISONS, too_many_comparisons};
use crate::source::Problem;
use crate::yaml::{Node, Value};

/// The values of the keys in each entry, each combination once, the patch's entries (from `base_count` on)
/// first; and the positions of the keys that count: those that any entry has, or all where none has any.
/// Tuples hold only these.
pub(super) fn collect(
    nodes: &[Node],
    base_count: usize,
    keys: &[&str],
    ids: &mut Ids,
) -> Result<(Vec<Vec<Id>>, Vec<usize>), Problem> {
    let (base, patch) = nodes.split_at_checked(base_count).unwrap_or((nodes, &[]));
    let mut seen = HashSet::new();
    let mut tuples: Vec<Vec<Id>> = patch
        .iter()
        .chain(base)
        .map(|node| tuple(node, keys, ids))
        .filter(|tuple| seen.insert(tuple.clone()))
        .collect();
    if keys.is_empty() {
        return Ok((tuples, Vec::new()));
    }
    if keys.len() > 1 {
        complete(&mut tuples).map_err(|TooMany| too_many_comparisons(nodes.first()))?;
    }
    let mut used: Vec<usize> =
        (0..keys.len()).filter(|key| tuples.iter().any(|tuple| tuple.get(*key) != Some(&EMPTY))).collect();
    if used.is_empty() {
        used = (0..keys.len()).collect();
    }
    for tuple in &mut tuples {
        *tuple = used.iter().filter_map(|key| tuple.get(*key).copied()).collect();
    }
    Ok((tuples, used))
}

fn tuple(node: &Node, keys: &[&str], ids: &mut Ids) -> Vec<Id> {
    if keys.is_empty() {
        return vec![ids.of(raw(node))];
    }
    let value = |key: &&str| node.get(key).filter(|value| !is_empty(value)).map_or(EMPTY, |value| ids.of(raw(value)));
    keys.iter().map(value).collect()
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => node.is_null(),
        Value::Seq(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
    }
}

struct TooMany;

/// Fills gaps: where two tuples agree somewhere and differ only where one has nothing, both become the one
/// that has more. The order in which kustomize compares them decides between several such.
fn complete(tuples: &mut [Vec<Id>]) -> Result<(), TooMany> {
    let mut by_first: HashMap<Id, BTreeSet<usize>> = HashMap::new();
    for (at, tuple) in tuples.iter().enumerate() {
        by_first.entry(first(tuple)).or_default().insert(at);
    }
    let mut gaps: BTreeSet<usize> = (0..tuples.len()).filter(|at| tuples.get(*at).is_some_and(has_gap)).collect();
    let mut comparisons = 0;
    for left in 0..tuples.len() {
        let Some(tuple) = tuples.get(left).cloned() else { break };
        // Only tuples with the same first value, or none, can match; and a whole tuple can only fill others.
        let alike = [first(&tuple), EMPTY].map(|id| by_first.get(&id));
        let count: usize = alike.iter().flatten().map(|found| found.len()).sum();
        let candidates: Vec<usize> = if !has_gap(&tuple) && gaps.len() <= count {
            gaps.iter().copied().collect()
        } else if first(&tuple) == EMPTY {
            (0..tuples.len()).collect()
        } else {
            let mut found: Vec<usize> = alike.into_iter().flatten().flatten().copied().collect();
            found.sort_unstable();
            found
        };
        comparisons += candidates.len();
        if comparisons > MAX_COMPARISONS {
            return Err(TooMany);
        }
        for right in candidates {
            let Some(filled) = tuples.get(right).and_then(|other| filled(&tuple, other)) else { continue };
            for at in [left, right] {
                let Some(old) = tuples.get_mut(at).filter(|old| **old != filled) else { continue };
                by_first.entry(first(old)).or_default().remove(&at);
                by_first.entry(first(&filled)).or_default().insert(at);
                if has_gap(&filled) {
                    gaps.insert(at)
                } else {
                    gaps.remove(&at)
                };
                old.clone_from(&filled);
            }
        }
    }
    Ok(())
}

fn has_gap(tuple: impl AsRef<[Id]>) -> bool {
    tuple.as_ref().contains(&EMPTY)
}

fn first(tuple: &[Id]) -> Id {
    tuple.first().copied().unwrap_or(EMPTY)
}

fn filled(left: &[Id], right: &[Id]) -> Option<Vec<Id>> {
    let mut agree = false;
    let filled = left.iter().zip(right).map(|(left, right)| {
        agree |= left == right;
        match (*left, *right) {
            (EMPTY, value) | (value, EMPTY) => Some(value),
            (left, right) => (left == right).then_some(left),
        }
    });
    let filled: Vec<Id> = filled.collect::<Option<_>>()?;
    agree.then_some(filled)
}
