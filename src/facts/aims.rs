//! What a pointer says of where something is applied from, and where to, as policies see it.

use serde::Serialize;

use super::place::{At, Text};
use crate::kustomize::ResourceName;
use crate::pointer::{Aim, PointerPlace};
use crate::source::Files;
use crate::yaml::Path;

/// A pointer, as far as it can be understood without rendering.
#[derive(Serialize)]
pub(super) struct PointerFact {
    kind: &'static str,
    name: String,
    file: String,
    /// What it says, in the order of its sources.
    says: Vec<SaidFact>,
}

/// One thing that a pointer says.
#[derive(Serialize)]
struct SaidFact {
    field: &'static str,
    value: String,
    at: At,
}

/// The fact of a pointer that applies an environment.
pub(super) fn pointer(environment: &str, place: &PointerPlace, aims: Vec<Aim>, files: &Files) -> PointerFact {
    let resource =
        ResourceName { kind: place.kind.name().to_owned(), namespace: None, name: place.called().to_owned() };
    let at = |aim: &Aim| At {
        environment: environment.to_owned(),
        resource: resource.clone(),
        path: Path::default(),
        lower: None,
        text: aim.span.map(|span| Text::new(files, span)),
    };
    let says = aims.into_iter().map(|aim| SaidFact { field: aim.field, at: at(&aim), value: aim.value });
    PointerFact {
        kind: place.kind.name(),
        name: place.called().to_owned(),
        file: place.file.to_string(),
        says: says.collect(),
    }
}
