//! Which directories of the repository are applied, and by which pointers.

use memchr::memmem;
use rayon::prelude::*;

use super::applied::{Applied, Applier, PointerPlace};
use super::object::{Pointer, PointerKind};
use super::sources::{Sourced, Sources, is_whole};
use super::unfolding::Unfolding;
use super::{argo, flux};
use crate::kustomize::Web;
use crate::source::{Problem, RepoPath};

/// A directory that a pointer has applied.
#[derive(Debug, Clone)]
pub struct Located {
    /// The directory and the pointer.
    pub applied: Applied,
    /// The pointer.
    pub place: PointerPlace,
    /// Paths that what is applied may follow from, beside the directory and what its kustomizations name.
    pub reads: Vec<RepoPath>,
}

/// The pointers of a repository.
#[derive(Debug, Clone, Default)]
pub struct Pointers {
    /// Those whose directory is in the repository, sorted.
    pub located: Vec<Located>,
    /// The files that have Helm render charts of the repository, and what these are made of.
    pub releases: Vec<(RepoPath, Vec<RepoPath>)>,
    /// The others, and why it cannot be told what they apply.
    pub unseen: Vec<(PointerPlace, Problem)>,
}

/// The pointers that stand in `files`, and those that come of them when they are rendered. What Argo CD builds with is
/// said in `settings`.
#[must_use]
pub fn pointers(web: &Web<'_>, files: &[RepoPath], settings: &[RepoPath]) -> Pointers {
    let revision = web.revision();
    let mut found = Pointers::default();
    if files.is_empty() {
        return found;
    }
    let artifact = flux::artifact(revision);
    // Both are about the whole repository, wherever they stand.
    let ignore_files = flux::ignore_files(revision);
    let bad_links = argo::bad_links(revision);
    let sources = Sources::new(revision, artifact.as_ref(), argo::setting(revision, settings));
    let written: Vec<Sourced> = files
        .par_iter()
        .flat_map_iter(|file| {
            let pointers = Pointer::all(revision, file).unwrap_or_default();
            pointers.into_iter().filter(is_whole).flat_map(|pointer| sources.of(file, &pointer, None))
        })
        .collect();
    for Sourced { place, source, .. } in Unfolding::new(web, &sources, files).of(&written) {
        match source {
            Ok((directory, mut reads)) if !directory.is_root() => {
                reads.push(place.file.clone());
                for parent in place.ancestors() {
                    reads.push(parent.directory.clone());
                    reads.extend(parent.pointer().map(|place| place.file.clone()));
                }
                reads.extend(place.setting.iter().map(|setting| setting.file.clone()));
                reads.extend(
                    match place.kind {
                        PointerKind::FluxKustomization => &ignore_files,
                        PointerKind::ApplicationSet | PointerKind::ArgoApplication => &bad_links,
                    }
                    .iter()
                    .cloned(),
                );
                let applied = Applied { directory, by: Applier::Pointer(place.clone()) };
                found.located.push(Located { applied, place, reads });
            }
            Ok(_) => {
                let problem = Problem::new("it names no directory, so that is all of its source");
                found.unseen.push((place, problem.hint("let it name a directory")));
            }
            Err(problem) => found.unseen.push((place, problem)),
        }
    }
    found.located.sort_by(|a, b| a.applied.cmp(&b.applied));
    found.unseen.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Whether a text may set what Argo CD builds with.
#[must_use]
pub fn may_set_options(text: &[u8]) -> bool {
    memmem::find(text, argo::SETTINGS_KEY.as_bytes()).is_some()
}
