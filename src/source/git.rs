//! A tree that is a Git commit, read from the object store without a checkout. The only place that names
//! gix.

mod history;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use gix::objs::tree::EntryKind;

use super::path::RepoPath;
use super::problem::Problem;
use super::tree::{Entry, Identity, Kind, Tree};
pub(super) use history::Landing;
pub use history::Parting;

/// A Git repository on disk.
#[derive(Clone)]
pub struct GitRepository {
    objects: Arc<Objects>,
    root: PathBuf,
    bare: bool,
}

impl GitRepository {
    /// Opens the repository that holds `path`, or that is there without a work tree.
    ///
    /// # Errors
    /// When there is none, or it is not one that can be read.
    pub fn around(path: &Path) -> Result<Self, Problem> {
        let shown = path.display();
        let repository = gix::discover(path).map_err(|cause| {
            if cause.is_not_found() {
                return Problem::new(format!("`{shown}` is in no Git repository"))
                    .hint("revisions are read from the repository that holds the directory");
            }
            Problem::new(format!("the Git repository around `{shown}` cannot be opened: {cause}"))
        })?;
        let root = repository.workdir().unwrap_or_else(|| repository.git_dir());
        let unreadable = |cause| Problem::new(format!("`{}` cannot be read: {cause}", root.display()));
        let (root, bare) = (root.canonicalize().map_err(unreadable)?, repository.workdir().is_none());
        Ok(Self { objects: Arc::new(Objects::new(repository.into_sync())), root, bare })
    }

    /// The directory that is checked out; of a bare repository, the repository itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether nothing is checked out.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The commit that `revision` names, as hexadecimal digits.
    ///
    /// # Errors
    /// When it names none, or its objects are not here.
    pub fn commit(&self, revision: &str) -> Result<String, Problem> {
        let repository = self.objects.repository.to_thread_local();
        let found = repository
            .rev_parse_single(revision)
            .ok()
            .and_then(|id| id.object().ok())
            .and_then(|object| object.peel_to_commit().ok());
        match found {
            Some(commit) => Ok(commit.id().to_string()),
            None => Err(self.missing(revision)),
        }
    }

    fn missing(&self, revision: &str) -> Problem {
        let shallow = self.objects.repository.to_thread_local().is_shallow().unwrap_or(false);
        let problem = Problem::new(format!("`{revision}` names no commit that is here"));
        if shallow {
            problem.hint("the clone is shallow: run `git fetch --unshallow`, or check out with `fetch-depth: 0`")
        } else {
            problem.hint(format!("run `git fetch origin {revision}`, and check the spelling"))
        }
    }

    /// The tree of a commit, or what it has below a directory. A directory that is not there is empty.
    ///
    /// # Errors
    /// When `revision` names no commit that is here.
    pub fn tree(&self, revision: &str, below: &RepoPath) -> Result<GitTree, Problem> {
        let repository = self.objects.repository.to_thread_local();
        let id = repository
            .rev_parse_single(revision)
            .ok()
            .and_then(|id| id.object().ok())
            .and_then(|object| object.peel_to_tree().ok())
            .map(|tree| tree.id().detach());
        let Some(root) = id else { return Err(self.missing(revision)) };
        let whole = GitTree::new(self.objects.clone(), Some(root));
        if below.is_root() {
            return Ok(whole);
        }
        Ok(GitTree::new(self.objects.clone(), whole.find(below, &[Kind::Directory]).ok()))
    }
}

/// The entries of a tree object, sorted by name, and the objects that they name.
#[derive(Clone, Default)]
struct Listing {
    entries: Arc<[Entry]>,
    ids: Arc<[gix::ObjectId]>,
}

/// What the trees of a repository share: its objects, and the listings read so far.
struct Objects {
    repository: gix::ThreadSafeRepository,
    /// Handles that no thread uses just now: making one costs more than reading an object.
    idle: Mutex<Vec<gix::Repository>>,
    /// By tree object: what two commits have in common is read once.
    listings: RwLock<HashMap<gix::ObjectId, Listing>>,
}

impl Objects {
    fn new(repository: gix::ThreadSafeRepository) -> Self {
        Self { repository, idle: Mutex::default(), listings: RwLock::default() }
    }

