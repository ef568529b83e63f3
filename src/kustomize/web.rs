//! Which directories a kustomization draws on, without rendering it.
//!
//! kustomize reads files only in or below the directory of the kustomization that names them (docs/kustomize.md,
//! "Loading"), so all that a rendering follows from lies in its directory, in the directories that it names, and so on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::entries::Entries;
use super::journal::Journal;
use super::load::{Loader, NAMES};
use super::outward;
use super::render::{Options, Restrictor};
use super::renderer::Renderer;
use crate::source::{Entry, Identity, Kind, RepoPath, Revision, named};
use crate::yaml::{self, Node};

/// What a directory's kustomization says of its place among others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Whether it is a component.
    pub component: bool,
    /// The directories that `resources`, `bases` and `components` pull in, links resolved.
    pub pulls: Vec<RepoPath>,
    /// Every path outside of the directory that its rendering may depend on: as written, as resolved, and the links
    /// on the way.
    paths: Vec<RepoPath>,
}

/// The manifests that something is built of.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// What kustomizations name.
    files: HashSet<RepoPath>,
    /// Directories without a kustomization, of which all counts that is there.
    whole: Vec<RepoPath>,
}

impl Gathered {
    /// Whether a file is among them.
    #[must_use]
    pub fn has(&self, file: &RepoPath) -> bool {
        self.files.contains(file) || self.whole.iter().any(|directory| file.is_within(directory))
    }
}

/// The kustomizations of a revision, each read once.
pub struct Web<'a> {
    revision: &'a Revision,
    links: RwLock<HashMap<RepoPath, Arc<Links>>>,
    /// What kustomization files name, by what names their content: two revisions have most of them in common.
    entries: Arc<Mutex<HashMap<Identity, Arc<Entries>>>>,
}

impl<'a> Web<'a> {
    /// The web of a revision; nothing is read so far.
    #[must_use]
    pub fn new(revision: &'a Revision) -> Self {
        Self { revision, links: RwLock::default(), entries: Arc::default() }
    }

