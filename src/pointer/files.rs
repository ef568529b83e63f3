//! Files of the repository, as controllers read them.

use memchr::memmem;

use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Dialect, Node, Text, documents, parse_first};

/// The first document of a file, read as YAML 1.1; `None` where it holds nothing but comments.
///
/// # Errors
/// When it cannot be read, or is no YAML.
pub(super) fn yaml(revision: &Revision, path: &RepoPath) -> Result<Option<Node>, Problem> {
    let (id, file) = revision.read(path).map_err(|error| Problem::from(error).within(path))?;
    let text = file.text().ok_or_else(|| Problem::new(format!("`{path}` is not UTF-8 text")).within(path))?;
    parse_first(&Text::of_file(id, text, 0), Dialect::Config)
}

/// The objects of a file. What cannot be read holds none.
pub(super) fn objects(revision: &Revision, path: &RepoPath) -> Vec<Node> {
    let Ok((id, file)) = revision.read(path) else { return Vec::new() };
    let documents = documents(&Text::of_file(id, file.text().unwrap_or_default(), 0)).unwrap_or_default();
    documents.iter().filter_map(|text| parse_first(text, Dialect::Resource).ok().flatten()).collect()
}

/// Whether something is where a path leads from a directory.
pub(super) fn is_there(revision: &Revision, directory: &RepoPath, path: &str) -> bool {
    directory.join(path).is_ok_and(|path| revision.resolve(&path).is_ok())
}

/// Whether bytes have others in them.
pub(super) fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    memmem::find(bytes, wanted).is_some()
}
