//! A tree that lives in memory: tests, embedded examples.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::path::RepoPath;
use super::tree::{Entry, Kind, Tree};

/// Files by path. Directories exist where files are below them.
#[derive(Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// A tree of `files`, each a path and its content.
    pub fn new<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        Self { files: files.into_iter().map(|(path, content)| (path.into(), content.into())).collect() }
    }
}

impl Tree for MemoryTree {
    fn list(&self, directory: &RepoPath) -> io::Result<Arc<[Entry]>> {
        let prefix = if directory.is_root() { String::new() } else { format!("{directory}/") };
        let mut entries: Vec<Entry> = Vec::new();
        for path in self.files.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            let (name, kind) = match path.split_once('/') {
                Some((name, _)) => (name, Kind::Directory),
                None => (path, Kind::File),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        if entries.is_empty() && !directory.is_root() {
            return Err(io::ErrorKind::NotFound.into());
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        entries.dedup_by(|a, b| a.name == b.name);
        Ok(entries.into())
    }

    fn read(&self, file: &RepoPath, _limit: u64) -> io::Result<Vec<u8>> {
        self.files.get(file.as_str()).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn link(&self, _link: &RepoPath) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
