//! Sources that cannot be seen here: charts, images of registries, and directories that Helm or a plugin renders.

use super::source::{Source, Tool};
use crate::kustomize::{Unseen, UnseenPart};
use crate::pointer::fields;
use crate::source::{Problem, Reason, RepoPath, Revision, fingerprint};
use crate::yaml::Node;

/// Whether a source cannot be read because it is none of the repository.
pub(super) fn is_elsewhere(problem: &Problem) -> bool {
    matches!(problem.kind(), Reason::Helm | Reason::Remote)
}

/// Why what a directory holds is not rendered.
pub(super) fn problem(source: &Source) -> Problem {
    let directory = source.directory();
    let (field, tool, name, reason) = match source.tool() {
        Ok(Tool::Helm) => ("helm", "Helm", "Helm", Reason::Helm),
        _ => ("plugin", "a plugin of Argo CD", "the plugin", Reason::Plugin),
    };
    source
        .problem(field, format!("`{directory}` is rendered by {tool}"))
        .reason(reason)
        .hint(format!("commit what {name} renders, and name its directory"))
}

/// A source that is none of the repository: a chart, or an image of a registry.
pub(super) fn elsewhere(revision: &Revision, written: &Node, problem: &Problem) -> UnseenPart {
    let text = |key: &str| written.get(key).and_then(Node::text).filter(|text| !text.is_empty());
    let version = written.get("targetRevision").filter(|version| version.text().is_some_and(|text| !text.is_empty()));
    let is_chart = problem.kind() == Reason::Helm;
    UnseenPart {
        what: if is_chart { Unseen::Chart } else { Unseen::Remote },
        name: text("chart").or(text("repoURL")).unwrap_or_default().to_owned(),
        version: version.and_then(Node::text).map(str::to_owned),
        held: false,
        content: content(revision, written, values(written, None)),
        span: version.and_then(|version| version.origin.span).or(problem.span()),
    }
}

/// What Helm or a plugin renders of a directory.
pub(super) fn in_directory(revision: &Revision, source: &Source, problem: &Problem) -> UnseenPart {
    let directory = source.directory();
    let mut files = revision.files_below(directory);
    files.extend(values(source.node(), Some(directory)));
    UnseenPart {
        what: if problem.kind() == Reason::Helm { Unseen::Chart } else { Unseen::Program },
        name: directory.to_string(),
        version: None,
        held: true,
        content: content(revision, source.node(), files),
        span: problem.span(),
    }
}

/// The files of values that a source names, where they are in the repository: beside the chart of a directory, or below
/// another source that is referred to, which is taken for the repository.
pub(super) fn values(written: &Node, directory: Option<&RepoPath>) -> Vec<RepoPath> {
    let files = fields::texts(written, &["helm", "valueFiles"]).unwrap_or_default();
    let files = files.iter().filter_map(Node::as_str);
    let path = |file: &str| match (file.strip_prefix('$'), directory) {
        (Some(referred), _) => RepoPath::new(referred.split_once('/')?.1).ok(),
        (None, Some(directory)) if !file.contains("://") => directory.join(file).ok(),
        _ => None,
    };
    files.filter_map(path).collect()
}

/// The files of values of all sources of an Application of which the repository is one.
pub(in crate::pointer) fn all_values(object: &Node) -> Vec<RepoPath> {
    let sources = fields::list(object, &["spec", "sources"]).unwrap_or_default();
    sources.iter().chain(fields::value(object, &["spec", "source"])).flat_map(|source| values(source, None)).collect()
}

fn content(revision: &Revision, written: &Node, files: Vec<RepoPath>) -> String {
    let mut content = vec![written.to_json().to_string()];
    for file in files {
        if let Ok((_, found)) = revision.read(&file) {
            content.push(file.to_string());
            content.push(fingerprint(&[found.bytes()]));
        }
    }
    fingerprint(&content)
}
