//! What a path on the command line means: a repository, a place in it, and its revisions.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::base::Compared;
use super::commits::{Commits, Trees, below};
use super::elsewhere::{self, Elsewhere};
use super::failure::{Failure, Places};
use crate::change::{BaseRevision, Request};
use crate::finding::Masks;
use crate::pointer::Applied;
use crate::policy::{Given, Settings};
use crate::repo::{App, Config, Layout, Mirrors};
use crate::schema::nearest;
use crate::source::{DiskTree, FileId, Files, GitRepository, History, Problem, RepoPath, Revision, Severity};

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
    /// The tip of the protected branch and its name, where it is not the base.
    pub(super) judge: Option<(Revision, String)>,
    /// The place that was named.
    pub(super) directory: RepoPath,
    /// The configuration file.
    config_path: RepoPath,
    /// Whether the file was named: then it must exist.
    config_named: bool,
    /// What is compared, and where it goes.
    compared: Compared,
    /// The history of the protected branch, where a base is given.
    history: Option<History>,
    /// Its root on disk.
    root: PathBuf,
    /// Whether the root is that of a Git repository, or holds a configuration.
    bounded: bool,
    /// What people type to get from where they stand to its root; empty where that is the same.
    prefix: String,
}

impl Workspace {
    /// Opens the repository that holds the directory `path`, as it is on disk.
    pub(super) fn open(path: &Path, config: &ConfigFile) -> Result<Self, Failure> {
        Self::between(path, config, Compared::default())
    }

    /// Opens the repository of what is to be rendered, and says where in it: `target` is a directory, or an app
    /// and its environment in the repository that people stand in.
    pub(super) fn of_overlay(target: &str, config: &ConfigFile) -> Result<(Self, Applied), Failure> {
        let path = Path::new(target);
        if path.exists() {
            let workspace = Self::open(path, config)?;
            let directory = workspace.directory.clone();
            return Ok((workspace, Applied::plainly(directory)));
        }
        let workspace = Self::open(Path::new("."), config)?;
        let overlay = workspace.overlay(target)?;
        Ok((workspace, overlay))
    }

    /// Opens the repository that holds the directory `path` with the revisions that are compared; where no head is
    /// named, as it is on disk.
    ///
    /// Its root is the nearest directory from there up that holds the configuration, else the top of the Git
    /// repository: what lies above that is not read. Where there is neither it is the working directory, or `path`
    /// itself where that lies outside. With a base revision its configuration is looked for first: a change that puts
    /// another one further in would choose its own judge.
    pub(super) fn between(path: &Path, config: &ConfigFile, compared: Compared) -> Result<Self, Failure> {
        let here = env::current_dir().and_then(|here| here.canonicalize()).ok();
        let config_path = config.path()?;
        let place = place(path)?;
        let commits = Commits::open(&place, &compared)?;
        let top = match &commits {
            Some(commits) => Some(commits.git.root()),
            None => place.ancestors().find(|above| above.join(".git").exists()),
        };
        let mut inside = place.ancestors().take_while(|above| top.is_none_or(|top| above.starts_with(top)));
        let bound = commits
            .as_ref()
            .and_then(|commits| commits.bare().or_else(|| commits.configured(&place, &config_path)))
            .or_else(|| inside.find(|above| above.join(config_path.as_str()).exists()).map(Path::to_owned))
            .or_else(|| top.map(Path::to_owned));
        let bounded = bound.is_some();
        let root =
            bound.or_else(|| here.clone().filter(|here| place.starts_with(here))).unwrap_or_else(|| place.clone());
        let files = Arc::new(Files::default());
        let on_disk = || {
            let tree = DiskTree::new(&root).map_err(|cause| unreadable(&root, &cause))?;
            Ok::<_, Problem>(Revision::new(tree, files.clone()))
        };
        let trees = commits.as_ref().map(|commits| commits.trees(&root, &files)).transpose()?;
        let Trees { base, judge, head } = trees.unwrap_or_default();
        let history = commits.as_ref().map(|commits| commits.history(&root, &files)).transpose()?.flatten();
        Ok(Self {
            revision: head.map_or_else(on_disk, Ok)?,
            base: base.zip(compared.base.clone()),
            judge: judge.zip(compared.judge.clone()),
            directory: below(&root, &place)?,
            config_path,
            config_named: config.config.is_some(),
            compared,
            history,
            prefix: prefix(here.as_deref(), &root),
            root,
            bounded,
        })
    }

    /// The same with the directory above as its root, where neither a Git repository nor a configuration says where
    /// that is: what is rendered may have bases there. `None` where one does, or nothing is above.
    pub(super) fn widened(self) -> Result<Option<Self>, Failure> {
        let Some(above) = self.root.parent().filter(|_| !self.bounded).map(Path::to_owned) else { return Ok(None) };
        Ok(Some(self.rooted(above)?))
    }

    /// The same with the directory that was named as its root, where nothing else says where that is.
    pub(super) fn narrowed(self) -> Result<Self, Failure> {
        if self.bounded || self.directory.is_root() {
            return Ok(self);
        }
        let named = self.root.join(self.directory.as_str());
        self.rooted(named)
    }

