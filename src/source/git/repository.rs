//! A repository and the trees of its commits.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use gix::ThreadSafeRepository;
use gix::discover::upwards::Options;
use gix::objs::tree::EntryKind;
use gix::odb::pack::cache::lru::MemoryCappedHashmap;

use crate::source::path::RepoPath;
use crate::source::problem::Problem;
use crate::source::tree::{Entry, Identity, Kind, Spot, Tree, is_kustomization, named};

/// The variable with which Git tells hooks where the repository is.
const GIT_DIR: &str = "GIT_DIR";

/// How much each handle keeps of what it has unpacked, in bytes: most files of a pack are stored as what differs from
/// another one, which would have to be unpacked again.
const DELTA_BASES: usize = 4 * 1024 * 1024;

/// A Git repository on disk.
#[derive(Clone)]
pub struct GitRepository {
    pub(super) objects: Arc<Objects>,
    root: PathBuf,
    bare: bool,
}

impl GitRepository {
    /// Opens the repository that holds `path`, or that is there without a work tree. One that `GIT_DIR` names, as for
    /// hooks, counts before one that is found.
    ///
    /// # Errors
    /// When there is none, or it is not one that can be read.
    pub fn around(path: &Path) -> Result<Self, Problem> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Some(named) = Self::of_environment()?.filter(|named| real.starts_with(&named.root)) {
            return Ok(named);
        }
        let shown = path.display();
        let repository = ThreadSafeRepository::discover_opts(path, Options::default(), options()).map_err(|cause| {
            if cause.is_not_found() {
                return Problem::new(format!("`{shown}` is in no Git repository"))
                    .hint("revisions are read from the repository that holds the directory");
            }
            Problem::new(format!("the Git repository around `{shown}` cannot be opened: {cause}"))
        })?;
        Self::new(repository)
    }

    /// Opens the repository that the variables `GIT_DIR` and `GIT_WORK_TREE` name, as Git sets them for hooks; `None`
    /// where they are not set.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn of_environment() -> Result<Option<Self>, Problem> {
        if env::var_os(GIT_DIR).is_none() {
            return Ok(None);
        }
        let opened = ThreadSafeRepository::open_with_environment_overrides(".", options());
        let repository =
            opened.map_err(|cause| Problem::new(format!("the repository of `{GIT_DIR}` cannot be opened: {cause}")))?;
        Self::new(repository).map(Some)
    }

    fn new(repository: ThreadSafeRepository) -> Result<Self, Problem> {
        let local = repository.to_thread_local();
        let root = local.workdir().unwrap_or_else(|| local.git_dir());
        let unreadable = |cause| Problem::new(format!("`{}` cannot be read: {cause}", root.display()));
        let (root, bare) = (root.canonicalize().map_err(unreadable)?, local.workdir().is_none());
        Ok(Self { objects: Arc::new(Objects::new(repository)), root, bare })
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

    pub(super) fn missing(&self, revision: &str) -> Problem {
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
        Ok(GitTree::new(self.objects.clone(), self.objects.below(root, below)))
    }
}

/// How repositories are opened: `refs/replace` shows other objects than those that are pushed and merged.
fn options() -> gix::sec::trust::Mapping<gix::open::Options> {
    let mut options = gix::sec::trust::Mapping::<gix::open::Options>::default();
    for options in [&mut options.full, &mut options.reduced] {
        options.modify(|options| options.config_overrides(["core.useReplaceRefs=false"]));
    }
    options
}

/// The entries of a tree object, sorted by name.
#[derive(Clone, Default)]
struct Listing {
    entries: Arc<[Entry]>,
    /// Directories that were left out, see [`Tree::unnamed`].
    unnamed: Arc<[String]>,
}

/// What the trees of a repository share: its objects, and the listings read so far.
pub(super) struct Objects {
    pub(super) repository: gix::ThreadSafeRepository,
    /// Handles that no thread uses just now: making one costs more than reading an object.
    idle: Mutex<Vec<gix::Repository>>,
    /// By tree object: what two commits have in common is read once.
    listings: RwLock<HashMap<gix::ObjectId, Listing>>,
}

impl Objects {
    fn new(repository: gix::ThreadSafeRepository) -> Self {
        Self { repository, idle: Mutex::default(), listings: RwLock::default() }
    }

