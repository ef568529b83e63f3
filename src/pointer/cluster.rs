//! What a cluster is known to hold: ConfigMaps and Secrets that controllers read variables from.

use std::collections::BTreeMap;

use crate::source::Problem;
use crate::yaml::{Dialect, Node, Text, parse_first};

/// ConfigMaps and Secrets of a cluster.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// Whether it may hold more than what is known. Otherwise what is not known of is not there.
    is_open: bool,
    /// The values of each by key, by `KIND/NAMESPACE/NAME`.
    objects: BTreeMap<String, Vec<(String, Node)>>,
}

impl Cluster {
    /// Reads a map of `ConfigMap/NAMESPACE/NAME` and `Secret/NAMESPACE/NAME` to maps of keys and plain values.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(text: &Text<'_>) -> Result<Self, Problem> {
        let Some(root) = parse_first(text, Dialect::Resource)? else { return Ok(Self::default()) };
        let mut objects = BTreeMap::new();
        let wrong = |node: &Node| {
            Problem::new("the objects of a cluster are a map of `KIND/NAMESPACE/NAME` to maps of strings")
                .at(node.origin.span)
                .hint("write `ConfigMap/flux-system/vars: {domain: example.com}`")
        };
        for entry in root.as_map().ok_or_else(|| wrong(&root))?.iter() {
            let kind = entry.key.text.split('/').next().unwrap_or_default();
            if !matches!(kind, "ConfigMap" | "Secret") || entry.key.text.split('/').count() != 3 {
                return Err(wrong(&entry.value).at(entry.key.span));
            }
            let mut values = Vec::new();
            for value in entry.value.as_map().ok_or_else(|| wrong(&entry.value))?.iter() {
                value.value.as_str().ok_or_else(|| wrong(&value.value))?;
                values.push((value.key.text.to_string(), value.value.clone()));
            }
            objects.insert(entry.key.text.to_string(), values);
        }
        Ok(Self { is_open: false, objects })
    }

    /// A cluster of which nothing is known.
    pub(super) fn open() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    /// Adds an object, with its values by key.
    pub(super) fn add(&mut self, kind: &str, namespace: &str, name: &str, values: Vec<(String, Node)>) {
        self.objects.insert(format!("{kind}/{namespace}/{name}"), values);
    }

    /// Whether it may hold more than what is known.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The values of an object, by key; `None` where there is no such object.
    pub(super) fn values(&self, kind: &str, namespace: &str, name: &str) -> Option<&[(String, Node)]> {
        self.objects.get(&format!("{kind}/{namespace}/{name}")).map(Vec::as_slice)
    }
}
