//! Pointers as what applies them renders them: a parent may patch its children, fill in their variables, or apply one child
//! in several clusters.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::applied::{Applied, Applier, PointerPlace};
use super::builder::Builder;
use super::fields;
use super::object::{Pointer, PointerKind};
use super::says::{CHANGES, says_any};
use super::sources::{Sourced, Sources, is_whole};
use crate::kustomize::{Parts, Web};
use crate::source::{Problem, Reason, RepoPath};

/// How many pointers are rendered to find others in them.
const RENDERS: usize = 2_000;

/// How often a pointer may descend from objects that stand where it does.
const TURNS: usize = 5;

/// How many pointers may descend from one another.
const DEEPEST: usize = 200;

/// The fields of a Flux `Kustomization` that change what is rendered.
const OPTIONS: [&str; 7] =
    ["patches", "postBuild", "images", "namePrefix", "nameSuffix", "targetNamespace", "components"];

/// What tells pointers of a file from one another: the file, the kind and the name.
type Child = (RepoPath, PointerKind, String);

/// Finds pointers as their parents render them.
pub(super) struct Unfolding<'x, 'a> {
    web: &'x Web<'a>,
    sources: &'x Sources<'x, 'a>,
    /// The files that pointers stand in, and the directories above them.
    homes: HashSet<RepoPath>,
    builder: Builder<'a>,
    /// What those were rendered from that have pointers applied.
    followed: Mutex<BTreeSet<RepoPath>>,
}

impl<'x, 'a> Unfolding<'x, 'a> {
    /// `files` are those that pointers stand in.
    pub(super) fn new(web: &'x Web<'a>, sources: &'x Sources<'x, 'a>, files: &[RepoPath]) -> Self {
        let homes = files.iter().flat_map(RepoPath::upwards).collect();
        Self { web, sources, homes, builder: Builder::new(web.revision(), Parts::Seen), followed: Mutex::default() }
    }

    /// What those pointers follow from that have others applied, as far as it was seen.
    pub(super) fn followed(&self) -> BTreeSet<RepoPath> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The pointers that are `written`, each as it is applied: where a parent makes another of it, or several parents apply
    /// it, theirs take the place of the one in the file.
    pub(super) fn of(&self, written: &[Sourced]) -> Vec<Sourced> {
        let mut rendered: BTreeMap<Child, Vec<Sourced>> = BTreeMap::new();
        let mut known: HashSet<(Child, String, (Option<RepoPath>, RepoPath))> = HashSet::new();
        let (mut renders, mut beyond) = (0, None);
        let mut starts = Starts::new(self, written);
        'all: loop {
            let mut open = starts.next(|one| !rendered.contains_key(&key(&one.place)));
            if open.is_empty() {
                break;
            }
            while !open.is_empty() {
                renders += open.len();
                if renders > RENDERS {
                    beyond = open.pop();
                    break 'all;
                }
                let children: Vec<Sourced> = open.par_iter().flat_map_iter(|parent| self.children(parent)).collect();
                open.clear();
                for child in children {
                    // What tells environments apart is where the first of its ancestors is, and what that has applied.
                    let Some(root) = child.place.ancestors().last() else { continue };
                    let home = root.pointer().and_then(|place| place.file.parent());
                    let root = (home, root.directory.clone());
                    if known.insert((key(&child.place), child.place.fingerprint.clone(), root)) {
                        open.extend(Some(child.clone()).filter(|child| self.may_change(child)));
                        rendered.entry(key(&child.place)).or_default().push(child);
                    }
                }
            }
        }
        let as_written: BTreeSet<(Child, &str)> =
            written.iter().map(|one| (key(&one.place), &*one.place.fingerprint)).collect();
        // One that its only parent leaves as it is need not be rendered to be known.
        rendered.retain(|child, all| match all.as_slice() {
            [one] => !as_written.contains(&(child.clone(), &one.place.fingerprint)),
            _ => true,
        });
        let mut found: Vec<Sourced> =
            written.iter().filter(|one| !rendered.contains_key(&key(&one.place))).cloned().collect();
        found.extend(rendered.into_values().flatten());
        found.extend(beyond.map(|one| {
            let problem =
                Problem::new(format!("more than {RENDERS} pointers render others, so their files count for the rest"));
            Sourced { source: Err(problem.reason(Reason::Limit)), ..one }
        }));
        found
    }

    /// The pointers that a parent renders.
    fn children(&self, parent: &Sourced) -> Vec<Sourced> {
        let Ok((directory, _)) = &parent.source else { return Vec::new() };
        let applied = Applied { directory: directory.clone(), by: Applier::Pointer(parent.place.clone()) };
        // What cannot be rendered is told where it is judged.
        let Ok(render) = self.builder.render(&applied) else { return Vec::new() };
        let above: Vec<&PointerPlace> =
            std::iter::once(&parent.place).chain(parent.place.ancestors().filter_map(Applied::pointer)).collect();
        let mut children = Vec::new();
        for manifest in &render.resources {
            let Some(pointer) = Pointer::of(manifest.node.clone()).filter(is_whole) else { continue };
            let span = manifest.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
            let span = span.or(manifest.node.origin.span);
            let file = span.map(|span| self.web.revision().files().get(span.file).path().clone());
            let file = file.unwrap_or_else(|| parent.place.file.clone());
            let (kind, namespace, name) = (pointer.kind, pointer.metadata("namespace"), pointer.metadata("name"));
            let beside = above.iter().filter(|one| one.file == file && one.kind == kind && one.namespace == namespace);
            // A circle ends where it closes.
            if beside.clone().any(|one| one.name == name) {
                continue;
            }
            let fault = if beside.count() >= TURNS {
                Some("what it has applied makes pointers of it again and again, each by another name")
            } else if above.len() >= DEEPEST {
                Some("too many pointers descend from one another")
            } else {
                None
            };
            let mut found = self.sources.of(&file, &pointer, Some(&applied));
            if let Some(fault) = fault {
                found.truncate(1);
                for one in &mut found {
                    one.source = Err(Problem::new(fault).reason(Reason::Limit));
                }
            }
            children.extend(found);
        }
        if !children.is_empty() {
            self.builder.keep(&applied, render);
        }
        children
    }

    /// Whether what a parent renders holds pointers, and may hold others than their files.
    fn may_change(&self, parent: &Sourced) -> bool {
        let Ok((directory, _)) = &parent.source else { return false };
        let reached = self.web.reach_of_all(directory);
        let mut held = reached.iter().filter(|path| self.homes.contains(*path)).peekable();
        if held.peek().is_none() {
            return false;
        }
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).extend(reached.iter().cloned());
        let object = &parent.object;
        let asks = match parent.place.kind {
            PointerKind::FluxKustomization => {
                OPTIONS.iter().any(|option| fields::value(object, &["spec", option]).is_some())
            }
            PointerKind::ArgoApplication | PointerKind::ApplicationSet => {
                fields::value(object, &["spec", "source", "kustomize"]).is_some()
            }
        };
        let changes = |path: &RepoPath| says_any(self.web.revision(), path, &CHANGES).unwrap_or(false);
        asks || held.any(|path| !path.is_within(directory)) || reached.iter().any(changes)
    }
}

