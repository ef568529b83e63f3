//! Where values come from, over real repositories: every leaf has an origin, and the origin is the text that
//! set it. Changing that text changes the leaf.
//!
//! `GATE_CORPUS` names the directory; where it is missing the test says so. `GATE_ORIGINS_SAMPLE` is how many
//! leaves are tried.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

#[path = "origins/cases.rs"]
mod cases;
#[path = "origins/change.rs"]
mod change;
#[path = "origins/overlay.rs"]
mod overlay;
#[path = "origins/sample.rs"]
mod sample;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use change::{Change, change};
use gate::kustomize::{Manifest, Options, Render, Renderer};
use gate::source::{DiskTree, Files, Problem, RepoPath, Revision};
use gate::yaml::{Cause, Segment};
use overlay::Overlay;
use rayon::prelude::*;
use sample::{Coverage, Leaf, Strata};

/// Leaves that are tried where the environment does not say how many.
const SAMPLE: usize = 2000;

/// A repository of the corpus and the overlays in it that render.
struct Repository {
    name: String,
    tree: Arc<DiskTree>,
    revision: Revision,
    directories: Vec<RepoPath>,
}

impl Repository {
    fn open(name: &str, root: &Path, directories: Vec<RepoPath>) -> Self {
        Self {
            name: name.to_owned(),
            tree: Arc::new(DiskTree::new(root).unwrap()),
            revision: Revision::new(DiskTree::new(root).unwrap(), Arc::new(Files::default())),
            directories,
        }
    }
}

fn corpus() -> Option<Vec<Repository>> {
    let directory = PathBuf::from(std::env::var("GATE_CORPUS").unwrap_or_else(|_| "../shared/corpus".to_owned()));
    if !directory.is_dir() {
        eprintln!("skipped: no data at `{}` (set GATE_CORPUS)", directory.display());
        return None;
    }
    let table = std::fs::read_to_string(directory.join("expected.tsv")).unwrap();
    let mut overlays: BTreeMap<&str, Vec<RepoPath>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let [repository, path, status, ..] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
        if status == "ok" {
            overlays.entry(repository).or_default().push(RepoPath::new(path).unwrap());
        }
    }
    let open = |(name, directories)| Repository::open(name, &directory.join("repos").join(name), directories);
    Some(overlays.into_iter().map(open).collect())
}

#[test]
fn origins_are_the_text_that_sets_a_value() {
    let Some(repositories) = corpus() else { return };
    let size = std::env::var("GATE_ORIGINS_SAMPLE").map_or(SAMPLE, |size| size.parse().unwrap());
    let counted: Vec<(Coverage, Strata, Vec<String>)> =
        repositories.par_iter().map(|repository| survey(repository, size)).collect();
    let leaves: usize = counted.iter().map(|(coverage, ..)| coverage.leaves).sum();
    let placed: usize = counted.iter().map(|(coverage, ..)| coverage.placed).sum();
    for homeless in counted.iter().flat_map(|(.., homeless)| homeless) {
        eprintln!("no origin: {homeless}");
    }
    eprintln!("leaves with an origin: {placed} of {leaves}");

    let drawn = sample::draw(counted.into_iter().map(|(_, strata, _)| strata).collect(), size);
    let work: Vec<(&Repository, &[Leaf])> = repositories
        .iter()
        .zip(&drawn)
        .flat_map(|(repository, leaves)| {
            leaves.chunk_by(|a, b| a.directory == b.directory).map(move |leaves| (repository, leaves))
        })
        .collect();
    let outcomes: Vec<(Cause, Verdict, String)> =
        work.into_par_iter().flat_map_iter(|(repository, leaves)| try_leaves(repository, leaves)).collect();

    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut by_cause: BTreeMap<Cause, BTreeMap<Verdict, usize>> = BTreeMap::new();
    for (cause, verdict, line) in &outcomes {
        *counts.entry(*verdict).or_default() += 1;
        *by_cause.entry(*cause).or_default().entry(*verdict).or_default() += 1;
        if matches!(verdict, Verdict::Refused | Verdict::Same | Verdict::Failed) {
            eprintln!("{verdict:?}: {line}");
        }
    }
    for (cause, counts) in by_cause {
        eprintln!("{}: {counts:?}", cause.word());
    }
    eprintln!("{} leaves tried: {counts:?}", outcomes.len());
    let count = |verdict| counts.get(&verdict).copied().unwrap_or_default();
    assert_eq!(outcomes.len(), size);
    assert!(placed * 1000 >= leaves * 995);
    assert!((count(Verdict::Same) + count(Verdict::Failed)) * 1000 <= outcomes.len() * 5);
    // A few such are in the nature of names; more would hide what is false.
    assert!(count(Verdict::Refused) * 20 <= outcomes.len());
}

/// Renders everything once.
fn survey(repository: &Repository, size: usize) -> (Coverage, Strata, Vec<String>) {
    let (mut total, mut strata, mut homeless) = (Coverage::default(), Strata::new(), Vec::new());
    let renderer = Renderer::new(&repository.revision, Options::default());
    for (at, directory) in repository.directories.iter().enumerate() {
        let render = renderer.render(directory).unwrap();
        let coverage = sample::collect(&render, at, &mut strata, &mut homeless);
        total.leaves += coverage.leaves;
        total.placed += coverage.placed;
    }
    sample::shorten(&mut strata, size);
    (total, strata, homeless)
}

