//! What a path on the command line means: a repository, a place in it, and its revisions.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::elsewhere;
use super::failure::{Failure, Places};
use crate::change::{BaseRevision, Request};
use crate::policy::{Given, Settings};
use crate::repo::{Config, Layout, Mirrors};
use crate::schema::nearest;
use crate::source::{DiskTree, Files, GitRepository, History, Problem, RepoPath, Revision, Severity};

/// Where a repository is configured, unless it is said to be elsewhere.
const CONFIG: &str = "gate.yaml";

/// Where the configuration is.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ConfigFile {
    /// The configuration file, as a path in the repository [default: gate.yaml, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
}

impl ConfigFile {
    /// The file, below the root of the repository.
    pub(super) fn path(&self) -> Result<RepoPath, Failure> {
        let path = RepoPath::new(self.config.as_deref().unwrap_or(CONFIG));
        Ok(path.map_err(|error| Problem::new(error.to_string()).hint("name a file of the repository"))?)
    }
}

/// The repository that a path of the command line lies in.
pub(super) struct Workspace {
    /// The tree that is looked at.
    pub(super) revision: Revision,
    /// The tree of the base revision and its name, where one is given.
    pub(super) base: Option<(Revision, String)>,
    /// The place that was named.
    pub(super) directory: RepoPath,
    /// The configuration file.
    config_path: RepoPath,
    /// Whether the file was named: then it must exist.
    config_named: bool,
    /// The history of the base, where one is given.
    history: Option<History>,
    /// Its root on disk.
    root: PathBuf,
    /// What people type to get from where they stand to its root; empty where that is the same.
    prefix: String,
}

impl Workspace {
    /// Opens the repository that holds the directory `path`, as it is on disk.
    pub(super) fn open(path: &Path, config: &ConfigFile) -> Result<Self, Failure> {
        Self::between(path, config, None, None)
    }

    /// Opens the repository of what is to be rendered, and says where in it: `target` is a directory, or an app
    /// and its environment in the repository that people stand in.
    pub(super) fn of_overlay(target: &str, config: &ConfigFile) -> Result<(Self, RepoPath), Failure> {
        let path = Path::new(target);
        if path.exists() {
            let workspace = Self::open(path, config)?;
            let directory = workspace.directory.clone();
            return Ok((workspace, directory));
        }
        let workspace = Self::open(Path::new("."), config)?;
        let overlay = workspace.overlay(target)?;
        Ok((workspace, overlay))
    }

    /// Opens the repository that holds the directory `path` at the revision `head`, else as it is on disk, beside
    /// the revision `base`.
    ///
    /// Its root is the nearest directory from there up that holds the configuration, else the one with a `.git`.
    /// Where there is neither it is the working directory, or `path` itself where that lies outside. With a base
    /// revision the base's configuration is looked for first: a change that puts another one further in would
    /// choose its own judge.
    pub(super) fn between(
        path: &Path,
        config: &ConfigFile,
        base_name: Option<&str>,
        head: Option<&str>,
    ) -> Result<Self, Failure> {
        let here = env::current_dir().and_then(|here| here.canonicalize()).ok();
        let config_path = config.path()?;
        let place = place(path)?;
        let commits = Commits::open(&place, base_name, head)?;
        let nearest = |name: &str| place.ancestors().find(|above| above.join(name).exists());
        let root = commits
            .as_ref()
            .and_then(|commits| commits.bare().or_else(|| commits.configured(&place, &config_path)))
            .or_else(|| nearest(config_path.as_str()).map(Path::to_owned))
            .or_else(|| nearest(".git").map(Path::to_owned))
            .or_else(|| here.clone().filter(|here| place.starts_with(here)))
            .unwrap_or_else(|| place.clone());
        let files = Arc::new(Files::default());
        let on_disk = || {
            let tree = DiskTree::new(&root).map_err(|cause| unreadable(&root, &cause))?;
            Ok::<_, Problem>(Revision::new(tree, files.clone()))
        };
        let (base, head) = match &commits {
            Some(commits) => commits.revisions(&root, &files)?,
            None => (None, None),
        };
        let history = commits.as_ref().map(|commits| commits.history(&root, &files)).transpose()?.flatten();
        Ok(Self {
            revision: head.map_or_else(on_disk, Ok)?,
            base: base.zip(base_name.map(str::to_owned)),
            directory: below(&root, &place)?,
            config_path,
            config_named: config.config.is_some(),
            history,
            prefix: prefix(here.as_deref(), &root),
            root,
        })
    }

