//! A tree that lives in memory: tests, embedded examples.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::tree::{Entry, Kind, Spot, Tree};

/// Files and links by path. Directories exist where something is below them.
#[derive(Default)]
pub struct MemoryTree {
    entries: BTreeMap<String, Held>,
}

/// What is at a path.
enum Held {
    File(Vec<u8>),
    Link(String),
}

impl MemoryTree {
    /// A tree of `files`, each a path and its content.
    pub fn new<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        Self { entries: files.into_iter().map(|(path, content)| (path.into(), Held::File(content.into()))).collect() }
    }

    /// The same with `links`, each a path and the text that it holds.
    #[must_use]
    pub fn with_links<P: Into<String>, T: Into<String>>(mut self, links: impl IntoIterator<Item = (P, T)>) -> Self {
        self.entries.extend(links.into_iter().map(|(path, target)| (path.into(), Held::Link(target.into()))));
        self
    }
}

impl Tree for MemoryTree {
    fn list(&self, Spot { path: directory, .. }: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        let prefix = if directory.is_root() { String::new() } else { format!("{directory}/") };
        let mut entries: Vec<Entry> = Vec::new();
        let below = self.entries.iter().filter_map(|(path, held)| Some((path.strip_prefix(&prefix)?, held)));
        for (path, held) in below {
            let (name, kind) = match (path.split_once('/'), held) {
                (Some((name, _)), _) => (name, Kind::Directory),
                (None, Held::File(_)) => (path, Kind::File),
                (None, Held::Link(_)) => (path, Kind::Link),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind, identity: None });
            }
        }
        if entries.is_empty() && !directory.is_root() {
            return Err(io::ErrorKind::NotFound.into());
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        entries.dedup_by(|a, b| a.name == b.name);
        Ok(entries.into())
    }

    fn read(&self, file: Spot<'_>, _limit: u64) -> io::Result<Vec<u8>> {
        match self.entries.get(file.path.as_str()) {
            Some(Held::File(content)) => Ok(content.clone()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn link(&self, link: Spot<'_>) -> io::Result<String> {
        match self.entries.get(link.path.as_str()) {
            Some(Held::Link(target)) => Ok(target.clone()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
