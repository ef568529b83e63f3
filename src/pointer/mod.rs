//! Pointers: the objects that tell a controller which directory to apply, and what it makes of that directory.
//!
//! What is rendered here is what the controller would hand to the apply for one object, before what it adds there itself
//! (labels of ownership, tracking, namespaces of objects that have none). It knows nothing of apps, environments or
//! policies, and of a cluster only the ConfigMaps and Secrets that it is told of.

mod aim;
mod applied;
mod appset;
mod argo;
mod builder;
mod charts;
mod cluster;
mod elsewhere;
mod fields;
mod files;
mod flux;
mod follows;
mod kustomization;
mod object;
mod pattern;
mod places;
mod says;
mod search;
mod sources;
mod unfolding;

pub use aim::Aim;
pub use applied::{Applied, Applier, BuildSetting, Made, PointerPlace};
pub use argo::BuildOptions;
pub use builder::Builder;
pub use charts::{may_release, released};
pub use cluster::Cluster;
pub use follows::Follows;
pub use object::{Pointer, PointerKind, is_mentioned};
pub use places::{Places, may_hold_source, may_hold_variables, may_set_options};
pub use search::{Located, Pointers, pointers};

use crate::kustomize::Render;
use crate::source::{Problem, Revision};

/// What a controller is told beside its objects.
#[derive(Debug, Default)]
pub struct Settings {
    /// What the cluster is known to hold.
    pub cluster: Cluster,
    /// The options that Argo CD gives to `kustomize build`, where it has any.
    pub build_options: Option<BuildOptions>,
}

/// What the controller of a pointer would hand to the apply. `revision` is the repository that the pointer's source
/// names.
///
/// # Errors
/// Where the controller fails, and where the network, Helm or a program would be needed.
pub fn render(revision: &Revision, pointer: &Pointer, settings: &Settings) -> Result<Render, Problem> {
    match (pointer.kind, settings.build_options) {
        (PointerKind::FluxKustomization, None) => flux::render(revision, &pointer.object, &settings.cluster),
        (PointerKind::ApplicationSet, None) => appset::render(revision, &pointer.object),
        (PointerKind::FluxKustomization | PointerKind::ApplicationSet, Some(_)) => {
            Err(Problem::new("only Argo CD's Applications are built with options")
                .at(pointer.object.origin.span)
                .hint("leave the build options out, or name an Argo CD Application"))
        }
        (PointerKind::ArgoApplication, options) => argo::render(revision, &pointer.object, options.unwrap_or_default()),
    }
}
