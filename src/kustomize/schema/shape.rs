//! The type of a value: a built-in one, or one of a document, whose references lead to either.

use super::builtin::{self, Known};
use super::openapi::{Definition, OpenApi};

/// References that lead to references are followed this far; kustomize would not end where they go round.
const MAX_REFERENCES: usize = 32;

/// The type of a value, as far as merging needs it.
#[derive(Debug, Clone, Copy)]
pub(in crate::kustomize) enum Shape<'a> {
    Builtin(&'static Known),
    Custom(&'a OpenApi, &'a Definition),
}

impl<'a> Shape<'a> {
    /// The type of a field of a map.
    pub(in crate::kustomize) fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Builtin(known) => Some(Self::Builtin(known.field(name))),
            Self::Custom(openapi, definition) => openapi.field(definition, name),
        }
    }

    /// The type of the entries of a list.
    pub(in crate::kustomize) fn items(self) -> Option<Self> {
        match self {
            Self::Builtin(known) => Some(Self::Builtin(known.items())),
            Self::Custom(openapi, definition) => openapi.items(definition),
        }
    }

    /// The keys by which the entries of a list are matched, none for a list of plain values; `None` where
    /// the list is replaced as a whole.
    pub(in crate::kustomize) fn merge_keys(self) -> Option<Vec<&'a str>> {
        match self {
            Self::Builtin(known) => known.merge_keys().map(<[_]>::to_vec),
            Self::Custom(_, definition) => definition.merge_keys().map(|keys| keys.iter().map(|key| &**key).collect()),
        }
    }
}

impl OpenApi {
    pub(super) fn root(&self, api_version: &str, kind: &str) -> Option<Shape<'_>> {
        let name = self.roots.get(&(api_version.to_owned(), kind.to_owned()))?;
        Some(Shape::Custom(self, self.definitions.get(name)?))
    }

    pub(super) fn field<'a>(&'a self, definition: &'a Definition, name: &str) -> Option<Shape<'a>> {
        self.resolve(definition.fields.get(name).or(definition.other_fields.as_deref())?)
    }

    pub(super) fn items<'a>(&'a self, definition: &'a Definition) -> Option<Shape<'a>> {
        self.resolve(definition.items.as_deref()?)
    }

    fn resolve<'a>(&'a self, definition: &'a Definition) -> Option<Shape<'a>> {
        let mut found = definition;
        for _ in 0..MAX_REFERENCES {
            let Some(name) = &found.reference else { return Some(Shape::Custom(self, found)) };
            if let Some(known) = builtin::definition(name).filter(|_| self.beside_builtin) {
                return Some(Shape::Builtin(known));
            }
            found = self.definitions.get(name)?;
        }
        None
    }
}
