//! A tree on disk with one file changed.

use std::io;
use std::sync::Arc;

use gate::source::{DiskTree, Entry, RepoPath, Spot, Tree};

/// The tree below, but for the file at `path`, which holds `bytes`.
pub(crate) struct Overlay {
    pub(crate) below: Arc<DiskTree>,
    /// Free of links.
    pub(crate) path: RepoPath,
    pub(crate) bytes: Vec<u8>,
}

impl Tree for Overlay {
    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        self.below.list(directory)
    }

    fn read(&self, file: Spot<'_>, limit: u64) -> io::Result<Vec<u8>> {
        if *file.path == self.path { Ok(self.bytes.clone()) } else { self.below.read(file, limit) }
    }

    fn link(&self, link: Spot<'_>) -> io::Result<String> {
        self.below.link(link)
    }
}
