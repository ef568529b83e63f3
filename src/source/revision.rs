//! A revision: a tree with its links resolved inside it, its limits kept and its listings remembered.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::copied::CopiedTree;
use super::files::{FileId, Files, SourceFile};
use super::filtered::FilteredTree;
use super::path::{PathError, RepoPath};
use super::tree::{Entry, Identity, Kind, Spot, Tree, named};

/// Links followed for one path before it counts as a loop; what Linux allows.
const MAX_LINKS: usize = 40;

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// Why what is neither file nor directory is not read.
const SPECIAL: &str = "it is a submodule or a special file";

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there.
    #[error("`{0}` does not exist")]
    Missing(RepoPath),
    /// It is a directory, and a file was wanted.
    #[error("`{0}` is a directory")]
    IsDirectory(RepoPath),
    /// It is a file, and a directory was wanted.
    #[error("`{0}` is not a directory")]
    NotDirectory(RepoPath),
    /// A link on the way leads out of the root.
    #[error("`{path}` is a link that leads out of the repository")]
    Outside {
        /// The link.
        path: RepoPath,
    },
    /// Links lead round in a circle.
    #[error("`{0}` is a loop of links")]
    Loop(RepoPath),
    /// The file is larger than any manifest.
    #[error("`{path}` is larger than the limit of {} MiB", limit / (1024 * 1024))]
    TooLarge {
        /// The file.
        path: RepoPath,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A submodule, a device, or a failing disk.
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: RepoPath,
        /// What the system says.
        cause: String,
    },
    /// A directory with a kustomization below it has a name that no path can hold.
    #[error("the name of the directory `{0}` is not UTF-8: nothing below it can be judged")]
    Unnamed(String),
    /// The path itself is not one.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// What is at a path.
#[derive(Clone, Copy)]
struct EntryContent {
    kind: Kind,
    identity: Option<Identity>,
}

/// A tree of files together with what has been read of it.
pub struct Revision {
    tree: Arc<dyn Tree>,
    files: Arc<Files>,
    listings: RwLock<HashMap<RepoPath, Option<Arc<[Entry]>>>>,
    /// The links in and below directories.
    links: RwLock<HashMap<RepoPath, Arc<[RepoPath]>>>,
    loaded: RwLock<HashMap<RepoPath, FileId>>,
    /// Directories that are there and could not be listed, and why.
    faults: Mutex<BTreeMap<RepoPath, String>>,
}

impl Revision {
    /// A revision over `tree`, whose files are kept in `files`.
    pub fn new(tree: impl Tree + 'static, files: Arc<Files>) -> Self {
        Self::over(Arc::new(tree), files)
    }

    /// The same tree without the entries that `hides` says are left out; what is below a directory goes with it. Its
    /// files are kept in the same store.
    #[must_use]
    pub fn without(&self, hides: impl Fn(&RepoPath, Kind) -> bool + Send + Sync + 'static) -> Self {
        let tree = FilteredTree { tree: self.tree.clone(), hides: Box::new(hides) };
        Self::over(Arc::new(tree), self.files.clone())
    }

    /// A tree of files of this one in other places: each by its place and where it is here, free of links. Its files are
    /// kept in the same store, as the files that they are here.
    #[must_use]
    pub fn copied(&self, files: BTreeMap<RepoPath, RepoPath>) -> Self {
        Self::over(Arc::new(CopiedTree::new(self.tree.clone(), files)), self.files.clone())
    }

    /// What a file is known as: its path, or that in the tree that it was copied from.
    #[must_use]
    pub fn origin(&self, file: &RepoPath) -> RepoPath {
        self.tree.origin(file)
    }

    fn over(tree: Arc<dyn Tree>, files: Arc<Files>) -> Self {
        Self {
            tree,
            files,
            listings: RwLock::default(),
            links: RwLock::default(),
            loaded: RwLock::default(),
            faults: Mutex::default(),
        }
    }

