//! What differs between two revisions, file by file.

use rayon::prelude::*;

use super::path::RepoPath;
use super::revision::Revision;
use super::tree::{Entry, Kind};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only head has it.
    Added,
    /// Only the base has it.
    Removed,
    /// It holds something else.
    Modified,
}

/// A file, link or submodule that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct FileChange {
    /// Where it is.
    pub path: RepoPath,
    /// What became of it.
    pub kind: ChangeKind,
}

/// Every file that differs between two revisions, sorted. A renamed file is one that was removed and one that was
/// added. Directories that are known to be the same are not looked into.
#[must_use]
pub fn changes(base: &Revision, head: &Revision) -> Vec<FileChange> {
    let mut found = Walk { base, head, changes: Vec::new(), doubtful: Vec::new() };
    found.directory(&RepoPath::root());
    let Walk { mut changes, doubtful, .. } = found;
    let modified = doubtful.into_par_iter().filter(|path| !base.same_file(head, path));
    changes.par_extend(modified.map(|path| FileChange { path, kind: ChangeKind::Modified }));
    changes.sort();
    changes
}

struct Walk<'a> {
    base: &'a Revision,
    head: &'a Revision,
    changes: Vec<FileChange>,
    /// Files that both have and that have to be compared.
    doubtful: Vec<RepoPath>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &RepoPath) {
        let list = |revision: &Revision| revision.list(directory).unwrap_or_default();
        let (before, now) = (list(self.base), list(self.head));
        let (mut before, mut now) = (before.iter().peekable(), now.iter().peekable());
        loop {
            let order = match (before.peek(), now.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => old.name.cmp(&new.name),
            };
            let old = before.next_if(|_| order.is_le());
            let new = now.next_if(|_| order.is_ge());
            let Some(name) = old.or(new).map(|entry| &entry.name) else { break };
            self.entry(&directory.child(name), old, new);
        }
    }

    fn entry(&mut self, path: &RepoPath, old: Option<&Entry>, new: Option<&Entry>) {
        let kinds = (old.map(|entry| entry.kind), new.map(|entry| entry.kind));
        match kinds {
            (Some(Kind::Directory), Some(Kind::Directory)) => {
                if self.base.same_content(self.head, path) != Some(true) {
                    self.directory(path);
                }
            }
            (Some(Kind::File), Some(Kind::File)) => match self.base.same_content(self.head, path) {
                Some(true) => {}
                Some(false) => self.add(path, ChangeKind::Modified),
                None => self.doubtful.push(path.clone()),
            },
            (Some(Kind::Link), Some(Kind::Link)) => {
                if !self.base.same_link(self.head, path) {
                    self.add(path, ChangeKind::Modified);
                }
            }
            // A submodule is named by its commit; what else is no file cannot be read, hence matters to nothing.
            (Some(Kind::Other), Some(Kind::Other)) => {
                if self.base.same_content(self.head, path) == Some(false) {
                    self.add(path, ChangeKind::Modified);
                }
            }
            (old, new) => {
                self.side(self.base, path, old, ChangeKind::Removed);
                self.side(self.head, path, new, ChangeKind::Added);
            }
        }
    }

    /// What only one side has.
    fn side(&mut self, revision: &Revision, path: &RepoPath, kind: Option<Kind>, change: ChangeKind) {
        match kind {
            None => {}
            Some(Kind::Directory) => {
                for entry in revision.list(path).unwrap_or_default().iter() {
                    self.side(revision, &path.child(&entry.name), Some(entry.kind), change);
                }
            }
            Some(_) => self.add(path, change),
        }
    }

    fn add(&mut self, path: &RepoPath, kind: ChangeKind) {
        self.changes.push(FileChange { path: path.clone(), kind });
    }
}
