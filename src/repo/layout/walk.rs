//! Every directory with a kustomization: those that are there, and those that links lead to.
//!
//! A link to a directory is followed under its own path, never out of the repository and never round in a circle.
//! Cases of `gate test` are told apart: they are small repositories of their own. What a directory is for is left to
//! others.

use std::collections::VecDeque;

use rayon::prelude::*;

use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::source::{Kind, Problem, ReadError, RepoPath, Revision, is_yaml_or_json};
use crate::yaml::{Dialect, Text, parse_first};

/// The file that says of a directory that it is a case.
pub const CASE_FILE: &str = "case.yaml";

/// What a case may say in its file; a manifest of that name says other things.
const CASE_KEYS: [&str; 2] = ["now", "only"];

/// The directory of a case that holds what a change brings.
pub const CASE_HEAD: &str = "head";

/// Directories that hold what is not the repository's own, or is there to be tested.
const SKIPPED: [&str; 3] = ["node_modules", "testdata", "vendor"];

/// Directories that are entered through links at most: links to links could multiply without end.
const MAX_LINKED: usize = 20_000;

/// A directory with a kustomization.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its path, which may lead through links.
    pub(super) path: RepoPath,
    /// The directory itself, links resolved.
    pub(super) real: RepoPath,
    /// The directory of the case that it is part of.
    pub(super) case: Option<RepoPath>,
}

impl Place {
    /// Whether a link leads to it.
    pub(super) fn is_linked(&self) -> bool {
        self.path != self.real
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The directories with a kustomization, by path.
    pub(super) places: Vec<Place>,
    /// The other YAML and JSON files of directories that are no part of a case and that no link leads to.
    pub(super) manifests: Vec<RepoPath>,
    /// Links that lead to nothing that can be entered, and why.
    pub(super) broken: Vec<(RepoPath, ReadError)>,
    /// What was not looked at although it is there.
    pub(super) faults: Vec<Problem>,
    links: Vec<Link>,
}

/// A link on the way.
#[derive(Debug)]
struct Link {
    path: RepoPath,
    /// Where the link itself is, links on the way to it resolved.
    at: RepoPath,
    case: Option<RepoPath>,
}

/// Whether a directory of that name holds nothing of the repository's own.
#[must_use]
pub fn is_foreign(name: &str) -> bool {
    name.starts_with('.') || SKIPPED.contains(&name)
}

impl Walk {
    /// Walks `revision`. Cases are the directories with a [`CASE_FILE`] and, below `policies`, those with a `head`.
    pub(super) fn new(revision: &Revision, policies: &[RepoPath], skip: fn(&str) -> bool) -> Self {
        let walker = Walker { revision, policies, skip };
        let root = RepoPath::root();
        let mut walk = walker.below(&root, &root, None);
        walker.follow(&mut walk);
        walk.places.sort_by(|a, b| a.path.cmp(&b.path));
        walk
    }

    /// The directories with a kustomization that are no part of a case.
    pub(super) fn own(&self) -> Vec<&Place> {
        self.places.iter().filter(|place| place.case.is_none()).collect()
    }

    fn join(mut self, mut other: Self) -> Self {
        self.places.append(&mut other.places);
        self.links.append(&mut other.links);
        self.manifests.append(&mut other.manifests);
        self
    }
}

struct Walker<'a> {
    revision: &'a Revision,
    policies: &'a [RepoPath],
    skip: fn(&str) -> bool,
}