    /// Where its root is on disk.
    pub(super) fn disk(&self) -> &Path {
        &self.root
    }

    /// The history of what is checked out.
    pub(super) fn history_of_head(&self) -> Result<History, Problem> {
        let git = GitRepository::around(&self.root)?;
        let (head, inside) = (git.head()?, below(git.root(), &self.root)?);
        Ok(History::new(git, head, inside, self.revision.files().clone()))
    }

    /// What the configuration file says; without one, what no file says.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        if !self.config_named && self.revision.resolve(&self.config_path).is_err() {
            return Ok(Config::default());
        }
        Config::load(&self.revision, &self.config_path).map_err(|problems| self.failure(problems))
    }

    /// The repositories that stand for one another, by the settings of the policy that holds production to staging.
    pub(super) fn mirrors(&self, config: &Config, layout: &Layout) -> Result<Mirrors, Failure> {
        let settings = Settings::of_builtin("digest-matches-staging", &config.policies);
        let settings = settings.map_err(|problems| self.failure(problems))?;
        Ok(Mirrors::new(settings.texts("mirrors"), &layout.environments))
    }

    /// The directory that `name` stands for: an app, its environment and, where it has clusters, the cluster, as
    /// in `payments/production`.
    fn overlay(&self, name: &str) -> Result<RepoPath, Failure> {
        let layout = Layout::find(&self.config()?, &self.revision, &BTreeMap::new());
        let mut overlays = Vec::new();
        for app in &layout.apps {
            for overlay in &app.overlays {
                let cluster = overlay.cluster.as_ref().map(|cluster| format!("/{cluster}")).unwrap_or_default();
                overlays.push((format!("{}/{}{cluster}", app.name, overlay.environment), &overlay.directory));
            }
        }
        if let Some((_, directory)) = overlays.iter().find(|(full, _)| full == name) {
            return Ok((*directory).clone());
        }
        let below: Vec<&str> = overlays
            .iter()
            .filter(|(full, _)| full.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')))
            .map(|(full, _)| full.as_str())
            .collect();
        let hint = match (below.is_empty(), nearest(name, overlays.iter().map(|(full, _)| full.as_str()))) {
            (false, _) => format!("name one of these: `{}`", below.join("`, `")),
            (true, Some(near)) => format!("did you mean `{near}`?"),
            (true, None) => "name a directory, or an app and its environment as in `payments/production`".to_owned(),
        };
        Err(Problem::new(format!("`{name}` is neither a directory nor an app in an environment")).hint(hint).into())
    }

    /// Where a path of the command line is, below the root.
    pub(super) fn inside(&self, path: &Path) -> Result<RepoPath, Failure> {
        let place = path.canonicalize().map_err(|cause| unreadable(path, &cause))?;
        Ok(below(&self.root, &place)?)
    }

    /// What people type to get from where they stand to the root; empty where that is the same.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The root, as people type it from where they stand.
    pub(super) fn root(&self) -> String {
        match self.prefix.trim_end_matches('/') {
            "" => ".".to_owned(),
            root => root.to_owned(),
        }
    }

    /// The revisions of the environments that live elsewhere, by the configuration that judges. One that cannot be
    /// used has none: whoever loads it says why.
    pub(super) fn elsewhere(&self) -> Result<BTreeMap<String, Revision>, Failure> {
        let judge = self.base.as_ref().map_or(&self.revision, |(base, _)| base);
        let config = judge.resolve(&self.config_path).ok().and_then(|_| Config::load(judge, &self.config_path).ok());
        let inside = |git: &GitRepository| below(git.root(), &self.root);
        let opened = elsewhere::open(&config.unwrap_or_default(), &self.root, inside, self.revision.files());
        opened.map_err(|problems| self.failure(problems))
    }

    /// What a run over it is asked. A configuration that was named has to be in one of the revisions: without it
    /// the run would pass by what no file says.
    pub(super) fn request(&self, now: Timestamp) -> Result<Request<'_>, Failure> {
        let mut revisions = self.base.iter().map(|(base, _)| base).chain([&self.revision]);
        if self.config_named && revisions.all(|revision| revision.resolve(&self.config_path).is_err()) {
            let problem = Problem::new(format!("the configuration `{}` does not exist", self.config_path));
            return Err(problem.hint("`--config` takes a path from the root of the repository").into());
        }
        Ok(Request {
            head: &self.revision,
            base: self.base.as_ref().map(|(revision, name)| BaseRevision::tip(revision, name.as_str())),
            within: self.directory.clone(),
            config: self.config_path.clone(),
            now,
            root: self.root(),
            fail_on: Severity::default(),
            fail_on_known: false,
            history: self.history.as_ref(),
            elsewhere: BTreeMap::new(),
            policies: Vec::new(),
            given: Given::default(),
        })
    }

    /// A failure for problems with files of this repository.
    pub(super) fn failure(&self, problems: Vec<Problem>) -> Failure {
        let places = Places { files: self.revision.files().clone(), prefix: self.prefix.clone() };
        Failure::Problems(problems, Some(places))
    }
}