    fn rooted(self, root: PathBuf) -> Result<Self, Failure> {
        let tree = DiskTree::new(&root).map_err(|cause| unreadable(&root, &cause))?;
        let here = env::current_dir().and_then(|here| here.canonicalize()).ok();
        let place = self.root.join(self.directory.as_str());
        Ok(Self {
            revision: Revision::new(tree, Arc::new(Files::default())),
            directory: below(&root, &place)?,
            prefix: prefix(here.as_deref(), &root),
            root,
            ..self
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

    /// What `name` stands for: an app, its environment and, where it has clusters, the cluster, as
    /// in `payments/production`.
    fn overlay(&self, name: &str) -> Result<Applied, Failure> {
        let layout = Layout::find(&self.config()?, &self.revision, &BTreeMap::new());
        let mut overlays = Vec::new();
        for app in &layout.apps {
            for overlay in &app.overlays {
                let cluster = overlay.cluster.as_ref().map(|cluster| format!("/{cluster}")).unwrap_or_default();
                overlays.push((format!("{}/{}{cluster}", app.name, overlay.environment), &overlay.applied));
            }
        }
        if let Some((_, applied)) = overlays.iter().find(|(full, _)| full == name) {
            return Ok((*applied).clone());
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

    /// Reads a file of the command line, of this repository or not, into the store of its files.
    pub(super) fn add(&self, path: &Path) -> Result<FileId, Problem> {
        let unreadable = |cause| unreadable(path, &cause);
        let place = path.canonicalize().map_err(unreadable)?;
        let bytes = std::fs::read(&place).map_err(unreadable)?;
        let name = below(&self.root, &place)
            .or_else(|_| RepoPath::new(&place.file_name().unwrap_or_default().to_string_lossy()))
            .map_err(|error| Problem::new(error.to_string()))?;
        Ok(self.revision.files().add(name, bytes))
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

    /// The revision whose configuration counts.
    pub(super) fn rules(&self) -> &Revision {
        self.judge.as_ref().or(self.base.as_ref()).map_or(&self.revision, |(revision, _)| revision)
    }

    /// Where the environments are that live elsewhere, by the configuration that judges. One that cannot be used has
    /// none: whoever loads it says why.
    pub(super) fn elsewhere(&self) -> Result<Elsewhere, Failure> {
        let opened = elsewhere::open(&self.config_of_rules(), &self.root, &self.compared, self.revision.files());
        opened.map_err(|problems| self.failure(problems))
    }

    fn config_of_rules(&self) -> Config {
        let rules = self.rules();
        let there = rules.resolve(&self.config_path).is_ok();
        there.then(|| Config::load(rules, &self.config_path).ok()).flatten().unwrap_or_default()
    }

    /// Whether a branch is that of an environment.
    pub(super) fn is_environment(&self, branch: &str) -> bool {
        GitRepository::around(&self.root)
            .is_ok_and(|git| !elsewhere::on_branch(&self.config_of_rules(), &git, branch).is_empty())
    }

    /// What a run over it is asked, with the environments that live elsewhere. A configuration that was named has to be
    /// in one of the revisions: without it the run would pass by what no file says.
    pub(super) fn request<'a>(&'a self, elsewhere: &'a Elsewhere, now: Timestamp) -> Result<Request<'a>, Failure> {
        let mut revisions = [&self.judge, &self.base].into_iter().flatten().map(|(revision, _)| revision);
        let missing = |revision: &Revision| revision.resolve(&self.config_path).is_err();
        if self.config_named && missing(&self.revision) && revisions.all(missing) {
            let problem = Problem::new(format!("the configuration `{}` does not exist", self.config_path));
            return Err(problem.hint("`--config` takes a path from the root of the repository").into());
        }
        let base = self.base.as_ref().map(|(revision, name)| {
            let (judge, judge_name) = self.judge.as_ref().map_or((revision, name), |(judge, tip)| (judge, tip));
            BaseRevision { revision, name: name.clone(), judge, judge_name: judge_name.clone() }
        });
        Ok(Request {
            head: &self.revision,
            base,
            within: self.directory.clone(),
            config: self.config_path.clone(),
            now,
            root: self.root(),
            fail_on: Severity::default(),
            fail_on_known: false,
            history: self.history.as_ref(),
            elsewhere: elsewhere.revisions.iter().map(|(name, revision)| (name.clone(), revision)).collect(),
            here: elsewhere.here.clone(),
            policies: Vec::new(),
            given: Given::default(),
        })
    }

    /// Masks for the secrets in all files read so far. Names of apps, environments and clusters stay visible.
    pub(super) fn secrets(&self, apps: &[App]) -> Masks {
        let mut masks = Masks::of(self.revision.files());
        let overlays = apps.iter().flat_map(|app| &app.overlays);
        let places = overlays.flat_map(|overlay| [Some(&overlay.environment), overlay.cluster.as_ref()]).flatten();
        apps.iter().map(|app| &app.name).chain(places).for_each(|name| masks.add_name(name));
        masks
    }

    /// A failure for problems with files of this repository.
    pub(super) fn failure(&self, problems: Vec<Problem>) -> Failure {
        let places = Places { files: self.revision.files().clone(), prefix: self.prefix.clone() };
        Failure::Problems(problems, Some(places))
    }
}

/// The Git repository that holds what `path` names.
pub(super) fn repository(path: &Path) -> Result<GitRepository, Problem> {
    GitRepository::around(&place(path)?)
}

/// The directory that `path` names, or that holds the file of that name; free of links.
fn place(path: &Path) -> Result<PathBuf, Problem> {
    let place = path.canonicalize().map_err(|cause| unreadable(path, &cause))?;
    match place.parent() {
        Some(parent) if place.is_file() => Ok(parent.to_owned()),
        _ => Ok(place),
    }
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
