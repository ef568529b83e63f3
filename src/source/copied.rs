//! A tree that is copied together from files of another.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::path::RepoPath;
use super::tree::{Entry, Kind, Spot, Tree};

/// A tree whose files are those of another tree, in other places.
pub(super) struct CopiedTree {
    tree: Arc<dyn Tree>,
    /// Where each file comes from.
    origins: BTreeMap<RepoPath, RepoPath>,
    listings: BTreeMap<RepoPath, Arc<[Entry]>>,
}

impl CopiedTree {
    /// A tree with these files, each by its place and where it is in `tree`.
    pub(super) fn new(tree: Arc<dyn Tree>, origins: BTreeMap<RepoPath, RepoPath>) -> Self {
        let mut listings: BTreeMap<RepoPath, BTreeMap<String, Kind>> = BTreeMap::new();
        listings.entry(RepoPath::root()).or_default();
        for path in origins.keys() {
            let mut kind = Kind::File;
            for step in path.steps().rev() {
                let entries = listings.entry(RepoPath::known(step.directory)).or_default();
                if entries.insert(step.name.to_owned(), kind).is_some() {
                    break;
                }
                kind = Kind::Directory;
            }
        }
        let entry = |(name, kind)| Entry { name, kind, identity: None };
        let listed = |(directory, entries): (RepoPath, BTreeMap<String, Kind>)| {
            (directory, entries.into_iter().map(entry).collect())
        };
        Self { tree, origins, listings: listings.into_iter().map(listed).collect() }
    }
}

impl Tree for CopiedTree {
    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        self.listings.get(directory.path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&self, file: Spot<'_>, limit: u64) -> io::Result<Vec<u8>> {
        let origin = self.origins.get(file.path).ok_or(io::ErrorKind::NotFound)?;
        self.tree.read(Spot { path: origin, identity: None }, limit)
    }

    fn link(&self, _: Spot<'_>) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn origin(&self, file: &RepoPath) -> RepoPath {
        self.tree.origin(self.origins.get(file).unwrap_or(file))
    }
}
