//! Objects that others refer to by name, and what is known of their keys.

use std::collections::BTreeSet;

use crate::yaml::Node;

/// The kinds whose objects others refer to by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Kind {
    /// A Secret.
    Secret,
    /// A ConfigMap.
    ConfigMap,
}

/// The keys of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Keys {
    /// They are not written in the render.
    Any,
    /// Exactly these.
    Known(BTreeSet<String>),
}

/// An object that exists or will.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) kind: Kind,
    /// `None` where it is made in every namespace, or where the render leaves the namespace open.
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) keys: Keys,
    /// What produces it; `None` where the render holds it.
    pub(super) by: Option<String>,
}

impl Keys {
    pub(super) fn known<S: Into<String>>(keys: impl IntoIterator<Item = S>) -> Self {
        Self::Known(keys.into_iter().map(Into::into).collect())
    }

    /// The keys of a map.
    pub(super) fn of(maps: &[Option<&Node>]) -> Self {
        let maps = maps.iter().filter_map(|node| (*node)?.as_map());
        Self::known(maps.flat_map(|map| map.iter().map(|entry| entry.key.text.to_string())))
    }

    pub(super) fn has(&self, key: Option<&str>) -> bool {
        match (self, key) {
            (Self::Known(keys), Some(key)) => keys.contains(key),
            _ => true,
        }
    }
}

/// Whether two namespaces may be the same: one that a render leaves open may be any.
pub(super) fn same_namespace(offered: Option<&str>, wanted: Option<&str>) -> bool {
    match (offered, wanted) {
        (Some(offered), Some(wanted)) => offered == wanted,
        _ => true,
    }
}
