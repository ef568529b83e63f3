//! A list while it is merged, and what becomes of its entries.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::slots::{Entries, Slots};
use crate::source::Span;

/// A list while it is merged. Its entries are numbered: the object's, then the patch's, then new ones.
pub(super) struct Merging<'k> {
    pub(super) all: Entries<'k>,
    /// The object's entries; an entry's number is its slot's.
    pub(super) base: Slots,
    pub(super) patch: Slots,
    /// The numbers of the object's entries, and of the patch's.
    pub(super) base_numbers: Range<usize>,
    pub(super) patch_numbers: Range<usize>,
    /// What each entry of the patch became, where it became anything.
    pub(super) became: HashMap<usize, Pair>,
    /// Entries of the object that the patch deleted in so many words.
    pub(super) deleted: BTreeSet<usize>,
}

/// What an entry of the object and one of the patch make.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pair {
    Entry(usize),
    /// A new entry, made by `$patch: replace`.
    Replacement(usize),
    /// Nothing, as the patch wants it.
    Deletion(Option<Span>),
    /// Nothing.
    Nothing,
}
