//! What a tree of files is, whatever holds it: a directory, a git commit, memory.

use std::sync::Arc;

use super::path::RepoPath;

/// What an entry of a directory is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A submodule, socket, device: nothing that can be read.
    Other,
}

/// Names the content of an entry: the id of a Git object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity(pub Vec<u8>);

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, one path component.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// Raw access to a tree. Callers use [`super::Revision`], which adds links, limits and caches.
pub trait Tree: Send + Sync {
    /// The entries of a directory, sorted by name.
    ///
    /// # Errors
    /// When the directory does not exist or cannot be read.
    fn list(&self, directory: &RepoPath) -> std::io::Result<Arc<[Entry]>>;

    /// The bytes of a regular file, at most `limit` + 1 of them.
    ///
    /// # Errors
    /// When the file does not exist or cannot be read.
    fn read(&self, file: &RepoPath, limit: u64) -> std::io::Result<Vec<u8>>;

    /// What names the content of an entry: where two trees name it alike, it is the same; otherwise it is not,
    /// if both can name it. `None` where the tree has no such name without reading.
    fn identity(&self, _path: &RepoPath) -> Option<Identity> {
        None
    }

    /// Whether a file holds these bytes.
    ///
    /// # Errors
    /// When the file does not exist or cannot be read.
    fn holds(&self, file: &RepoPath, bytes: &[u8]) -> std::io::Result<bool> {
        Ok(self.read(file, bytes.len() as u64)? == bytes)
    }

    /// The paths, as far as they are text, of directories that were listed and left out because their name is not UTF-8,
    /// although a kustomization is below them.
    fn unnamed(&self) -> Vec<String> {
        Vec::new()
    }

    /// The text that a link holds, as written.
    ///
    /// # Errors
    /// When the link cannot be read.
    fn link(&self, link: &RepoPath) -> std::io::Result<String>;
}

/// Whether a file of that name is a kustomization, or is meant to be one.
pub(super) fn is_kustomization(name: &[u8]) -> bool {
    name.to_ascii_lowercase().starts_with(b"kustomization")
}
