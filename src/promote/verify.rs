//! Holds a render with edited texts against the one before: the images that were to change did, and nothing else.

use super::order::Order;
use super::target::Target;
use super::task::Task;
use crate::facts::{ImageVersion, images};
use crate::kustomize::{Manifest, Render, ResourceName};
use crate::source::Problem;
use crate::yaml::{Node, Path};

/// # Errors
/// When something else has changed, or an image has not.
pub(super) fn verify(order: &Order<'_>, target: &Target<'_>, after: &Render) -> Result<(), Problem> {
    let before = target.before;
    if before.resources.len() != after.resources.len() {
        return Err(other(target, "resources", None));
    }
    for (at, (before, after)) in before.resources.iter().zip(&after.resources).enumerate() {
        let tasks: Vec<&Task<'_>> = target.tasks.iter().filter(|task| task.manifest == at).collect();
        if let Some(path) = first_other(before, after, &tasks) {
            let field = path.describe(&before.node);
            let span = before.node.follow(&path).and_then(|node| node.origin.span);
            return Err(other(target, &format!("`{field}` of {}", ResourceName::of(before)), span));
        }
        let now = images(&order.to.name, std::slice::from_ref(after));
        for task in tasks {
            let image = now.iter().find(|image| is_at(task, &image.at.path));
            let became = image.is_some_and(|image| {
                image.repository.as_deref() == Some(&task.repository) && ImageVersion::of(image) == task.new
            });
            if !became {
                return Err(Problem::new(format!(
                    "`{}` of {} cannot be made `{}` by editing what sets it",
                    task.repository,
                    ResourceName::of(before),
                    task.new
                ))
                .at(task.node.origin.span)
                .hint("something else of the overlay goes over it, or puts it together: edit it by hand"));
            }
        }
    }
    Ok(())
}

fn other(target: &Target<'_>, what: &str, span: Option<crate::source::Span>) -> Problem {
    Problem::new(format!("promoting would change {what} too"))
        .within(&target.overlay.applied.directory)
        .at(span)
        .hint("edit it by hand; nothing was written")
}

/// The first field that differs and is no part of an image that was to change.
fn first_other(before: &Manifest, after: &Manifest, tasks: &[&Task<'_>]) -> Option<Path> {
    let (before, after) = (leaves(&before.node), leaves(&after.node));
    let meant = |path: &Path| tasks.iter().any(|task| is_part(task, path));
    let differ = before
        .iter()
        .zip(&after)
        .find(|((old_path, old), (new_path, new))| old_path != new_path || (!old.same_data(new) && !meant(old_path)));
    match differ {
        Some(((path, _), _)) => Some(path.clone()),
        None => before.get(after.len()).or_else(|| after.get(before.len())).map(|(path, _)| path.clone()),
    }
}

fn leaves(node: &Node) -> Vec<(Path, &Node)> {
    let mut leaves = Vec::new();
    node.leaves(&mut |path, leaf| leaves.push((path.clone(), leaf)));
    leaves
}

fn is_at(task: &Task<'_>, path: &Path) -> bool {
    task.image.at.path == *path
}

/// Whether the field is the image, or its tag or digest beside the other one.
fn is_part(task: &Task<'_>, path: &Path) -> bool {
    let image = &task.image.at.path;
    let is_split = |path: &Path| ["tag", "digest", "newTag"].iter().any(|key| path.last() == Some(&(*key).into()));
    let above = |path: &Path| path.iter().take(path.len().saturating_sub(1)).cloned().collect::<Path>();
    image == path || (is_split(image) && is_split(path) && above(image) == above(path))
}
