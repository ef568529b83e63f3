//! Which directories of the repository are applied, and by which pointers.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::applied::{Applied, Applier, BuildSetting, PointerPlace};
use super::elsewhere::{OwnSources, named_directory};
use super::follows::Follows;
use super::object::{Pointer, PointerKind};
use super::places::Places;
use super::sources::{Sourced, Sources, is_whole};
use super::unfolding::Unfolding;
use super::{argo, flux};
use crate::kustomize::Web;
use crate::source::{Problem, Reason, RepoPath};

/// A directory that a pointer has applied.
#[derive(Debug, Clone)]
pub struct Located {
    /// The directory and the pointer.
    pub applied: Applied,
    /// The pointer.
    pub place: PointerPlace,
    /// Paths that what is applied may follow from, beside the directory and what its kustomizations name.
    pub reads: Vec<RepoPath>,
    /// The pointers that have the pointer itself applied, as its file has it: their places among those that were found.
    pub appliers: Vec<usize>,
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
    /// What Flux leaves out of all that it applies, these files say.
    pub ignore_files: Vec<RepoPath>,
    /// What they follow from.
    pub follows: Follows,
}

/// The pointers that stand in files, and those that come of them when they are rendered.
#[must_use]
pub fn pointers(web: &Web<'_>, places: &Places<'_>) -> Pointers {
    let files = &places.pointers;
    let revision = web.revision();
    let mut found = Pointers::default();
    if files.is_empty() {
        return found;
    }
    let artifact = flux::artifact(revision);
    // Both are about the whole repository, wherever they stand.
    let ignore_files = flux::ignore_files(revision);
    let bad_links = argo::bad_links(revision);
    let settings = argo::Settings::find(web, &places.options, &places.kustomizations);
    let sources = Sources::new(web, artifact.as_ref(), settings, places);
    let written: Vec<Sourced> = files
        .par_iter()
        .flat_map_iter(|file| {
            let pointers = Pointer::all(revision, file).unwrap_or_default();
            pointers.into_iter().filter(is_whole).flat_map(|pointer| sources.of(file, &pointer, None))
        })
        .collect();
    let unfolding = Unfolding::new(web, &sources, files);
    let all = unfolding.of(&written);
    found.follows = if !places.options.is_empty() || artifact.is_err() {
        Follows::anything()
    } else {
        Follows::of(written.iter().chain(&all), unfolding.followed())
    };
    let own = OwnSources::of(all.iter().filter(|one| one.source.is_ok()).map(|one| &one.object));
    for Sourced { mut place, object, source } in all {
        let source = match source {
            // What is beyond a limit of this search is told as such.
            Err(problem) if problem.kind() == Reason::Limit && !is_set(&place) => Err(problem),
            // It has applied what cannot be seen, or rendering it says what is wrong: it is judged as a pointer.
            Err(problem) => {
                place.elsewhere = own.is_elsewhere(&object, &problem);
                let named = named_directory(&object);
                let mut reads = argo::reads_elsewhere(revision, &object);
                // What another revision of this has applied, another change will bring.
                let stays = matches!(place.setting, Some(BuildSetting::Revision { .. }));
                reads.extend(named.clone().filter(|path| stays && revision.resolve(path).is_ok()));
                let named = named.filter(|_| !place.elsewhere && problem.kind() == Reason::Missing);
                Ok((named.unwrap_or_else(|| place.file.clone()), reads))
            }
            source => source,
        };
        match source {
            Ok((directory, mut reads)) if !directory.is_root() => {
                reads.push(place.file.clone());
                for parent in place.ancestors() {
                    reads.push(parent.directory.clone());
                    reads.extend(parent.pointer().map(|place| place.file.clone()));
                }
                reads.extend(place.setting.iter().flat_map(BuildSetting::files).cloned());
                reads.extend(
                    match place.kind {
                        PointerKind::FluxKustomization => &ignore_files,
                        PointerKind::ApplicationSet | PointerKind::ArgoApplication => &bad_links,
                    }
                    .iter()
                    .cloned(),
                );
                let applied = Applied { directory, by: Applier::Pointer(place.clone()) };
                found.located.push(Located { applied, place, reads, appliers: Vec::new() });
            }
            Ok(_) => {
                let problem = Problem::new("it names no directory, so that is all of its source");
                found.unseen.push((place, problem.hint("let it name a directory")));
            }
            Err(problem) => found.unseen.push((place, problem)),
        }
    }
    found.ignore_files = ignore_files;
    found.located.sort_by(|a, b| a.applied.cmp(&b.applied));
    note_appliers(web, files, &mut found.located);
    found.unseen.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Whether it is an `ApplicationSet` itself, not an Application that one makes.
fn is_set(place: &PointerPlace) -> bool {
    place.kind == PointerKind::ApplicationSet && place.made.is_none()
}

/// Notes which pointers have which others applied. What parents make of others, these say themselves.
fn note_appliers(web: &Web<'_>, files: &[RepoPath], located: &mut [Located]) {
    let homes: HashSet<RepoPath> = files.iter().flat_map(RepoPath::upwards).collect();
    let mut holders: BTreeMap<&RepoPath, Vec<usize>> = BTreeMap::new();
    for (index, one) in located.iter().enumerate() {
        holders.entry(&one.applied.directory).or_default().push(index);
    }
    let mut alone: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for (index, one) in located.iter().enumerate().filter(|(_, one)| one.place.parent.is_none()) {
        alone.entry(one.place.file.clone()).or_default().push(index);
    }
    let taken = |(directory, appliers): (&RepoPath, Vec<usize>)| -> Vec<(RepoPath, Vec<usize>)> {
        let reached = web.reach(directory);
        if !reached.iter().any(|path| homes.contains(path)) {
            return Vec::new();
        }
        let gathered = web.gathered(directory);
        let files = alone.keys().filter(|file| gathered.has(file));
        files.map(|file| (file.clone(), appliers.clone())).collect()
    };
    let taken: Vec<(RepoPath, Vec<usize>)> = holders.into_par_iter().flat_map_iter(taken).collect();
    for (file, appliers) in taken {
        for index in alone.get(&file).into_iter().flatten() {
            if let Some(one) = located.get_mut(*index) {
                one.appliers.extend(appliers.iter().filter(|applier| *applier != index));
            }
        }
    }
}
