//! The document that policies see of the repository as a whole: which files a change touches, what those are to the
//! gate itself, and who owns what. `schemas/input.schema.json` describes it under `repository_input`.

use super::gather::Facts;
use crate::change::{Base, Tense};
use crate::policy::Data;
use crate::repo::{Layout, Overlay};
use crate::source::{ChangeKind, RepoPath, Revision};

/// Where the workflows are that may run the gate.
const WORKFLOWS: [&str; 3] = [".github", ".gitlab-ci.yml", ".gitlab"];

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
            entries.extend(self.ownership.of_overlay(&overlay.directory, before));
            Data::object(entries)
        });
        let change = base.filter(|_| !before);
        let removed = change.into_iter().flat_map(|base| {
            let removed = base.extent.removed.iter();
            removed.map(|(app, overlay)| Data::object(overlay_entries(&base.side.layout, app, overlay)))
        });
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
            ("strays", Data::array(strays.map(|path| Data::from(path.as_str())))),
            ("owners", self.ownership.fact(before)),
        ])
    }

    fn files(&self, base: &Base<'_>) -> Data {
        let files = base.extent.files.iter().map(|file| {
            let runs = |revision| runs_gate(revision, &file.path);
            let (before, now) = (runs(base.side.revision), runs(self.loaded.request.head));
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
        ("path", Data::from(overlay.directory.as_str())),
        ("protected", Data::from(environment.is_some_and(|environment| environment.protected))),
    ]
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified => "modified",
    }
}

/// Whether a file is of a workflow that speaks of the gate.
fn runs_gate(revision: &Revision, path: &RepoPath) -> bool {
    path.components().next().is_some_and(|first| WORKFLOWS.contains(&first))
        && revision.read(path).is_ok_and(|(_, file)| file.text().is_some_and(speaks_of_gate))
}

fn speaks_of_gate(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == "gate")
}
