//! `gate status`: which versions run where.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::names;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace};
use crate::pointer::Builder;
use crate::repo::{App, Layout};
use crate::report::Console;
use crate::report::status::{document, is_versions_file, table, versions_file};
use crate::source::Problem;
use crate::source::write::{self, Before, Draft};
use crate::status::{status, tell_since};

/// Show which images, charts and refs run where, and which environments lag behind the one below
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The apps to show; all where none is named
    #[arg(value_name = "APP")]
    apps: Vec<String>,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Form,

    /// Tell since when each has run, by the history of the branch that is checked out
    #[arg(long)]
    since: bool,

    /// Write what runs where into this file too, sorted, to be committed
    #[arg(long, value_name = "FILE", conflicts_with = "apps")]
    write: Option<PathBuf>,

    /// A directory of the repository; only overlays in it are shown
    #[arg(long, value_name = "PATH", default_value = ".")]
    path: PathBuf,

    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A table for people
    Table,
    /// `{version, places: [{app, environment, cluster, path, below, items}]}`
    Json,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        if self.write.is_some() && !workspace.directory.is_root() {
            return Err(Problem::new("`--write` wants the whole repository")
                .hint(format!("run it with `--path={}`", workspace.root()))
                .into());
        }
        let config = workspace.config()?;
        let mut layout = Layout::find(&config, &workspace.revision, &BTreeMap::new());
        for app in &mut layout.apps {
            app.overlays.retain(|overlay| overlay.applied.directory.is_within(&workspace.directory));
        }
        layout.apps.retain(|app| !app.overlays.is_empty());
        let all: Vec<&App> = layout.apps.iter().collect();
        let apps: Vec<&App> = match self.apps.as_slice() {
            [] => all,
            names => names.iter().map(|name| names::app(name, &all)).collect::<Result<_, _>>()?,
        };
        if apps.is_empty() {
            layout.notes.iter().try_for_each(|note| out.line(note))?;
            return Ok(Exit::Nothing);
        }
        let builder = Builder::new(&workspace.revision, config.parts());
        let mirrors = workspace.mirrors(&config, &layout)?;
        let threads = pool(None)?;
        let (mut places, problems) = threads.install(|| status(&apps, &builder, &mirrors));
        if self.since {
            let history = workspace.history_of_head()?;
            threads.install(|| tell_since(&mut places, &history))?;
        }
        out.hide(workspace.secrets(&layout.apps));
        match self.format {
            Form::Table => out.text(&table(&places))?,
            Form::Json => out.json(&document(&places))?,
        }
        if !problems.is_empty() {
            return Err(workspace.failure(problems));
        }
        if let Some(file) = &self.write {
            let content = versions_file(&places)?;
            let (place, before) = (write::named(file)?, Before::Ours(is_versions_file));
            write::put(&[Draft { place, content: content.as_bytes(), before, executable: false }])?;
        }
        Ok(Exit::Passed)
    }
}