/// What became of a leaf when the text of its origin was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// It is another one.
    Changed,
    /// It is another one, in another place of its list.
    Moved,
    /// It is gone with its object.
    Gone,
    /// It is part of what names an object, and what is meant for the object by that name is refused.
    Refused,
    /// It is the same.
    Same,
    /// Nothing is rendered.
    Failed,
}

/// Tries leaves of one overlay.
fn try_leaves(repository: &Repository, leaves: &[Leaf]) -> Vec<(Cause, Verdict, String)> {
    let Some(first) = leaves.first() else { return Vec::new() };
    let directory = &repository.directories[first.directory];
    let old = Renderer::new(&repository.revision, Options::default()).render(directory).unwrap();
    leaves.iter().map(|leaf| try_leaf(repository, directory, &old, leaf)).collect()
}

fn try_leaf(repository: &Repository, directory: &RepoPath, old: &Render, leaf: &Leaf) -> (Cause, Verdict, String) {
    let files = repository.revision.files();
    let resource = &old.resources[leaf.manifest];
    let node = resource.node.follow(&leaf.path).unwrap();
    let file = files.get(leaf.span.file);
    let change = change(&file, leaf.span, &leaf.path, node);
    let (path, _) = repository.revision.resolve(file.path()).unwrap();
    let tree = Overlay { below: repository.tree.clone(), path, bytes: change.bytes.clone() };
    let changed = render(tree, directory);
    let at = files.location(leaf.span);
    let mut line = format!(
        "{} {directory}: {}/{} {} is {:?} by {:?} at {}:{}:{}",
        repository.name,
        resource.kind(),
        resource.name(),
        leaf.path,
        node.text(),
        leaf.cause,
        at.path,
        at.line,
        at.column,
    );
    let verdict = match changed {
        Err(problem) => {
            line.push_str(&format!(": {problem}"));
            if names_an_object(leaf) && is_about_names(&problem) { Verdict::Refused } else { Verdict::Failed }
        }
        Ok(new) => compare(old, leaf, &new, &change),
    };
    (leaf.cause, verdict, line)
}

fn render(tree: Overlay, directory: &RepoPath) -> Result<Render, Problem> {
    let revision = Revision::new(tree, Arc::new(Files::default()));
    Renderer::new(&revision, Options::default()).render(directory)
}

/// Whether the text that set the leaf is part of what patches and the like find an object by.
fn names_an_object(leaf: &Leaf) -> bool {
    matches!(leaf.path.to_string().as_str(), "apiVersion" | "kind" | "metadata.name" | "metadata.namespace")
        || matches!(leaf.cause, Cause::Namespace | Cause::NamePrefix | Cause::NameSuffix | Cause::Reference)
}

/// Whether something is refused because an object of some name is not there, or is there already.
fn is_about_names(problem: &Problem) -> bool {
    const REASONS: [&str; 5] =
        ["no resource matches this patch", "is not there", "does not exist", "is named", "no object is selected"];
    let text = problem.to_string();
    REASONS.iter().any(|reason| text.contains(reason))
}

type Id<'a> = (&'a str, &'a str, &'a str, &'a str);

fn id(manifest: &Manifest) -> Id<'_> {
    (manifest.api_version(), manifest.kind(), manifest.namespace().unwrap_or_default(), manifest.name())
}

fn compare(old: &Render, leaf: &Leaf, new: &Render, change: &Change) -> Verdict {
    let resource = &old.resources[leaf.manifest];
    let node = resource.node.follow(&leaf.path).unwrap();
    let Some(found) = counterpart(old, resource, new).filter(|_| !change.removes()) else {
        return if change.took(node, None) { Verdict::Gone } else { Verdict::Same };
    };
    if change.took(node, found.node.follow(&leaf.path)) {
        return Verdict::Changed;
    }
    // Entries of a list that are told apart by their own values move when those change.
    let mut moved = false;
    found.node.leaves(&mut |path, candidate| {
        let alike = path.len() == leaf.path.len()
            && path.iter().zip(leaf.path.iter()).all(|(a, b)| match (a, b) {
                (Segment::Index(_), Segment::Index(_)) => true,
                (a, b) => a == b,
            });
        let before = resource.node.follow(path);
        moved |=
            alike && before.is_none_or(|before| !before.same_data(candidate)) && change.took(node, Some(candidate));
    });
    if moved { Verdict::Moved } else { Verdict::Same }
}

/// The resource of the new render that the old one became: the one of that name, or else the one that came
/// in its place.
fn counterpart<'a>(old: &Render, resource: &Manifest, new: &'a Render) -> Option<&'a Manifest> {
    if let Some(same) = new.resources.iter().find(|other| id(other) == id(resource)) {
        return Some(same);
    }
    let (before, after): (HashSet<Id<'_>>, HashSet<Id<'_>>) =
        (old.resources.iter().map(id).collect(), new.resources.iter().map(id).collect());
    let gone: Vec<&Manifest> = old.resources.iter().filter(|other| !after.contains(&id(other))).collect();
    let come: Vec<&Manifest> = new.resources.iter().filter(|other| !before.contains(&id(other))).collect();
    let same_kind = |list: &[&'a Manifest]| -> Vec<&'a Manifest> {
        list.iter().copied().filter(|other| other.kind() == resource.kind()).collect()
    };
    let of_kind = same_kind(&come);
    let place = gone.iter().filter(|other| other.kind() == resource.kind()).position(|other| id(other) == id(resource));
    of_kind.get(place?).or(come.first()).copied()
}
