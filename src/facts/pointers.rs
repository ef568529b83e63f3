//! Pointers whose directory is judged: what they set is seen in what is applied, and not once more in the pointer itself.

use std::collections::BTreeMap;

use crate::change::Loaded;
use crate::kustomize::ResourceName;

/// The fields of pointers that change what is applied.
const OPTIONS: [&str; 14] = [
    "spec.buildMetadata",
    "spec.commonMetadata",
    "spec.components",
    "spec.generators",
    "spec.images",
    "spec.namePrefix",
    "spec.nameSuffix",
    "spec.patches",
    "spec.postBuild",
    "spec.source.directory",
    "spec.source.kustomize",
    "spec.sources",
    "spec.targetNamespace",
    "spec.template",
];

/// The pointers whose directories are overlays, in either revision: the kind and namespace of each, by name.
pub(super) struct JudgedPointers(BTreeMap<String, Vec<(&'static str, String)>>);

impl JudgedPointers {
    /// Those of a run.
    pub(super) fn of(loaded: &Loaded<'_>) -> Self {
        let layouts = [Some(&loaded.head.whole), loaded.base.as_ref().map(|base| &base.side.whole)];
        let overlays = layouts.into_iter().flatten().flat_map(|layout| &layout.apps).flat_map(|app| &app.overlays);
        let mut known: BTreeMap<String, Vec<(&'static str, String)>> = BTreeMap::new();
        // What is elsewhere shows nothing of what is set for it.
        for place in overlays.filter_map(|overlay| overlay.applied.pointer()).filter(|place| !place.elsewhere) {
            known.entry(place.name.clone()).or_default().push((place.kind.name(), place.namespace.clone()));
        }
        Self(known)
    }

    /// Whether an object is one of them.
    pub(super) fn has(&self, object: &ResourceName) -> bool {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        // What renders the pointer may give it a namespace.
        let is = |(kind, within): &(&str, String)| *kind == object.kind && (within.is_empty() || within == namespace);
        self.0.get(&object.name).is_some_and(|known| known.iter().any(is))
    }

    /// Whether a field of an object changes what is applied, and is one of theirs.
    pub(super) fn judge(&self, object: &ResourceName, field: &str) -> bool {
        let is_in = |option: &str| {
            let rest = field.strip_prefix(option);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        OPTIONS.iter().any(|option| is_in(option)) && self.has(object)
    }
}