    fn handle(&self) -> gix::Repository {
        let mut handle = self.repository.to_thread_local();
        handle.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(DELTA_BASES)));
        handle
    }

    /// Lends a handle.
    pub(super) fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| self.handle());
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

    /// The tree that a tree has at a path.
    fn below(&self, root: gix::ObjectId, path: &RepoPath) -> Option<gix::ObjectId> {
        path.components().try_fold(root, |id, name| {
            let entries = self.listing(id).ok()?.entries;
            let entry = named(&entries, name).filter(|entry| entry.kind == Kind::Directory)?;
            id_of(entry.identity).ok()
        })
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
    let (mut entries, mut unnamed) = (Vec::new(), Vec::new());
    for entry in tree.iter() {
        let entry = entry.map_err(io::Error::other)?;
        // A name that is not UTF-8 can be named by no kustomization.
        let Ok(name) = std::str::from_utf8(entry.filename()) else {
            if entry.kind() == EntryKind::Tree && holds_kustomization(repository, entry.object_id()) {
                unnamed.push(String::from_utf8_lossy(entry.filename()).into_owned());
            }
            continue;
        };
        let kind = match entry.kind() {
            EntryKind::Tree => Kind::Directory,
            EntryKind::Blob | EntryKind::BlobExecutable => Kind::File,
            EntryKind::Link => Kind::Link,
            EntryKind::Commit => Kind::Other,
        };
        entries.push(Entry { name: name.to_owned(), kind, identity: Identity::new(entry.oid().as_bytes()) });
    }
    entries.sort_unstable_by(|a: &Entry, b| a.name.cmp(&b.name));
    Ok(Listing { entries: entries.into(), unnamed: unnamed.into() })
}

/// The object that an entry of a Git tree names.
fn id_of(identity: Option<Identity>) -> io::Result<gix::ObjectId> {
    let id = identity.ok_or(io::ErrorKind::NotFound)?;
    gix::hash::oid::try_from_bytes(id.as_bytes()).map(gix::hash::oid::to_owned).map_err(io::Error::other)
}

/// Whether a kustomization is in or below a tree object.
fn holds_kustomization(repository: &gix::Repository, id: gix::ObjectId) -> bool {
    let Ok(tree) = repository.find_object(id).and_then(gix::Object::peel_to_tree) else { return false };
    tree.iter().flatten().any(|entry| match entry.kind() {
        EntryKind::Tree => holds_kustomization(repository, entry.object_id()),
        _ => is_kustomization(entry.filename()),
    })
}

/// The tree of one commit.
pub struct GitTree {
    objects: Arc<Objects>,
    /// `None` where nothing is there.
    root: Option<gix::ObjectId>,
    /// Directories that were left out, see [`Tree::unnamed`].
    unnamed: Mutex<BTreeSet<String>>,
}

impl GitTree {
    fn new(objects: Arc<Objects>, root: Option<gix::ObjectId>) -> Self {
        Self { objects, root, unnamed: Mutex::default() }
    }

    /// The object of an entry: the one that is known, else the one at its path.
    fn id(&self, spot: Spot<'_>) -> io::Result<gix::ObjectId> {
        if spot.identity.is_some() {
            return id_of(spot.identity);
        }
        let root = self.root.ok_or(io::ErrorKind::NotFound)?;
        let Some((directory, name)) = spot.path.split() else { return Ok(root) };
        let directory = self.objects.below(root, &RepoPath::known(directory)).ok_or(io::ErrorKind::NotFound)?;
        let entries = self.objects.listing(directory)?.entries;
        id_of(named(&entries, name).and_then(|entry| entry.identity))
    }
}

impl Tree for GitTree {
    fn root(&self) -> Option<Identity> {
        self.root.and_then(|id| Identity::new(id.as_slice()))
    }

    fn list(&self, directory: Spot<'_>) -> io::Result<Arc<[Entry]>> {
        if self.root.is_none() && directory.path.is_root() {
            return Ok(Arc::default());
        }
        let listing = self.objects.listing(self.id(directory)?)?;
        if !listing.unnamed.is_empty() {
            let paths = listing.unnamed.iter().map(|name| directory.path.child(name).to_string());
            self.unnamed.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
        }
        Ok(listing.entries)
    }

    fn read(&self, file: Spot<'_>, _limit: u64) -> io::Result<Vec<u8>> {
        self.objects.blob(self.id(file)?)
    }

    fn holds(&self, file: Spot<'_>, bytes: &[u8]) -> io::Result<bool> {
        let id = self.id(file)?;
        let hash = gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).map_err(io::Error::other)?;
        Ok(hash == id)
    }

    fn unnamed(&self) -> Vec<String> {
        self.unnamed.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn link(&self, link: Spot<'_>) -> io::Result<String> {
        let bytes = self.objects.blob(self.id(link)?)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "link is not UTF-8"))
    }
}
