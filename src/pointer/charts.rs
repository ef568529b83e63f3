//! Charts that are directories of the repository: what Helm makes of them cannot be seen, but all that it is made of can.

use memchr::memmem;

use super::{fields, files};
use crate::kustomize::{Inputs, Render, Unseen, UnseenPart};
use crate::source::{Kind, RepoPath, Revision, Span, fingerprint};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// What Flux is told to render of a chart of the repository.
struct Release {
    directory: RepoPath,
    /// The directory, what it depends on, and the files of values.
    paths: Vec<RepoPath>,
    span: Option<Span>,
    said: String,
}

/// Whether a text may have Flux render a chart of a Git repository.
#[must_use]
pub fn may_release(text: &[u8]) -> bool {
    ["Helm", "GitRepository"].iter().all(|word| memmem::find(text, word.as_bytes()).is_some())
}

/// The paths that the charts are made of which the objects of a file have rendered.
#[must_use]
pub fn released(revision: &Revision, file: &RepoPath) -> Vec<RepoPath> {
    let Ok((id, text)) = revision.read(file) else { return Vec::new() };
    let documents = documents(&Text::of_file(id, text.text().unwrap_or_default(), 0)).unwrap_or_default();
    let objects = documents.iter().filter_map(|text| parse_first(text, Dialect::Config).ok().flatten());
    objects.filter_map(|object| release(revision, &object)).flat_map(|release| release.paths).collect()
}

/// Adds the charts of the repository that objects of a render have rendered to its parts that cannot be seen; false where
/// there are none.
pub(super) fn add(revision: &Revision, render: &mut Render, inputs: &mut Inputs) -> bool {
    let releases = render.resources.iter().filter_map(|manifest| release(revision, &manifest.node));
    let releases: Vec<Release> = releases.collect();
    for Release { directory, paths, span, said } in &releases {
        for path in paths {
            inputs.add_below(path);
            for file in below(revision, path) {
                inputs.add(&file);
            }
        }
        render.unseen.push(UnseenPart {
            what: Unseen::Chart,
            name: directory.to_string(),
            of: None,
            version: None,
            held: true,
            content: content(revision, said, paths),
            span: *span,
        });
    }
    !releases.is_empty()
}

/// What an object has rendered. Which repository a source is, is not written in it: one that has the directory counts.
fn release(revision: &Revision, object: &Node) -> Option<Release> {
    let spec = match object.get("kind").and_then(Node::text)? {
        "HelmRelease" => object.at(&["spec", "chart", "spec"])?,
        "HelmChart" => object.get("spec")?,
        _ => return None,
    };
    spec.at(&["sourceRef", "kind"]).and_then(Node::text).filter(|kind| *kind == "GitRepository")?;
    let chart = spec.get("chart")?;
    let from_root = |path: &str| RepoPath::root().join(path.trim_start_matches('/')).ok();
    let directory = from_root(chart.text()?).filter(|path| !path.is_root())?;
    if !matches!(revision.resolve(&directory), Ok((_, Kind::Directory))) {
        return None;
    }
    let mut paths = vec![directory.clone()];
    let values = fields::list(spec, &["valuesFiles"]).unwrap_or_default().iter();
    paths.extend(values.filter_map(Node::text).filter_map(from_root));
    dependencies(revision, &directory, &mut paths);
    Some(Release { directory, paths, span: chart.origin.span, said: spec.to_json().to_string() })
}

/// Adds the charts of the repository that the chart in a directory depends on, and those on which they do.
pub(super) fn dependencies(revision: &Revision, directory: &RepoPath, found: &mut Vec<RepoPath>) {
    // That of Helm 2 has a file of its own for them.
    for name in ["Chart.yaml", "requirements.yaml"] {
        let Ok(Some(chart)) = files::yaml(revision, &directory.child(name)) else { continue };
        let charts = fields::list(&chart, &["dependencies"]).unwrap_or_default().iter();
        let paths = charts.filter_map(|chart| chart.get("repository")?.as_str()?.strip_prefix("file://"));
        for path in paths.filter_map(|path| directory.join(path).ok()).collect::<Vec<_>>() {
            if path != *directory && !found.contains(&path) {
                found.push(path.clone());
                dependencies(revision, &path, found);
            }
        }
    }
}

/// What tells a part of that description from others, with all files at and below the paths that it is made of.
pub(super) fn content(revision: &Revision, said: &str, paths: &[RepoPath]) -> String {
    let mut content = vec![said.to_owned()];
    for file in paths.iter().flat_map(|path| below(revision, path)) {
        if let Ok((_, found)) = revision.read(&file) {
            content.push(file.to_string());
            content.push(fingerprint(&[found.bytes()]));
        }
    }
    fingerprint(&content)
}

/// The files at and below a path.
fn below(revision: &Revision, path: &RepoPath) -> Vec<RepoPath> {
    let files = revision.files_behind(path);
    if files.is_empty() { vec![path.clone()] } else { files }
}
