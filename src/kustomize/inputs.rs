//! What a rendering depends on: every question that it put to the revision. Where another revision answers each
//! of them alike, it renders to the same, be that manifests or a problem.
//!
//! A rendering reads through its [`super::journal::Journal`] alone, which notes the questions.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::nearest;
use crate::source::{RepoPath, Revision};

/// The questions that a rendering put to its revision. The answers are not kept: both revisions have them.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Where a path leads, by the path as written, and whether what the file there holds was asked too.
    paths: BTreeMap<RepoPath, bool>,
    /// Paths that lead nowhere, for which a name beside them was looked for.
    misspelt: BTreeSet<RepoPath>,
    /// Directories that were looked into as a whole, at any depth.
    listed: BTreeSet<RepoPath>,
}

impl Inputs {
    /// The files that were read, sorted, each by the path that led to it.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        self.paths.iter().filter(|(_, read)| **read).map(|(path, _)| path)
    }

    /// Whether two revisions answer alike, of which the rendering is one's: its result is the other's too. Links
    /// count by where they lead, directories by what was looked for in them, and absence counts as well. What
    /// cannot be read is never the same.
    #[must_use]
    pub fn same(&self, a: &Revision, b: &Revision) -> bool {
        let same = |(path, read): (&RepoPath, &bool)| {
            if *read { a.same(b, path) } else { a.resolve(path) == b.resolve(path) }
        };
        self.paths.iter().all(same)
            && self.misspelt.iter().all(|path| beside(a, path) == beside(b, path))
            && self.listed.iter().all(|path| a.files_behind(path) == b.files_behind(path))
    }

    /// Adds a file that was read beside.
    pub fn add(&mut self, file: &RepoPath) {
        self.read(file);
    }

    /// Adds a directory whose files were listed beside, at any depth.
    pub fn add_below(&mut self, directory: &RepoPath) {
        self.listed(directory);
    }

    /// The same of a tree in which the paths are others.
    #[must_use]
    pub fn moved(&self, to: impl Fn(&RepoPath) -> RepoPath) -> Self {
        Self {
            paths: self.paths.iter().map(|(path, read)| (to(path), *read)).collect(),
            misspelt: self.misspelt.iter().map(&to).collect(),
            listed: self.listed.iter().map(to).collect(),
        }
    }

    pub(super) fn followed(&mut self, path: &RepoPath) {
        if !self.paths.contains_key(path) {
            self.paths.insert(path.clone(), false);
        }
    }

    pub(super) fn read(&mut self, path: &RepoPath) {
        self.paths.insert(path.clone(), true);
    }

    pub(super) fn misspelt(&mut self, path: &RepoPath) {
        self.misspelt.insert(path.clone());
    }

    pub(super) fn listed(&mut self, directory: &RepoPath) {
        self.listed.insert(directory.clone());
    }

    /// Adds those of a part.
    pub(super) fn extend(&mut self, part: &Self) {
        for (path, read) in &part.paths {
            if *read {
                self.read(path);
            } else {
                self.followed(path);
            }
        }
        self.misspelt.extend(part.misspelt.iter().cloned());
        self.listed.extend(part.listed.iter().cloned());
    }
}

/// The name in the directory of a path that is most like the path's own.
pub(super) fn beside(revision: &Revision, path: &RepoPath) -> Option<String> {
    let directory = revision.directory(&path.parent()?).ok()?;
    let entries = revision.list(&directory)?;
    nearest(path.file_name(), entries.iter().map(|entry| entry.name.as_str())).map(str::to_owned)
}
