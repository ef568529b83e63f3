//! Flux's `Kustomization`: what kustomize-controller makes of it, as fluxcd/pkg/kustomize 1.41 does.
//!
//! In order: what source-controller packs of the repository, the kustomization that is put in place of the directory's
//! own, kustomize's build, the substitution of variables, and what the apply leaves out or adds.

mod applied;
mod artifact;
mod composed;
mod config_maps;
mod envsubst;
mod generated;
mod held;
mod ignore;
mod kustomization;
mod revisions;
mod spec;
mod substitution;

use std::sync::Arc;

use crate::kustomize::{Options, Order, Parts, Render, Renderer, Restrictor};
use crate::pointer::cluster::Cluster;
use crate::source::{Kind, Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;
pub(super) use artifact::{ignore_files, of as artifact};
use composed::Composed;
pub(super) use config_maps::{ConfigMaps, cluster, may_hold_config_map};
pub(super) use held::{ClusterOf, Held};
pub(super) use revisions::{FluxSources, may_hold_source};
use spec::FluxSpec;

/// What the controller hands to the apply for a `Kustomization`.
pub(super) fn render(revision: &Revision, object: &Node, cluster: &Cluster) -> Result<Render, Problem> {
    render_in(&artifact::of(revision)?, object, cluster, Parts::All)
}

/// The same in the artifact that is made of a revision.
pub(super) fn render_in(
    artifact: &Revision,
    object: &Node,
    cluster: &Cluster,
    parts: Parts,
) -> Result<Render, Problem> {
    let spec = FluxSpec::read(object)?;
    let Some(composed) = Composed::of(artifact, &spec)? else {
        return build(artifact, &directory(artifact, &spec)?, &spec, cluster, parts);
    };
    let artifact = &composed.artifact;
    let render = build(artifact, &directory(artifact, &spec)?, &spec, cluster, parts)?;
    // Its files stand elsewhere in the repository.
    Ok(Render { inputs: Arc::new(render.inputs.moved(|path| artifact.origin(path))), ..render })
}

/// What the controller hands to the apply for a directory of the artifact of which nothing else is said.
pub(super) fn render_root(
    artifact: &Revision,
    directory: &RepoPath,
    cluster: &Cluster,
    parts: Parts,
) -> Result<Render, Problem> {
    build(artifact, directory, &FluxSpec::default(), cluster, parts)
}

fn build(
    artifact: &Revision,
    directory: &RepoPath,
    spec: &FluxSpec<'_>,
    cluster: &Cluster,
    parts: Parts,
) -> Result<Render, Problem> {
    let stand_in = kustomization::stand_in(artifact, directory, spec)?;
    let options = Options { order: Order::Fifo, restrictor: Restrictor::Repo, parts };
    let mut render = Renderer::new(artifact, options).attempt_as(directory, Some(&stand_in)).result?;
    substitution::apply(&mut render.resources, spec, cluster)?;
    applied::apply(&mut render.resources, spec, cluster)?;
    Ok(render)
}

/// The directory of the repository that a `Kustomization` has applied, and the paths beside it that what is applied may
/// follow from, though no kustomization names them.
///
/// Which repository a source is, is not written in it: one that has the directory counts.
///
/// # Errors
/// When it cannot be told, or there is no such directory.
pub(super) fn source(artifact: &Revision, object: &Node) -> Result<(RepoPath, Vec<RepoPath>), Problem> {
    let spec = FluxSpec::read(object)?;
    let (directory, mut reads) = match Composed::of(artifact, &spec)? {
        None => (directory(artifact, &spec)?, Vec::new()),
        Some(composed) => {
            let inside = directory(&composed.artifact, &spec)?;
            let directory = composed.origin(&inside).ok_or_else(|| {
                Problem::new(format!(
                    "`{inside}` of the source is no directory of the repository: its files are renamed"
                ))
                .at(spec.path.and_then(|path| path.origin.span).or(spec.span))
            })?;
            (directory, composed.reads)
        }
    };
    reads.extend(spec.components.iter().filter_map(|component| directory.join(component.as_str()?).ok()));
    Ok((directory, reads))
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
