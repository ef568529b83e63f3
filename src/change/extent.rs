//! How far a change reaches, before anything is rendered: the files that differ, the apps that can render differently
//! for it, the overlays that it takes away.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::left::{Left, Remains};
use super::overlooked::{Judged, Overlooked};
use super::side::Side;
use super::touched::{Touched, reach};
use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::pointer::Applier;
use crate::repo::{App, CASE_FILE, CASE_HEAD, Config, Layout, Overlay, Unplaced};
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
    /// The overlays of the base whose directory head judges no more, by app, and what is left of each.
    pub left: Vec<(String, Overlay, Left)>,
    /// The kustomization files that are new and that no overlay of head reaches: nothing judges them. Components, which
    /// cannot be built, are not among them.
    pub strays: Vec<RepoPath>,
    /// Directories of head that look like overlays, that the change touches, and that nothing judges.
    pub unjudged: Vec<Unjudged>,
    /// The other files that differ, that a rendering could read, and that nothing judges.
    pub overlooked: Vec<Overlooked>,
}

/// A directory that nothing judges and that the change touches.
pub struct Unjudged {
    /// The directory, and why it is no overlay.
    pub unplaced: Unplaced,
    /// Whether the change brings its kustomization.
    pub added: bool,
    /// The first of its files that differ.
    pub file: RepoPath,
}

impl Extent {
    /// The extent of a change of `files`, which leads from the base to head. The environments of `elsewhere` are left as
    /// they are.
    pub(super) fn find<'a>(
        files: Vec<FileChange>,
        (before, head): (&Web<'a>, &Web<'a>),
        base: &Side<'a>,
        now: &Side<'a>,
        config: &Config,
        elsewhere: &BTreeMap<String, &Revision>,
    ) -> Self {
        let touched = Touched::new(&files);
        // Where the layout is the same, nothing has left it.
        let same = Arc::ptr_eq(&base.layout, &now.layout);
        let old_apps = if same { &[] } else { base.layout.apps.as_slice() };
        let elsewhere = |overlay: &&Overlay| elsewhere.contains_key(&overlay.environment);
        // An overlay that reaches nothing touched on the base reaches the same on head.
        let affected = |app: &&App| {
            let mut here = app.overlays.iter().filter(|overlay| !elsewhere(overlay));
            !base.layout.app(&app.name).is_some_and(|old| old.overlays == app.overlays)
                || here.any(|overlay| touched.any(&reach(before, overlay)))
        };
        let affected: BTreeSet<String> =
            now.layout.apps.par_iter().filter(affected).map(|app| app.name.clone()).collect();
        let removed = old_apps.iter().flat_map(|old| {
            let overlays = now.layout.app(&old.name).map(|app| app.overlays.as_slice()).unwrap_or_default();
            let gone = old.overlays.iter().filter(|overlay| !overlays.iter().any(|new| overlay.same_place(new)));
            gone.map(|overlay| (old.name.clone(), overlay.clone()))
        });
        let removed: Vec<(String, Overlay)> = removed.collect();
        let judged: HashSet<(&str, &RepoPath)> =
            if same { HashSet::new() } else { overlays(&now.whole.apps).map(place).collect() };
        let lost: Vec<(&App, &Overlay)> = old_apps
            .iter()
            .flat_map(|app| app.overlays.iter().map(move |overlay| (app, overlay)))
            .filter(|(_, overlay)| !judged.contains(&place(overlay)) && !elsewhere(overlay))
            // What a pointer no longer has applied is gone, whatever is left in its directory.
            .filter(|(_, overlay)| overlay.applied.by == Applier::Unknown)
            .collect();
        let added = added(&files, head);
        let touched_misfits = touched_misfits(&files, &now.layout.unplaced);
        let reached = if lost.is_empty() && added.is_empty() && touched_misfits.is_empty() {
            BTreeSet::new()
        } else {
            let overlays: Vec<&Overlay> = overlays(&now.whole.apps).filter(|overlay| !elsewhere(overlay)).collect();
            overlays.par_iter().flat_map_iter(|overlay| reach(head, overlay)).collect()
        };
        let left = Remains::new(head, &reached).of(&lost);
        let is_new = |one: &Unplaced| added.iter().any(|file| file.parent().as_ref() == Some(&one.real));
        let unjudged = touched_misfits.into_iter().filter(|(one, _)| {
            !reached.contains(&one.real) && !reached.contains(&one.directory) && !head.links(&one.directory).component
        });
        let unjudged: Vec<Unjudged> =
            unjudged.map(|(one, file)| Unjudged { added: is_new(one), unplaced: one.clone(), file }).collect();
        let strays =
            added.into_iter().filter(|path| path.parent().is_none_or(|directory| !reached.contains(&directory)));
        let strays: Vec<RepoPath> = strays.collect();
        let told = unjudged.iter().flat_map(|one| [one.unplaced.directory.clone(), one.unplaced.real.clone()]);
        // Nothing applies a new directory yet; an existing one may be applied by something that is not known here.
        let is_new = |directory: &RepoPath| before.revision().resolve(directory).is_err();
        let told = told.chain(strays.iter().filter_map(RepoPath::parent).filter(is_new));
        let told = told.chain(removed.iter().map(|(_, overlay)| overlay.applied.directory.clone())).collect();
        // Where a part of the repository is judged, nobody asks for the rest.
        let overlooked = if Arc::ptr_eq(&now.layout, &now.whole) {
            Judged { before, head, base, now, config }.overlooked(&files, &affected, &told)
        } else {
            Vec::new()
        };
        Self { touched, apps: affected, removed, left, strays, unjudged, overlooked, files }
    }

    /// The overlays of the app `name` that head has no more.
    pub fn removed_of(&self, name: &str) -> impl Iterator<Item = &Overlay> {
        self.removed.iter().filter(move |(app, _)| app == name).map(|(_, overlay)| overlay)
    }
}

