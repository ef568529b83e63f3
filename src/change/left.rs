//! What is left of an overlay that the base judged and head does not: what stands at its path, and which kustomizations
//! still build it. What is to be thought of that is left to policies.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::kustomize::{KUSTOMIZATION_NAMES, Web};
use crate::repo::{App, Overlay, kustomizations};
use crate::source::{Entry, Kind, RepoPath};

/// What is left of an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What stands at its path; `None` where nothing does, or only what overlays of head are made of.
    pub remainder: Option<Remainder>,
    /// The file that shows it, where there is one.
    pub file: Option<RepoPath>,
    /// The directories whose kustomizations pull it in.
    pub built_by: Vec<RepoPath>,
}

/// What stands at the path of an overlay that is judged no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remainder {
    /// A link, there or on the way there.
    Link,
    /// A submodule.
    Submodule,
    /// A file.
    File,
    /// A kustomization that is a component.
    Component,
    /// A kustomization that is none.
    Kustomization,
    /// A Helm chart.
    Chart,
    /// Manifests without a kustomization.
    Manifests,
    /// Other files.
    Directory,
}

impl Remainder {
    /// The word for it, as policies read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Submodule => "submodule",
            Self::File => "file",
            Self::Component => "component",
            Self::Kustomization => "kustomization",
            Self::Chart => "chart",
            Self::Manifests => "files",
            Self::Directory => "directory",
        }
    }
}

/// What head has at paths that it does not judge.
pub(super) struct Remains<'a> {
    head: &'a Web<'a>,
    /// The directories that overlays of head are made of.
    reached: &'a BTreeSet<RepoPath>,
}

impl<'a> Remains<'a> {
    pub(super) fn new(head: &'a Web<'a>, reached: &'a BTreeSet<RepoPath>) -> Self {
        Self { head, reached }
    }

    /// What is left of each of `lost`.
    pub(super) fn of(&self, lost: &[(&App, &Overlay)]) -> Vec<(String, Overlay, Left)> {
        let mut left: Vec<(String, Overlay, Left)> = lost
            .iter()
            .map(|(app, overlay)| {
                let (remainder, file) = match self.at(&overlay.applied.directory) {
                    Some((remainder, file)) => (Some(remainder), file),
                    None => (None, None),
                };
                (app.name.clone(), (*overlay).clone(), Left { remainder, file, built_by: Vec::new() })
            })
            .collect();
        let mut there: Vec<&mut (String, Overlay, Left)> =
            left.iter_mut().filter(|(_, _, left)| left.remainder.is_some()).collect();
        if there.is_empty() {
            return left;
        }
        let revision = self.head.revision();
        let builders = kustomizations(revision);
        let links: Vec<_> = builders.par_iter().map(|directory| self.head.links(directory)).collect();
        for (_, overlay, left) in &mut there {
            let Ok(real) = revision.directory(&overlay.applied.directory) else { continue };
            let builders = builders.iter().zip(&links).filter(|(_, links)| links.pulls.contains(&real));
            left.built_by = builders.map(|(directory, _)| directory.clone()).collect();
        }
        left
    }

    /// What stands at a path, and the file that shows it.
    fn at(&self, path: &RepoPath) -> Option<(Remainder, Option<RepoPath>)> {
        let revision = self.head.revision();
        let mut done = RepoPath::root();
        for name in path.components() {
            let entries = revision.list(&done)?;
            done = done.child(name);
            match entries.iter().find(|entry| entry.name == name)?.kind {
                Kind::Directory => {}
                Kind::Link => return Some((Remainder::Link, None)),
                Kind::Other => return Some((Remainder::Submodule, None)),
                Kind::File => return (done == *path).then_some((Remainder::File, Some(done))),
            }
        }
        let entries = revision.list(path)?;
        let named = |wanted: &dyn Fn(&str) -> bool| {
            let found = entries.iter().find(|entry| entry.kind != Kind::Directory && wanted(&entry.name))?;
            Some(path.child(&found.name))
        };
        if let Some(file) = named(&|name| KUSTOMIZATION_NAMES.contains(&name)) {
            let component = self.head.links(path).component;
            return Some((if component { Remainder::Component } else { Remainder::Kustomization }, Some(file)));
        }
        if let Some(file) = named(&|name| name.eq_ignore_ascii_case("Chart.yaml")) {
            return Some((Remainder::Chart, Some(file)));
        }
        let mut other = None;
        match self.manifest(path, &entries, &mut other) {
            Some(file) => Some((Remainder::Manifests, Some(file))),
            None => other.map(|file| (Remainder::Directory, Some(file))),
        }
    }

    /// The first manifest at or below a directory that no overlay of head is made of; of other things the first is
    /// noted.
    fn manifest(&self, directory: &RepoPath, entries: &[Entry], other: &mut Option<RepoPath>) -> Option<RepoPath> {
        let is_manifest = |name: &str| {
            let (_, extension) = name.rsplit_once('.').unwrap_or_default();
            ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
        };
        let mut below = Vec::new();
        for entry in entries {
            let path = directory.child(&entry.name);
            match entry.kind {
                Kind::File if is_manifest(&entry.name) => return Some(path),
                Kind::Directory if !self.reached.contains(&path) => below.push(path),
                Kind::Directory => {}
                Kind::File | Kind::Link | Kind::Other => {
                    other.get_or_insert(path);
                }
            }
        }
        let revision = self.head.revision();
        below.into_iter().find_map(|path| self.manifest(&path, &revision.list(&path)?, other))
    }
}
