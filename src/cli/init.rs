//! `gate init`: the files that a repository starts with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::policy::starter;
use crate::repo::{Layout, starters};
use crate::report::{Console, Sink};
use crate::source::write::{self, Before, Draft};
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
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &ConfigFile::default())?;
        if !workspace.directory.is_root() {
            out.line(&format!("this is written at the root of the repository, `{}`", workspace.root()))?;
        }
        if let Some(name) = &self.policy {
            return policy(name, &workspace, out);
        }
        let layout = Layout::find(&workspace.config()?, &workspace.revision, &BTreeMap::new());
        let starters = starters(&layout)?;
        let mut drafts = Vec::new();
        let mut said = Vec::new();
        for starter in &starters {
            let path = RepoPath::new(starter.path).map_err(|error| Problem::new(error.to_string()))?;
            let place = write::within(workspace.disk(), &path)?;
            said.push((if place.exists() { "kept" } else { "wrote" }, starter.path));
            if !place.exists() {
                let (content, executable) = (starter.text.as_bytes(), starter.executable);
                drafts.push(Draft { place, content, before: Before::Absent, executable });
            }
        }
        write::put(&drafts)?;
        for (what, path) in said {
            out.line(&format!("{what} {}{path}", workspace.prefix()))?;
        }
        out.line("")?;
        layout.notes.iter().try_for_each(|note| out.line(note))?;
        out.line("to use the hook: git config core.hooksPath .githooks")?;
        Ok(Exit::Passed)
    }
}

/// Writes a policy, its tests and a case; nothing where one of the files is there.
fn policy(name: &str, workspace: &Workspace, out: &mut Sink<'_>) -> Result<Exit, Failure> {
    let config = workspace.config()?;
    let is_directory = |path: &&RepoPath| !workspace.disk().join(path.as_str()).is_file();
    let listed = config.policies.paths.iter().find(is_directory);
    let directory = listed.map_or(POLICIES, RepoPath::as_str);
    let files = starter(name)?;
    let prefix = workspace.prefix();
    let mut drafts = Vec::new();
    for (path, text) in &files {
        let full = RepoPath::new(&format!("{directory}/{path}")).map_err(|error| Problem::new(error.to_string()))?;
        let place = write::within(workspace.disk(), &full)?;
        if place.exists() {
            let problem = Problem::new(format!("there is `{prefix}{full}` already: nothing was written"));
            return Err(problem.hint("take another name").into());
        }
        drafts.push(Draft { place, content: text.as_bytes(), before: Before::Absent, executable: false });
    }
    write::put(&drafts)?;
    for (path, _) in &files {
        out.line(&format!("wrote {prefix}{directory}/{path}"))?;
    }
    out.line("")?;
    out.line(&format!("to test it: gate test {prefix}{directory}"))?;
    if listed.is_none() {
        out.line(&format!("to use it, add to {prefix}gate.yaml: policies: {{paths: [{directory}]}}"))?;
    }
    Ok(Exit::Passed)
}
