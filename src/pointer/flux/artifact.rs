//! What source-controller packs of a repository: regular files only, less what `.sourceignore` files leave out.

use super::ignore::Ignored;
use crate::source::{Kind, Problem, RepoPath, Revision};

/// The name of the files that say what is left out.
const IGNORE_FILE: &str = ".sourceignore";

/// The artifact that is made of a revision.
pub(in crate::pointer) fn of(revision: &Revision) -> Result<Revision, Problem> {
    let mut files = Vec::new();
    collect(revision, &RepoPath::root(), &mut files)?;
    let ignored = Ignored::new(&files);
    Ok(revision.without(move |path, kind| {
        let steps: Vec<&str> = path.components().collect();
        match kind {
            Kind::File => ignored.leaves_out(&steps, false),
            Kind::Directory => !ignored.brings_back() && ignored.leaves_out(&steps, true),
            // Links, too.
            Kind::Link | Kind::Other => true,
        }
    }))
}

/// The files that say what is left out. One anywhere ends what is left out by default.
pub(in crate::pointer) fn ignore_files(revision: &Revision) -> Vec<RepoPath> {
    let mut files = Vec::new();
    // What cannot be read is told where something is rendered.
    let _ = collect(revision, &RepoPath::root(), &mut files);
    let path = |steps: Vec<String>| RepoPath::new(&steps.join("/")).ok();
    files.into_iter().filter_map(|(steps, _)| Some(path(steps)?.child(IGNORE_FILE))).collect()
}

/// The files that say what is left out, by directory; a directory before those in it.
fn collect(revision: &Revision, directory: &RepoPath, files: &mut Vec<(Vec<String>, String)>) -> Result<(), Problem> {
    let Some(entries) = revision.list(directory) else { return Ok(()) };
    if let Some(entry) = entries.iter().find(|entry| entry.name == IGNORE_FILE && entry.kind == Kind::File) {
        let path = directory.child(&entry.name);
        let (_, file) = revision.read(&path).map_err(|error| Problem::from(error).within(&path))?;
        let text = String::from_utf8_lossy(file.bytes()).into_owned();
        files.push((directory.components().map(str::to_owned).collect(), text));
    }
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Directory) {
        collect(revision, &directory.child(&entry.name), files)?;
    }
    Ok(())
}
