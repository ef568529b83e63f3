//! The document that policies see of the repository as a whole: which files a change touches, what those are to the
//! gate itself, and who owns what. `schemas/input.schema.json` describes it under `repository_input`.

use rayon::prelude::*;

use super::gather::Facts;
use super::invocation::runs;
use crate::change::{Base, Extent, Overlooked, Remainder, Side, Tense, Unjudged};
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::policy::Data;
use crate::repo::{CASE_FILE, Kept, Layout, Misfit, Otherwise, Overlay};
use crate::source::{ChangeKind, RepoPath, Revision};
use crate::yaml::{Dialect, Text, parse_first};

impl Facts<'_, '_> {
    /// The document. As of [`Tense::Before`] it is the one that the base revision would have got: its files, and no
    /// change.
    #[must_use]
    pub fn repository(&self, tense: Tense) -> Data {
        let loaded = self.loaded;
        let base = loaded.base.as_ref();
        let before = tense == Tense::Before;
        let layout = base.filter(|_| before).map_or(&loaded.head.layout, |base| &base.side.layout);
        let overlays = layout.apps.iter().flat_map(|app| app.overlays.iter().map(move |overlay| (app, overlay)));
        let overlays = overlays.map(|(app, overlay)| {
            let mut entries = overlay_entries(layout, &app.name, overlay);
            entries.extend(self.ownership.of_overlay(&overlay.applied.directory, before));
            Data::object(entries)
        });
        let change = base.filter(|_| !before);
        let removed = change.into_iter().flat_map(removed);
        let kept = change.into_iter().flat_map(|_| kept(&loaded.head));
        let unjudged = change.into_iter().flat_map(|base| base.extent.unjudged.iter().map(unjudged));
        let overlooked = change.into_iter().flat_map(|base| base.extent.overlooked.iter().map(overlooked));
        let strays = change.into_iter().flat_map(|base| &base.extent.strays);
        let rules = loaded.rule_files();
        let gate = Data::object([
            ("config", Data::from(loaded.request.config.as_str())),
            ("adopted", Data::from(loaded.is_first_adoption() && !before)),
            ("rules", Data::array(rules.iter().map(|path| Data::from(path.as_str())))),
        ]);
        Data::object([
            ("now", Data::from(loaded.request.now.to_string())),
            ("change", change.map_or_else(Data::null, |base| self.files(base))),
            ("gate", gate),
            ("overlays", Data::array(overlays)),
            ("removed", Data::array(removed)),
            ("kept", Data::array(kept)),
            ("unjudged", Data::array(unjudged)),
            ("overlooked", Data::array(overlooked)),
            ("strays", Data::array(strays.map(|path| Data::from(path.as_str())))),
            ("owners", self.ownership.fact(before)),
        ])
    }

    fn files(&self, base: &Base<'_>) -> Data {
        let (old, new) = (base.side.revision, self.loaded.head.revision);
        let runs: Vec<(bool, bool)> = base.extent.files.par_iter().map(|file| runs(file, old, new)).collect();
        let files = base.extent.files.iter().zip(runs).map(|(file, (before, now))| {
            Data::object([
                ("path", Data::from(file.path.as_str())),
                ("kind", Data::from(kind(file.kind))),
                ("runs_gate", Data::from(before || now)),
                ("stops_gate", Data::from(before && !now)),
            ])
        });
        Data::object([("base", Data::from(base.name.as_str())), ("head", Data::null()), ("files", Data::array(files))])
    }
}

fn overlay_entries(layout: &Layout, app: &str, overlay: &Overlay) -> Vec<(&'static str, Data)> {
    let environment = layout.environments.find(&overlay.environment);
    vec![
        ("app", Data::from(app)),
        ("environment", Data::from(overlay.environment.as_str())),
        ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
        ("path", Data::from(overlay.applied.directory.as_str())),
        ("protected", Data::from(environment.is_some_and(|environment| environment.protected))),
    ]
}

