//! The one way from a rendering to its revision, and the notes of what it asked and did on the way. What a base
//! did is noted by itself, so that the base can be shared: to use it is to do the same again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::inputs::{Inputs, beside};
use super::limits;
use crate::source::{FileId, Files, Kind, Problem, ReadError, RepoPath, Revision, SourceFile, ignored};

/// What a rendering, or a part of it, asked and did.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) inputs: Inputs,
    /// The directories of other kustomizations that were entered, links resolved.
    entered: BTreeSet<RepoPath>,
    /// How many kustomizations led into each other at most; of a part, from where it began.
    depth: usize,
    /// How many kustomizations were read.
    kustomizations: usize,
    /// Whether a type was looked up that only the built-in schema could have known.
    asked: bool,
}

/// One rendering's access to a revision.
pub(super) struct Journal<'a> {
    revision: &'a Revision,
    /// Of the part that is at work.
    notes: RefCell<Notes>,
    /// Of all parts so far.
    kustomizations: Cell<usize>,
    asked: Cell<bool>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(revision: &'a Revision) -> Self {
        Self { revision, notes: RefCell::default(), kustomizations: Cell::new(0), asked: Cell::new(false) }
    }

    /// The store of files read so far.
    pub(super) fn files(&self) -> &'a Files {
        self.revision.files()
    }

    /// As [`Revision::resolve`].
    pub(super) fn resolve(&self, path: &RepoPath) -> Result<(RepoPath, Kind), ReadError> {
        self.notes.borrow_mut().inputs.followed(path);
        self.revision.resolve(path)
    }

    /// As [`Revision::directory`].
    pub(super) fn directory(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        self.notes.borrow_mut().inputs.followed(path);
        self.revision.directory(path)
    }

    /// As [`Revision::read`].
    pub(super) fn read(&self, path: &RepoPath) -> Result<(FileId, Arc<SourceFile>), ReadError> {
        self.notes.borrow_mut().inputs.read(path);
        self.revision.read(path)
    }

    /// The name beside a path that leads nowhere which is most like its own.
    pub(super) fn beside(&self, path: &RepoPath) -> Option<String> {
        self.notes.borrow_mut().inputs.misspelt(path);
        beside(self.revision, path)
    }

    /// As [`Revision::files_behind`].
    pub(super) fn list_all(&self, directory: &RepoPath) -> Vec<RepoPath> {
        self.notes.borrow_mut().inputs.listed(directory);
        self.revision.files_behind(directory)
    }

    /// Whether Git is told to ignore a path at which nothing is.
    pub(super) fn ignores(&self, path: &RepoPath) -> bool {
        ignored(path, |file| {
            self.resolve(file).ok()?;
            let (_, file) = self.read(file).ok()?;
            Some(file.bytes().to_vec())
        })
    }

    /// Notes that a kustomization leads into another's directory, the last of `stack`.
    pub(super) fn entered(&self, stack: &[RepoPath]) {
        let mut notes = self.notes.borrow_mut();
        notes.entered.extend(stack.last().cloned());
        notes.depth = notes.depth.max(stack.len());
    }

    /// Notes that a kustomization is read.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn count_kustomization(&self) -> Result<(), Problem> {
        self.notes.borrow_mut().kustomizations += 1;
        self.kustomizations.set(self.kustomizations.get() + 1);
        limits::count(self.kustomizations.get(), limits::KUSTOMIZATIONS, "kustomizations")
    }

    /// Notes that a type was looked up.
    pub(super) fn ask(&self) {
        self.notes.borrow_mut().asked = true;
        self.asked.set(true);
    }

    /// Whether a type was looked up so far.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.get()
    }

    /// Does the part of the work at the end of `stack`, and takes notes of it by itself.
    pub(super) fn part<T>(&self, stack: &[RepoPath], work: impl FnOnce() -> T) -> (T, Notes) {
        let whole = self.notes.take();
        let result = work();
        let mut part = self.notes.replace(whole);
        part.depth = part.depth.saturating_sub(stack.len());
        self.add(stack, &part);
        (result, part)
    }

    fn add(&self, stack: &[RepoPath], part: &Notes) {
        let mut notes = self.notes.borrow_mut();
        notes.inputs.extend(&part.inputs);
        notes.entered.extend(part.entered.iter().cloned());
        notes.depth = notes.depth.max(stack.len() + part.depth);
        notes.kustomizations += part.kustomizations;
        notes.asked |= part.asked;
    }

    /// Notes that what a part did is done again at the end of `stack`. False where it would fail there, and
    /// nothing is noted: done in full, it fails at the right place.
    pub(super) fn repeat(&self, stack: &[RepoPath], part: &Notes) -> bool {
        let kustomizations = self.kustomizations.get() + part.kustomizations;
        let is_cycle = |visited: &RepoPath| part.entered.iter().any(|entered| visited.is_within(entered));
        let too_many = kustomizations > limits::KUSTOMIZATIONS || stack.len() + part.depth > limits::NESTED + 1;
        if too_many || stack.iter().any(is_cycle) {
            return false;
        }
        self.add(stack, part);
        self.kustomizations.set(kustomizations);
        self.asked.set(self.asked.get() || part.asked);
        true
    }

    /// All that was asked.
    pub(super) fn into_inputs(self) -> Inputs {
        self.notes.into_inner().inputs
    }
}
