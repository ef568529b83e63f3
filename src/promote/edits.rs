//! From an image that shall be another one to edits of the text that sets it.
//!
//! That text is changed where it belongs to the promoted overlays alone. An image that a manifest of a base names is
//! set by an entry under `images` of the overlay's kustomization; all else that others share is left to people.

use std::collections::BTreeMap;

use super::entry::{self, NewEntry};
use super::task::Task;
use crate::facts::ImageVersion;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::repo::Overlay;
use crate::source::{Kind, Problem, RepoPath, Revision, Span};
use crate::yaml::edit::{self, Edit};
use crate::yaml::{Cause, Dialect, Node, Segment, Text, parse_first};

/// Gathers the edits of a promotion.
pub(super) struct Editor<'a> {
    revision: &'a Revision,
    /// The directory that holds all that the promotion may change.
    home: RepoPath,
    /// Kustomizations that read a file and are not promoted to.
    readers: &'a BTreeMap<RepoPath, Vec<RepoPath>>,
    edits: BTreeMap<RepoPath, Vec<Edit>>,
    /// Entries to be added under `images`.
    entries: BTreeMap<RepoPath, Vec<NewEntry>>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(
        revision: &'a Revision,
        targets: &[&Overlay],
        readers: &'a BTreeMap<RepoPath, Vec<RepoPath>>,
    ) -> Self {
        let real = |overlay: &&Overlay| {
            revision.directory(&overlay.applied.directory).unwrap_or_else(|_| overlay.applied.directory.clone())
        };
        let home = targets.iter().map(real).reduce(|a, b| common(&a, &b)).unwrap_or_else(RepoPath::root);
        Self { revision, home, readers, edits: BTreeMap::new(), entries: BTreeMap::new() }
    }

    /// Plans the edits for one image.
    pub(super) fn plan(&mut self, overlay: &Overlay, task: &Task<'_>) -> Result<(), Problem> {
        match task.image.at.path.last() {
            Some(Segment::Key(key)) if matches!(&**key, "tag" | "digest") => {
                self.parts(overlay, task, ["tag", "digest"])
            }
            Some(Segment::Key(key)) if matches!(&**key, "newTag" | "newName") => {
                self.parts(overlay, task, ["newTag", "digest"])
            }
            _ => self.whole(overlay, task),
        }
    }

    /// An image that is one text.
    fn whole(&mut self, overlay: &Overlay, task: &Task<'_>) -> Result<(), Problem> {
        let span = written(task, task.node)?;
        match (task.node.origin.cause, self.owned(overlay, task, span)) {
            (Cause::Images, Ok(file)) => self.entry(task, file, span),
            (_, Ok(file)) => {
                let edit = self.whole_edit(&file, task, task.node)?;
                self.push(file, edit.map(|edit| vec![edit]), task, span)
            }
            (Cause::Manifest, Err(_)) if is_reached(task) => self.add(overlay, task),
            (_, Err(problem)) => Err(problem),
        }
    }

    /// Another version at the end of the text that a node has in `file`.
    fn whole_edit(&self, file: &RepoPath, task: &Task<'_>, node: &Node) -> Result<Option<Edit>, Problem> {
        let old = node.text().unwrap_or_default();
        let lead = old.strip_suffix(task.image.image.as_str()).unwrap_or_default();
        let new = format!("{lead}{}{}", name(task), suffix(&task.new));
        Ok(edit::replace_scalar(&self.source(file)?, written(task, node)?, old, &new))
    }

    /// An image whose tag and digest are texts of their own.
    fn parts(&mut self, overlay: &Overlay, task: &Task<'_>, keys: [&str; 2]) -> Result<(), Problem> {
        let span = written(task, task.node)?;
        let above = task.image.at.path.len().saturating_sub(1);
        let map = task.image.at.path.get(..above).and_then(|path| task.root.follow(path));
        let parts = [(&task.image.tag, &task.new.tag), (&task.image.digest, &task.new.digest)];
        for (key, (old, new)) in keys.into_iter().zip(parts) {
            match (old, new, map.and_then(|map| map.get(key))) {
                (Some(old), Some(new), Some(node)) => {
                    let span = written(task, node)?;
                    let file = self.owned(overlay, task, span)?;
                    let edit = edit::replace_scalar(&self.source(&file)?, span, old, new);
                    self.push(file, edit.map(|edit| vec![edit]), task, span)?;
                }
                (None, None, _) => {}
                _ => {
                    return Err(Problem::new(format!(
                        "`{}` is to become `{}`, and its tag and digest are not written alike",
                        task.repository, task.lower
                    ))
                    .at(span)
                    .hint(format!(
                        "give it the fields `{}` and `{}` that the other environment has",
                        keys[0], keys[1]
                    )));
                }
            }
        }
        Ok(())
    }

    /// Changes the entry of a kustomization that set the image.
    fn entry(&mut self, task: &Task<'_>, file: RepoPath, span: Span) -> Result<(), Problem> {
        let source = self.source(&file)?;
        let root = self.parse(&file)?;
        let Some((item, map)) = entry::setting(&root, span) else {
            return Err(Problem::new(format!("`{}` is set by a plugin", task.repository))
                .at(span)
                .hint("edit it by hand, or move it under `images` of the kustomization"));
        };
        if entry::field(map, "tagSuffix").is_some_and(|suffix| !suffix.value.is_null()) {
            return Err(Problem::new(format!("`{}` is set by a `tagSuffix`", task.repository))
                .at(span)
                .hint("set `newTag` or `digest` instead"));
        }
        let edits = match entry::field(map, "newName").filter(|name| name.value.text() == Some(&task.image.image)) {
            // The name says the version, too.
            Some(name) if task.image.tag.is_some() || task.image.digest.is_some() => {
                self.whole_edit(&file, task, &name.value)?.map(|edit| vec![edit])
            }
            _ => entry::change(&source, item, map, &task.new),
        };
        self.push(file, edits, task, span)
    }

    /// Adds an entry to the kustomization of the overlay.
    fn add(&mut self, overlay: &Overlay, task: &Task<'_>) -> Result<(), Problem> {
        let file = self.kustomization(overlay)?;
        if let Some(readers) = self.readers.get(&file) {
            return Err(Problem::new(format!("others are made of `{file}`: {}", list(readers)))
                .within(&file)
                .hint(format!("an entry for `{}` here would change them too", task.repository)));
        }
        let entry = NewEntry { name: name(task).to_owned(), version: task.new.clone() };
        let entries = self.entries.entry(file).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
        Ok(())
    }

    fn push(&mut self, file: RepoPath, edits: Option<Vec<Edit>>, task: &Task<'_>, span: Span) -> Result<(), Problem> {
        let Some(edits) = edits else {
            return Err(Problem::new(format!(
                "what sets `{}` is written in a way that cannot be edited",
                task.repository
            ))
            .at(span)
            .hint(format!("make it `{}` by hand", suffix(&task.new).trim_start_matches([':', '@']))));
        };
        self.edits.entry(file).or_default().extend(edits);
        Ok(())
    }

    /// The file of a text that belongs to the promoted overlays alone, by a path free of links.
    fn owned(&self, overlay: &Overlay, task: &Task<'_>, span: Span) -> Result<RepoPath, Problem> {
        let path = self.revision.files().get(span.file).path().clone();
        let (file, _) = self.revision.resolve(&path)?;
        let problem = match self.readers.get(&file) {
            Some(readers) => format!("`{}` is set here for others too: {}", task.repository, list(readers)),
            None if !file.is_within(&self.home) => {
                format!("`{}` is set here, outside of `{}`", task.repository, self.home)
            }
            None => return Ok(file),
        };
        let own = self.kustomization(overlay)?;
        let way = if is_reached(task) { "under `images`" } else { "by a patch" };
        Err(Problem::new(problem).at(span).hint(format!("edit it here by hand, or set it {way} of `{own}`")))
    }

    /// The kustomization file of an overlay, by a path free of links.
    fn kustomization(&self, overlay: &Overlay) -> Result<RepoPath, Problem> {
        let files = KUSTOMIZATION_NAMES.iter().map(|name| overlay.applied.directory.child(name));
        let mut files = files.filter_map(|path| self.revision.resolve(&path).ok());
        let file = files.find(|(_, kind)| *kind == Kind::File).map(|(file, _)| file);
        file.ok_or_else(|| Problem::new(format!("`{}` has no kustomization", overlay.applied.directory)))
    }

    fn source(&self, file: &RepoPath) -> Result<String, Problem> {
        let (_, read) = self.revision.read(file)?;
        let text = read.text().map(str::to_owned);
        text.ok_or_else(|| Problem::new(format!("`{file}` is not UTF-8 text")).within(file))
    }

    fn parse(&self, file: &RepoPath) -> Result<Node, Problem> {
        let (id, read) = self.revision.read(file)?;
        let root = parse_first(&Text::of_file(id, read.text().unwrap_or_default(), 0), Dialect::Config)?;
        root.ok_or_else(|| Problem::new("the kustomization is empty").within(file))
    }

    /// The new content of every file that changes.
    pub(super) fn finish(mut self) -> Result<BTreeMap<RepoPath, String>, Problem> {
        for (file, entries) in std::mem::take(&mut self.entries) {
            let source = self.source(&file)?;
            let root = self.parse(&file)?;
            let edit = entry::add(&source, &root, &entries);
            let names: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.name)).collect();
            let edit = edit.ok_or_else(|| {
                Problem::new("nothing can be added to `images` as it is written")
                    .within(&file)
                    .at(entry::list(&root).and_then(|list| list.key.span))
                    .hint(format!("add an entry for {} by hand", names.join(", ")))
            })?;
            self.edits.entry(file).or_default().push(edit);
        }
        let mut contents = BTreeMap::new();
        for (file, edits) in &self.edits {
            let new = edit::apply(&self.source(file)?, edits).ok_or_else(|| {
                Problem::new("one text sets images that are to become different ones")
                    .within(file)
                    .hint("give each of them an entry of its own, or promote them one by one with `--image`")
            })?;
            contents.insert(file.clone(), new);
        }
        Ok(contents)
    }
}

