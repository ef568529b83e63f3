//! A tree that is a directory on disk.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::path::RepoPath;
use super::tree::{Entry, Kind, Spot, Tree, is_kustomization};

/// A directory on disk. `.git` is not part of the tree.
pub struct DiskTree {
    root: PathBuf,
    /// Directories that were left out, see [`Tree::unnamed`].
    unnamed: Mutex<BTreeSet<String>>,
}

impl DiskTree {
    /// Opens the tree below `root`.
    ///
    /// # Errors
    /// When `root` is not an existing directory.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into().canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a directory"));
        }
        Ok(Self { root, unnamed: Mutex::default() })
    }

    fn absolute(&self, path: &RepoPath) -> PathBuf {
        if path.is_root() { self.root.clone() } else { self.root.join(path.as_str()) }
    }
}

impl Tree for DiskTree {
    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.absolute(directory.path))? {
            let entry = entry?;
            let kind = entry.file_type()?;
            // A name that is not UTF-8 can be named by no kustomization.
            let name = match entry.file_name().into_string() {
                Ok(name) => name,
                Err(name) => {
                    if kind.is_dir() && holds_kustomization(&entry.path()) {
                        let path = directory.path.child(&name.to_string_lossy()).to_string();
                        self.unnamed.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
                    }
                    continue;
                }
            };
            if name == ".git" {
                continue;
            }
            let kind = if kind.is_symlink() {
                Kind::Link
            } else if kind.is_dir() {
                Kind::Directory
            } else if kind.is_file() {
                Kind::File
            } else {
                Kind::Other
            };
            entries.push(Entry { name, kind, identity: None });
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries.into())
    }

    fn read(&self, file: Spot<'_>, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        fs::File::open(self.absolute(file.path))?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn unnamed(&self) -> Vec<String> {
        self.unnamed.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn link(&self, link: Spot<'_>) -> io::Result<String> {
        let target = fs::read_link(self.absolute(link.path))?;
        // An absolute link that stays below the root is as good as a relative one.
        let target = match target.strip_prefix(&self.root) {
            Ok(below) => {
                let up = "../".repeat(link.path.components().count().saturating_sub(1));
                PathBuf::from(format!("{up}{}", below.display()))
            }
            Err(_) => target,
        };
        target
            .into_os_string()
            .into_string()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "link is not UTF-8"))
    }
}

/// Whether a kustomization is in or below a directory; links are not followed.
fn holds_kustomization(directory: &Path) -> bool {
    let Ok(entries) = fs::read_dir(directory) else { return false };
    entries.flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => holds_kustomization(&entry.path()),
        _ => is_kustomization(entry.file_name().as_encoded_bytes()),
    })
}
