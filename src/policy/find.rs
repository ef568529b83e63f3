//! Finds policy files in a revision.

use std::collections::BTreeSet;

use crate::source::{FileId, Kind, Problem, RepoPath, Revision};

/// The `.rego` files at and below `paths`, tests included, in the order of the paths and of their names.
///
/// # Errors
/// When a path does not exist or cannot be read, or holds no policy: what is not found would pass in silence.
pub fn find(revision: &Revision, paths: &[RepoPath]) -> Result<Vec<FileId>, Vec<Problem>> {
    let mut search = Search { revision, seen: BTreeSet::new(), found: Vec::new(), problems: Vec::new() };
    for path in paths {
        if !search.visit(path, true) {
            let problem = Problem::new(format!("`{path}` holds no policies")).within(path);
            search.problems.push(problem.hint("policies are files whose name ends with `.rego`"));
        }
    }
    if search.problems.is_empty() { Ok(search.found) } else { Err(search.problems) }
}

struct Search<'a> {
    revision: &'a Revision,
    /// Directories and files that were visited, links followed.
    seen: BTreeSet<RepoPath>,
    found: Vec<FileId>,
    problems: Vec<Problem>,
}

impl Search<'_> {
    /// Visits a path, and says whether policies are there or a problem was noted. What the user named must exist.
    fn visit(&mut self, path: &RepoPath, named: bool) -> bool {
        let is_policy = path.file_name().rsplit_once('.').is_some_and(|(_, ending)| ending == "rego");
        let (resolved, kind) = match self.revision.resolve(path) {
            Ok(found) => found,
            // A link that leads nowhere matters only where a policy should be.
            Err(_) if !named && !is_policy => return false,
            Err(error) => {
                self.problems.push(Problem::from(error).within(path));
                return true;
            }
        };
        if kind != Kind::Directory && !is_policy {
            return false;
        }
        if !self.seen.insert(resolved.clone()) {
            return true;
        }
        if kind == Kind::Directory {
            let entries = self.revision.list(&resolved);
            let mut found = false;
            for entry in entries.iter().flat_map(|entries| entries.iter()) {
                found |= self.visit(&path.child(&entry.name), false);
            }
            return found;
        }
        match self.revision.read(path) {
            Ok((id, _)) => self.found.push(id),
            Err(error) => self.problems.push(Problem::from(error).within(path)),
        }
        true
    }
}