/// The pointers that others are looked for in, those first that none of the others can render.
struct Starts<'x> {
    /// Each with the others, by index, whose reach it stands in.
    waiting: Vec<(&'x Sourced, Vec<usize>)>,
    is_open: Vec<bool>,
}

impl<'x> Starts<'x> {
    fn new(unfolding: &Unfolding<'_, '_>, written: &'x [Sourced]) -> Self {
        let all: Vec<&Sourced> = written.par_iter().filter(|one| unfolding.may_change(one)).collect();
        let mut reached: HashMap<RepoPath, Vec<usize>> = HashMap::new();
        for (index, one) in all.iter().enumerate() {
            let Ok((directory, _)) = &one.source else { continue };
            for home in unfolding.web.reach_of_all(directory).iter().filter(|path| unfolding.homes.contains(*path)) {
                reached.entry(home.clone()).or_default().push(index);
            }
        }
        let by = |index: usize, one: &Sourced| {
            let mut by = Vec::new();
            for home in one.place.file.upwards().skip(1) {
                by.extend(reached.get(&home).into_iter().flatten().copied().filter(|other| *other != index));
            }
            by
        };
        let waiting: Vec<_> = all.iter().enumerate().map(|(index, one)| (*one, by(index, one))).collect();
        Self { is_open: vec![true; waiting.len()], waiting }
    }

    /// The next ones, without those that are not `wanted` any more. In a circle one must be the first.
    fn next(&mut self, wanted: impl Fn(&Sourced) -> bool) -> Vec<Sourced> {
        for (is_open, (one, _)) in self.is_open.iter_mut().zip(&self.waiting) {
            *is_open = *is_open && wanted(one);
        }
        let is_open = |index: &usize| self.is_open.get(*index).is_some_and(|is_open| *is_open);
        let open: Vec<usize> = (0..self.waiting.len()).filter(is_open).collect();
        let by = |index: &usize| self.waiting.get(*index).map(|(_, by)| by.as_slice()).unwrap_or_default();
        let mut next: Vec<usize> = open.iter().copied().filter(|index| !by(index).iter().any(is_open)).collect();
        if next.is_empty() {
            next.extend(open.first());
        }
        for index in &next {
            if let Some(is_open) = self.is_open.get_mut(*index) {
                *is_open = false;
            }
        }
        next.into_iter().filter_map(|index| self.waiting.get(index)).map(|(one, _)| (*one).clone()).collect()
    }
}

fn key(place: &PointerPlace) -> Child {
    (place.file.clone(), place.kind, place.name.clone())
}
