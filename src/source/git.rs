//! A tree that is a Git commit, read from the object store without a checkout. The only place that names
//! gix.

mod history;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use gix::objs::tree::EntryKind;

use super::path::RepoPath;
use super::problem::Problem;
use super::tree::{Entry, Kind, Tree};
pub use history::Parting;

/// A Git repository on disk.
pub struct GitRepository {
    repository: gix::ThreadSafeRepository,
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
        Ok(Self { repository: repository.into_sync(), root, bare })
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
        let repository = self.repository.to_thread_local();
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
        let shallow = self.repository.to_thread_local().is_shallow().unwrap_or(false);
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
        let repository = self.repository.to_thread_local();
        let id = repository
            .rev_parse_single(revision)
            .ok()
            .and_then(|id| id.object().ok())
            .and_then(|object| object.peel_to_tree().ok())
            .map(|tree| tree.id().detach());
        let Some(root) = id else { return Err(self.missing(revision)) };
        let whole = GitTree { repository: self.repository.clone(), root: Some(root), listings: RwLock::default() };
        if below.is_root() {
            return Ok(whole);
        }
        let root = whole.find(below, &[Kind::Directory]).ok();
        Ok(GitTree { root, ..whole.emptied() })
    }
}

type Listing = Arc<Vec<(Entry, gix::ObjectId)>>;

/// The tree of one commit.
pub struct GitTree {
    repository: gix::ThreadSafeRepository,
    /// `None` where nothing is there.
    root: Option<gix::ObjectId>,
    listings: RwLock<HashMap<RepoPath, Listing>>,
}

impl GitTree {
    fn emptied(self) -> Self {
        Self { listings: RwLock::default(), ..self }
    }

    /// Lists a directory, its ancestors first.
    fn listing(&self, directory: &RepoPath) -> io::Result<Listing> {
        if let Some(known) = self.listings.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Ok(known.clone());
        }
        let id = match self.root {
            None if directory.is_root() => return Ok(Listing::default()),
            Some(root) if directory.is_root() => root,
            _ => self.find(directory, &[Kind::Directory])?,
        };
        let repository = self.repository.to_thread_local();
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
        entries.sort_unstable_by(|a, b| a.0.name.cmp(&b.0.name));
        let entries = Arc::new(entries);
        self.listings.write().unwrap_or_else(PoisonError::into_inner).insert(directory.clone(), entries.clone());
        Ok(entries)
    }

    /// The object of an entry that is one of `kinds`.
    fn find(&self, path: &RepoPath, kinds: &[Kind]) -> io::Result<gix::ObjectId> {
        let parent = path.parent().ok_or(io::ErrorKind::NotFound)?;
        let listing = self.listing(&parent)?;
        let name = path.file_name();
        let at = listing.binary_search_by(|(entry, _)| entry.name.as_str().cmp(name));
        match at.ok().and_then(|at| listing.get(at)) {
            Some((entry, id)) if kinds.contains(&entry.kind) => Ok(*id),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn blob(&self, id: gix::ObjectId) -> io::Result<Vec<u8>> {
        let repository = self.repository.to_thread_local();
        let mut object = repository.find_object(id).map_err(io::Error::other)?;
        Ok(std::mem::take(&mut object.data))
    }
}

impl Tree for GitTree {
    fn list(&self, directory: &RepoPath) -> io::Result<Vec<Entry>> {
        Ok(self.listing(directory)?.iter().map(|(entry, _)| entry.clone()).collect())
    }

    fn read(&self, file: &RepoPath, _limit: u64) -> io::Result<Vec<u8>> {
        self.blob(self.find(file, &[Kind::File])?)
    }

    fn link(&self, link: &RepoPath) -> io::Result<String> {
        let bytes = self.blob(self.find(link, &[Kind::Link])?)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "link is not UTF-8"))
    }
}
