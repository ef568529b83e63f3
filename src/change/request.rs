//! The question that a run answers: which trees, which part of them, and the time that counts as now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::policy::Given;
use crate::source::{FileId, History, RepoPath, Revision, Severity};

/// The question that a run answers.
#[derive(Clone)]
pub struct Request<'a> {
    /// The tree to judge.
    pub head: &'a Revision,
    /// What the tree is compared with, where only the change is to be judged.
    pub base: Option<BaseRevision<'a>>,
    /// Only overlays at or below this directory are judged.
    pub within: RepoPath,
    /// The configuration file.
    pub config: RepoPath,
    /// The time that counts as now.
    pub now: Timestamp,
    /// Where paths start, for people.
    pub root: String,
    /// The least severity that fails the run.
    pub fail_on: Severity,
    /// Whether what the base is guilty of already fails the run too.
    pub fail_on_known: bool,
    /// The revisions of environments that live elsewhere, by the environment's name.
    pub elsewhere: BTreeMap<String, &'a Revision>,
    /// The environments whose own branch the change goes into: they are in `head` and in the base.
    pub here: BTreeSet<String>,
    /// The history of the protected branch, where it is known.
    pub history: Option<&'a History>,
    /// Policy files that are asked beside those that the configuration names.
    pub policies: Vec<FileId>,
    /// The policies, data and namespaces that the command line adds.
    pub given: Given,
}

/// The protected branch: the tree that the change left, and the tree at the branch's tip. Both share their store of
/// files with the tree to judge.
#[derive(Clone)]
pub struct BaseRevision<'a> {
    /// The tree that findings must be new against.
    pub revision: &'a Revision,
    /// Its name.
    pub name: String,
    /// The tip of the protected branch, whose configuration, policies, waivers, freeze windows and owners count. It is
    /// `revision` where the change starts from the tip.
    pub judge: &'a Revision,
    /// The tip's name.
    pub judge_name: String,
}

impl<'a> BaseRevision<'a> {
    /// A base that is the tip of its branch.
    #[must_use]
    pub fn tip(revision: &'a Revision, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { revision, judge: revision, judge_name: name.clone(), name }
    }
}

impl<'a> Request<'a> {
    /// The revision whose rules count: the tip of the protected branch, or the tree itself where nothing is compared.
    #[must_use]
    pub fn judge(&self) -> &'a Revision {
        self.base.as_ref().map_or(self.head, |base| base.judge)
    }
}
