//! One source of an `Application`: the directory, what the files in it add to its parameters, and the tool that renders it.

use super::application::Application;
use super::merged::Merged;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::pointer::{fields, files};
use crate::source::{Kind, Problem, Reason, RepoPath, Revision, Span};
use crate::yaml::Node;

/// What renders a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Kustomize,
    Directory,
    Helm,
    Plugin,
}

/// The tools that a source can name, in the order in which Argo CD lists them.
const TOOLS: [(&str, Tool); 4] =
    [("kustomize", Tool::Kustomize), ("helm", Tool::Helm), ("directory", Tool::Directory), ("plugin", Tool::Plugin)];

/// A source with a directory.
#[derive(Debug)]
pub(super) struct Source {
    /// The source with the parameters that files in its directory set.
    node: Node,
    /// Where its directory is named.
    span: Option<Span>,
    /// The directory, the links on the way to it followed; it may be one itself.
    directory: RepoPath,
    /// What is told from the files in the directory.
    detected: Tool,
}

impl Source {
    /// Reads a source; `None` where it is there for others to refer to only.
    ///
    /// # Errors
    /// When it is none of this repository, when its directory is not there, and when a file of parameters is broken.
    pub(super) fn read(
        revision: &Revision,
        written: &Node,
        application: &Application<'_>,
    ) -> Result<Option<Self>, Problem> {
        let span = written.origin.span.or(application.span);
        if let Some(chart) = fields::text(written, &["chart"])? {
            return Err(Problem::new(format!(
                "`{}` is a chart, which Helm renders",
                chart.as_str().unwrap_or_default()
            ))
            .at(chart.origin.span.or(span))
            .reason(Reason::Helm)
            .hint("commit what Helm renders, and name its directory"));
        }
        let url = fields::text(written, &["repoURL"])?;
        if let Some(url) = url.filter(|url| url.as_str().is_some_and(|url| url.starts_with("oci://"))) {
            return Err(Problem::new("the source is an image of a registry, not a directory of the repository")
                .at(url.origin.span.or(span))
                .reason(Reason::Remote)
                .hint("commit what it holds, and name its directory"));
        }
        let Some(path) = fields::text(written, &["path"])? else {
            if application.has_list && fields::text(written, &["ref"])?.is_some() {
                return Ok(None);
            }
            return Err(Problem::new("the source names no directory").at(span).hint("set its `path`"));
        };
        let span = path.origin.span.or(span);
        let directory = directory(revision, path.as_str().unwrap_or_default(), span)?;
        let node = with_parameters(revision, written, &directory, application)?;
        Ok(Some(Self { detected: detected(revision, &directory), node, span, directory }))
    }

    /// The source with the parameters of its directory.
    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    pub(super) fn directory(&self) -> &RepoPath {
        &self.directory
    }

    /// Where its directory is named.
    pub(super) fn span(&self) -> Option<Span> {
        self.span
    }

    /// A problem with the source that the field of this name shows.
    pub(super) fn problem(&self, field: &str, message: String) -> Problem {
        Problem::new(message).at(self.key_span(field).or(self.span))
    }

    fn key_span(&self, field: &str) -> Option<Span> {
        let entry = self.node.as_map().and_then(|map| map.entry(field)).filter(|entry| !entry.value.is_null())?;
        entry.key.span.or(entry.value.origin.span)
    }

    /// The tool that renders the directory: the one that the source names, or else what the files in it look like.
    ///
    /// # Errors
    /// When it names several.
    pub(super) fn tool(&self) -> Result<Tool, Problem> {
        let mut named = TOOLS.iter().filter(|(name, _)| fields::value(&self.node, &[name]).is_some());
        let Some((name, tool)) = named.next() else { return Ok(self.detected) };
        match named.next() {
            None => Ok(*tool),
            Some((other, _)) => Err(Problem::new(format!("the source has both `{name}` and `{other}`"))
                .at(self.key_span(other).or(self.span))
                .beside(self.key_span(name))
                .hint("keep the one that renders the directory")),
        }
    }
}

/// The directory that a path names. Argo CD does not let it lead out of the repository.
fn directory(revision: &Revision, written: &str, span: Option<Span>) -> Result<RepoPath, Problem> {
    let wrong = |message: String| {
        Problem::new(message).at(span).hint("correct the `path`; it starts at the root of the repository")
    };
    let path = RepoPath::new(written).map_err(|error| wrong(error.to_string()).reason(Reason::Outside))?;
    let missing = || wrong(format!("`{path}`, the path of the source, is no directory of it")).reason(Reason::Missing);
    if !matches!(revision.resolve(&path), Ok((_, Kind::Directory))) {
        return Err(missing());
    }
    match path.parent() {
        None => Ok(path),
        Some(parent) => match revision.resolve(&parent) {
            Ok((parent, _)) => Ok(parent.child(path.file_name())),
            Err(_) => Err(missing()),
        },
    }
}

/// The source with what `.argocd-source.yaml` and the file of the Application's own set.
fn with_parameters(
    revision: &Revision,
    written: &Node,
    directory: &RepoPath,
    application: &Application<'_>,
) -> Result<Node, Problem> {
    let mut merged = Merged::new(written.clone());
    for name in [".argocd-source.yaml".to_owned(), format!(".argocd-source-{}.yaml", application.instance)] {
        let path = directory.child(&name);
        if !matches!(revision.resolve(&path), Ok((_, Kind::File))) {
            continue;
        }
        let Some(patch) = files::yaml(revision, &path)?.filter(|patch| patch.as_map().is_some()) else {
            return Err(Problem::new(format!("`{path}` is no map: Argo CD cannot read the parameters of the source"))
                .within(&path)
                .hint("write the fields of a source, as in `kustomize: {images: [nginx:1.27]}`, or remove the file"));
        };
        merged.apply(patch);
    }
    Ok(merged.into_node())
}

/// What the files in a directory look like; of several, the last one by name decides.
fn detected(revision: &Revision, directory: &RepoPath) -> Tool {
    // A directory that is a link is not looked into.
    let entries = revision.list(directory).unwrap_or_default();
    let files = entries.iter().filter(|entry| entry.kind != Kind::Directory);
    let mut tools = files.filter_map(|entry| match entry.name.as_str() {
        name if name.ends_with("Chart.yaml") => Some(Tool::Helm),
        name if KUSTOMIZATION_NAMES.contains(&name) => Some(Tool::Kustomize),
        _ => None,
    });
    tools.next_back().unwrap_or(Tool::Directory)
}
