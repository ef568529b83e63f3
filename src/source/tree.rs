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

/// Longest name of a content, in bytes: a SHA-256.
const LONGEST: usize = 32;

/// Names the content of an entry: the id of a Git object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Identity {
    /// The identity that `bytes` are; `None` where they are too many to be one.
    #[must_use]
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self { bytes, length: u8::try_from(id.len()).ok()? })
    }

    /// The bytes that it is.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, one path component.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What names its content: where two trees name it alike, it is the same; otherwise it is not, if both can name
    /// it. `None` where the tree has no such name without reading.
    pub identity: Option<Identity>,
}

/// Whether a file of that name, or at that path, holds YAML.
#[must_use]
pub fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

/// Whether a file of that name, or at that path, holds YAML or JSON.
#[must_use]
pub fn is_yaml_or_json(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
}

/// The entry of that name in a listing, which is sorted.
#[must_use]
pub fn named<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    let at = entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
    entries.get(at)
}

/// An entry of a tree, by its path, which is free of links, and by what names its content, as a listing gives it.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The path.
    pub path: &'a RepoPath,
    /// What names its content.
    pub identity: Option<Identity>,
}

/// Raw access to a tree. Callers use [`super::Revision`], which adds links, limits and caches.
pub trait Tree: Send + Sync {
    /// What names the content of the whole tree.
    fn root(&self) -> Option<Identity> {
        None
    }

    /// The entries of a directory, sorted by name.
    ///
    /// # Errors
    /// When the directory does not exist or cannot be read.
    fn list(&self, directory: Spot<'_>) -> std::io::Result<Arc<[Entry]>>;

    /// The bytes of a regular file, at most `limit` + 1 of them.
    ///
    /// # Errors
    /// When the file does not exist or cannot be read.
    fn read(&self, file: Spot<'_>, limit: u64) -> std::io::Result<Vec<u8>>;

    /// Whether a file holds these bytes.
    ///
    /// # Errors
    /// When the file does not exist or cannot be read.
    fn holds(&self, file: Spot<'_>, bytes: &[u8]) -> std::io::Result<bool> {
        Ok(self.read(file, bytes.len() as u64)? == bytes)
    }

    /// The paths, as far as they are text, of directories that were listed and left out because their name is not UTF-8,
    /// although a kustomization is below them.
    fn unnamed(&self) -> Vec<String> {
        Vec::new()
    }

    /// Where a file is in the repository, for people who look for it there.
    fn origin(&self, file: &RepoPath) -> RepoPath {
        file.clone()
    }

    /// The text that a link holds, as written.
    ///
    /// # Errors
    /// When the link cannot be read.
    fn link(&self, link: Spot<'_>) -> std::io::Result<String>;
}

/// Whether a file of that name is a kustomization, or is meant to be one.
pub(super) fn is_kustomization(name: &[u8]) -> bool {
    name.to_ascii_lowercase().starts_with(b"kustomization")
}
