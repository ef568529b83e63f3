//! Paths of the repository that a source follows from, beside its directory and what the kustomizations there name: files
//! of values, libraries of Jsonnet, charts that a chart depends on, patches and components.

use super::additions::has_pattern;
use super::application::Application;
use super::environment::Environment;
use crate::pointer::charts::dependencies;
use crate::pointer::fields;
use crate::source::{RepoPath, Revision};
use crate::yaml::Node;

/// The paths that a source of `application` names, `written` as it is with its parameters; `directory` is its own. What is
/// chosen by a pattern is the directory that all that fits lies in.
pub(super) fn reads(
    revision: &Revision,
    written: &Node,
    directory: Option<&RepoPath>,
    application: &Application<'_>,
) -> Vec<RepoPath> {
    let environment = Environment::of(application, written);
    let list = |path: &[&str]| fields::list(written, path).unwrap_or_default().iter();
    let of_helm = list(&["helm", "valueFiles"])
        .chain(list(&["helm", "fileParameters"]).filter_map(|parameter| parameter.get("path")))
        .filter_map(|file| file_of_helm(file, directory, application, &environment));
    let libraries = list(&["directory", "jsonnet", "libs"]).filter_map(Node::as_str);
    let mut found: Vec<RepoPath> = of_helm.chain(libraries.filter_map(below_root)).collect();
    if let Some(directory) = directory {
        let patches = list(&["kustomize", "patches"]).filter_map(|patch| patch.get("path"));
        let of_kustomize = patches.chain(list(&["kustomize", "components"])).filter_map(Node::as_str);
        found.extend(of_kustomize.filter_map(|path| directory.join(&fixed(path)).ok()));
        dependencies(revision, directory, &mut found);
    }
    found
}

/// Where a file is that Helm is given: in the repository of the source that it refers to, which is taken for this one, from
/// the root of the repository, or beside the chart.
fn file_of_helm(
    file: &Node,
    directory: Option<&RepoPath>,
    application: &Application<'_>,
    environment: &Environment,
) -> Option<RepoPath> {
    let expanded = |text: &str| environment.expand(&Node::string(text, file.origin.clone())).ok();
    let written = file.as_str()?;
    let referred = written.strip_prefix('$').and_then(|rest| rest.split_once('/'));
    if let Some((_, path)) = referred.filter(|(name, _)| application.refers(name)) {
        return below_root(&expanded(path)?);
    }
    let path = expanded(written)?;
    match path.strip_prefix('/') {
        _ if path.contains("://") => None,
        // A chart from elsewhere has its files with it.
        Some(rest) => directory.and_then(|_| below_root(rest)),
        None => directory?.join(&fixed(&path)).ok(),
    }
}

/// A path that starts at the root of the repository.
fn below_root(path: &str) -> Option<RepoPath> {
    RepoPath::root().join(&fixed(path.trim_start_matches('/'))).ok()
}

/// The steps of a path up to the first that is a pattern.
fn fixed(path: &str) -> String {
    path.split('/').take_while(|step| !has_pattern(step)).collect::<Vec<_>>().join("/")
}
