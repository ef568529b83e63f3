//! Lists that merge entry by entry: the patch's entries first, each merged with its counterpart, then the
//! object's others (docs/kustomize.md, "Strategic merge"). Entries that lack a key make kustomize lose data; that is
//! done as kustomize does it.

use std::collections::{BTreeSet, HashMap};

use super::directive::{Directive, of_map};
use super::losses;
use super::merger::{Merger, Named, Side};
use super::merging::{Merging, Pair};
use super::slots::{By, EMPTY, Entries, Id, Ids, Slots, Standing};
use super::tuples;
use crate::kustomize::effects::Removal;
use crate::kustomize::nodes::weight;
use crate::kustomize::schema::Shape;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Node, Segment, Value};

/// What a list is merged with.
pub(super) enum Rival<'p> {
    /// Nothing: the patch does not speak of it. kustomize goes through it all the same.
    Nothing,
    /// Itself: the patch adds the list as a whole.
    Itself,
    /// A list of the patch.
    Patch(&'p mut Vec<Node>),
}

/// Most bytes of text that may be copied where kustomize puts one entry into several places.
const MAX_COPIED: usize = 16 << 20;

impl<'a> Merger<'a> {
    /// Merges a list with its rival in place.
    pub(super) fn list(
        &mut self,
        base: &mut Vec<Node>,
        mut rival: Rival<'_>,
        keys: &[&str],
        shape: Option<Shape<'a>>,
    ) -> Result<(), Problem> {
        let base_numbers = 0..base.len();
        let mut nodes = std::mem::take(base);
        if let Rival::Patch(changes) = &mut rival {
            nodes.append(changes);
        }
        let patch_numbers = match &rival {
            Rival::Itself => base_numbers.clone(),
            _ => base_numbers.end..nodes.len(),
        };

        let mut ids = Ids::new();
        let (tuples, used) = tuples::collect(&nodes, base_numbers.end, keys, &mut ids)?;
        let used: Vec<&str> = used.iter().filter_map(|position| keys.get(*position).copied()).collect();
        let by = if keys.is_empty() { By::Value } else { By::Keys(&used) };
        let standings = nodes.iter().map(|node| Standing::of(node, by, &mut ids)).collect();
        let mut merging = Merging {
            all: Entries { by, nodes, standings, ids },
            base: Slots::default(),
            patch: Slots::default(),
            base_numbers,
            patch_numbers,
            became: HashMap::new(),
            deleted: BTreeSet::new(),
        };
        for entry in merging.base_numbers.clone() {
            merging.base.push(entry, &merging.all);
        }
        for entry in merging.patch_numbers.clone() {
            merging.patch.push(entry, &merging.all);
        }

        let mut result = Slots::default();
        for tuple in &tuples {
            self.tuple(tuple, &mut merging, &mut result, shape)?;
        }
        if !tuples.is_empty() {
            put_back(&merging, &mut result)?;
        }
        let order: Vec<usize> = result.iter().collect();
        losses::report(&self.path, &merging, &order, &mut self.effects.quirks);
        let mut nodes: Vec<Option<Node>> = merging.all.nodes.into_iter().map(Some).collect();
        if let Rival::Patch(changes) = rival {
            // kustomize may come by a second time.
            changes.extend(nodes.get_mut(merging.patch_numbers).into_iter().flatten().filter_map(Option::take));
        }
        *base = arrange(nodes, &order)?;
        Ok(())
    }

    /// Merges the entries of one tuple of key values, and puts what they make into the result.
    fn tuple(
        &mut self,
        tuple: &[Id],
        merging: &mut Merging<'_>,
        result: &mut Slots,
        shape: Option<Shape<'a>>,
    ) -> Result<(), Problem> {
        let keyed = tuple.iter().any(|id| *id != EMPTY);
        let wanted: Vec<(usize, Id)> =
            tuple.iter().copied().enumerate().filter(|(_, id)| !keyed || *id != EMPTY).collect();
        let base = merging.base.find(&wanted, &merging.all);
        // A list that is merged with itself loses and changes entries on both sides.
        let itself = merging.base_numbers == merging.patch_numbers;
        let patch = if itself { base } else { merging.patch.find(&wanted, &merging.all) };

        self.path.push(Segment::Index(base.or(patch).unwrap_or_default()));
        let made = self.pair(base, patch, &mut merging.all, shape);
        self.path.pop();
        let mut made = made?;

        if let Some(base) = base {
            merging.base.refresh(base, base, &mut merging.all);
        }
        if let Pair::Entry(entry) | Pair::Replacement(entry) = made {
            if merging.all.standings.get(entry).is_none_or(Standing::is_blank) {
                made = Pair::Nothing;
            } else {
                result.put(Some(entry), tuple, &merging.all)?;
            }
        }
        if let Pair::Deletion(_) | Pair::Nothing = made {
            let gone = merging.base.put(None, tuple, &merging.all)?;
            if let Pair::Deletion(by) = made {
                self.deleted(gone, by, merging);
            }
        }
        if let Some(patch) = patch {
            merging.became.insert(patch, made);
        }
        Ok(())
    }