/// The commits that a command names.
struct Commits {
    git: GitRepository,
    base: Option<String>,
    head: Option<String>,
}

impl Commits {
    /// `None` where no revision is named.
    fn open(place: &Path, base: Option<&str>, head: Option<&str>) -> Result<Option<Self>, Problem> {
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
        let commit = |name: Option<&str>| name.map(|name| git.commit(name)).transpose();
        let (base, head) = (commit(base)?, commit(head)?);
        [&base, &head].into_iter().flatten().try_for_each(|commit| git.expect_whole(commit))?;
        Ok(Some(Self { git, base, head }))
    }

    /// The root where nothing is checked out: the repository itself stands for its top.
    fn bare(&self) -> Option<PathBuf> {
        self.git.is_bare().then(|| self.git.root().to_owned())
    }

    /// The nearest directory from `place` up in which the base, else the head, has the configuration.
    fn configured(&self, place: &Path, config: &RepoPath) -> Option<PathBuf> {
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
        [&self.base, &self.head].into_iter().flatten().find_map(has)
    }

    /// The history of the base at `root`.
    fn history(&self, root: &Path, files: &Arc<Files>) -> Result<Option<History>, Problem> {
        let inside = below(self.git.root(), root)?;
        Ok(self.base.clone().map(|base| History::new(self.git.clone(), base, inside, files.clone())))
    }

    /// The trees of base and head at `root`. What a commit does not have is an empty tree.
    fn revisions(&self, root: &Path, files: &Arc<Files>) -> Result<(Option<Revision>, Option<Revision>), Problem> {
        let inside = below(self.git.root(), root)?;
        let revision =
            |commit: &String| Ok::<_, Problem>(Revision::new(self.git.tree(commit, &inside)?, files.clone()));
        Ok((self.base.as_ref().map(revision).transpose()?, self.head.as_ref().map(revision).transpose()?))
    }
}

/// The Git repository that holds what `path` names.
pub(super) fn repository(path: &Path) -> Result<GitRepository, Problem> {
    GitRepository::around(&place(path)?)
}

/// Whether a directory is a repository without a work tree, by what Git itself looks for.
fn looks_bare(place: &Path) -> bool {
    place.join("HEAD").is_file() && place.join("objects").is_dir() && place.join("refs").is_dir()
}

fn no_files(place: &Path) -> Problem {
    Problem::new(format!("`{}` is a bare repository: it has no files to look at", place.display()))
        .hint("name a commit of it with `--head`, as in `gate check --base main~1 --head main`")
}

/// The directory that `path` names, or that holds the file of that name; free of links.
fn place(path: &Path) -> Result<PathBuf, Problem> {
    let place = path.canonicalize().map_err(|cause| unreadable(path, &cause))?;
    match place.parent() {
        Some(parent) if place.is_file() => Ok(parent.to_owned()),
        _ => Ok(place),
    }
}

/// The way from `root` to `place`, which is in it.
fn below(root: &Path, place: &Path) -> Result<RepoPath, Problem> {
    let inside = place.strip_prefix(root).ok().and_then(Path::to_str).and_then(|inside| RepoPath::new(inside).ok());
    inside.ok_or_else(|| Problem::new(format!("`{}` is not a UTF-8 path below `{}`", place.display(), root.display())))
}

/// What people type to get from `here` to `root`.
fn prefix(here: Option<&Path>, root: &Path) -> String {
    match here.and_then(|here| here.strip_prefix(root).ok()) {
        Some(below) => "../".repeat(below.components().count()),
        None => match here.and_then(|here| root.strip_prefix(here).ok()) {
            Some(inside) => format!("{}/", inside.display()),
            None => format!("{}/", root.display()),
        },
    }
}

/// What the system says, without its number.
fn unreadable(path: &Path, cause: &std::io::Error) -> Problem {
    let cause = match cause.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        kind => kind.to_string(),
    };
    Problem::new(format!("`{}` cannot be read: {cause}", path.display()))
}
