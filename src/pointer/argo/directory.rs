//! A directory of plain manifests, as the `directory` parameters of a source choose them.

use super::glob;
use super::objects;
use super::source::Source;
use crate::kustomize::{Integers, Manifest, through_json};
use crate::pointer::fields;
use crate::pointer::files::holds;
use crate::source::{Entry, FileId, Kind, Problem, ReadError, Reason, RepoPath, Revision, SourceFile};
use crate::yaml::{Dialect, Node, Text, documents, parse_first, parse_json};

/// A file that holds this is left out.
const SKIP: &[u8] = b"+argocd:skip-file-rendering";

/// Words that a file holds which is meant to be a manifest, though it may be broken.
const WORDS: [&[u8]; 3] = [b"apiVersion:", b"kind:", b"metadata:"];

/// Which files of a directory are manifests.
struct Choice<'n> {
    recurses: bool,
    include: Option<&'n str>,
    exclude: Option<&'n str>,
    /// Whether files with any name are.
    any_name: bool,
}

/// The objects of the directory of a source, by the paths of their files.
///
/// # Errors
/// When what looks like a manifest is broken, and when a file is jsonnet.
pub(super) fn read(revision: &Revision, source: &Source) -> Result<Vec<Manifest>, Problem> {
    let text = |name: &str| Ok::<_, Problem>(fields::text(source.node(), &["directory", name])?.and_then(Node::as_str));
    let choice = Choice {
        recurses: fields::flag(source.node(), &["directory", "recurse"])?,
        include: text("include")?,
        exclude: text("exclude")?,
        any_name: fields::flag(source.node(), &["directory", "disableExtensionFilter"])?,
    };
    let mut manifests = Vec::new();
    choice.walk(revision, source.directory(), source.directory(), &mut manifests)?;
    Ok(manifests)
}

impl Choice<'_> {
    fn walk(
        &self,
        revision: &Revision,
        root: &RepoPath,
        directory: &RepoPath,
        manifests: &mut Vec<Manifest>,
    ) -> Result<(), Problem> {
        // A directory that is a link is not looked into.
        for entry in revision.list(directory).unwrap_or_default().iter() {
            let path = directory.child(&entry.name);
            if entry.kind == Kind::Directory {
                if self.recurses {
                    self.walk(revision, root, &path, manifests)?;
                }
            } else if let Some((id, file)) = self.chosen(revision, root, &path, entry)? {
                objects_of(&path, id, &file, manifests)?;
            }
        }
        Ok(())
    }

    /// The file of an entry, where it is one of those that are read.
    fn chosen(
        &self,
        revision: &Revision,
        root: &RepoPath,
        path: &RepoPath,
        entry: &Entry,
    ) -> Result<Option<(FileId, std::sync::Arc<SourceFile>)>, Problem> {
        let has_extension = matches!(extension(&entry.name), "yaml" | "yml" | "json" | "jsonnet");
        if !has_extension && !self.any_name {
            return Ok(None);
        }
        match revision.resolve(path) {
            Ok((_, Kind::File)) => {}
            Ok(_) | Err(ReadError::Missing(_)) => return Ok(None),
            Err(_) if entry.kind == Kind::Other => return Ok(None),
            Err(error) => return Err(Problem::from(error).within(path)),
        }
        let name = path.relative_to(root);
        let is_out = self.exclude.is_some_and(|pattern| glob::matches(pattern, &name))
            || self.include.is_some_and(|pattern| !glob::matches(pattern, &name));
        if is_out {
            return Ok(None);
        }
        let (id, file) = revision.read(path).map_err(|error| Problem::from(error).within(path))?;
        Ok(Some((id, file)).filter(|(_, file)| !holds(file.bytes(), SKIP)))
    }
}

/// Adds the objects of a file.
fn objects_of(path: &RepoPath, id: FileId, file: &SourceFile, manifests: &mut Vec<Manifest>) -> Result<(), Problem> {
    let extension = extension(path.file_name());
    if extension == "jsonnet" {
        return Err(Problem::new(format!("`{path}` is jsonnet, which is not evaluated here"))
            .within(path)
            .reason(Reason::Plugin)
            .hint("commit what it evaluates to"));
    }
    let not_text = || Problem::new(format!("`{path}` is not UTF-8 text")).within(path);
    if extension == "json" {
        let text = file.text().ok_or_else(not_text)?;
        manifests.push(json(&Text::of_file(id, text, 0)).map_err(|problem| problem.within(path))?);
        return Ok(());
    }
    let before = manifests.len();
    let read = match file.text() {
        Some(text) => yaml(&Text::of_file(id, text, 0), manifests),
        None => Err(not_text()),
    };
    match read {
        // What is neither an object nor meant to be one is passed over.
        Err(problem) if manifests.len() > before || WORDS.iter().all(|word| holds(file.bytes(), word)) => {
            Err(problem.within(path))
        }
        _ => Ok(()),
    }
}

/// The one object of a JSON file.
fn json(text: &Text<'_>) -> Result<Manifest, Problem> {
    let (node, _) = parse_json(text, &mut |_, _| false).map_err(|problem| {
        Problem::new(problem.message())
            .at(problem.span())
            .hint("a JSON file holds one object: correct it, or leave it out with `directory.exclude`")
    })?;
    object(node)
}

/// Adds the objects of a YAML file, up to the first that is broken.
fn yaml(text: &Text<'_>, manifests: &mut Vec<Manifest>) -> Result<(), Problem> {
    for document in documents(text)? {
        if let Some(node) = parse_first(&document, Dialect::Config)?.filter(|node| !node.is_null()) {
            manifests.push(object(node)?);
        }
    }
    Ok(())
}

fn object(mut node: Node) -> Result<Manifest, Problem> {
    objects::check(&node)?;
    through_json(&mut node, Integers::Kept)?;
    Ok(Manifest::new(node))
}

/// What stands behind the last dot of a name.
fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
