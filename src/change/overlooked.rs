//! Files that a change touches, that a rendering could read, and that nothing which is judged follows from.

use std::collections::{BTreeMap, BTreeSet};

use super::side::Side;
use super::touched::reach;
use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::repo::{CASE_FILE, Config, is_foreign};
use crate::source::{ChangeKind, FileChange, Kind, RepoPath, is_yaml_or_json};

/// Files of one directory that the change touches and nothing judges.
pub struct Overlooked {
    /// The directory.
    pub directory: RepoPath,
    /// The files, sorted.
    pub files: Vec<RepoPath>,
    /// Whether the name of a protected environment is in its path.
    pub protected: bool,
    /// Whether a pointer whose environment is unknown applies it.
    pub pointed: bool,
}

/// Endings of files that are there for people.
const DOCUMENTS: [&str; 12] =
    [".md", ".txt", ".rst", ".adoc", ".html", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".drawio"];

/// Names of files that are there for people and for the tools of a repository.
const OF_THE_REPOSITORY: [&str; 7] =
    ["LICENSE", "NOTICE", "CODEOWNERS", "OWNERS", "OWNERS_ALIASES", "Makefile", "Dockerfile"];

/// A change between two revisions, and what is judged of it.
pub(super) struct Judged<'x, 'a> {
    pub(super) before: &'x Web<'a>,
    pub(super) head: &'x Web<'a>,
    pub(super) base: &'x Side<'a>,
    pub(super) now: &'x Side<'a>,
    pub(super) config: &'x Config,
}

impl Judged<'_, '_> {
    /// The files among `files` that nothing judges, by directory. Every app that one of them could reach is among
    /// `affected`; what is told of otherwise is in or below one of the directories `told`.
    pub(super) fn overlooked(
        &self,
        files: &[FileChange],
        affected: &BTreeSet<String>,
        told: &BTreeSet<RepoPath>,
    ) -> Vec<Overlooked> {
        let mut asked = files.iter().filter(|file| self.is_asked_for(file)).peekable();
        if asked.peek().is_none() {
            return Vec::new();
        }
        let mut judged = told.clone();
        for (web, side) in [(self.before, self.base), (self.head, self.now)] {
            let apps = side.layout.apps.iter().filter(|app| affected.contains(&app.name) || self.is_gone(&app.name));
            apps.flat_map(|app| &app.overlays).for_each(|overlay| judged.extend(reach(web, overlay)));
        }
        let mut found: BTreeMap<RepoPath, Vec<RepoPath>> = BTreeMap::new();
        for file in asked.filter(|file| !file.path.upwards().any(|path| judged.contains(&path))) {
            found.entry(file.path.parent().unwrap_or_else(RepoPath::root)).or_default().push(file.path.clone());
        }
        let overlooked = found.into_iter().map(|(directory, files)| Overlooked {
            protected: files.iter().any(|file| self.now.whole.is_protected(file)),
            pointed: directory.upwards().any(|path| self.now.whole.adrift.contains(&path)),
            directory,
            files,
        });
        overlooked.collect()
    }

    fn is_gone(&self, app: &str) -> bool {
        self.now.layout.app(app).is_none()
    }

    /// Whether a rendering could read a file: it holds manifests, or is in or below a directory with a kustomization. What
    /// is hidden, what people read, and what the gate itself is told are left out.
    fn is_asked_for(&self, file: &FileChange) -> bool {
        let path = &file.path;
        let name = path.file_name();
        let is_document = DOCUMENTS.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        if is_document || OF_THE_REPOSITORY.contains(&name) || path.components().any(is_foreign) || self.is_rule(path) {
            return false;
        }
        let web = if file.kind == ChangeKind::Removed { self.before } else { self.head };
        let has = |directory: &RepoPath, names: &[&str]| {
            let entries = web.revision().list(directory).unwrap_or_default();
            entries.iter().any(|entry| entry.kind != Kind::Directory && names.contains(&entry.name.as_str()))
        };
        let mut above = path.upwards().skip(1);
        // What a change turns into a case was more than that.
        let before = self.before.revision();
        let is_case = |directory: &RepoPath| {
            let was = before.resolve(directory).is_err() || before.resolve(&directory.child(CASE_FILE)).is_ok();
            has(directory, &[CASE_FILE]) && was
        };
        if above.clone().any(|directory| is_case(&directory)) {
            return false;
        }
        let is_manifest =
            || is_yaml_or_json(name) && web.revision().peek(path).is_ok_and(|bytes| looks_like_manifest(&bytes));
        // A component cannot be built: what uses it is judged.
        match above.find(|directory| !directory.is_root() && has(directory, &KUSTOMIZATION_NAMES)) {
            Some(directory) => !web.links(&directory).component,
            None => is_manifest(),
        }
    }

    /// Whether the configuration has it read, or leaves it out.
    fn is_rule(&self, path: &RepoPath) -> bool {
        let Config { policies, imports, kubernetes, .. } = self.config;
        let is_left_out = |directory: &RepoPath| self.config.apps.iter().any(|pattern| pattern.excludes(directory));
        let mut named = policies.paths.iter().chain(imports).chain(&kubernetes.schemas);
        named.any(|named| path.is_within(named)) || path.upwards().any(|directory| is_left_out(&directory))
    }
}

/// Whether a text says which kind of object it holds.
fn looks_like_manifest(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    text.contains("apiVersion") && text.contains("kind")
}