    fn deleted(&mut self, gone: Vec<usize>, by: Option<Span>, merging: &mut Merging<'_>) {
        for entry in gone {
            merging.deleted.insert(entry);
            let Some(value) = merging.all.nodes.get(entry).cloned() else { continue };
            if merging.patch_numbers.contains(&entry) {
                continue;
            }
            let mut path = self.path.clone();
            path.push(Segment::Index(entry));
            self.effects.removals.push(Removal { path, value, by });
        }
    }

    fn pair(
        &mut self,
        base: Option<usize>,
        patch: Option<usize>,
        all: &mut Entries<'_>,
        shape: Option<Shape<'a>>,
    ) -> Result<Pair, Problem> {
        match (base, patch) {
            (None, None) => Ok(Pair::Nothing),
            (None, Some(patch)) => {
                let Some(change) = all.nodes.get_mut(patch) else { return Ok(Pair::Nothing) };
                let by = change.origin.span;
                let added = self.add(change, shape)?;
                Ok(added.map_or(Pair::Deletion(by), |added| Pair::Entry(all.push(added))))
            }
            (Some(base), None) => self.lone(base, Side::Target, all, shape),
            (Some(base), Some(patch)) if base == patch => self.lone(base, Side::Patch, all, shape),
            (Some(base), Some(patch)) => self.both(base, patch, all, shape),
        }
    }

    fn lone(
        &mut self,
        entry: usize,
        side: Side,
        all: &mut Entries<'_>,
        shape: Option<Shape<'a>>,
    ) -> Result<Pair, Problem> {
        let Some(node) = all.nodes.get_mut(entry) else { return Ok(Pair::Nothing) };
        let by = node.origin.span;
        Ok(if self.settle(node, side, shape)? { Pair::Entry(entry) } else { Pair::Deletion(by) })
    }

    fn both(
        &mut self,
        base: usize,
        patch: usize,
        all: &mut Entries<'_>,
        shape: Option<Shape<'a>>,
    ) -> Result<Pair, Problem> {
        let keys: Vec<&[&str]> = match all.by {
            By::Keys(keys) => keys.iter().map(std::slice::from_ref).collect(),
            By::Value => Vec::new(),
        };
        let Ok([target, change]) = all.nodes.get_disjoint_mut([base, patch]) else { return Ok(Pair::Nothing) };
        if let (Value::Scalar(_), Value::Scalar(_)) = (&target.value, &change.value) {
            return Ok(Pair::Entry(base));
        }
        if let Value::Map(map) = &mut change.value {
            match of_map(map)? {
                (Directive::Merge, _) => {}
                (Directive::Delete, by) => return Ok(Pair::Deletion(by)),
                (Directive::Replace, _) => {
                    let shape = self.shape(shape, [Some(&*target), Some(&*change)]);
                    self.inside(change, Side::Patch, shape)?;
                    let new = change.clone();
                    return Ok(Pair::Replacement(all.push(new)));
                }
            }
        }
        let named = Named::of(target, &keys);
        let kept = self.merge(target, change, shape)?;
        named.restore(target);
        Ok(if kept { Pair::Entry(base) } else { Pair::Nothing })
    }
}

/// Puts the object's entries into the result: each in the place of the entry with its keys, or at the end.
fn put_back(merging: &Merging<'_>, result: &mut Slots) -> Result<(), Problem> {
    let all = &merging.all;
    for entry in merging.base.iter() {
        let keys = all.keys_to_put(entry)?;
        for _ in keys.iter().filter(|key| key.is_none()) {
            result.push(entry, all);
        }
        // Values move up where a key before theirs is missing: kustomize then takes them for that key's.
        let pattern: Vec<Id> = keys.iter().copied().flatten().collect();
        if keys.len() > 1 {
            result.put(None, &pattern, all)?;
        }
        result.put(Some(entry), &pattern, all)?;
    }
    Ok(())
}

/// The entries in their order. One that stands in several places is copied.
fn arrange(mut nodes: Vec<Option<Node>>, order: &[usize]) -> Result<Vec<Node>, Problem> {
    let mut uses = vec![0_usize; nodes.len()];
    for entry in order {
        if let Some(count) = uses.get_mut(*entry) {
            *count += 1;
        }
    }
    let mut copied = 0;
    let mut arranged = Vec::with_capacity(order.len());
    for entry in order {
        let (Some(count), Some(node)) = (uses.get_mut(*entry), nodes.get_mut(*entry)) else { continue };
        *count -= 1;
        if *count == 0 {
            arranged.extend(node.take());
            continue;
        }
        let Some(node) = node else { continue };
        copied += weight(node);
        if copied > MAX_COPIED {
            return Err(Problem::new("kustomize would repeat this entry too often")
                .at(node.origin.span)
                .reason(Reason::Limit)
                .hint("give every entry of the list its merge key"));
        }
        arranged.push(node.clone());
    }
    Ok(arranged)
}
