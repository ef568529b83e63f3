//! Finding pointers in a file.

use memchr::memmem;

use crate::kustomize::Content;
use crate::source::{FileId, Files, Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// The items of a list of objects, or the object itself.
fn items(object: Node) -> Vec<Node> {
    let is_list = object.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    match object.get("items").and_then(Node::as_seq) {
        Some(items) if is_list => items.to_vec(),
        _ => vec![object],
    }
}

/// What the versions of pointers begin with.
const VERSIONS: [&[u8]; 2] = [b"kustomize.toolkit.fluxcd.io/v", b"argoproj.io/v"];

/// Whether a text may hold a pointer.
#[must_use]
pub fn is_mentioned(text: &[u8]) -> bool {
    VERSIONS.iter().any(|version| memmem::find(text, version).is_some())
}

/// The objects that are pointers, in a sentence.
const POINTERS: &str = "a Flux Kustomization (kustomize.toolkit.fluxcd.io), or an Application or ApplicationSet of Argo CD \
                        (argoproj.io)";

/// What applies the directory that a pointer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointerKind {
    /// Flux's kustomize-controller, told by a `Kustomization`.
    FluxKustomization,
    /// Argo CD's controller of an `ApplicationSet`, which makes Applications.
    ApplicationSet,
    /// Argo CD's application controller, told by an `Application`.
    ArgoApplication,
}

impl PointerKind {
    /// What the object is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FluxKustomization => "Kustomization",
            Self::ApplicationSet => "ApplicationSet",
            Self::ArgoApplication => "Application",
        }
    }
}

/// An object that tells a controller which directory to apply.
#[derive(Debug, Clone)]
pub struct Pointer {
    /// What it is.
    pub kind: PointerKind,
    /// The whole object.
    pub object: Node,
}

impl Pointer {
    /// The pointer that an object is; `None` where it is something else.
    #[must_use]
    pub fn of(object: Node) -> Option<Self> {
        let text = |key: &str| object.get(key).and_then(Node::as_str).unwrap_or_default();
        let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
        let kind = match (group, text("kind")) {
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => PointerKind::FluxKustomization,
            ("argoproj.io", "ApplicationSet") => PointerKind::ApplicationSet,
            ("argoproj.io", "Application") => PointerKind::ArgoApplication,
            _ => return None,
        };
        Some(Self { kind, object })
    }

    /// The pointers of a file of the repository. Documents that cannot be read have none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn all(revision: &Revision, path: &RepoPath) -> Result<Vec<Self>, Problem> {
        let (id, file) = revision.read(path).map_err(|error| Problem::from(error).within(path))?;
        let Ok(content) = Content::of(id, file) else { return Ok(Vec::new()) };
        let documents = documents(&content.yaml()).unwrap_or_default();
        let read = |text: &Text<'_>| parse_first(text, Dialect::Resource).ok().flatten();
        let objects = documents.iter().filter(|text| is_mentioned(text.content.as_bytes())).filter_map(read);
        Ok(objects.flat_map(items).filter_map(Self::of).collect())
    }

    /// The text of a field of its metadata; empty where there is none.
    pub(super) fn metadata(&self, field: &str) -> &str {
        self.object.at(&["metadata", field]).and_then(Node::as_str).unwrap_or_default()
    }

    /// Reads the pointer of a file: the document of that index, empty ones counted, or else the only pointer in it.
    ///
    /// # Errors
    /// When it cannot be read, or there is none, or more than one to choose from.
    pub fn read(files: &Files, id: FileId, index: Option<usize>) -> Result<Self, Problem> {
        let file = files.get(id);
        let wrong = |message: String| Problem::new(message).within(file.path());
        let content = Content::of(id, file.clone())?;
        let found = documents(&content.yaml())?;
        let Some(index) = index else {
            let mut pointers = Vec::new();
            for (index, document) in found.iter().enumerate() {
                let pointer = parse_first(document, Dialect::Resource)?.and_then(Self::of);
                pointers.extend(pointer.map(|pointer| (index, pointer)));
            }
            let last = pointers.pop().map(|(_, pointer)| pointer);
            return match (last, pointers.first()) {
                (Some(pointer), None) => Ok(pointer),
                (Some(_), Some((first, _))) => Err(wrong(format!("`{}` has several pointers", file.path()))
                    .hint(format!("name one by its index, as in `{}:{first}`", file.path()))),
                (None, _) => {
                    Err(wrong(format!("`{}` has no pointer", file.path())).hint(format!("name a file with {POINTERS}")))
                }
            };
        };
        let document = found.get(index).ok_or_else(|| {
            let last = found.len().saturating_sub(1);
            wrong(format!("`{}` has no document {index}: the last one has the index {last}", file.path()))
        })?;
        parse_first(document, Dialect::Resource)?.and_then(Self::of).ok_or_else(|| {
            wrong(format!("document {index} of `{}` is no pointer", file.path())).hint(format!("name {POINTERS}"))
        })
    }
}