fn overlays(apps: &[App]) -> impl Iterator<Item = &Overlay> {
    apps.iter().flat_map(|app| &app.overlays)
}

fn place(overlay: &Overlay) -> (&str, &RepoPath) {
    (&overlay.environment, &overlay.applied.directory)
}

/// Whether the files that differ leave the apps and their overlays where they are in `before`, the layout of the base: no
/// kustomization or case comes or goes, those that differ draw on the same directories, no link leads elsewhere, and no
/// pointer follows from any.
pub(super) fn same_layout(files: &[FileChange], before: &Layout, base: &Web<'_>, head: &Web<'_>) -> bool {
    let is_link = |path: &RepoPath| [base, head].iter().any(|web| web.revision().is_link(path));
    let makes_case = |path: &RepoPath| path.file_name() == CASE_FILE || path.components().any(|name| name == CASE_HEAD);
    files.iter().all(|file| match file.path.parent() {
        _ if before.has_pointers() && file.kind != ChangeKind::Modified => false,
        _ if before.follows_from(&file.path, head.revision()) => false,
        _ if is_link(&file.path) || makes_case(&file.path) => false,
        Some(directory) if is_kustomization(&file.path) => {
            file.kind == ChangeKind::Modified && base.links(&directory) == head.links(&directory)
        }
        _ => true,
    })
}

/// The kustomization files among those added, without those of components.
fn added(files: &[FileChange], head: &Web<'_>) -> Vec<RepoPath> {
    let added = files.iter().filter(|file| file.kind == ChangeKind::Added && is_kustomization(&file.path));
    let is_component = |path: &RepoPath| path.parent().is_some_and(|directory| head.links(&directory).component);
    added.map(|file| file.path.clone()).filter(|path| !is_component(path)).collect()
}

fn is_kustomization(path: &RepoPath) -> bool {
    KUSTOMIZATION_NAMES.contains(&path.file_name())
}

/// The directories among `unplaced` that one of `files` is in, each with the first; the innermost counts.
fn touched_misfits<'a>(files: &[FileChange], unplaced: &'a [Unplaced]) -> Vec<(&'a Unplaced, RepoPath)> {
    if unplaced.is_empty() {
        return Vec::new();
    }
    let mut places: BTreeMap<&RepoPath, &Unplaced> = unplaced.iter().map(|one| (&one.real, one)).collect();
    places.extend(unplaced.iter().map(|one| (&one.directory, one)));
    let mut found: BTreeMap<&RepoPath, (&Unplaced, RepoPath)> = BTreeMap::new();
    for file in files {
        let mut up = file.path.upwards();
        if let Some(one) = up.find_map(|path| places.get(&path)) {
            found.entry(&one.directory).or_insert_with(|| (one, file.path.clone()));
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use rayon::prelude::*;

    use super::*;
    use crate::cases::{Revisions, cases};
    use crate::repo::Before;
    use crate::source::{DiskTree, Files, changes};

    #[test]
    fn a_layout_that_is_taken_for_the_same_is_the_same() {
        let revision = Revision::new(DiskTree::new("testdata").unwrap(), Arc::new(Files::default()));
        let directories = cases(&revision, &RepoPath::new("cases").unwrap());
        let same = directories.par_iter().filter(|directory| {
            let case = Revisions::read(&revision, directory).unwrap();
            let request = case.request(&[]);
            let Some(base) = &request.base else { return false };
            let Ok(config) = super::super::rules::config(base.judge, &request.config) else { return false };
            let web = Web::new(base.revision);
            let head = web.beside(request.head);
            let files = changes(base.revision, request.head);
            let before = Side::find(&request, &config, &web, None);
            if !same_layout(&files, &before.whole, &web, &head) {
                return false;
            }
            let changed = files.iter().map(|file| &file.path).collect();
            let found =
                Side::find(&request, &config, &head, Some(Before { layout: &before.layout, changed: &changed }));
            let shown = |side: &Side<'_>| format!("{:?}", (&side.whole.apps, &side.whole.unplaced, &side.whole.adrift));
            assert_eq!(shown(&found), shown(&before), "{directory}");
            before.whole.has_pointers()
        });
        assert!(same.count() > 5);
    }
}
