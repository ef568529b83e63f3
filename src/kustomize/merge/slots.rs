//! The entries of a list as kustomize finds and replaces them: by the values of their merge keys.

use std::collections::{BTreeSet, HashMap};

use super::directive::raw;
use crate::kustomize::nodes::form;
use crate::source::{Problem, Reason};
use crate::yaml::{Node, Value};

/// A value of a merge key. [`EMPTY`] is the empty text, which in places stands for "any" or "none".
pub(super) type Id = u32;

/// The empty text.
pub(super) const EMPTY: Id = 0;

/// Most comparisons that one list may need. Lists whose entries have their keys need one for each entry;
/// others may need the square of that.
pub(super) const MAX_COMPARISONS: usize = 10_000_000;

/// The problem of a list that needs more.
pub(super) fn too_many_comparisons(node: Option<&Node>) -> Problem {
    Problem::new("too many entries of this list lack a merge key")
        .at(node.and_then(|node| node.origin.span))
        .reason(Reason::Limit)
        .hint("give every entry the keys by which Kubernetes tells entries of this list apart")
}

/// Numbers texts, so that they compare fast.
pub(super) struct Ids(HashMap<Box<str>, Id>);

impl Ids {
    pub(super) fn new() -> Self {
        Self(HashMap::from([("".into(), EMPTY)]))
    }

    pub(super) fn of(&mut self, text: &str) -> Id {
        let next = Id::try_from(self.0.len()).unwrap_or(Id::MAX);
        self.0.get(text).copied().unwrap_or_else(|| {
            self.0.insert(text.into(), next);
            next
        })
    }
}

/// How the entries of a list are told apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'k> {
    /// By the values of these fields.
    Keys(&'k [&'k str]),
    /// By themselves: they are plain values.
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Null or `{}`: dropped whenever the list is searched for a place.
    Blank,
    Map,
    Scalar,
    Seq,
}

/// What counts of an entry.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    form: Form,
    /// The value of each key; `None` where the entry does not have it.
    pub(super) keys: Vec<Option<Id>>,
}

impl Standing {
    pub(super) fn of(node: &Node, by: By<'_>, ids: &mut Ids) -> Self {
        let form = match &node.value {
            Value::Map(map) if !map.is_empty() => Form::Map,
            Value::Seq(_) => Form::Seq,
            Value::Scalar(_) if !node.is_null() => Form::Scalar,
            _ => Form::Blank,
        };
        let keys = match by {
            By::Keys(keys) => keys.iter().map(|key| node.get(key).map(|value| ids.of(raw(value)))).collect(),
            By::Value => vec![Some(ids.of(raw(node)))],
        };
        Self { form, keys }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.form == Form::Blank
    }
}

/// Entries and what counts of them, by number. Lists refer to them.
pub(super) struct Entries<'k> {
    pub(super) by: By<'k>,
    pub(super) nodes: Vec<Node>,
    pub(super) standings: Vec<Standing>,
    pub(super) ids: Ids,
}

impl Entries<'_> {
    pub(super) fn push(&mut self, node: Node) -> usize {
        self.standings.push(Standing::of(&node, self.by, &mut self.ids));
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn wrong(&self, entry: usize, wanted: &str) -> Problem {
        let Some(node) = self.nodes.get(entry) else { return Problem::new("an entry is gone") };
        Problem::new(format!("this entry is {} where the list holds {wanted}", form(node)))
            .at(node.origin.span)
            .hint("kustomize merges this list entry by entry")
    }

    /// The keys of an entry that kustomize puts back into a list; `None` for each that it does not have.
    pub(super) fn keys_to_put(&self, entry: usize) -> Result<Vec<Option<Id>>, Problem> {
        match (self.by, self.standings.get(entry)) {
            (By::Keys(_), Some(Standing { form: Form::Scalar | Form::Seq, .. })) => Err(self.wrong(entry, "maps")),
            (_, standing) => Ok(standing.map(|standing| standing.keys.clone()).unwrap_or_default()),
        }
    }
}

/// A list of entries with an index over their keys.
#[derive(Default)]
pub(super) struct Slots {
    entries: Vec<Option<usize>>,
    index: HashMap<(usize, Id), BTreeSet<usize>>,
    /// Slots whose entries are no maps, or, among plain values, no plain values.
    odd: BTreeSet<usize>,
    comparisons: usize,
}

