//! What the command line says of policies, by the names that conftest has for it.
//!
//! Who writes the command answers for it, a change must not: what lies in the repository is read from the revision that
//! judges, whatever a link in the working tree makes of its path. Only what lies outside is read as it is on disk.

use std::env;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::failure::{Failure, Places};
use super::workspace::Workspace;
use crate::policy::{Given, documents, find};
use crate::source::{DiskTree, FileId, Files, GitRepository, Problem, RepoPath, Revision};

/// Which policies are asked, and what they see.
#[derive(Debug, Args)]
pub(super) struct GivenArguments {
    /// Ask the policies of this file or directory too; in the repository, as the base revision has it. May be given
    /// more than once
    #[arg(long, short, value_name = "FILE|DIR")]
    policy: Vec<PathBuf>,

    /// Of the packages outside of `gate`, ask only this one, or those that fit a glob; may be given more than once
    #[arg(long, short, value_name = "NAMESPACE", value_delimiter = ',', conflicts_with = "all_namespaces")]
    namespace: Vec<String>,

    /// Ask every package, as without `--namespace`
    #[arg(long)]
    all_namespaces: bool,

    /// Let policies see this YAML or JSON below `data`, or that in a directory; may be given more than once
    #[arg(long, short, value_name = "FILE|DIR")]
    data: Vec<PathBuf>,

    /// Give policies outside of `gate` all manifests of an environment at once, as a list of `{path, contents}`
    #[arg(long)]
    combine: bool,
}

/// A file or directory that the command line names.
enum Named {
    /// It is in the repository.
    Inside(RepoPath),
    /// It is elsewhere.
    Outside {
        /// The tree that has it.
        revision: Box<Revision>,
        /// Where it is in there.
        path: RepoPath,
        /// What leads from the root of the repository to the root of that tree, `/` included.
        way: String,
    },
}

impl GivenArguments {
    /// What that comes to, and the policy files that are not in the repository.
    pub(super) fn read(&self, workspace: &Workspace) -> Result<(Given, Vec<FileId>), Failure> {
        let mut given = Given { namespaces: self.namespace.clone(), combine: self.combine, ..Given::default() };
        let mut files = Vec::new();
        for path in &self.policy {
            match named(workspace, path)? {
                Named::Inside(path) => given.policies.push(path),
                Named::Outside { revision, path, way } => {
                    let found = find(&revision, std::slice::from_ref(&path));
                    let found = found.map_err(|problems| failure(workspace, problems, &revision, &way))?;
                    // In the repository's own store their places are told as those of all files.
                    files.extend(found.into_iter().map(|id| {
                        let file = revision.files().get(id);
                        let name = RepoPath::root().child(&format!("{way}{}", file.path()));
                        workspace.revision.files().add(name, file.bytes().to_vec())
                    }));
                }
            }
        }
        for path in &self.data {
            match named(workspace, path)? {
                Named::Inside(path) => given.data.push(path),
                Named::Outside { revision, path, way } => {
                    let read = documents(&revision, &[path], &mut given.documents);
                    read.map_err(|problems| failure(workspace, problems, &revision, &way))?;
                }
            }
        }
        Ok((given, files))
    }
}

/// A failure for problems with files outside of the repository.
fn failure(workspace: &Workspace, problems: Vec<Problem>, revision: &Revision, way: &str) -> Failure {
    let prefix = format!("{}{way}", workspace.prefix());
    Failure::Problems(problems, Some(Places { files: revision.files().clone(), prefix }))
}

fn named(workspace: &Workspace, path: &Path) -> Result<Named, Failure> {
    let (written, root) = (absolute(path), workspace.disk());
    let real = path.canonicalize().ok();
    if let Some(inside) = below(root, &written).or_else(|| below(root, real.as_ref()?)) {
        return Ok(Named::Inside(inside));
    }
    // The repository may be larger than the part of it that is configured.
    if let Some((_, rules)) = workspace.judge.as_ref().or(workspace.base.as_ref())
        && let Ok(git) = GitRepository::around(root)
        && let Some(inside) = below(git.root(), &written).or_else(|| below(git.root(), real.as_ref()?))
    {
        let tree = git.tree(&git.commit(rules)?, &RepoPath::root())?;
        let revision = Box::new(Revision::new(tree, Arc::new(Files::default())));
        return Ok(Named::Outside { revision, path: inside, way: way(root, git.root()) });
    }
    let unreadable = |cause: std::io::Error| Problem::new(format!("`{}` cannot be read: {cause}", path.display()));
    let real = path.canonicalize().map_err(unreadable)?;
    let (directory, path) = match (real.parent(), real.file_name().and_then(|name| name.to_str())) {
        (Some(parent), Some(name)) if real.is_file() => (parent, RepoPath::root().child(name)),
        _ => (real.as_path(), RepoPath::root()),
    };
    let tree = DiskTree::new(directory).map_err(unreadable)?;
    let revision = Box::new(Revision::new(tree, Arc::new(Files::default())));
    Ok(Named::Outside { revision, path, way: way(root, directory) })
}

/// The path from the top of the file system, `..` resolved by name alone: links are not asked.
fn absolute(path: &Path) -> PathBuf {
    let here = env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    let mut absolute = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::ParentDir => drop(absolute.pop()),
            Component::CurDir => {}
            part => absolute.push(part),
        }
    }
    absolute
}

/// The way from the directory `root` to `path`, where it is in there. Links on the way to the root count, those in it do
/// not.
fn below(root: &Path, path: &Path) -> Option<RepoPath> {
    let mut above = path.ancestors();
    let top = above.find(|above| *above == root || above.canonicalize().is_ok_and(|above| above == root))?;
    RepoPath::new(path.strip_prefix(top).ok()?.to_str()?).ok()
}

/// What leads from one directory to another, `/` included.
fn way(from: &Path, to: &Path) -> String {
    let (here, there): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let down = there.iter().skip(shared).map(|part| format!("{}/", part.as_os_str().display()));
    "../".repeat(here.len() - shared) + &down.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_goes_up_and_down() {
        let way = |from: &str, to: &str| way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b", "/a/b"), "");
        assert_eq!(way("/a/b", "/a/b/c"), "c/");
        assert_eq!(way("/a/b", "/x/y"), "../../x/y/");
        assert_eq!(way("/a/b", "/a"), "../");
    }
}