/// The place of the text that set a part of the image.
fn written(task: &Task<'_>, node: &Node) -> Result<Span, Problem> {
    node.origin.span.ok_or_else(|| Problem::new(format!("no text sets `{}`", task.repository)))
}

/// Whether an entry under `images` sets the image.
fn is_reached(task: &Task<'_>) -> bool {
    matches!(&*task.image.containers_field, "containers" | "initContainers")
}

/// The image's name as it is written, without tag and digest.
fn name<'t>(task: &'t Task<'_>) -> &'t str {
    let image = &task.image;
    let cut = |text: &'t str, sign: char, part: &Option<String>| {
        part.as_ref().and_then(|part| text.strip_suffix(part.as_str())?.strip_suffix(sign)).unwrap_or(text)
    };
    cut(cut(&image.image, '@', &image.digest), ':', &image.tag)
}

/// What follows the name of an image.
fn suffix(version: &ImageVersion) -> String {
    let tag = version.tag.iter().map(|tag| format!(":{tag}"));
    tag.chain(version.digest.iter().map(|digest| format!("@{digest}"))).collect()
}

fn list(paths: &[RepoPath]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

/// The deepest directory that holds both.
fn common(a: &RepoPath, b: &RepoPath) -> RepoPath {
    let mut directory = a.clone();
    while !b.is_within(&directory) {
        directory = directory.parent().unwrap_or_else(RepoPath::root);
    }
    directory
}
