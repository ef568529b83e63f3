//! `gate init`: the files that a repository starts with.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::repo::{Layout, Starter, starters};

/// Write a gate.yaml from the layout that is found, a workflow and a pre-push hook; nothing is overwritten
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The root of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::open(&self.path, &ConfigFile::default())?;
        let layout = Layout::find(&workspace.config()?, &workspace.revision, &BTreeMap::new());
        for starter in starters(&layout) {
            let written = write(workspace.disk(), &starter)?;
            let what = if written { "wrote" } else { "kept" };
            writeln!(out, "{what} {}", starter.path)?;
        }
        writeln!(out, "\n{}", layout.notes.join("\n"))?;
        writeln!(out, "to use the hook: git config core.hooksPath .githooks")?;
        Ok(Exit::Passed)
    }
}

/// Writes the file, unless there is one.
fn write(root: &Path, starter: &Starter) -> io::Result<bool> {
    let path = root.join(starter.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    file.write_all(starter.text.as_bytes())?;
    #[cfg(unix)]
    if starter.executable {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    Ok(true)
}
