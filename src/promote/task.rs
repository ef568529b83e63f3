//! Which images of an environment shall be which: what both environments run, and where they differ.

use std::collections::{BTreeMap, BTreeSet};

use super::order::Order;
use crate::facts::{Image, ImageVersion, images};
use crate::kustomize::{Manifest, Render};
use crate::source::Problem;
use crate::yaml::Node;

/// An image that shall be another one.
pub(super) struct Task<'a> {
    /// The image as it is.
    pub(super) image: Image,
    /// Its repository.
    pub(super) repository: String,
    /// The resource that names it, by its place in the render.
    pub(super) manifest: usize,
    /// The resource.
    pub(super) root: &'a Node,
    /// The text that a promotion would change, as rendered.
    pub(super) node: &'a Node,
    /// What the lower environment runs.
    pub(super) lower: ImageVersion,
    /// What shall run: the same in the form that the text has.
    pub(super) new: ImageVersion,
}

/// Repositories that were met.
#[derive(Default)]
pub(super) struct Known {
    /// Those of the upper environment.
    pub(super) upper: BTreeSet<String>,
    /// Those that the lower environment runs too.
    pub(super) both: BTreeSet<String>,
}

struct Found<'a> {
    image: Image,
    repository: String,
    manifest: usize,
    root: &'a Node,
    node: &'a Node,
}

/// The images of a render whose repositories are known.
fn found<'a>(environment: &str, resources: &'a [Manifest]) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for (manifest, resource) in resources.iter().enumerate() {
        for image in images(environment, std::slice::from_ref(resource)) {
            let (Some(repository), Some(node)) = (image.repository.clone(), resource.node.follow(&image.at.path))
            else {
                continue;
            };
            found.push(Found { image, repository, manifest, root: &resource.node, node });
        }
    }
    found
}

/// What is to be done in one overlay, given what runs beside it in the lower environment.
pub(super) fn tasks<'a>(
    order: &Order<'_>,
    wanted: &[String],
    upper: &'a Render,
    lower: &[&Render],
    known: &mut Known,
    problems: &mut Vec<Problem>,
) -> Vec<Task<'a>> {
    let lower: Vec<Found<'_>> = lower.iter().flat_map(|render| found(&order.from.name, &render.resources)).collect();
    let mut by_repository: BTreeMap<String, Vec<Found<'a>>> = BTreeMap::new();
    for image in found(&order.to.name, &upper.resources) {
        by_repository.entry(image.repository.clone()).or_default().push(image);
    }
    let mut tasks = Vec::new();
    for (repository, images) in by_repository {
        known.upper.insert(repository.clone());
        let canonical = order.mirrors.canonical(&repository, &order.to.name);
        let is_same = |image: &&Found<'_>| order.mirrors.canonical(&image.repository, &order.from.name) == canonical;
        let beside: Vec<&Found<'_>> = lower.iter().filter(is_same).collect();
        let is_wanted = |name: &String| wanted.is_empty() || wanted.contains(name);
        if !is_wanted(&repository) && !beside.iter().any(|image| is_wanted(&image.repository)) {
            continue;
        }
        let Some(first) = beside.first() else { continue };
        known.both.extend(beside.iter().map(|image| image.repository.clone()));
        known.both.insert(repository);
        let version = ImageVersion::of(&first.image);
        let different: Vec<&Found<'a>> =
            images.iter().filter(|image| !is_done(&ImageVersion::of(&image.image), &version)).collect();
        let one = alike(&order.from.name, beside.iter().copied())
            .and_then(|()| if different.is_empty() { Ok(()) } else { alike(&order.to.name, images.iter()) });
        if let Err(problem) = one.and_then(|()| if different.is_empty() { Ok(()) } else { pinned(order, first) }) {
            problems.push(problem);
            continue;
        }
        let different = images.into_iter().filter(|image| !is_done(&ImageVersion::of(&image.image), &version));
        tasks.extend(different.map(|found| task(found, &version)));
    }
    // As the render has them.
    tasks.sort_by(|a, b| (a.manifest, &a.image.at.path).cmp(&(b.manifest, &b.image.at.path)));
    tasks
}

fn task<'a>(found: Found<'a>, lower: &ImageVersion) -> Task<'a> {
    let Found { image, repository, manifest, root, node } = found;
    // A digest alone stays one: a tag beside it decides nothing.
    let pinned_alone = image.tag.is_none() && image.digest.is_some();
    let tag = lower.tag.clone().filter(|_| lower.digest.is_none() || !pinned_alone);
    let new = ImageVersion { tag, digest: lower.digest.clone() };
    Task { image, repository, manifest, root, node, lower: lower.clone(), new }
}

/// Whether nothing is left to do: it runs the same, and says so in the same way.
fn is_done(upper: &ImageVersion, lower: &ImageVersion) -> bool {
    let tags = upper.tag.is_none() || lower.tag.is_none() || upper.tag == lower.tag;
    upper.is_same(lower) && tags && (upper.digest.is_some() || lower.digest.is_none())
}

/// Nobody can say which of several versions is meant.
fn alike<'f, 'a: 'f>(environment: &str, mut images: impl Iterator<Item = &'f Found<'a>>) -> Result<(), Problem> {
    let Some(first) = images.next() else { return Ok(()) };
    let version = ImageVersion::of(&first.image);
    match images.find(|image| !ImageVersion::of(&image.image).is_same(&version)) {
        None => Ok(()),
        Some(other) => Err(Problem::new(format!(
            "`{environment}` runs `{}` at `{version}` and at `{}`",
            first.repository,
            ImageVersion::of(&other.image)
        ))
        .at(other.node.origin.span)
        .via(first.node.origin.span)
        .hint("make them the same first, or name the other images with `--image`")),
    }
}

/// That the image of the lower environment can be promoted.
fn pinned(order: &Order<'_>, lower: &Found<'_>) -> Result<(), Problem> {
    let (image, environment) = (&lower.image, &order.from.name);
    if image.digest.is_some() {
        return Ok(());
    }
    let problem = match &image.tag {
        None => Problem::new(format!("`{environment}` runs `{}` at no version", lower.repository))
            .hint("give it a digest, or a tag"),
        Some(tag) if order.to.protected && !order.tags => Problem::new(format!(
            "`{environment}` runs `{}:{tag}` without a digest, and `{}` is protected",
            lower.repository, order.to.name
        ))
        .hint("pin it by digest there, or promote the tag with `--allow-tag`"),
        Some(_) => return Ok(()),
    };
    Err(problem.at(lower.node.origin.span))
}
