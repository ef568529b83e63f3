//! Pairs the resources of two renders: by what they are called, then by what they would be called if
//! both environments had the same name.

use std::collections::HashMap;
use std::hash::Hash;

use super::names::{Names, without_hash};
use crate::kustomize::Manifest;

/// A resource on one side or on both.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The lower side's.
    pub lower: Option<&'a Manifest>,
    /// The upper side's.
    pub upper: Option<&'a Manifest>,
}

impl<'a> Pair<'a> {
    /// The upper resource, else the lower one.
    ///
    /// # Panics
    /// Never: a pair has a side.
    #[must_use]
    #[expect(clippy::expect_used, reason = "`pair` makes no empty pair")]
    pub fn any(&self) -> &'a Manifest {
        self.upper.or(self.lower).expect("a pair has a side")
    }
}

/// Pairs the resources, ordered by kind, namespace and name.
pub(super) fn pair<'a>(names: &Names<'_>, lower: &'a [Manifest], upper: &'a [Manifest]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::with_capacity(lower.len().max(upper.len()));
    let mut lower: Vec<&Manifest> = lower.iter().collect();
    let mut upper: Vec<&Manifest> = upper.iter().collect();
    let kind = |manifest: &'a Manifest| (manifest.kind(), manifest.group());

    let exact = |manifest: &'a Manifest| (kind(manifest), manifest.namespace(), manifest.name());
    settle(&mut pairs, &mut lower, &mut upper, exact, exact);
    settle(
        &mut pairs,
        &mut lower,
        &mut upper,
        |manifest| {
            let namespace = manifest.namespace().map(|namespace| names.canonical_lower(namespace));
            (kind(manifest), namespace, names.canonical_lower(&without_hash(manifest)))
        },
        |manifest| {
            let namespace = manifest.namespace().map(|namespace| names.canonical_upper(namespace));
            (kind(manifest), namespace, names.canonical_upper(&without_hash(manifest)))
        },
    );
    settle(
        &mut pairs,
        &mut lower,
        &mut upper,
        |manifest| (kind(manifest), names.canonical_lower(&without_hash(manifest))),
        |manifest| (kind(manifest), names.canonical_upper(&without_hash(manifest))),
    );

    pairs.extend(lower.into_iter().map(|manifest| Pair { lower: Some(manifest), upper: None }));
    pairs.extend(upper.into_iter().map(|manifest| Pair { lower: None, upper: Some(manifest) }));
    // `any` alone is not total: a lower-only object may be called as an upper one.
    pairs.sort_by_key(|pair| {
        let manifest = pair.any();
        (manifest.kind(), manifest.namespace(), manifest.name(), manifest.group(), pair.upper.is_none())
    });
    pairs
}

/// Pairs what has the same key, in order, and leaves the rest.
fn settle<'a, K: Hash + Eq>(
    pairs: &mut Vec<Pair<'a>>,
    lower: &mut Vec<&'a Manifest>,
    upper: &mut Vec<&'a Manifest>,
    lower_key: impl Fn(&'a Manifest) -> K,
    upper_key: impl Fn(&'a Manifest) -> K,
) {
    if lower.is_empty() || upper.is_empty() {
        return;
    }
    let mut waiting: HashMap<K, Vec<&'a Manifest>> = HashMap::new();
    for manifest in upper.iter().rev() {
        waiting.entry(upper_key(manifest)).or_default().push(manifest);
    }
    let before = pairs.len();
    lower.retain(|manifest| match waiting.get_mut(&lower_key(manifest)).and_then(Vec::pop) {
        Some(partner) => {
            pairs.push(Pair { lower: Some(manifest), upper: Some(partner) });
            false
        }
        None => true,
    });
    let paired: std::collections::HashSet<*const Manifest> =
        pairs.get(before..).unwrap_or_default().iter().filter_map(|pair| pair.upper.map(std::ptr::from_ref)).collect();
    upper.retain(|manifest| !paired.contains(&std::ptr::from_ref(*manifest)));
}
