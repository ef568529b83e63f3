//! What the kustomization of a directory says, by the words in it: enough to tell where nothing has to be rendered.

use super::files::holds;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{RepoPath, Revision};

/// What a kustomization says that changes the objects of others, or brings new ones.
pub(super) const CHANGES: [&str; 9] = [
    "patches",
    "replacements",
    "components",
    "namePrefix",
    "nameSuffix",
    "namespace:",
    "transformers",
    "generators",
    "vars:",
];

/// Whether the kustomization of a directory has one of the words in it; `None` where there is none.
pub(super) fn says_any(revision: &Revision, directory: &RepoPath, words: &[&str]) -> Option<bool> {
    let text = |name: &&str| revision.peek(&directory.child(name)).ok();
    let text = KUSTOMIZATION_NAMES.iter().find_map(text)?;
    Some(words.iter().any(|word| holds(&text, word.as_bytes())))
}
