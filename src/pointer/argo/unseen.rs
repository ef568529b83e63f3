//! Sources that cannot be seen here: charts, images of registries, and directories that Helm or a plugin renders.

use super::application::Application;
use super::reads::reads;
use super::source::{Source, Tool};
use crate::kustomize::{Address, Unseen, UnseenPart};
use crate::pointer::charts::content;
use crate::source::{Problem, Reason, Revision};
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
pub(super) fn elsewhere(revision: &Revision, written: &Node, application: &Application<'_>) -> UnseenPart {
    let text = |key: &str| written.get(key).and_then(Node::text).filter(|text| !text.is_empty());
    let version = written.get("targetRevision").filter(|version| version.text().is_some_and(|text| !text.is_empty()));
    let is_chart = text("chart").is_some();
    let address = written.get(if is_chart { "chart" } else { "repoURL" });
    UnseenPart {
        what: if is_chart { Unseen::Chart } else { Unseen::Remote },
        name: text("chart").or(text("repoURL")).unwrap_or_default().to_owned(),
        of: text("repoURL").filter(|_| is_chart).map(Address::repository),
        version: version.and_then(Node::text).map(str::to_owned),
        held: false,
        content: content(revision, &said(written), &reads(revision, written, None, application)),
        span: version.or(address).and_then(|node| node.origin.span).or(written.origin.span).or(application.span),
    }
}

/// What Helm or a plugin renders of a directory.
pub(super) fn in_directory(
    revision: &Revision,
    source: &Source,
    application: &Application<'_>,
    problem: &Problem,
) -> UnseenPart {
    let directory = source.directory();
    let mut paths = vec![directory.clone()];
    paths.extend(reads(revision, source.node(), Some(directory), application));
    UnseenPart {
        what: if problem.kind() == Reason::Helm { Unseen::Chart } else { Unseen::Program },
        name: directory.to_string(),
        of: None,
        version: None,
        held: true,
        content: content(revision, &said(source.node()), &paths),
        span: problem.span(),
    }
}

fn said(written: &Node) -> String {
    written.to_json().to_string()
}
