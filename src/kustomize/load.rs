//! Finding and reading what a kustomization names: files under the load restrictor, directories without
//! cycles, nothing from the network (docs/kustomize.md, "Loading").

use std::sync::Arc;

use super::content::Content;
use super::decode::{Text, repeated};
use super::folding;
use super::journal::Journal;
use super::kustomization::Kustomization;
use super::limits;
use super::render::{Restrictor, StandIn};
use crate::source::{FileId, Files, Kind, PathError, Problem, ReadError, Reason, RepoPath, SourceFile, fingerprint};
use crate::yaml::{self, Dialect, Node};

/// The names that a kustomization file may have.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Reads on behalf of one kustomization directory.
pub(super) struct Loader<'a> {
    journal: &'a Journal<'a>,
    restrictor: Restrictor,
    /// The directories from the one that is rendered down to this one, links resolved.
    stack: Vec<RepoPath>,
}

/// What an entry of `resources` is.
pub(super) enum Found {
    /// A file.
    File,
    /// A directory.
    Directory(RepoPath),
}

impl<'a> Loader<'a> {
    /// A loader at the directory that is rendered.
    pub(super) fn new(journal: &'a Journal<'a>, restrictor: Restrictor, directory: &RepoPath) -> Result<Self, Problem> {
        let root = journal.directory(directory).map_err(|error| Problem::from(error).within(directory))?;
        Ok(Self { journal, restrictor, stack: vec![root] })
    }

    /// The directory that relative paths start from.
    pub(super) fn root(&self) -> RepoPath {
        self.stack.last().cloned().unwrap_or_else(RepoPath::root)
    }

    /// The directories from the one that is rendered down to this one, links resolved.
    pub(super) fn stack(&self) -> &[RepoPath] {
        &self.stack
    }

    pub(super) fn journal(&self) -> &'a Journal<'a> {
        self.journal
    }

