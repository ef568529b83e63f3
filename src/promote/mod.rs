//! Promotion: the images that an environment of an app runs, brought to another one by editing the texts that set
//! them there.
//!
//! Nothing is written here. What comes back has been rendered: with the new texts exactly the images that were to
//! change do, and nothing else. Whether they may is for `gate check` to say.

mod edits;
mod entry;
mod order;
mod target;
mod task;
mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::ImageVersion;
use crate::finding::Masks;
use crate::kustomize::{Inputs, KUSTOMIZATION_NAMES, Parts, Render};
use crate::pointer::{Applied, Builder};
use crate::repo::{Environment, ImageRef, Overlay, kustomizations};
use crate::schema::nearest;
use crate::source::{Files, Problem, RepoPath, Revision};
use edits::Editor;
pub use order::{Edited, Order, Promoted, Promotion};
use target::Target;

/// Works out a promotion. `edited` makes a revision in which files say something else.
///
/// # Errors
/// All that stands in its way: then none of it should be done.
pub fn promote(
    order: &Order<'_>,
    edited: impl FnOnce(BTreeMap<RepoPath, Vec<u8>>) -> Result<Revision, Problem>,
) -> Result<Promotion, Vec<Problem>> {
    let fail = |problem| vec![problem];
    let (lower, upper) = (overlays(order, order.from).map_err(fail)?, overlays(order, order.to).map_err(fail)?);
    let builder = Builder::new(order.revision, Parts::All);
    let renders = render(&builder, lower.iter().chain(&upper).copied())?;
    let targets = targets(order, &upper, &renders)?;
    let nothing = Promotion { images: Vec::new(), files: Vec::new(), masks: Masks::default() };
    if targets.iter().all(|target| target.tasks.is_empty()) {
        return Ok(nothing);
    }
    let readers = readers(order, &builder, &targets);
    let mut editor = Editor::new(order.revision, &upper, &readers);
    let mut problems = Vec::new();
    for target in &targets {
        problems.extend(target.tasks.iter().filter_map(|task| editor.plan(target.overlay, task).err()));
    }
    if !problems.is_empty() {
        problems.dedup();
        return Err(problems);
    }
    let contents = editor.finish().map_err(fail)?;
    let new = contents.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    let revision = edited(new).map_err(fail)?;
    let builder = Builder::new(&revision, Parts::All);
    let after = render(&builder, upper.iter().copied())?;
    finish(order, &targets, &after, &revision, contents.into_keys())
}

/// The overlays of the app in an environment.
fn overlays<'a>(order: &Order<'a>, environment: &Environment) -> Result<Vec<&'a Overlay>, Problem> {
    let overlays = order.app.overlays_in(&environment.name);
    if overlays.is_empty() {
        let mut names: Vec<String> =
            order.app.overlays.iter().map(|overlay| format!("`{}`", overlay.environment)).collect();
        names.dedup();
        return Err(Problem::new(format!("`{}` has no overlay in `{}`", order.app.name, environment.name))
            .hint(format!("it has overlays in {}", names.join(", "))));
    }
    Ok(overlays)
}

type Renders = BTreeMap<Applied, Render>;

fn render<'a>(builder: &Builder<'_>, overlays: impl Iterator<Item = &'a Overlay>) -> Result<Renders, Vec<Problem>> {
    let (mut renders, mut problems) = (Renders::new(), Vec::new());
    for overlay in overlays {
        match builder.render(&overlay.applied) {
            Ok(render) => _ = renders.insert(overlay.applied.clone(), render),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(renders) } else { Err(problems) }
}