    /// The store of files read so far.
    #[must_use]
    pub fn files(&self) -> &Arc<Files> {
        &self.files
    }

    /// The entries of a directory, sorted by name, links not followed; `None` where there is no directory, or a link is on
    /// the way to it (see [`Self::resolve`]).
    #[must_use]
    pub fn list(&self, directory: &RepoPath) -> Option<Arc<[Entry]>> {
        self.listing(directory.as_str())
    }

    /// The files in and below a directory, sorted; links are not followed, and count as files.
    #[must_use]
    pub fn files_below(&self, directory: &RepoPath) -> Vec<RepoPath> {
        let (mut files, mut open) = (Vec::new(), vec![directory.clone()]);
        while let Some(next) = open.pop() {
            for entry in self.list(&next).iter().flat_map(|entries| entries.iter()) {
                let path = next.child(&entry.name);
                if entry.kind == Kind::Directory { open.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }

    /// The files in and below a directory, sorted, links followed: each by a path that leads to it. What several links
    /// lead to is looked into once.
    #[must_use]
    pub fn files_behind(&self, directory: &RepoPath) -> Vec<RepoPath> {
        let (mut files, mut open, mut seen) = (Vec::new(), vec![directory.clone()], BTreeSet::new());
        while let Some(next) = open.pop() {
            let Ok(real) = self.directory(&next) else { continue };
            if !seen.insert(real.clone()) {
                continue;
            }
            for entry in self.list(&real).iter().flat_map(|entries| entries.iter()) {
                let path = next.child(&entry.name);
                match entry.kind {
                    Kind::Directory => open.push(path),
                    Kind::File => files.push(path),
                    _ if matches!(self.resolve(&path), Ok((_, Kind::Directory))) => open.push(path),
                    _ => files.push(path),
                }
            }
        }
        files.sort();
        files
    }

    fn listing(&self, directory: &str) -> Option<Arc<[Entry]>> {
        if let Some(known) = self.listings.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return known.clone();
        }
        let directory = RepoPath::known(directory);
        let identity = match directory.split() {
            None => Some(self.tree.root()),
            Some((parent, name)) => {
                self.find(parent, name).filter(|found| found.kind == Kind::Directory).map(|it| it.identity)
            }
        };
        let listing = identity.and_then(|identity| match self.tree.list(Spot { path: &directory, identity }) {
            Ok(entries) => Some(entries),
            Err(cause) => {
                if !matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
                    let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
                    faults.insert(directory.clone(), cause.to_string());
                }
                None
            }
        });
        self.listings.write().unwrap_or_else(PoisonError::into_inner).insert(directory, listing.clone());
        listing
    }

    /// The entry of a directory; `None` where a link is on the way to it.
    fn find(&self, directory: &str, name: &str) -> Option<EntryContent> {
        named(&self.listing(directory)?, name).map(|entry| EntryContent { kind: entry.kind, identity: entry.identity })
    }

    /// What is at a path; `None` where a link is on the way to it.
    fn content(&self, path: &RepoPath) -> Option<EntryContent> {
        match path.split() {
            Some((directory, name)) => self.find(directory, name),
            None => Some(EntryContent { kind: Kind::Directory, identity: self.tree.root() }),
        }
    }

    /// A path as the tree knows it.
    fn spot<'p>(&self, path: &'p RepoPath) -> Spot<'p> {
        Spot { path, identity: self.identity(path) }
    }

    /// The directories that are there and could not be listed or named so far: to whoever looked they were not there.
    #[must_use]
    pub fn faults(&self) -> Vec<ReadError> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let unlisted = faults.iter();
        let unlisted = unlisted.map(|(path, cause)| ReadError::Unreadable { path: path.clone(), cause: cause.clone() });
        unlisted.chain(self.tree.unnamed().into_iter().map(ReadError::Unnamed)).collect()
    }

    /// Whether an entry is a link. The way to it must be free of links.
    #[must_use]
    pub fn is_link(&self, path: &RepoPath) -> bool {
        self.content(path).is_some_and(|found| found.kind == Kind::Link)
    }

    /// The text that a link holds, as written. The way to it must be free of links.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn link(&self, path: &RepoPath) -> Result<String, ReadError> {
        let unreadable = |error: io::Error| ReadError::Unreadable { path: path.clone(), cause: error.to_string() };
        self.tree.link(self.spot(path)).map_err(unreadable)
    }

    /// The links in a directory and in those below it. The path must be free of links.
    #[must_use]
    pub fn links_below(&self, directory: &RepoPath) -> Arc<[RepoPath]> {
        if let Some(known) = self.links.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return known.clone();
        }
        let mut links = Vec::new();
        for entry in self.list(directory).unwrap_or_default().iter() {
            match entry.kind {
                Kind::Link => links.push(directory.child(&entry.name)),
                Kind::Directory => links.extend_from_slice(&self.links_below(&directory.child(&entry.name))),
                Kind::File | Kind::Other => {}
            }
        }
        let links: Arc<[RepoPath]> = links.into();
        let mut known = self.links.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(directory.clone(), links.clone());
        links
    }

    /// What names the content of an entry, links not followed; `None` where the tree has no such names.
    #[must_use]
    pub fn identity(&self, path: &RepoPath) -> Option<Identity> {
        self.content(path)?.identity
    }

    /// Whether a file of this revision and the one of the other at the same path are the same.
    #[must_use]
    pub fn same(&self, other: &Self, path: &RepoPath) -> bool {
        let (Ok((a, Kind::File)), Ok((b, Kind::File))) = (self.resolve(path), other.resolve(path)) else {
            return false;
        };
        a == b && self.same_content(other, &a).unwrap_or_else(|| self.same_file(other, &a))
    }

    /// Whether an entry of this revision and the one of the other at the same path hold the same, where both can
    /// tell without reading.
    pub(super) fn same_content(&self, other: &Self, path: &RepoPath) -> Option<bool> {
        Some(self.identity(path)? == other.identity(path)?)
    }

    /// Whether a file, which both have, holds the same in both. What cannot be read is not the same.
    pub(super) fn same_file(&self, other: &Self, path: &RepoPath) -> bool {
        // The one that names its content need not be read.
        let (named, read) = if self.identity(path).is_some() { (self, other) } else { (other, self) };
        let holds = |bytes: &[u8]| named.tree.holds(named.spot(path), bytes).unwrap_or(false);
        let loaded = read.loaded.read().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        match loaded {
            Some(id) => holds(read.files.get(id).bytes()),
            None => read.tree.read(read.spot(path), MAX_FILE).is_ok_and(|bytes| holds(&bytes)),
        }
    }

    /// Whether a link, which both have, leads to the same in both.
    pub(super) fn same_link(&self, other: &Self, path: &RepoPath) -> bool {
        match (self.tree.link(self.spot(path)), other.tree.link(other.spot(path))) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
    }

    /// Follows every link on the way to `path`. The result is free of links and exists.
    ///
    /// # Errors
    /// When nothing is there, or a link leads out of the root or in a circle.
    pub fn resolve(&self, path: &RepoPath) -> Result<(RepoPath, Kind), ReadError> {
        match self.content(path) {
            Some(EntryContent { kind: kind @ (Kind::File | Kind::Directory), .. }) => Ok((path.clone(), kind)),
            _ => self.follow(path, &mut Vec::new()),
        }
    }

    /// Every place on the way to `path` on which it depends where that leads, besides `path` itself: the links,
    /// the directories that they pass through, and where the way ends, even if nothing is there. Empty where there
    /// is no link on the way.
    #[must_use]
    pub fn way(&self, path: &RepoPath) -> Vec<RepoPath> {
        let mut passed = Vec::new();
        if self.content(path).is_some_and(|found| found.kind != Kind::Link) {
            return passed;
        }
        let end = self.follow(path, &mut passed).ok().map(|(end, _)| end);
        passed.retain(|place| !path.is_within(place));
        passed.extend(end.filter(|end| end != path));
        passed
    }

    /// Goes the way to `path` step by step; `passed` takes the links, the directories that are left through `..`,
    /// and what is not there.
    fn follow(&self, path: &RepoPath, passed: &mut Vec<RepoPath>) -> Result<(RepoPath, Kind), ReadError> {
        let mut links = 0;
        let mut done = RepoPath::root();
        let mut kind = Kind::Directory;
        let mut todo: Vec<String> = path.components().rev().map(str::to_owned).collect();
        while let Some(name) = todo.pop() {
            if name == ".." {
                passed.push(done.clone());
                done = done.parent().ok_or_else(|| ReadError::Outside { path: path.clone() })?;
                kind = Kind::Directory;
                continue;
            }
            let next = done.child(&name);
            let Some(found) = self.find(done.as_str(), &name) else {
                passed.push(next);
                return Err(ReadError::Missing(path.clone()));
            };
            kind = found.kind;
            if kind == Kind::Link {
                passed.push(next.clone());
                links += 1;
                if links > MAX_LINKS {
                    return Err(ReadError::Loop(path.clone()));
                }
                let target = self
                    .tree
                    .link(Spot { path: &next, identity: found.identity })
                    .map_err(|cause| unreadable(&next, &cause))?;
                if target.starts_with('/') {
                    return Err(ReadError::Outside { path: next });
                }
                todo.extend(target.split('/').rev().filter(|part| !part.is_empty() && *part != ".").map(str::to_owned));
                kind = Kind::Directory;
                continue;
            }
            if kind == Kind::Other {
                passed.push(next.clone());
                return Err(ReadError::Unreadable { path: next, cause: SPECIAL.to_owned() });
            }
            done = next;
        }
        Ok((done, kind))
    }

    /// Resolves `path`, which must be a directory.
    ///
    /// # Errors
    /// As [`Self::resolve`], and when it is a file.
    pub fn directory(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        match self.resolve(path)? {
            (resolved, Kind::Directory) => Ok(resolved),
            _ => Err(ReadError::NotDirectory(path.clone())),
        }
    }

    /// The bytes of a file, which is not kept: no place in it can be named.
    ///
    /// # Errors
    /// When it is no readable file below the root, or too large.
    pub fn peek(&self, path: &RepoPath) -> Result<Vec<u8>, ReadError> {
        let (resolved, kind) = self.resolve(path)?;
        match kind {
            Kind::File => {}
            Kind::Directory => return Err(ReadError::IsDirectory(path.clone())),
            Kind::Link | Kind::Other => {
                return Err(ReadError::Unreadable { path: path.clone(), cause: SPECIAL.to_owned() });
            }
        }
        let bytes = self.tree.read(self.spot(&resolved), MAX_FILE).map_err(|cause| unreadable(path, &cause))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(ReadError::TooLarge { path: path.clone(), limit: MAX_FILE });
        }
        Ok(bytes)
    }

    /// Reads a file; a file read before is not read again. Places in it speak of the path asked for.
    ///
    /// # Errors
    /// When it is no readable file below the root, or too large.
    pub fn read(&self, path: &RepoPath) -> Result<(FileId, Arc<SourceFile>), ReadError> {
        if let Some(id) = self.loaded.read().unwrap_or_else(PoisonError::into_inner).get(path).copied() {
            return Ok((id, self.files.get(id)));
        }
        let bytes = self.peek(path)?;
        // Two threads may read the same file at once; the first to get here names it.
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        let id = *loaded.entry(path.clone()).or_insert_with(|| self.files.add(self.tree.origin(path), bytes));
        Ok((id, self.files.get(id)))
    }
}

fn unreadable(path: &RepoPath, cause: &io::Error) -> ReadError {
    if cause.kind() == io::ErrorKind::NotFound {
        return ReadError::Missing(path.clone());
    }
    ReadError::Unreadable { path: path.clone(), cause: cause.to_string() }
}
