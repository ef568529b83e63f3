//! A tree without some of its entries: what of it somebody else gets to see.

use std::io;
use std::sync::Arc;

use super::path::RepoPath;
use super::tree::{Entry, Kind, Spot, Tree};

/// Says of an entry whether it is left out.
pub(super) type Hides = dyn Fn(&RepoPath, Kind) -> bool + Send + Sync;

/// A tree without some of its entries.
pub(super) struct FilteredTree {
    pub(super) tree: Arc<dyn Tree>,
    pub(super) hides: Box<Hides>,
}

impl Tree for FilteredTree {
    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        let entries = self.tree.list(directory)?;
        let shown = entries.iter().filter(|entry| !(self.hides)(&directory.path.child(&entry.name), entry.kind));
        // What names a directory speaks of what is left out, too.
        let identity = |entry: &Entry| entry.identity.filter(|_| entry.kind != Kind::Directory);
        Ok(shown.map(|entry| Entry { identity: identity(entry), ..entry.clone() }).collect())
    }

    fn read(&self, file: Spot<'_>, limit: u64) -> io::Result<Vec<u8>> {
        self.tree.read(file, limit)
    }

    fn holds(&self, file: Spot<'_>, bytes: &[u8]) -> io::Result<bool> {
        self.tree.holds(file, bytes)
    }

    fn unnamed(&self) -> Vec<String> {
        self.tree.unnamed()
    }

    fn origin(&self, file: &RepoPath) -> RepoPath {
        self.tree.origin(file)
    }

    fn link(&self, link: Spot<'_>) -> io::Result<String> {
        self.tree.link(link)
    }
}
