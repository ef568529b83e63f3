//! A merge at work, and the fields that name a value.

use crate::kustomize::effects::Effects;
use crate::kustomize::schema::Schema;
use crate::yaml::{Node, Path};

/// Where a value that has no counterpart comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The object. kustomize tidies up what the patch does not speak of, too.
    Target,
    /// The patch, which adds it as a whole.
    Patch,
}

/// Goes through an object and a patch side by side. Functions return whether the value stays.
pub(super) struct Merger<'a> {
    pub(super) schema: &'a Schema,
    pub(super) path: Path,
    pub(super) effects: &'a mut Effects,
}

/// The fields that name a value, to tell a patch that repeats them from one that sets them.
pub(super) struct Named<'k>(Vec<(&'k [&'k str], Node)>);

impl<'k> Named<'k> {
    pub(super) fn of(node: &Node, paths: &[&'k [&'k str]]) -> Self {
        Self(paths.iter().filter_map(|path| Some((*path, node.at(path)?.clone()))).collect())
    }

    /// Undoes what the patch did to the origin of a field where it did nothing to the value.
    pub(super) fn restore(self, node: &mut Node) {
        for (path, old) in self.0 {
            let found = path.iter().try_fold(&mut *node, |node, key| node.get_mut(key));
            match found.filter(|found| found.same_data(&old)) {
                Some(found) if found.as_scalar().is_some_and(|scalar| scalar.untagged) => found.origin = old.origin,
                Some(found) => *found = old,
                None => {}
            }
        }
    }
}
