//! Sources of Flux that stay at a revision: a tag, a commit, a range of versions. What is applied from one is not what the
//! tree at hand has.

use std::sync::OnceLock;

use super::held::{Held, HeldObject};
use super::spec::{FluxSpec, NAMESPACE};
use crate::pointer::applied::BuildSetting;
use crate::pointer::files::holds;
use crate::source::RepoPath;
use crate::yaml::Node;

/// What the versions of the objects begin with that say where a cluster takes things from.
const VERSIONS: [&str; 2] = ["source.toolkit.fluxcd.io/", "fluxcd.controlplane.io/"];

/// The kind of sources that may be this repository.
const KIND: &str = "GitRepository";

/// Whether a text may say where a cluster takes things from.
pub(in crate::pointer) fn may_hold_source(text: &[u8]) -> bool {
    VERSIONS.iter().any(|version| holds(text, version.as_bytes()))
}

/// The sources that are in files of a revision.
pub(in crate::pointer) struct FluxSources<'x> {
    files: &'x [RepoPath],
    found: OnceLock<Vec<HeldObject>>,
}

impl<'x> FluxSources<'x> {
    /// Those of `files`.
    pub(in crate::pointer) fn new(files: &'x [RepoPath]) -> Self {
        Self { files, found: OnceLock::new() }
    }

    /// The revision that the source of an object stays at; `None` where it follows a branch, or nothing says what it does.
    /// The object is written in the first of `homes`, and the others have it applied.
    pub(in crate::pointer) fn fixed(
        &self,
        held: &Held<'_, '_>,
        object: &Node,
        homes: &[&RepoPath],
    ) -> Option<BuildSetting> {
        let spec = FluxSpec::read(object).ok()?;
        spec.source_kind.filter(|kind| kind.as_str() == Some(KIND))?;
        let name = spec.source_name.and_then(Node::as_str)?;
        let all = self.found.get_or_init(|| held.objects(self.files));
        let called = all.iter().filter(|one| source_name(one) == Some(name));
        let one = held.meant(called, spec.source_namespace, homes)?;
        let revision = fixed_revision(one)?;
        (!held.may_change(&one.file, KIND))
            .then(|| BuildSetting::Revision { file: one.file.clone(), revision: revision.to_owned() })
    }
}

/// What the source is called that an object is, or makes.
fn source_name(object: &HeldObject) -> Option<&str> {
    match object.text(&["kind"])? {
        KIND => object.text(&["metadata", "name"]),
        "FluxInstance" => {
            object.node.at(&["spec", "sync"])?;
            let default = object.text(&["metadata", "namespace"]).unwrap_or(NAMESPACE);
            Some(object.text(&["spec", "sync", "name"]).unwrap_or(default))
        }
        _ => None,
    }
}

/// The revision that a source stays at: in the order in which Flux asks for it.
fn fixed_revision(object: &HeldObject) -> Option<&str> {
    if object.text(&["kind"]) == Some(KIND) {
        let of = |field: &str| object.text(&["spec", "ref", field]).filter(|text| !text.is_empty());
        return match of("name") {
            Some(name) => Some(name).filter(|name| !name.starts_with("refs/heads/")),
            None => of("commit").or_else(|| of("semver")).or_else(|| of("tag")),
        };
    }
    object.text(&["spec", "sync", "ref"]).filter(|name| name.starts_with("refs/") && !name.starts_with("refs/heads/"))
}
