//! A tree in which some files say something else: what would be, before it is.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::path::RepoPath;
use super::tree::{Entry, Spot, Tree};

/// A tree with other content in some of its files.
pub struct EditedTree<T> {
    tree: T,
    files: BTreeMap<RepoPath, Vec<u8>>,
}

impl<T: Tree> EditedTree<T> {
    /// `tree` with the content of `files`, all of which it has; their paths are free of links.
    pub fn new(tree: T, files: BTreeMap<RepoPath, Vec<u8>>) -> Self {
        Self { tree, files }
    }
}

impl<T: Tree> Tree for EditedTree<T> {
    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        let entries = self.tree.list(directory)?;
        // What names the content below does not speak of what is edited.
        Ok(entries.iter().map(|entry| Entry { identity: None, ..entry.clone() }).collect())
    }

    fn read(&self, file: Spot<'_>, limit: u64) -> io::Result<Vec<u8>> {
        match self.files.get(file.path) {
            Some(content) => Ok(content.clone()),
            None => self.tree.read(file, limit),
        }
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