/// The overlays of the base that head has no more, and those whose directory head judges no more although something is
/// left there.
fn removed(base: &Base<'_>) -> Vec<Data> {
    let Extent { removed, left, .. } = &base.extent;
    let remains = |overlay: &Overlay| {
        let same = |other: &Overlay| {
            (&other.applied.directory, &other.environment) == (&overlay.applied.directory, &overlay.environment)
        };
        left.iter().find(|(_, other, _)| same(other)).map(|(_, _, left)| left)
    };
    let moved = left.iter().filter(|(app, overlay, left)| {
        left.remainder.is_some() && !removed.iter().any(|(other, gone)| other == app && gone == overlay)
    });
    let all = removed.iter().map(|(app, overlay)| (app, overlay)).chain(moved.map(|(app, overlay, _)| (app, overlay)));
    let entries = all.map(|(app, overlay)| {
        let mut entries = overlay_entries(&base.side.layout, app, overlay);
        let left = remains(overlay);
        // What is judged still is so under another name.
        let word = left.map_or(Some("overlay"), |left| left.remainder.map(Remainder::word));
        let file = left.and_then(|left| left.file.as_ref());
        let built_by = left.map(|left| left.built_by.as_slice()).unwrap_or_default();
        entries.extend([
            ("left", word.map_or_else(Data::null, Data::from)),
            ("file", file.map_or_else(Data::null, |file| Data::from(file.as_str()))),
            ("built_by", Data::array(built_by.iter().map(|path| Data::from(path.as_str())))),
        ]);
        Data::object(entries)
    });
    entries.collect()
}

/// The overlays that are some only because the base has them.
fn kept(head: &Side<'_>) -> Vec<Data> {
    let find = |kept: &Kept| {
        let mut overlays =
            head.layout.apps.iter().flat_map(|app| app.overlays.iter().map(move |overlay| (app, overlay)));
        overlays.find(|(_, overlay)| overlay.applied.directory == kept.directory)
    };
    let entries = head.layout.kept.iter().filter_map(|kept| {
        let (app, overlay) = find(kept)?;
        let mut entries = overlay_entries(&head.layout, &app.name, overlay);
        let (why, by, at) = match &kept.why {
            Otherwise::Part(whole) => ("part", Some(whole), pulled_in(head.revision, whole, &kept.directory)),
            Otherwise::Case(case) => ("case", Some(case), Some((case.child(CASE_FILE), 1))),
            Otherwise::Place => ("place", None, None),
        };
        let at = at.map_or_else(Data::null, |(file, line)| {
            Data::object([("file", Data::from(file.as_str())), ("line", Data::from(i64::from(line)))])
        });
        entries.extend([
            ("why", Data::from(why)),
            ("by", by.map_or_else(Data::null, |by| Data::from(by.as_str()))),
            ("at", at),
        ]);
        Some(Data::object(entries))
    });
    entries.collect()
}

/// Where the kustomization in `whole` names the directory `part`.
fn pulled_in(revision: &Revision, whole: &RepoPath, part: &RepoPath) -> Option<(RepoPath, u32)> {
    let (root, part) = (revision.directory(whole).ok()?, revision.directory(part).ok()?);
    let (id, file) = KUSTOMIZATION_NAMES.iter().find_map(|name| revision.read(&root.child(name)).ok())?;
    let text = Text::of_file(id, file.text()?, 0);
    let node = parse_first(&text, Dialect::Resource).ok()??;
    let entries = ["resources", "bases", "components"].iter().filter_map(|key| node.get(key)?.as_seq()).flatten();
    let named = entries.into_iter().find(|entry| {
        let path = entry.text().and_then(|text| root.join(text).ok());
        path.is_some_and(|path| revision.directory(&path).is_ok_and(|directory| directory == part))
    });
    let line = named.and_then(|entry| entry.origin.span).map_or(1, |span| revision.files().location(span).line);
    Some((file.path().clone(), line))
}

/// A directory that the change touches and nothing judges.
fn unjudged(one: &Unjudged) -> Data {
    let (why, by) = match &one.unplaced.why {
        Misfit::Beside => ("beside", None),
        Misfit::Named => ("named", None),
        Misfit::Case(case) => ("case", Some(case.as_str())),
        Misfit::Link(error) => ("link", Some(error.as_str())),
    };
    Data::object([
        ("path", Data::from(one.unplaced.directory.as_str())),
        ("why", Data::from(why)),
        ("by", by.map_or_else(Data::null, Data::from)),
        ("added", Data::from(one.added)),
        ("file", Data::from(one.file.as_str())),
    ])
}

/// Files of one directory that the change touches and nothing judges.
fn overlooked(one: &Overlooked) -> Data {
    Data::object([
        ("directory", Data::from(one.directory.as_str())),
        ("files", Data::array(one.files.iter().map(|path| Data::from(path.as_str())))),
        ("protected", Data::from(one.protected)),
        ("pointed", Data::from(one.pointed)),
    ])
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified => "modified",
    }
}
