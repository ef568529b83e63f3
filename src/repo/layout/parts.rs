//! What is a part of an overlay and no overlay itself: components, and directories that another directory of
//! the same environment pulls in.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Candidate, count, examples};
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{Kind, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, parse_first};

/// What a kustomization says of its place among others.
#[derive(Default)]
struct Links {
    component: bool,
    /// The directories that it pulls in.
    pulls: Vec<RepoPath>,
}

/// The candidates that are overlays. `together` says whether the first may be a part of the second.
pub(super) fn without(
    candidates: Vec<Candidate>,
    revision: &Revision,
    together: impl Fn(&Candidate, &Candidate) -> bool,
    notes: &mut Vec<String>,
) -> Vec<Candidate> {
    let places: BTreeMap<RepoPath, usize> =
        candidates.iter().enumerate().map(|(index, candidate)| (candidate.directory.clone(), index)).collect();
    let links: Vec<Links> = candidates.par_iter().map(|candidate| links(revision, &candidate.directory)).collect();
    let pulls = |whole: &Candidate, links: &Links| {
        let parts = links.pulls.iter().filter_map(|path| places.get(path).copied());
        let fits = |part: &Candidate| part.directory != whole.directory && together(part, whole);
        parts.filter(|part| candidates.get(*part).is_some_and(fits)).collect()
    };
    let pulls: Vec<Vec<usize>> = candidates.iter().zip(&links).map(|(whole, links)| pulls(whole, links)).collect();
    let parts: BTreeSet<usize> = pulls.iter().flatten().copied().collect();
    let buildable = || links.iter().enumerate().filter(|(_, links)| !links.component).map(|(index, _)| index);
    let mut wholes: BTreeSet<usize> = buildable().filter(|index| !parts.contains(index)).collect();
    // Whatever no overlay reaches would be judged by nobody: a circle, or a part of an unused component.
    let mut reached = BTreeSet::new();
    let mut open: Vec<usize> = wholes.iter().copied().collect();
    while let Some(index) = open.pop() {
        if reached.insert(index) {
            open.extend(pulls.get(index).into_iter().flatten());
        }
    }
    wholes.extend(buildable().filter(|index| !reached.contains(index)));

    let left_out: Vec<&RepoPath> = candidates
        .iter()
        .enumerate()
        .filter(|(index, _)| !wholes.contains(index))
        .map(|(_, candidate)| &candidate.directory)
        .collect();
    if !left_out.is_empty() {
        notes.push(format!("{} of overlays: {}", count(left_out.len(), "part"), examples(left_out)));
    }
    let kept = candidates.into_iter().enumerate().filter(|(index, _)| wholes.contains(index));
    kept.map(|(_, candidate)| candidate).collect()
}

/// Reads what matters here. A kustomization that cannot be read pulls in nothing; rendering says why.
fn links(revision: &Revision, directory: &RepoPath) -> Links {
    let Some(node) = KUSTOMIZATION_NAMES.iter().find_map(|name| kustomization(revision, &directory.child(name))) else {
        return Links::default();
    };
    let component = node.get("kind").and_then(Node::text) == Some("Component");
    let entries = ["resources", "bases", "components"]
        .into_iter()
        .flat_map(|key| node.get(key).and_then(Node::as_seq).unwrap_or_default())
        .filter_map(Node::text);
    let directory_of = |entry: &str| match revision.resolve(&directory.join(entry).ok()?) {
        Ok((path, Kind::Directory)) => Some(path),
        _ => None,
    };
    Links { component, pulls: entries.filter_map(directory_of).collect() }
}

fn kustomization(revision: &Revision, path: &RepoPath) -> Option<Node> {
    let (id, file) = revision.read(path).ok()?;
    parse_first(&Text::of_file(id, file.text()?, 0), Dialect::Config).ok()?
}