    /// The store of files read so far.
    pub(super) fn files(&self) -> &'a Files {
        self.journal.files()
    }

    /// A loader at the directory that `entry` leads to.
    pub(super) fn enter(&self, directory: &RepoPath, entry: &Text) -> Result<Self, Problem> {
        let resolved = self.journal.directory(directory).map_err(|error| Problem::from(error).at(entry.span))?;
        if self.stack.iter().any(|visited| visited.is_within(&resolved)) {
            return Err(Problem::new(format!("`{resolved}` is being rendered already, so this is a cycle"))
                .at(entry.span)
                .hint("a kustomization cannot include itself or a directory above it"));
        }
        limits::count(self.stack.len(), limits::NESTED, "kustomizations within each other")
            .map_err(|problem| problem.at(entry.span))?;
        let mut stack = self.stack.clone();
        stack.push(resolved);
        self.journal.entered(&stack);
        Ok(Self { journal: self.journal, restrictor: self.restrictor, stack })
    }

    /// What `entry` names.
    pub(super) fn find(&self, entry: &Text) -> Result<Found, Problem> {
        refuse_remote(entry)?;
        let path = self.join(entry)?;
        match self.journal.resolve(&path) {
            Ok((_, Kind::Directory)) => Ok(Found::Directory(path)),
            Ok(_) => Ok(Found::File),
            Err(error) => Err(self.unreadable(&error, &path, entry)),
        }
    }

    /// Where `entry` leads, read from this directory.
    fn join(&self, entry: &Text) -> Result<RepoPath, Problem> {
        if entry.is_empty() {
            return Err(Problem::new("a path is empty")
                .at(entry.span)
                .hint("name a file or directory, or remove the entry"));
        }
        self.root().join(entry).map_err(|error| {
            let outside = matches!(error, PathError::Escapes(_));
            Problem::new(error.to_string())
                .at(entry.span)
                .reason(if outside { Reason::Outside } else { Reason::Invalid })
                .hint("write paths relative to the kustomization, inside the repository")
        })
    }

    /// Reads a file that a kustomization names, within the load restrictor.
    pub(super) fn read(&self, entry: &Text) -> Result<(FileId, Arc<SourceFile>), Problem> {
        refuse_remote(entry)?;
        let path = self.join(entry)?;
        let (resolved, kind) = self.journal.resolve(&path).map_err(|error| self.unreadable(&error, &path, entry))?;
        if kind == Kind::Directory {
            return Err(Problem::new(format!("`{path}` is a directory, not a file"))
                .at(entry.span)
                .hint("name each file of it"));
        }
        let root = self.root();
        let allowed = self.restrictor == Restrictor::Repo || resolved.is_within(&root);
        if !allowed {
            return Err(Problem::new(format!("`{resolved}` is not in or below `{root}`"))
                .at(entry.span)
                .hint("kustomize reads only files below the kustomization: move the file, or make it part of a base"));
        }
        self.journal.read(&path).map_err(|error| self.unreadable(&error, &path, entry))
    }

    /// The problem that what `entry` names cannot be read, and what there is instead.
    fn unreadable(&self, error: &ReadError, path: &RepoPath, entry: &Text) -> Problem {
        let problem = Problem::from(error.clone()).at(entry.span);
        if !matches!(error, ReadError::Missing(_)) {
            return problem.hint("name a file or directory inside the repository");
        }
        if self.journal.ignores(path) {
            return problem
                .reason(Reason::Ignored)
                .key(path.as_str())
                .hint("make it before the build, as its `.gitignore` says that something does");
        }
        match self.journal.beside(path) {
            Some(name) => problem.hint(format!("did you mean `{name}`?")),
            None => problem.hint("add it, or remove the entry; paths start at the directory of the kustomization"),
        }
    }

    /// Reads a file that must be text.
    pub(super) fn read_text(&self, entry: &Text) -> Result<Content, Problem> {
        let (id, file) = self.read(entry)?;
        Content::of(id, file).map_err(|problem| problem.via(entry.span))
    }

    /// What tells the content of the file at a path from others, wherever in the repository it is; `None` where there is
    /// no such file.
    pub(super) fn content(&self, path: &str) -> Option<String> {
        let path = self.root().join(path).ok().filter(|path| !path.is_root())?;
        let Ok((_, Kind::File)) = self.journal.resolve(&path) else { return None };
        let (_, file) = self.journal.read(&path).ok()?;
        Some(fingerprint(&[file.bytes()]))
    }

    /// The files in and below a directory, each by what tells it from others; empty where there is none.
    pub(super) fn all_in(&self, path: &str) -> Vec<String> {
        let Ok(directory) = self.root().join(path) else { return Vec::new() };
        let files = self.journal.list_all(&directory);
        let read = |path: &RepoPath| {
            let (_, file) = self.journal.read(path).ok()?;
            Some(fingerprint(&[path.as_str().as_bytes(), file.bytes()]))
        };
        files.iter().filter_map(read).collect()
    }

    /// The kustomization file of this directory.
    pub(super) fn kustomization_path(&self) -> Result<RepoPath, Problem> {
        let root = self.root();
        let present: Vec<RepoPath> = NAMES
            .iter()
            .map(|name| root.child(name))
            .filter(|path| {
                self.journal.resolve(path).is_ok_and(|(real, kind)| kind == Kind::File && real.is_within(&root))
            })
            .collect();
        match present.as_slice() {
            [path] => Ok(path.clone()),
            [] => Err(Problem::new(format!("`{root}` has no kustomization"))
                .within(&root)
                .reason(Reason::Missing)
                .hint("add a `kustomization.yaml`, or name a file instead of the directory")),
            [first, second, ..] => Err(Problem::new(format!(
                "`{root}` has two kustomizations, `{}` and `{}`",
                first.file_name(),
                second.file_name()
            ))
            .within(&root)
            .hint("keep one: kustomize refuses the directory")),
        }
    }

    /// The text of the kustomization of this directory, parsed.
    pub(super) fn kustomization_node(&self, path: &RepoPath) -> Result<Node, Problem> {
        let (id, file) = self.journal.read(path).map_err(|error| Problem::from(error).within(path))?;
        let content = Content::of(id, file)?;
        let root_node = yaml::parse_first(&content.yaml(), Dialect::Config)?;
        root_node.ok_or_else(|| {
            Problem::new("the kustomization is empty").within(path).hint("list what it renders under `resources:`")
        })
    }

    /// Reads the kustomization of this directory, or the one that stands in for it.
    pub(super) fn kustomization(&self, stand_in: Option<&StandIn>) -> Result<Kustomization, Problem> {
        let path = match stand_in {
            Some(StandIn { file: None, .. }) => self.root().child(NAMES[0]),
            _ => self.kustomization_path()?,
        };
        let node = match stand_in {
            Some(stand_in) => stand_in.kustomization.clone(),
            None => self.kustomization_node(&path)?,
        };
        let mut kustomization = Kustomization::decode(&node)?;
        kustomization.quirks = repeated(&node);
        folding::repeated(&node, &mut kustomization.quirks);
        kustomization.path = Some(path);
        kustomization.root = Some(node);
        Ok(kustomization)
    }
}

/// Refuses what would have to be fetched.
fn refuse_remote(entry: &Text) -> Result<(), Problem> {
    if !is_remote(entry) {
        return Ok(());
    }
    Err(Problem::new(format!("`{}` is remote: it cannot be rendered without the network", &**entry))
        .at(entry.span)
        .reason(Reason::Remote)
        .key(&**entry)
        .hint("copy it into the repository, at a pinned version"))
}

/// Whether kustomize would fetch it: a URL, or one of Git's short spellings (docs/kustomize.md, "Loading").
pub(super) fn is_remote(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let schemes = ["http://", "https://", "ssh://", "file://", "git::", "github.com/", "github.com:", "git@"];
    if schemes.iter().any(|scheme| lower.starts_with(scheme)) {
        return true;
    }
    // `user@host:path`
    path.split_once('@').is_some_and(|(user, rest)| {
        !user.is_empty()
            && !user.contains(['/', ':'])
            && rest.split_once(':').is_some_and(|(host, _)| !host.contains('/'))
    })
}
