//! `gate init`: the files that a repository starts with.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::policy::starter;
use crate::repo::{Layout, starters};
use crate::source::{Problem, RepoPath};

/// Write a gate.yaml from the layout that is found, a workflow and a pre-push hook; nothing is overwritten
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The root of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Write a policy of this name instead, with its unit tests and a case, where gate.yaml has its policies
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
}

/// Where policies are put that no gate.yaml has a place for.
const POLICIES: &str = "policy";

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::open(&self.path, &ConfigFile::default())?;
        if !workspace.directory.is_root() {
            writeln!(out, "this is written at the root of the repository, `{}`", workspace.root())?;
        }
        if let Some(name) = &self.policy {
            return policy(name, &workspace, out);
        }
        let layout = Layout::find(&workspace.config()?, &workspace.revision, &BTreeMap::new());
        for starter in starters(&layout) {
            let written = write(&workspace.disk().join(starter.path), &starter.text, starter.executable)?;
            let what = if written { "wrote" } else { "kept" };
            writeln!(out, "{what} {}{}", workspace.prefix(), starter.path)?;
        }
        writeln!(out, "\n{}", layout.notes.join("\n"))?;
        writeln!(out, "to use the hook: git config core.hooksPath .githooks")?;
        Ok(Exit::Passed)
    }
}

/// Writes a policy, its tests and a case; nothing where one of the files is there.
fn policy(name: &str, workspace: &Workspace, out: &mut dyn Write) -> Result<Exit, Failure> {
    let config = workspace.config()?;
    let is_directory = |path: &&RepoPath| !workspace.disk().join(path.as_str()).is_file();
    let listed = config.policies.paths.iter().find(is_directory);
    let directory = listed.map_or(POLICIES, RepoPath::as_str);
    let files = starter(name)?;
    let prefix = workspace.prefix();
    let place = |path: &str| workspace.disk().join(directory).join(path);
    if let Some((path, _)) = files.iter().find(|(path, _)| place(path).exists()) {
        let problem = Problem::new(format!("there is `{prefix}{directory}/{path}` already: nothing was written"));
        return Err(problem.hint("take another name").into());
    }
    for (path, text) in &files {
        if !write(&place(path), text, false)? {
            return Err(Problem::new(format!("`{prefix}{directory}/{path}` has appeared")).into());
        }
        writeln!(out, "wrote {prefix}{directory}/{path}")?;
    }
    writeln!(out, "\nto test it: gate test {prefix}{directory}")?;
    if listed.is_none() {
        writeln!(out, "to use it, add to {prefix}gate.yaml: policies: {{paths: [{directory}]}}")?;
    }
    Ok(Exit::Passed)
}

/// Writes the file, unless there is one.
fn write(path: &Path, text: &str, executable: bool) -> io::Result<bool> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    if executable {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    #[cfg(not(unix))]
    let _ = executable;
    Ok(true)
}
