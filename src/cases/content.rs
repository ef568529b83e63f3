//! The files of a case, and the revisions that they make up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::about;
#[cfg(test)]
use super::about::About;
use crate::change::{BaseRevision, Request};
use crate::policy::Given;
use crate::source::{FileId, Files, Kind, MemoryTree, Problem, RepoPath, Revision, Severity};

/// Directories and files of a case that are not part of its revisions.
const OWN: [&str; 4] = ["base", "head", about::FILE, "expected"];

/// The content of a case: files by their path in its directory.
pub(super) type Content = BTreeMap<String, Vec<u8>>;

/// The directories at and below `directory` that are cases: those with a `head` or a `case.yaml`. A `base` alone may
/// be any kustomization.
#[must_use]
pub fn cases(revision: &Revision, directory: &RepoPath) -> Vec<RepoPath> {
    let Some(entries) = revision.list(directory) else { return Vec::new() };
    let has = |name: &str, kind: Kind| entries.iter().any(|entry| entry.name == name && entry.kind == kind);
    if has(about::FILE, Kind::File) || has("head", Kind::Directory) {
        return vec![directory.clone()];
    }
    let below = entries.iter().filter(|entry| entry.kind == Kind::Directory);
    below.flat_map(|entry| cases(revision, &directory.child(&entry.name))).collect()
}

/// The revisions of a case.
pub(crate) struct Revisions {
    base: Option<Revision>,
    head: Revision,
    now: Timestamp,
}

impl Revisions {
    #[cfg(test)]
    pub(crate) fn read(revision: &Revision, directory: &RepoPath) -> Result<Self, Vec<Problem>> {
        let own = read_all(revision, directory).map_err(|problem| vec![problem])?;
        // What one case reads is nothing that another has to look through.
        let store = Arc::new(Files::default());
        Ok(Self::of(&own, &store, About::read(revision, directory)?.now))
    }

    pub(super) fn of(own: &Content, store: &Arc<Files>, now: Timestamp) -> Self {
        let content = |files: &BTreeMap<String, String>| {
            let file = |(path, origin): (&String, &String)| Some((path.clone(), own.get(origin)?.clone()));
            Revision::new(MemoryTree::new(files.iter().filter_map(file)), store.clone())
        };
        let ((before, one), (after, other)) = (revision(own, "base"), revision(own, "head"));
        let base = (one || other).then(|| content(&before));
        Self { base, head: content(&after), now }
    }

    /// What a run over them is asked, with `policies` beside those that the configuration names.
    pub(crate) fn request(&self, policies: &[FileId]) -> Request<'_> {
        Request {
            head: &self.head,
            base: self.base.as_ref().map(|base| BaseRevision::tip(base, "base")),
            within: RepoPath::root(),
            config: RepoPath::root().child("gate.yaml"),
            now: self.now,
            root: String::new(),
            fail_on: Severity::default(),
            fail_on_known: false,
            history: None,
            elsewhere: BTreeMap::new(),
            here: BTreeSet::new(),
            policies: policies.to_vec(),
            given: Given::default(),
        }
    }
}

/// The files of one revision of a case, each with its path in the case, and whether any is of that revision only.
pub(super) fn revision(own: &Content, name: &str) -> (BTreeMap<String, String>, bool) {
    let prefix = format!("{name}/");
    let shared = own.keys().filter(|path| !OWN.contains(&path.split('/').next().unwrap_or_default()));
    let mut files: BTreeMap<String, String> = shared.map(|path| (path.clone(), path.clone())).collect();
    let only: Vec<(String, String)> =
        own.keys().filter_map(|path| Some((path.strip_prefix(&prefix)?.to_owned(), path.clone()))).collect();
    let has = !only.is_empty();
    files.extend(only);
    (files, has)
}

pub(super) fn read_all(revision: &Revision, directory: &RepoPath) -> Result<Content, Problem> {
    let mut own = Content::new();
    read(revision, directory, "", &mut own)?;
    Ok(own)
}

/// Every file at and below `directory`, by its path from there.
fn read(
    revision: &Revision,
    directory: &RepoPath,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), Problem> {
    for entry in revision.list(directory).unwrap_or_default().iter() {
        let (path, name) = (directory.child(&entry.name), format!("{prefix}{}", entry.name));
        if entry.kind == Kind::Directory {
            read(revision, &path, &format!("{name}/"), files)?;
        } else {
            let (_, file) = revision.read(&path).map_err(|error| Problem::from(error).within(&path))?;
            files.insert(name, file.bytes().to_vec());
        }
    }
    Ok(())
}
