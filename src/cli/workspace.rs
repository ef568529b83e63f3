//! What a path on the command line means: a repository, and a place in it.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::failure::{Failure, Places};
use crate::repo::{Config, Layout};
use crate::schema::nearest;
use crate::source::{DiskTree, Files, Problem, RepoPath, Revision};

/// Where a repository is configured, unless it is said to be elsewhere.
const CONFIG: &str = "gate.yaml";

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub(super) struct ConfigFile {
    /// The configuration file, as a path in the repository [default: gate.yaml, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
}

/// The repository that a path of the command line lies in.
pub(super) struct Workspace {
    /// Its working tree.
    pub(super) revision: Revision,
    /// The place that was named, in it.
    pub(super) directory: RepoPath,
    /// What people type to get from where they stand to its root; empty where that is the same.
    prefix: String,
}

impl Workspace {
    /// Opens the repository that holds the directory `path`: the nearest directory from there up with a
    /// `gate.yaml`, else the nearest with a `.git`. Where there is neither it is the working directory, or `path`
    /// itself where that lies outside.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let absolute = path
            .canonicalize()
            .map_err(|cause| Problem::new(format!("`{shown}` cannot be read: {}", plain(&cause))))?;
        if !absolute.is_dir() {
            return Err(Problem::new(format!("`{shown}` is not a directory")).into());
        }
        let here = env::current_dir().and_then(|here| here.canonicalize()).ok();
        let nearest = |name: &str| absolute.ancestors().find(|above| above.join(name).exists());
        let root = nearest(CONFIG)
            .or_else(|| nearest(".git"))
            .or(here.as_deref().filter(|here| absolute.starts_with(here)))
            .unwrap_or(&absolute);
        let directory = absolute
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .and_then(|inside| RepoPath::new(inside).ok())
            .ok_or_else(|| Problem::new(format!("`{shown}` is not a UTF-8 path")))?;
        let tree = DiskTree::new(root)
            .map_err(|cause| Problem::new(format!("`{}` cannot be read: {}", root.display(), plain(&cause))))?;
        let prefix = prefix(here.as_deref(), root);
        Ok(Self { revision: Revision::new(tree, Arc::new(Files::default())), directory, prefix })
    }

    /// What the configuration file says; without one, what no file says.
    pub(super) fn config(&self, file: &ConfigFile) -> Result<Config, Failure> {
        let path = RepoPath::new(file.config.as_deref().unwrap_or(CONFIG))
            .map_err(|error| Problem::new(error.to_string()).hint("name a file of the repository"))?;
        if file.config.is_none() && self.revision.resolve(&path).is_err() {
            return Ok(Config::default());
        }
        Config::load(&self.revision, &path).map_err(|problems| self.failure(problems))
    }

    /// The directory that `name` stands for: an app, its environment and, where there are several, the cluster,
    /// as in `payments/production`.
    pub(super) fn overlay(&self, file: &ConfigFile, name: &str) -> Result<RepoPath, Failure> {
        let config = self.config(file)?;
        let layout = Layout::find(&config, &self.revision, &BTreeMap::new());
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
        let clusters: Vec<&str> = overlays
            .iter()
            .filter(|(full, _)| full.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')))
            .map(|(full, _)| full.as_str())
            .collect();
        let hint = match (clusters.is_empty(), nearest(name, overlays.iter().map(|(full, _)| full.as_str()))) {
            (false, _) => format!("it has several clusters: `{}`", clusters.join("`, `")),
            (true, Some(near)) => format!("did you mean `{near}`?"),
            (true, None) => "name a directory, or an app and its environment as in `payments/production`".to_owned(),
        };
        Err(Problem::new(format!("`{name}` is neither a directory nor an app in an environment")).hint(hint).into())
    }

    /// A failure for problems with files of this repository.
    pub(super) fn failure(&self, problems: Vec<Problem>) -> Failure {
        let places = Places { files: self.revision.files().clone(), prefix: self.prefix.clone() };
        Failure::Problems(problems, Some(places))
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
fn plain(cause: &std::io::Error) -> String {
    match cause.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        kind => kind.to_string(),
    }
}
