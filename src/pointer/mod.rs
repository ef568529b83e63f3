//! Pointers: the objects that tell a controller which directory to apply, and what it makes of that directory.
//!
//! What is rendered here is what the controller would hand to the apply for one object, before what it adds there itself
//! (labels of ownership, tracking, namespaces of objects that have none). It knows nothing of apps, environments or
//! policies, and of a cluster only the ConfigMaps and Secrets that it is told of.

mod appset;
mod cluster;
mod fields;
mod flux;
mod object;
mod pattern;

pub use cluster::Cluster;
pub use object::{Pointer, PointerKind};

use crate::kustomize::Render;
use crate::source::{Problem, Revision};

/// What the controller of a pointer would hand to the apply. `revision` is the repository that the pointer's source
/// names, `cluster` what the cluster is known to hold.
///
/// # Errors
/// Where the controller fails, and where the network, Helm or a program would be needed.
pub fn render(revision: &Revision, pointer: &Pointer, cluster: &Cluster) -> Result<Render, Problem> {
    match pointer.kind {
        PointerKind::ApplicationSet => appset::render(revision, &pointer.object),
        PointerKind::FluxKustomization => flux::render(revision, &pointer.object, cluster),
    }
}
