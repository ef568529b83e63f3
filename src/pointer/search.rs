//! Which directories of the repository are applied, and by which pointers.

use memchr::memmem;
use rayon::prelude::*;

use super::applied::{Applied, Applier, Made, PointerPlace, fingerprint_of};
use super::object::{Pointer, PointerKind};
use super::{appset, argo, fields, flux};
use crate::kustomize::Manifest;
use crate::source::{Problem, RepoPath, Revision};

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
    /// The others, and why it cannot be told what they apply.
    pub unseen: Vec<(PointerPlace, Problem)>,
}

/// The pointers that stand in `files`. What Argo CD builds with is said in `settings`.
#[must_use]
pub fn pointers(revision: &Revision, files: &[RepoPath], settings: &[RepoPath]) -> Pointers {
    let mut found = Pointers::default();
    if files.is_empty() {
        return found;
    }
    let artifact = flux::artifact(revision);
    // Both are about the whole repository, wherever they stand.
    let ignore_files = flux::ignore_files(revision);
    let bad_links = argo::bad_links(revision);
    let setting = argo::setting(revision, settings);
    let all: Vec<(PointerPlace, Result<Sourced, Problem>)> = files
        .par_iter()
        .flat_map_iter(|file| {
            let pointers = Pointer::all(revision, file).unwrap_or_default();
            pointers
                .into_iter()
                .filter(is_whole)
                .flat_map(|pointer| sourced(revision, artifact.as_ref(), file, &pointer))
        })
        .collect();
    for (mut place, sourced) in all {
        place.setting = setting.clone().filter(|_| place.kind != PointerKind::FluxKustomization);
        match sourced {
            Ok((directory, mut reads)) if !directory.is_root() => {
                reads.push(place.file.clone());
                // One that is set later may be set anywhere there, and one that is gone was.
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

/// Whether an object says where it takes things from. A patch of one need not.
fn is_whole(pointer: &Pointer) -> bool {
    let has = |path: &[&str]| fields::value(&pointer.object, path).is_some();
    match pointer.kind {
        PointerKind::FluxKustomization => has(&["spec", "sourceRef"]),
        PointerKind::ArgoApplication => {
            let sources = fields::list(&pointer.object, &["spec", "sources"]).unwrap_or_default();
            let source = fields::value(&pointer.object, &["spec", "source"]);
            sources.iter().chain(source).any(|source| fields::value(source, &["repoURL"]).is_some())
        }
        PointerKind::ApplicationSet => has(&["spec", "generators"]),
    }
}

/// A directory, and what else is read.
type Sourced = (RepoPath, Vec<RepoPath>);

/// What a pointer has applied: of an `ApplicationSet`, what each of its Applications has.
fn sourced(
    revision: &Revision,
    artifact: Result<&Revision, &Problem>,
    file: &RepoPath,
    pointer: &Pointer,
) -> Vec<(PointerPlace, Result<Sourced, Problem>)> {
    let place = PointerPlace {
        file: file.clone(),
        kind: pointer.kind,
        namespace: pointer.metadata("namespace").to_owned(),
        name: pointer.metadata("name").to_owned(),
        fingerprint: fingerprint_of(&pointer.object),
        made: None,
        setting: None,
    };
    match pointer.kind {
        PointerKind::FluxKustomization => {
            let source = artifact.map_err(Problem::clone).and_then(|artifact| flux::source(artifact, &pointer.object));
            vec![(place, source)]
        }
        PointerKind::ArgoApplication => vec![(place, argo::source(revision, &pointer.object))],
        PointerKind::ApplicationSet => match appset::render(revision, &pointer.object) {
            Ok(render) => {
                let of = |made: &Manifest| {
                    let made_place = Made { name: made.name().to_owned(), fingerprint: fingerprint_of(&made.node) };
                    (PointerPlace { made: Some(made_place), ..place.clone() }, argo::source(revision, &made.node))
                };
                render.resources.iter().map(of).collect()
            }
            Err(problem) => vec![(place, Err(problem))],
        },
    }
}
