//! Parameters in the kustomization: what `kustomize edit` writes into it, one command after the other, and what Argo CD
//! appends itself.

use super::additions;
use super::environment::Environment;
use super::images;
use super::metadata;
use super::parameters::Parameters;
use super::replicas;
use crate::kustomize::edited as read_strictly;
use crate::pointer::kustomization::{Own, put};
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Map, Node, Origin};

/// The kustomization of a directory with the parameters in it.
///
/// # Errors
/// When a command fails, as on an image without a tag or a label that is there already.
pub(super) fn edited(
    revision: &Revision,
    directory: &RepoPath,
    own: &Own,
    parameters: &Parameters<'_>,
    environment: &Environment,
) -> Result<Node, Problem> {
    let mut kustomization = own.node.clone().unwrap_or_else(|| Node::empty_map(Origin::default()));
    if parameters.edits() {
        kustomization = read_strictly(&kustomization)?;
        if let Some(map) = kustomization.as_map_mut() {
            commands(map, parameters, environment)?;
        }
    }
    additions::patches(&mut kustomization, own, parameters)?;
    let components = additions::components(revision, directory, parameters);
    if !components.is_empty() {
        kustomization = read_strictly(&kustomization)?;
        if let Some(map) = kustomization.as_map_mut() {
            additions::add_components(map, components, own.path.file_name());
        }
    }
    Ok(kustomization)
}

/// The commands that do not look at other files, in the order in which Argo CD gives them.
fn commands(map: &mut Map, parameters: &Parameters<'_>, environment: &Environment) -> Result<(), Problem> {
    let mut text = |name, value: Option<&Node>| value.into_iter().for_each(|value| put(map, name, value.clone()));
    text("namePrefix", parameters.name_prefix);
    text("nameSuffix", parameters.name_suffix);
    text("namespace", parameters.namespace);
    images::set(map, parameters.images, environment)?;
    replicas::set(map, parameters.replicas)?;
    metadata::add_labels(map, parameters, environment)?;
    metadata::add_annotations(map, parameters, environment)
}
