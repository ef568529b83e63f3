//! The commits that a command names, and their trees at a directory of the repository.
//!
//! Which commits those are is left to [`super::base`], what the trees are for to [`super::workspace`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Compared;
use crate::source::{Files, GitRepository, History, Problem, RepoPath, Revision};

/// The commits that a command names.
pub(super) struct Commits {
    pub(super) git: GitRepository,
    pub(super) base: Option<String>,
    pub(super) judge: Option<String>,
    pub(super) head: Option<String>,
}

/// The trees of the commits; what is judged on disk has none.
#[derive(Default)]
pub(super) struct Trees {
    pub(super) base: Option<Revision>,
    pub(super) judge: Option<Revision>,
    pub(super) head: Option<Revision>,
}

impl Commits {
    /// `None` where no revision is named.
    pub(super) fn open(place: &Path, compared: &Compared) -> Result<Option<Self>, Problem> {
        let Compared { base, judge, head, .. } = compared;
        if base.is_none() && head.is_none() {
            // What is in a bare repository looks like any directory without overlays.
            return if looks_bare(place) { Err(no_files(place)) } else { Ok(None) };
        }
        let git = GitRepository::around(place)?;
        if head.is_none() {
            if git.is_bare() {
                return Err(no_files(place));
            }
            if let Some(file) = git.unmerged() {
                return Err(Problem::new(format!("a merge is under way: `{file}` has conflicts in the index"))
                    .hint("finish it with `git add` and `git commit`, or name a commit with `--head`"));
            }
        }
        let commit = |name: &Option<String>| name.as_deref().map(|name| git.commit(name)).transpose();
        let (base, judge, head) = (commit(base)?, commit(judge)?, commit(head)?);
        [&base, &judge, &head].into_iter().flatten().try_for_each(|commit| git.expect_whole(commit))?;
        Ok(Some(Self { git, base, judge, head }))
    }

    /// The root where nothing is checked out: the repository itself stands for its top.
    pub(super) fn bare(&self) -> Option<PathBuf> {
        self.git.is_bare().then(|| self.git.root().to_owned())
    }

    /// The nearest directory from `place` up in which the judge has the configuration, else the base, else the head.
    pub(super) fn configured(&self, place: &Path, config: &RepoPath) -> Option<PathBuf> {
        let top = self.git.root();
        let has = |commit: &String| {
            let revision = Revision::new(self.git.tree(commit, &RepoPath::root()).ok()?, Arc::new(Files::default()));
            let candidates = place.ancestors().take_while(|above| above.starts_with(top));
            let mut candidates = candidates.filter(|above| {
                below(top, above)
                    .and_then(|above| above.join(config.as_str()).map_err(|error| Problem::new(error.to_string())))
                    .is_ok_and(|path| revision.resolve(&path).is_ok())
            });
            candidates.next().map(Path::to_owned)
        };
        [&self.judge, &self.base, &self.head].into_iter().flatten().find_map(has)
    }

    /// The history of the protected branch at `root`.
    pub(super) fn history(&self, root: &Path, files: &Arc<Files>) -> Result<Option<History>, Problem> {
        let inside = below(self.git.root(), root)?;
        let tip = self.judge.clone().or_else(|| self.base.clone());
        Ok(tip.map(|tip| History::new(self.git.clone(), tip, inside, files.clone())))
    }

    /// The trees at `root`. What a commit does not have is an empty tree.
    pub(super) fn trees(&self, root: &Path, files: &Arc<Files>) -> Result<Trees, Problem> {
        let inside = below(self.git.root(), root)?;
        let tree = |commit: &Option<String>| {
            let tree = commit.as_ref().map(|commit| self.git.tree(commit, &inside)).transpose()?;
            Ok::<_, Problem>(tree.map(|tree| Revision::new(tree, files.clone())))
        };
        Ok(Trees { base: tree(&self.base)?, judge: tree(&self.judge)?, head: tree(&self.head)? })
    }
}

/// Whether a directory is a repository without a work tree, by what Git itself looks for.
fn looks_bare(place: &Path) -> bool {
    place.join("HEAD").is_file() && place.join("objects").is_dir() && place.join("refs").is_dir()
}

fn no_files(place: &Path) -> Problem {
    Problem::new(format!("`{}` is a bare repository: it has no files to look at", place.display()))
        .hint("name a commit of it with `--head`, as in `gate check --base main~1 --head main`")
}

/// The way from `root` to `place`, which is in it.
pub(super) fn below(root: &Path, place: &Path) -> Result<RepoPath, Problem> {
    let inside = place.strip_prefix(root).ok().and_then(Path::to_str).and_then(|inside| RepoPath::new(inside).ok());
    inside.ok_or_else(|| Problem::new(format!("`{}` is not a UTF-8 path below `{}`", place.display(), root.display())))
}
