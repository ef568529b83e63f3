//! Walks two resources side by side and notes where they differ.

use std::collections::HashMap;

use super::change::{Change, ChangeKind};
use super::list::{self, Partners};
use super::names::Names;
use super::pair::Pair;
use crate::yaml::{Entry, Map, Node, Path, Segment, Value};

/// Above this many comparisons, keys are held against each other without the words of their environments: that finds
/// nearly all of them, and takes no time that grows with the square.
const MAX_COMPARED: usize = 100_000;

/// The differences of a pair, by path.
pub(super) fn compare<'a>(names: &Names<'_>, pair: Pair<'a>) -> Vec<Change<'a>> {
    let mut walk = Walk { names, pair, lower_path: Path::default(), upper_path: Path::default(), changes: Vec::new() };
    if let (Some(lower), Some(upper)) = (pair.lower, pair.upper)
        && lower.node.same_data(&upper.node)
    {
        return walk.changes;
    }
    walk.sides(pair.lower.map(|manifest| &manifest.node), pair.upper.map(|manifest| &manifest.node));
    walk.changes.sort_by(|a, b| (a.path(), a.kind).cmp(&(b.path(), b.kind)));
    walk.changes
}

struct Walk<'n, 'a> {
    names: &'n Names<'n>,
    pair: Pair<'a>,
    lower_path: Path,
    upper_path: Path,
    changes: Vec<Change<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn sides(&mut self, lower: Option<&'a Node>, upper: Option<&'a Node>) {
        match (lower, upper) {
            (Some(lower), Some(upper)) => self.both(lower, upper),
            // To leave a field out and to set it to null is the same to Kubernetes.
            (Some(node), None) | (None, Some(node)) if node.is_null() => {}
            (Some(_), None) => self.note(ChangeKind::OnlyLower, lower, None, false),
            (None, Some(_)) => self.note(ChangeKind::OnlyUpper, None, upper, false),
            (None, None) => {}
        }
    }

    fn both(&mut self, lower: &'a Node, upper: &'a Node) {
        match (&lower.value, &upper.value) {
            (Value::Map(a), Value::Map(b)) => self.maps(a, b),
            (Value::Seq(a), Value::Seq(b)) => self.lists(a, b),
            (Value::Scalar(a), Value::Scalar(b)) if a == b || (lower.is_null() && upper.is_null()) => {}
            (Value::Scalar(a), Value::Scalar(b)) => {
                let nominal = a.tag == b.tag && self.names.same(&a.text, &b.text);
                self.note(ChangeKind::Changed, Some(lower), Some(upper), nominal);
            }
            _ => self.note(ChangeKind::Changed, Some(lower), Some(upper), false),
        }
    }

    fn maps(&mut self, lower: &'a Map, upper: &'a Map) {
        if lower.len() == upper.len() && lower.iter().zip(upper.iter()).all(|(a, b)| a.key.text == b.key.text) {
            for (a, b) in lower.iter().zip(upper.iter()) {
                self.entry(&a.key.text, &b.key.text, Some(&a.value), Some(&b.value));
            }
            return;
        }
        let upper_at = index(upper);
        let mut only_lower: Vec<&'a Entry> = Vec::new();
        let mut taken = vec![false; upper.len()];
        for entry in lower.iter() {
            match upper_at.get(&*entry.key.text).copied() {
                Some((at, value)) => {
                    taken[at] = true;
                    self.entry(&entry.key.text, &entry.key.text, Some(&entry.value), Some(value));
                }
                None => only_lower.push(entry),
            }
        }
        // A key that names the environment (`values-staging.yaml`) has its partner under the other name.
        let partners = self.renamed(&only_lower, upper, &taken);
        for (entry, partner) in only_lower.into_iter().zip(partners) {
            match partner.and_then(|at| Some((at, upper.iter().nth(at)?))) {
                Some((at, other)) => {
                    taken[at] = true;
                    self.entry(&entry.key.text, &other.key.text, Some(&entry.value), Some(&other.value));
                }
                None => self.entry(&entry.key.text, &entry.key.text, Some(&entry.value), None),
            }
        }
        for (entry, _) in upper.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            self.entry(&entry.key.text, &entry.key.text, None, Some(&entry.value));
        }
    }

    /// Where in `upper` the partners of `lower` are, of entries that are not taken: under a key that is the same but for
    /// names.
    fn renamed(&self, lower: &[&Entry], upper: &Map, taken: &[bool]) -> Vec<Option<usize>> {
        let mut open: Vec<(usize, &str)> =
            upper.iter().map(|entry| &*entry.key.text).enumerate().filter(|(at, _)| !taken[*at]).collect();
        if lower.len().saturating_mul(open.len()) > MAX_COMPARED {
            let mut by_name: HashMap<String, usize> =
                open.iter().rev().map(|(at, key)| (self.names.canonical_upper(key), *at)).collect();
            return lower.iter().map(|entry| by_name.remove(&self.names.canonical_lower(&entry.key.text))).collect();
        }
        let partner = |entry: &&Entry| {
            let place = open.iter().position(|(_, key)| self.names.same(&entry.key.text, key))?;
            Some(open.remove(place).0)
        };
        lower.iter().map(partner).collect()
    }

    fn entry(
        &mut self,
        lower_key: &std::sync::Arc<str>,
        upper_key: &std::sync::Arc<str>,
        lower: Option<&'a Node>,
        upper: Option<&'a Node>,
    ) {
        self.lower_path.push(Segment::Key(lower_key.clone()));
        self.upper_path.push(Segment::Key(upper_key.clone()));
        self.sides(lower, upper);
        self.lower_path.pop();
        self.upper_path.pop();
    }

    fn lists(&mut self, lower: &'a [Node], upper: &'a [Node]) {
        // Naming the items costs more than seeing that they are equal, as they mostly are.
        if lower.len() == upper.len() && lower.iter().zip(upper).all(|(a, b)| a.same_data(b)) {
            return;
        }
        for Partners { lower: a, upper: b } in list::pair(self.names, lower, upper) {
            // An item that one side lacks has no place there but the list itself.
            self.lower_path.extend(a.map(Segment::Index));
            self.upper_path.extend(b.map(Segment::Index));
            self.sides(a.and_then(|at| lower.get(at)), b.and_then(|at| upper.get(at)));
            a.and_then(|_| self.lower_path.pop());
            b.and_then(|_| self.upper_path.pop());
        }
    }

    fn note(&mut self, kind: ChangeKind, lower: Option<&'a Node>, upper: Option<&'a Node>, nominal: bool) {
        self.changes.push(Change {
            pair: self.pair,
            kind,
            lower_path: self.lower_path.clone(),
            upper_path: self.upper_path.clone(),
            lower,
            upper,
            nominal,
        });
    }
}

fn index(map: &Map) -> HashMap<&str, (usize, &Node)> {
    map.iter().enumerate().map(|(at, entry)| (&*entry.key.text, (at, &entry.value))).collect()
}
