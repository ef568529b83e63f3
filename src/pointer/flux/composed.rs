//! Artifacts that an `ArtifactGenerator` (source.extensions.fluxcd.io) copies together: what a `Kustomization` sees whose
//! source is an `ExternalArtifact`. The generator is looked for in the repository itself.

use std::collections::BTreeMap;

use super::spec::FluxSpec;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::pointer::fields;
use crate::pointer::files::{self, holds};
use crate::source::{Entry, Kind, Problem, Reason, RepoPath, Revision, is_yaml};
use crate::yaml::Node;

const GROUP: &str = "source.extensions.fluxcd.io/";
const KIND: &str = "ArtifactGenerator";

/// What a generator copies together of the artifact of the repository.
pub(super) struct Composed {
    /// What is seen of it.
    pub(super) artifact: Revision,
    /// What it follows from: the file of the generator, and all that is copied.
    pub(super) reads: Vec<RepoPath>,
    /// Where each file comes from.
    files: BTreeMap<RepoPath, RepoPath>,
}

impl Composed {
    /// What a `Kustomization` sees whose source is made by a generator; `None` where it sees the whole artifact.
    pub(super) fn of(artifact: &Revision, spec: &FluxSpec<'_>) -> Result<Option<Self>, Problem> {
        let external = spec.source_kind.filter(|kind| kind.as_str() == Some("ExternalArtifact"));
        let named = external.zip(spec.source_name.and_then(Node::as_str));
        named.map(|(kind, name)| compose(artifact, spec, kind, name)).transpose()
    }

    /// Where a directory comes from: of several directories that are copied into one, that of the kustomization, else the
    /// one that most files come from. `None` where every file was given another name.
    pub(super) fn origin(&self, directory: &RepoPath) -> Option<RepoPath> {
        let origin_of = |path: &RepoPath, origin: &RepoPath| {
            let below = path.components().count() - directory.components().count();
            let same = path.components().rev().zip(origin.components().rev()).take(below).all(|(a, b)| a == b);
            origin.upwards().nth(below).filter(|_| same)
        };
        let kustomization = KUSTOMIZATION_NAMES.iter().find_map(|name| {
            let path = directory.child(name);
            origin_of(&path, self.files.get(&path)?)
        });
        kustomization.or_else(|| {
            let mut origins: BTreeMap<RepoPath, usize> = BTreeMap::new();
            let below = self.files.iter().filter(|(path, _)| path.is_within(directory));
            for origin in below.filter_map(|(path, origin)| origin_of(path, origin)) {
                *origins.entry(origin).or_default() += 1;
            }
            let most = origins.values().max().copied()?;
            origins.into_iter().find(|(_, files)| *files == most).map(|(origin, _)| origin)
        })
    }
}

fn compose(artifact: &Revision, spec: &FluxSpec<'_>, kind: &Node, name: &str) -> Result<Composed, Problem> {
    let mut found = Vec::new();
    search(artifact, &RepoPath::root(), spec.source_namespace, name, &mut found);
    let home = kind.origin.span.map(|span| artifact.files().get(span.file).path().clone());
    // Of several, of clusters that share the repository, the nearest is meant.
    let near = |path: &RepoPath| {
        let steps = |path: &RepoPath| {
            path.parent().unwrap_or_else(RepoPath::root).components().map(str::to_owned).collect::<Vec<_>>()
        };
        let home = home.as_ref().map(steps).unwrap_or_default();
        steps(path).iter().zip(&home).take_while(|(a, b)| a == b).count()
    };
    let Some((file, wanted)) = { found }.into_iter().rev().max_by_key(|(path, _)| near(path)) else {
        return Err(Problem::new(format!("no ArtifactGenerator of the repository makes the artifact `{name}`"))
            .at(kind.origin.span)
            .reason(Reason::Remote)
            .hint("add the generator to the repository, or name a source that is in it"));
    };
    let (mut files, mut reads) = (BTreeMap::new(), vec![file]);
    for rule in fields::list(&wanted, &["copy"])? {
        reads.push(copy(artifact, rule, &mut files)?);
    }
    Ok(Composed { artifact: artifact.copied(files.clone()), reads, files })
}