    /// The web of another revision, which has much in common with this one.
    #[must_use]
    pub fn beside<'b>(&self, revision: &'b Revision) -> Web<'b> {
        Web { revision, links: RwLock::default(), entries: self.entries.clone() }
    }

    /// The revision.
    #[must_use]
    pub fn revision(&self) -> &'a Revision {
        self.revision
    }

    /// What the kustomization of a directory says. One that cannot be read pulls in nothing: rendering says why.
    #[must_use]
    pub fn links(&self, directory: &RepoPath) -> Arc<Links> {
        if let Some(known) = self.links.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return known.clone();
        }
        let links = Arc::new(self.read(directory));
        self.links.write().unwrap_or_else(PoisonError::into_inner).insert(directory.clone(), links.clone());
        links
    }

    /// Every path whose content a rendering of `directory` can follow from: the directory, those that it names,
    /// and so on. A path that leads nowhere is among them, as something may come to be there.
    #[must_use]
    pub fn reach(&self, directory: &RepoPath) -> BTreeSet<RepoPath> {
        let mut reached = BTreeSet::from([directory.clone()]);
        let mut open = vec![directory.clone()];
        while let Some(next) = open.pop() {
            for path in &self.links(&next).paths {
                if reached.insert(path.clone()) {
                    open.push(path.clone());
                }
            }
        }
        reached
    }

    /// The same where a controller has a directory applied: of one without a kustomization, it builds all that are below.
    #[must_use]
    pub fn reach_of_all(&self, directory: &RepoPath) -> BTreeSet<RepoPath> {
        let mut reached = self.reach(directory);
        let mut open = vec![directory.clone()];
        while let Some(next) = open.pop() {
            let entries = self.revision.list(&next).unwrap_or_default();
            if entries.iter().any(|entry| NAMES.contains(&entry.name.as_str())) {
                reached.extend(self.reach(&next));
            } else {
                let below = entries.iter().filter(|entry| entry.kind == Kind::Directory);
                open.extend(below.map(|entry| next.child(&entry.name)));
            }
        }
        reached
    }

    /// The manifests that what is built of `directory` is gathered from.
    #[must_use]
    pub fn gathered(&self, directory: &RepoPath) -> Gathered {
        let mut gathered = Gathered::default();
        let (mut seen, mut open) = (BTreeSet::from([directory.clone()]), vec![directory.clone()]);
        while let Some(next) = open.pop() {
            let listing = self.revision.directory(&next).ok().and_then(|root| self.revision.list(&root));
            match listing.and_then(|listing| self.entries(&next, &listing)) {
                Some(entries) => gathered.files.extend(entries.parts.iter().filter_map(|part| next.join(part).ok())),
                None => gathered.whole.push(next.clone()),
            }
            let links = self.links(&next);
            open.extend(links.pulls.iter().filter(|pulled| seen.insert((*pulled).clone())).cloned());
        }
        gathered
    }

    fn read(&self, directory: &RepoPath) -> Links {
        let mut links = Links { paths: self.revision.way(directory), ..Links::default() };
        let Ok(root) = self.revision.directory(directory) else { return links };
        let Some(listing) = self.revision.list(&root) else { return links };
        // Whatever a file of the directory is named by, it may be behind a link.
        links.paths.extend(self.revision.links_below(&root).iter().flat_map(|link| self.revision.way(link)));
        let Some(entries) = self.entries(&root, &listing) else { return links };
        links.component = entries.component;
        let mut outward = entries.outward.clone();
        let parts = entries.parts.iter().map(|entry| (entry, true));
        for (entry, part) in parts.chain(entries.plugins.iter().map(|entry| (entry, false))) {
            // A file in or below the directory is part of it; most are right there.
            if part && named(&listing, entry).is_some_and(|found| found.kind == Kind::File) {
                continue;
            }
            let Ok(path) = root.join(entry) else { continue };
            links.paths.extend(self.revision.way(&path));
            if !part {
                self.configured(&path, &mut outward);
            }
            match self.revision.resolve(&path) {
                Ok((resolved, Kind::Directory)) if part => links.pulls.push(resolved),
                Ok((_, Kind::File)) if path.is_within(&root) => continue,
                _ => {}
            }
            links.paths.push(path);
        }
        for path in outward.iter().filter_map(|entry| root.join(entry).ok()).filter(|path| !path.is_within(&root)) {
            links.paths.extend(self.revision.way(&path));
            links.paths.push(path);
        }
        links
    }

    /// Adds the paths that the configuration of plugins names, which is in a file or is rendered.
    fn configured(&self, path: &RepoPath, outward: &mut Vec<String>) {
        if let Ok((id, file)) = self.revision.read(path) {
            outward::paths_in(&yaml::Text::of_file(id, file.text().unwrap_or_default(), 0), outward);
        } else if let Ok(render) = Renderer::new(self.revision, Options::default()).render(path) {
            render.resources.iter().for_each(|manifest| outward::paths(&manifest.node, outward));
        }
    }

    /// What the kustomization of a directory names.
    fn entries(&self, root: &RepoPath, listing: &[Entry]) -> Option<Arc<Entries>> {
        let mut found = NAMES.iter().filter_map(|name| named(listing, name));
        let (path, identity) = match (found.next(), found.next()) {
            (None, _) => return None,
            (Some(one), None) if one.kind == Kind::File => (root.child(&one.name), one.identity),
            _ => {
                // Whether a link counts, and which of two, the loader knows.
                let journal = Journal::new(self.revision);
                let path = Loader::new(&journal, Restrictor::default(), root).ok()?.kustomization_path().ok()?;
                let (file, _) = self.revision.resolve(&path).ok()?;
                (path, self.revision.identity(&file))
            }
        };
        let known = |identity| self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(&identity).cloned();
        if let Some(entries) = identity.and_then(known) {
            return Some(entries);
        }
        let bytes = self.revision.peek(&path).ok()?;
        let entries = match str::from_utf8(&bytes).ok().and_then(Entries::of_text) {
            Some(entries) => entries,
            None => Entries::of(&self.parsed(root, &path)?),
        };
        let entries = Arc::new(entries);
        if let Some(identity) = identity {
            self.entries.lock().unwrap_or_else(PoisonError::into_inner).insert(identity, entries.clone());
        }
        Some(entries)
    }

    /// The kustomization of a directory, by the parser.
    fn parsed(&self, root: &RepoPath, path: &RepoPath) -> Option<Node> {
        let journal = Journal::new(self.revision);
        Loader::new(&journal, Restrictor::default(), root).ok()?.kustomization_node(path).ok()
    }
}