/// What each overlay of the upper environment is to get.
fn targets<'a>(
    order: &Order<'a>,
    upper: &[&'a Overlay],
    renders: &'a Renders,
) -> Result<Vec<Target<'a>>, Vec<Problem>> {
    let wanted: Vec<String> = order
        .images
        .iter()
        .map(|image| ImageRef::parse(image).map_or_else(|_| image.clone(), |image| image.repository()))
        .collect();
    let (mut targets, mut problems) = (Vec::new(), Vec::new());
    let mut known = task::Known::default();
    for overlay in upper {
        let Some(before) = renders.get(&overlay.applied) else { continue };
        let beside = order.app.overlays_beside(overlay, &order.from.name).into_iter();
        let lower: Vec<&Render> = beside.filter_map(|overlay| renders.get(&overlay.applied)).collect();
        let tasks = task::tasks(order, &wanted, before, &lower, &mut known, &mut problems);
        targets.push(Target { overlay, before, tasks });
    }
    for (image, written) in wanted.iter().zip(order.images).filter(|(image, _)| !known.both.contains(*image)) {
        let problem = if known.upper.contains(image) {
            Problem::new(format!("`{}` runs no image of `{written}`", order.from.name))
                .hint("set `mirrors` of the policy `digest-matches-staging` where it has another name there")
        } else {
            let hint = match nearest(image, known.upper.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it runs {}", quoted(known.upper.iter())),
            };
            Problem::new(format!("`{}` runs no image of `{written}`", order.to.name)).hint(hint)
        };
        problems.push(problem);
    }
    if known.upper.is_empty() {
        problems.push(
            Problem::new(format!("`{}` runs no images of `{}`", order.to.name, order.app.name))
                .hint("charts and references to Git are promoted by editing their versions"),
        );
    } else if known.both.is_empty() && wanted.is_empty() {
        problems.push(
            Problem::new(format!(
                "`{}` and `{}` of `{}` have no image in common",
                order.from.name, order.to.name, order.app.name
            ))
            .hint("set `mirrors` of the policy `digest-matches-staging` where repositories have other names there"),
        );
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

fn quoted<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Who else reads a file, by path free of links: every kustomization that is neither promoted to nor a part of what
/// is. One that takes in all of what is promoted to goes with it, unless it is another environment's. Of those that
/// cannot be rendered nobody knows what they read.
fn readers(order: &Order<'_>, builder: &Builder<'_>, targets: &[Target<'_>]) -> BTreeMap<RepoPath, Vec<RepoPath>> {
    let inputs = targets.iter().flat_map(|target| target.before.inputs.files());
    let kustomized = |input: &RepoPath| {
        if KUSTOMIZATION_NAMES.contains(&input.file_name()) { input.parent() } else { None }
    };
    let parts: BTreeSet<RepoPath> = inputs.filter_map(kustomized).collect();
    let is_target = |directory: &RepoPath| targets.iter().any(|target| target.overlay.applied.directory == *directory);
    let elsewhere: BTreeSet<&RepoPath> = order
        .layout
        .apps
        .iter()
        .flat_map(|app| &app.overlays)
        .filter(|overlay| overlay.environment != order.to.name)
        .map(|overlay| &overlay.applied.directory)
        .collect();
    let others: Vec<RepoPath> =
        kustomizations(order.revision).into_iter().filter(|directory| !parts.contains(directory)).collect();
    let plain = |directory: &RepoPath| builder.render(&Applied::plainly(directory.clone())).ok();
    let inputs: Vec<(&RepoPath, Arc<Inputs>)> =
        others.par_iter().filter_map(|directory| Some((directory, plain(directory)?.inputs))).collect();
    let mut readers: BTreeMap<RepoPath, Vec<RepoPath>> = BTreeMap::new();
    for (directory, inputs) in inputs {
        let follows = inputs.files().filter_map(kustomized).any(|part| is_target(&part));
        if follows && !elsewhere.contains(directory) {
            continue;
        }
        for input in inputs.files() {
            let Ok((real, _)) = order.revision.resolve(input) else { continue };
            readers.entry(real).or_default().push(directory.clone());
        }
    }
    readers
}

/// Holds what was rendered afterwards against what was to change, and puts the result together.
fn finish(
    order: &Order<'_>,
    targets: &[Target<'_>],
    after: &Renders,
    revision: &Revision,
    paths: impl Iterator<Item = RepoPath>,
) -> Result<Promotion, Vec<Problem>> {
    let fail = |problem| vec![problem];
    let files: &Arc<Files> = order.revision.files();
    let (mut images, mut masks) = (Vec::new(), Masks::of(files));
    for target in targets {
        let Some(after) = after.get(&target.overlay.applied) else { continue };
        verify::verify(order, target, after).map_err(fail)?;
        target.before.resources.iter().chain(&after.resources).for_each(|manifest| masks.add(manifest));
        for task in &target.tasks {
            let node =
                after.resources.get(task.manifest).and_then(|manifest| manifest.node.follow(&task.image.at.path));
            images.push(Promoted {
                repository: masks.scrub(&task.repository).into_owned(),
                cluster: target.overlay.cluster.clone(),
                old: ImageVersion::of(&task.image),
                new: task.new.clone(),
                at: node.and_then(|node| Some(files.location(node.origin.span?))),
            });
        }
    }
    // Containers that one text gives the same image.
    let mut seen = Vec::new();
    images.retain(|image| {
        let is_new = !seen.contains(image);
        if is_new {
            seen.push(image.clone());
        }
        is_new
    });
    let edited = paths.map(|path| {
        let (old, _) = order.revision.read(&path)?;
        let (new, _) = revision.read(&path)?;
        Ok(Edited { path, old, new })
    });
    let files = edited.collect::<Result<_, Problem>>().map_err(fail)?;
    Ok(Promotion { images, files, masks })
}