/// Finds what generators of that namespace say of the artifact `name`, with the files that say it, sorted.
fn search(artifact: &Revision, directory: &RepoPath, namespace: &str, name: &str, found: &mut Vec<(RepoPath, Node)>) {
    for Entry { name: file, kind, .. } in artifact.list(directory).unwrap_or_default().iter() {
        let path = directory.child(file);
        match kind {
            Kind::Directory => search(artifact, &path, namespace, name, found),
            Kind::File if is_yaml(file) && artifact.peek(&path).is_ok_and(|bytes| holds(&bytes, KIND.as_bytes())) => {
                found.extend(artifacts(artifact, &path, namespace, name).into_iter().map(|node| (path.clone(), node)));
            }
            _ => {}
        }
    }
}

/// What the generators of a file say of an artifact. What cannot be read makes none.
fn artifacts(artifact: &Revision, path: &RepoPath, namespace: &str, name: &str) -> Vec<Node> {
    let text = |node: &Node, path: &[&str]| node.at(path).and_then(Node::as_str).unwrap_or_default().to_owned();
    let generators = files::objects(artifact, path).into_iter().filter(|object| {
        text(object, &["apiVersion"]).starts_with(GROUP)
            && text(object, &["kind"]) == KIND
            && [namespace, ""].contains(&text(object, &["metadata", "namespace"]).as_str())
    });
    let made = |object: Node| {
        let artifacts = fields::list(&object, &["spec", "artifacts"]).unwrap_or_default().to_vec();
        artifacts.into_iter().filter(|artifact| text(artifact, &["name"]) == name)
    };
    generators.flat_map(made).collect()
}

/// Copies what a rule names: `@alias/dir/**` is all that is in and below `dir`, anything else one file. Returns what is
/// copied.
fn copy(artifact: &Revision, rule: &Node, files: &mut BTreeMap<RepoPath, RepoPath>) -> Result<RepoPath, Problem> {
    let unclear = |message: String| {
        Problem::new(message)
            .at(rule.origin.span)
            .reason(Reason::Remote)
            .hint("write `from: \"@alias/directory/**\"` and `to: \"@artifact/directory/\"`")
    };
    let text = |name: &str| fields::text(rule, &[name]).map(|node| node.and_then(Node::as_str).unwrap_or_default());
    let (from, to) = (text("from")?, text("to")?);
    let inside = |text: &str| text.strip_prefix('@')?.split_once('/').map(|(_, path)| path.to_owned());
    let (Some(source), Some(target)) = (inside(from), to.strip_prefix("@artifact/")) else {
        return Err(unclear(format!("it cannot be told what is copied from `{from}` to `{to}`")));
    };
    if fields::value(rule, &["exclude"]).is_some() || text("strategy")? == "Extract" {
        return Err(unclear("`exclude` and `strategy: Extract` of a copy are not understood".to_owned()));
    }
    let path = |text: &str| RepoPath::new(text).map_err(|error| unclear(error.to_string()));
    let (directory, whole) = match source.strip_suffix("**") {
        Some(directory) => (directory, true),
        None => (source.as_str(), false),
    };
    if directory.contains(['*', '?', '[']) {
        return Err(unclear(format!("the pattern `{from}` is not understood")));
    }
    let (directory, target_path) = (path(directory)?, path(target)?);
    match artifact.resolve(&directory) {
        Ok((_, Kind::Directory)) if whole => copy_below(artifact, &directory, &target_path, files),
        Ok((_, Kind::File)) if !whole => {
            let into = target.is_empty() || target.ends_with('/');
            let place = if into { target_path.child(directory.file_name()) } else { target_path };
            files.insert(place, directory.clone());
        }
        Ok(_) => return Err(unclear(format!("it cannot be told what is copied from `{from}`"))),
        Err(_) => {
            return Err(Problem::new(format!("`{from}`, which the artifact is copied from, does not exist"))
                .at(rule.origin.span)
                .reason(Reason::Missing)
                .hint("correct the path; it starts at the root of the source"));
        }
    }
    Ok(directory)
}

fn copy_below(artifact: &Revision, from: &RepoPath, to: &RepoPath, files: &mut BTreeMap<RepoPath, RepoPath>) {
    for entry in artifact.list(from).unwrap_or_default().iter() {
        let (from, to) = (from.child(&entry.name), to.child(&entry.name));
        match entry.kind {
            Kind::Directory => copy_below(artifact, &from, &to, files),
            _ => drop(files.insert(to, from)),
        }
    }
}