impl Walker<'_> {
    /// What is at and below the directory `real`, which is reached by `path`; links are noted, not followed.
    fn below(&self, path: &RepoPath, real: &RepoPath, case: Option<&RepoPath>) -> Walk {
        let Some(entries) = self.revision.list(real) else { return Walk::default() };
        let has = |name: &str, kind: Kind| entries.iter().any(|entry| entry.name == name && entry.kind == kind);
        let begins = case.is_none()
            && !path.is_root()
            && ((has(CASE_FILE, Kind::File) && is_case_file(self.revision, &real.child(CASE_FILE)))
                || (has(CASE_HEAD, Kind::Directory) && self.policies.iter().any(|policies| real.is_within(policies))));
        let case = if begins { Some(path) } else { case };
        let mut found = Walk::default();
        if entries.iter().any(|entry| {
            matches!(entry.kind, Kind::File | Kind::Link) && KUSTOMIZATION_NAMES.contains(&entry.name.as_str())
        }) {
            found.places.push(Place { path: path.clone(), real: real.clone(), case: case.cloned() });
        }
        let links = entries.iter().filter(|entry| entry.kind == Kind::Link && !is_foreign(&entry.name));
        found.links.extend(links.map(|entry| Link {
            path: path.child(&entry.name),
            at: real.child(&entry.name),
            case: case.cloned(),
        }));
        let plain = path == real;
        if plain && case.is_none() {
            let manifests = entries.iter().filter(|entry| entry.kind == Kind::File && is_manifest(&entry.name));
            found.manifests.extend(manifests.map(|entry| path.child(&entry.name)));
        }
        let directories = entries.par_iter().filter(|entry| entry.kind == Kind::Directory && !(self.skip)(&entry.name));
        directories
            .map(|entry| {
                let path = path.child(&entry.name);
                let real = if plain { path.clone() } else { real.child(&entry.name) };
                let mut below = self.below(&path, &real, case);
                if is_foreign(&entry.name) {
                    below.links.clear();
                }
                below
            })
            .reduce(Walk::default, Walk::join)
            .join(found)
    }

    /// Follows the links that were noted, and those that they lead to.
    fn follow(&self, walk: &mut Walk) {
        let mut links = std::mem::take(&mut walk.links);
        links.sort_by(|a, b| a.path.cmp(&b.path));
        let mut open: VecDeque<(Link, Vec<RepoPath>)> = links.into_iter().map(|link| (link, Vec::new())).collect();
        let mut left = MAX_LINKED;
        while let Some((link, mut way)) = open.pop_front() {
            let real = match self.revision.resolve(&link.path) {
                Ok((real, Kind::Directory)) => real,
                Ok(_) => continue,
                Err(error) => {
                    walk.broken.push((link.path, error));
                    continue;
                }
            };
            way.push(link.at.clone());
            if way.iter().any(|at| at.is_within(&real)) {
                walk.broken.push((link.path.clone(), ReadError::Loop(link.path)));
                continue;
            }
            let mut found = self.below(&link.path, &real, link.case.as_ref());
            found.links.sort_by(|a, b| a.path.cmp(&b.path));
            let Some(rest) = left.checked_sub(1 + found.places.len() + found.links.len()) else {
                walk.faults.push(
                    Problem::new(format!(
                        "links lead to more than {MAX_LINKED} directories: `{}` was not followed",
                        link.path
                    ))
                    .within(&link.path)
                    .hint("take links to directories away that lead to one another"),
                );
                break;
            };
            left = rest;
            walk.places.append(&mut found.places);
            open.extend(found.links.into_iter().map(|link| (link, way.clone())));
        }
    }
}

/// Whether a file of that name may hold manifests.
fn is_manifest(name: &str) -> bool {
    is_yaml_or_json(name) && !KUSTOMIZATION_NAMES.contains(&name)
}

/// Whether a file says of its directory that it is a case, and is no manifest.
fn is_case_file(revision: &Revision, path: &RepoPath) -> bool {
    let Ok((id, file)) = revision.read(path) else { return false };
    let Some(text) = file.text() else { return false };
    match parse_first(&Text::of_file(id, text, 0), Dialect::Resource) {
        Ok(None) => true,
        Ok(Some(root)) => match root.as_map() {
            Some(map) => map.iter().all(|entry| CASE_KEYS.contains(&&*entry.key.text)),
            None => root.is_null(),
        },
        Err(_) => false,
    }
}