impl Slots {
    /// The entries of a list, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.entries.iter().filter_map(|slot| *slot)
    }

    /// Appends an entry.
    pub(super) fn push(&mut self, entry: usize, all: &Entries<'_>) {
        self.entries.push(Some(entry));
        self.enter(self.entries.len() - 1, all);
    }

    fn enter(&mut self, slot: usize, all: &Entries<'_>) {
        let Some(standing) = self.entries.get(slot).and_then(|entry| all.standings.get((*entry)?)) else { return };
        for (position, id) in standing.keys.iter().enumerate() {
            if let Some(id) = id {
                self.index.entry((position, *id)).or_default().insert(slot);
            }
        }
        let plain = match all.by {
            By::Keys(_) => Form::Map,
            By::Value => Form::Scalar,
        };
        if standing.form != plain {
            self.odd.insert(slot);
        }
    }

    fn leave(&mut self, slot: usize, all: &Entries<'_>) {
        let Some(standing) = self.entries.get(slot).and_then(|entry| all.standings.get((*entry)?)) else { return };
        for (position, id) in standing.keys.iter().enumerate() {
            if let Some(slots) = id.and_then(|id| self.index.get_mut(&(position, id))) {
                slots.remove(&slot);
            }
        }
        self.odd.remove(&slot);
    }

    /// Takes note that merging changed an entry. `slot` is where it is.
    pub(super) fn refresh(&mut self, slot: usize, entry: usize, all: &mut Entries<'_>) {
        let Some(node) = all.nodes.get(entry) else { return };
        let standing = Standing::of(node, all.by, &mut all.ids);
        self.leave(slot, all);
        if let Some(old) = all.standings.get_mut(entry) {
            *old = standing;
        }
        self.enter(slot, all);
    }

    /// The first entry that has exactly these values, each at a key's position.
    pub(super) fn find(&self, wanted: &[(usize, Id)], all: &Entries<'_>) -> Option<usize> {
        let candidates =
            wanted.iter().map(|key| self.index.get(key)).min_by_key(|slots| slots.map_or(0, BTreeSet::len));
        candidates??.iter().find_map(|slot| {
            let entry = (*self.entries.get(*slot)?)?;
            let keys = &all.standings.get(entry)?.keys;
            wanted.iter().all(|(position, id)| keys.get(*position) == Some(&Some(*id))).then_some(entry)
        })
    }

    /// Replaces every entry that fits `pattern` by `entry`, or removes it where there is none. Where none
    /// fits, `entry` is appended. The entries that went are returned.
    ///
    /// Of entries with keys, an empty text in the pattern fits any value. The pattern may be short: keys
    /// after its end fit, and an empty one clears the list.
    pub(super) fn put(
        &mut self,
        entry: Option<usize>,
        pattern: &[Id],
        all: &Entries<'_>,
    ) -> Result<Vec<usize>, Problem> {
        let mut gone = Vec::new();
        for slot in self.odd.clone() {
            let Some(odd) = self.entries.get(slot).copied().flatten() else { continue };
            let blank = all.standings.get(odd).is_none_or(Standing::is_blank);
            match all.by {
                _ if blank => gone.extend(self.vacate(slot, all)),
                By::Keys(_) if pattern.is_empty() => gone.extend(self.vacate(slot, all)),
                By::Keys(_) if pattern.first() == Some(&EMPTY) => return Err(all.wrong(odd, "maps")),
                By::Keys(_) => {}
                By::Value => return Err(all.wrong(odd, "plain values")),
            }
        }
        if pattern.is_empty() {
            for slot in 0..self.entries.len() {
                gone.extend(self.vacate(slot, all));
            }
            self.entries.clear();
        }
        let fitting = self.fitting(pattern, all);
        self.comparisons += fitting.len();
        if self.comparisons > MAX_COMPARISONS {
            return Err(too_many_comparisons(entry.and_then(|entry| all.nodes.get(entry))));
        }
        for slot in &fitting {
            gone.extend(self.vacate(*slot, all));
            if let Some((place, entry)) = self.entries.get_mut(*slot).zip(entry) {
                *place = Some(entry);
                self.enter(*slot, all);
            }
        }
        let appended = entry.filter(|entry| fitting.is_empty() && !all.nodes.get(*entry).is_none_or(Node::is_null));
        if let Some(entry) = appended {
            self.push(entry, all);
        }
        Ok(gone)
    }

    fn vacate(&mut self, slot: usize, all: &Entries<'_>) -> Option<usize> {
        self.leave(slot, all);
        self.entries.get_mut(slot)?.take()
    }

    fn fitting(&self, pattern: &[Id], all: &Entries<'_>) -> Vec<usize> {
        let any = |id: Id| id == EMPTY && matches!(all.by, By::Keys(_));
        let fits = |slot: &usize| {
            let Some(standing) = self.entries.get(*slot).and_then(|entry| all.standings.get((*entry)?)) else {
                return false;
            };
            pattern.iter().zip(&standing.keys).all(|(wanted, found)| match found {
                Some(found) => any(*wanted) || found == wanted,
                None => false,
            })
        };
        let literal = pattern.iter().enumerate().filter(|(_, id)| !any(**id));
        let candidates = literal.map(|(position, id)| self.index.get(&(position, *id)));
        match candidates.min_by_key(|slots| slots.map_or(0, BTreeSet::len)) {
            Some(None) => Vec::new(),
            Some(Some(slots)) => slots.iter().copied().filter(fits).collect(),
            None => (0..self.entries.len()).filter(fits).collect(),
        }
    }
}
