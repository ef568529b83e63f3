//! How far a change reaches, before anything is rendered: the files that differ, the apps that can render differently
//! for it, the overlays that it takes away.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::touched::Touched;
use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::repo::{App, Layout, Overlay};
use crate::source::{ChangeKind, FileChange, RepoPath, Revision};

/// How far a change reaches.
pub struct Extent {
    /// The files that differ, sorted.
    pub files: Vec<FileChange>,
    /// The paths of these.
    pub touched: Touched,
    /// The apps that may render differently, by name.
    pub apps: BTreeSet<String>,
    /// The overlays of the base that head has no more, by app.
    pub removed: Vec<(String, Overlay)>,
    /// The kustomization files that are new and that no overlay of head reaches: nothing judges them.
    pub strays: Vec<RepoPath>,
}

impl Extent {
    /// The extent of a change of `files`, which leads from the apps of `before` to those of `now`. The environments of
    /// `elsewhere` are left as they are.
    pub(super) fn find(
        files: Vec<FileChange>,
        head: &Web<'_>,
        before: &Layout,
        now: &Layout,
        elsewhere: &BTreeMap<String, &Revision>,
    ) -> Self {
        let touched = Touched::new(&files);
        let before_by_name: BTreeMap<&str, &App> = before.apps.iter().map(|app| (app.name.as_str(), app)).collect();
        let affected = |app: &&App| {
            let same = before_by_name.get(app.name.as_str()).is_some_and(|old| old.overlays == app.overlays);
            let mut here = app.overlays.iter().filter(|overlay| !elsewhere.contains_key(&overlay.environment));
            !same || here.any(|overlay| touched.any(&head.reach(&overlay.directory)))
        };
        let apps = now.apps.par_iter().filter(affected).map(|app| app.name.clone()).collect();
        let removed = before.apps.iter().flat_map(|old| {
            let overlays = now.app(&old.name).map(|app| app.overlays.as_slice()).unwrap_or_default();
            let gone = old.overlays.iter().filter(|overlay| !overlays.iter().any(|new| overlay.same_place(new)));
            gone.map(|overlay| (old.name.clone(), overlay.clone()))
        });
        let removed = removed.collect();
        let strays = strays(&files, head, now);
        Self { files, touched, apps, removed, strays }
    }

    /// The overlays of the app `name` that head has no more.
    pub fn removed_of(&self, name: &str) -> impl Iterator<Item = &Overlay> {
        self.removed.iter().filter(move |(app, _)| app == name).map(|(_, overlay)| overlay)
    }
}

/// Whether the files that differ leave the apps and their overlays where they are: no kustomization comes or goes,
/// those that differ draw on the same directories, and no link leads elsewhere.
pub(super) fn same_layout(files: &[FileChange], base: &Web<'_>, head: &Web<'_>) -> bool {
    let is_link = |path: &RepoPath| [base, head].iter().any(|web| web.revision().is_link(path));
    files.iter().all(|file| match file.path.parent() {
        _ if is_link(&file.path) => false,
        Some(directory) if KUSTOMIZATION_NAMES.contains(&file.path.file_name()) => {
            file.kind == ChangeKind::Modified && base.links(&directory) == head.links(&directory)
        }
        _ => true,
    })
}

/// The kustomization files among those added that no overlay reaches.
fn strays(files: &[FileChange], head: &Web<'_>, now: &Layout) -> Vec<RepoPath> {
    let is_kustomization = |path: &RepoPath| KUSTOMIZATION_NAMES.contains(&path.file_name());
    let added = files.iter().filter(|file| file.kind == ChangeKind::Added && is_kustomization(&file.path));
    let added: Vec<&RepoPath> = added.map(|file| &file.path).collect();
    if added.is_empty() {
        return Vec::new();
    }
    let overlays = now.apps.par_iter().flat_map_iter(|app| &app.overlays);
    let reached: BTreeSet<RepoPath> = overlays.flat_map_iter(|overlay| head.reach(&overlay.directory)).collect();
    let is_stray = |path: &&&RepoPath| path.parent().is_none_or(|directory| !reached.contains(&directory));
    added.iter().filter(is_stray).map(|path| (*path).clone()).collect()
}