    /// Lends a handle.
    fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| self.repository.to_thread_local());
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    fn listing(&self, id: gix::ObjectId) -> io::Result<Listing> {
        if let Some(known) = self.listings.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let listing = self.with(|repository| read_listing(repository, id))?;
        self.listings.write().unwrap_or_else(PoisonError::into_inner).insert(id, listing.clone());
        Ok(listing)
    }

    fn blob(&self, id: gix::ObjectId) -> io::Result<Vec<u8>> {
        self.with(|repository| {
            let mut object = repository.find_object(id).map_err(io::Error::other)?;
            Ok(std::mem::take(&mut object.data))
        })
    }
}

/// Reads a tree object. Git's own order is not quite that of the names.
fn read_listing(repository: &gix::Repository, id: gix::ObjectId) -> io::Result<Listing> {
    let tree = repository.find_object(id).and_then(gix::Object::peel_to_tree).map_err(io::Error::other)?;
    let mut entries = Vec::new();
    for entry in tree.iter() {
        let entry = entry.map_err(io::Error::other)?;
        // A name that is not UTF-8 can be named by no kustomization.
        let Ok(name) = std::str::from_utf8(entry.filename()) else { continue };
        let kind = match entry.kind() {
            EntryKind::Tree => Kind::Directory,
            EntryKind::Blob | EntryKind::BlobExecutable => Kind::File,
            EntryKind::Link => Kind::Link,
            EntryKind::Commit => Kind::Other,
        };
        entries.push((Entry { name: name.to_owned(), kind }, entry.object_id()));
    }
    entries.sort_unstable_by(|(a, _), (b, _): &(Entry, _)| a.name.cmp(&b.name));
    let (entries, ids): (Vec<Entry>, Vec<gix::ObjectId>) = entries.into_iter().unzip();
    Ok(Listing { entries: entries.into(), ids: ids.into() })
}

/// The tree of one commit.
pub struct GitTree {
    objects: Arc<Objects>,
    /// `None` where nothing is there.
    root: Option<gix::ObjectId>,
    /// The tree objects of directories that were looked into.
    directories: RwLock<HashMap<RepoPath, gix::ObjectId>>,
}

impl GitTree {
    fn new(objects: Arc<Objects>, root: Option<gix::ObjectId>) -> Self {
        Self { objects, root, directories: RwLock::default() }
    }

    /// Lists a directory; its ancestors are looked up first.
    fn listing(&self, directory: &RepoPath) -> io::Result<Listing> {
        match self.directory(directory)? {
            Some(id) => self.objects.listing(id),
            None => Ok(Listing::default()),
        }
    }

    /// The tree object of a directory; `None` for the root of a tree that is not there.
    fn directory(&self, directory: &RepoPath) -> io::Result<Option<gix::ObjectId>> {
        if directory.is_root() {
            return Ok(self.root);
        }
        if let Some(known) = self.directories.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Ok(Some(*known));
        }
        let id = self.find(directory, &[Kind::Directory])?;
        self.directories.write().unwrap_or_else(PoisonError::into_inner).insert(directory.clone(), id);
        Ok(Some(id))
    }

    /// The object of an entry that is one of `kinds`.
    fn find(&self, path: &RepoPath, kinds: &[Kind]) -> io::Result<gix::ObjectId> {
        let parent = path.parent().ok_or(io::ErrorKind::NotFound)?;
        let listing = self.listing(&parent)?;
        let name = path.file_name();
        let at = listing.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok();
        match at.and_then(|at| Some((listing.entries.get(at)?, listing.ids.get(at)?))) {
            Some((entry, id)) if kinds.contains(&entry.kind) => Ok(*id),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Tree for GitTree {
    fn list(&self, directory: &RepoPath) -> io::Result<Arc<[Entry]>> {
        Ok(self.listing(directory)?.entries)
    }

    fn read(&self, file: &RepoPath, _limit: u64) -> io::Result<Vec<u8>> {
        self.objects.blob(self.find(file, &[Kind::File])?)
    }

    fn identity(&self, path: &RepoPath) -> Option<Identity> {
        let id = self.find(path, &[Kind::Directory, Kind::File, Kind::Link, Kind::Other]).ok()?;
        Some(Identity(id.as_slice().to_vec()))
    }

    fn holds(&self, file: &RepoPath, bytes: &[u8]) -> io::Result<bool> {
        let id = self.find(file, &[Kind::File])?;
        let hash = gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).map_err(io::Error::other)?;
        Ok(hash == id)
    }

    fn link(&self, link: &RepoPath) -> io::Result<String> {
        let bytes = self.objects.blob(self.find(link, &[Kind::Link])?)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "link is not UTF-8"))
    }
}
