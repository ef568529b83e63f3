//! Flux's `Kustomization`: what kustomize-controller makes of it, as fluxcd/pkg/kustomize 1.41 does.
//!
//! In order: what source-controller packs of the repository, the kustomization that is put in place of the directory's
//! own, kustomize's build, the substitution of variables, and what the apply leaves out or adds.

mod applied;
mod artifact;
mod composed;
mod envsubst;
mod generated;
mod ignore;
mod kustomization;
mod spec;
mod substitution;

use crate::kustomize::{Options, Order, Render, Renderer, Restrictor};
use crate::pointer::cluster::Cluster;
use crate::source::{Kind, Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;
use spec::FluxSpec;

/// What the controller hands to the apply for a `Kustomization`.
pub(super) fn render(revision: &Revision, object: &Node, cluster: &Cluster) -> Result<Render, Problem> {
    let spec = FluxSpec::read(object)?;
    let artifact = composed::of(artifact::of(revision)?, &spec)?;
    let directory = directory(&artifact, &spec)?;
    let stand_in = kustomization::stand_in(&artifact, &directory, &spec)?;
    let options = Options { order: Order::Fifo, restrictor: Restrictor::Repo };
    let mut render = Renderer::new(&artifact, options).attempt_as(&directory, Some(&stand_in)).result?;
    substitution::apply(&mut render.resources, &spec, cluster)?;
    applied::apply(&mut render.resources, &spec)?;
    Ok(render)
}

/// The directory that is built. Nothing leads out of the artifact: at its root, `..` stays there.
fn directory(artifact: &Revision, spec: &FluxSpec<'_>) -> Result<RepoPath, Problem> {
    let written = spec.path.and_then(Node::as_str).unwrap_or_default();
    let mut directory = RepoPath::root();
    for step in written.split('/').filter(|step| !matches!(*step, "" | ".")) {
        directory = match step {
            ".." => directory.parent().unwrap_or(directory),
            name => directory.child(name),
        };
    }
    match artifact.resolve(&directory) {
        Ok((directory, Kind::Directory)) => Ok(directory),
        _ => Err(Problem::new(format!("`{directory}`, the path of the Kustomization, is no directory of its source"))
            .at(spec.path.and_then(|path| path.origin.span).or(spec.span))
            .reason(Reason::Missing)
            .hint("correct `spec.path`; it starts at the root of the source")),
    }
}
