//! Where text comes from: trees of files, the files read from them, and places in those files.
//!
//! Everything above works on [`Revision`] (a tree with caches and limits) and speaks of places as
//! [`Span`]. Nothing here knows YAML, kustomize or Git policy.

mod changes;
mod copied;
mod disk;
mod edited;
mod files;
mod filtered;
mod fingerprint;
mod git;
mod history;
mod interrupt;
mod memory;
mod path;
mod problem;
mod revision;
mod severity;
mod tree;
pub mod write;

pub use changes::{ChangeKind, FileChange, changes};
pub use disk::DiskTree;
pub use edited::EditedTree;
pub use files::{FileId, Files, Location, SourceFile, Span, Use};
pub use fingerprint::fingerprint;
pub use git::{GitRepository, GitTree, Parting, ignored};
pub use history::{Branch, History, Landed};
pub use memory::MemoryTree;
pub use path::{PathError, PathStep, RepoPath};
pub use problem::{Problem, Reason};
pub use revision::{ReadError, Revision};
pub use severity::Severity;
pub use tree::{Entry, Identity, Kind, Spot, Tree, is_yaml, is_yaml_or_json, named};
