//! What Argo CD's own settings in the repository say of builds: `kustomize.buildOptions` of the ConfigMap `argocd-cm`, or of
//! the values of its chart.

use super::options::BuildOptions;
use crate::kustomize::Parts;
use crate::pointer::applied::BuildSetting;
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// The key of the options.
pub(in crate::pointer) const KEY: &str = "kustomize.buildOptions";

/// The options that `files` set, and where; `None` where none does, or where they disagree: then nothing says which Argo CD
/// applies what.
pub(in crate::pointer) fn find(revision: &Revision, files: &[RepoPath]) -> Option<BuildSetting> {
    let all = files.iter().flat_map(|file| texts(revision, file).into_iter().map(move |options| (file, options)));
    let mut found = all.map(|(file, options)| BuildSetting { file: file.clone(), options });
    let first = found.next()?;
    found.all(|other| other.options == first.options).then_some(first)
}

/// The options in the place of those that nothing sets.
///
/// # Errors
/// When kustomize does not know them.
pub(in crate::pointer) fn options(setting: Option<&BuildSetting>, parts: Parts) -> Result<BuildOptions, Problem> {
    let Some(setting) = setting else { return Ok(BuildOptions::of(parts)) };
    let options = BuildOptions::parse(&setting.options).map_err(|problem| problem.within(&setting.file))?;
    Ok(options.with(parts))
}

/// The values of the key in a file, at any depth.
fn texts(revision: &Revision, file: &RepoPath) -> Vec<String> {
    let Ok((id, source)) = revision.read(file) else { return Vec::new() };
    let documents = documents(&Text::of_file(id, source.text().unwrap_or_default(), 0)).unwrap_or_default();
    let mut found = Vec::new();
    for root in documents.iter().filter_map(|text| parse_first(text, Dialect::Resource).ok().flatten()) {
        gather(&root, &mut found);
    }
    found
}

fn gather(node: &Node, found: &mut Vec<String>) {
    for entry in node.as_map().into_iter().flat_map(|map| map.iter()) {
        match entry.value.text() {
            Some(text) if &*entry.key.text == KEY => found.push(text.to_owned()),
            _ => gather(&entry.value, found),
        }
    }
    node.as_seq().into_iter().flatten().for_each(|item| gather(item, found));
}
