//! `gate layout`: how a repository is understood.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::exit::Exit;
use super::failure::Failure;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace};
use crate::change::reach;
use crate::kustomize::Web;
use crate::pointer::Builder;
use crate::repo::{App, Layout, kustomizations};
use crate::report::Console;
use crate::report::layout::{Understood, UnderstoodApp, UnderstoodOverlay, human};
use crate::source::RepoPath;

/// The version of the JSON document.
const VERSION: u32 = 1;

/// Show how a repository is understood: its apps and overlays, what has each applied and what each renders, and which
/// kustomizations are part of none
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Form,

    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people
    Human,
    /// `{version, apps: [{app, overlays}], unused, notes}`
    Json,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        let config = workspace.config()?;
        let layout = Layout::find(&config, &workspace.revision, &BTreeMap::new());
        let builder = Builder::new(&workspace.revision, config.parts());
        let of_app = |app: &App| {
            let overlays = app.overlays.par_iter().map(|overlay| {
                let environment = layout.environments.find(&overlay.environment);
                let protected = environment.is_some_and(|environment| environment.protected);
                let rendered = builder.render(&overlay.applied).map(|render| render.resources.len());
                UnderstoodOverlay::new(overlay, protected, rendered.map_err(|problem| problem.to_string()))
            });
            UnderstoodApp { app: app.name.clone(), overlays: overlays.collect() }
        };
        let apps = pool(None)?.install(|| layout.apps.par_iter().map(of_app).collect());
        let unused = unused(&workspace, &layout);
        out.hide(workspace.secrets(&layout.apps));
        let understood = Understood { version: VERSION, apps, unused, notes: layout.notes };
        match self.format {
            Form::Human => out.text(&human(&understood))?,
            Form::Json => out.json(&understood)?,
        }
        Ok(if understood.apps.is_empty() { Exit::Nothing } else { Exit::Passed })
    }
}

/// The directories with a kustomization that no overlay is made of.
fn unused(workspace: &Workspace, layout: &Layout) -> Vec<String> {
    let web = Web::new(&workspace.revision);
    let overlays = layout.apps.iter().flat_map(|app| &app.overlays);
    let reached: BTreeSet<RepoPath> = overlays.flat_map(|overlay| reach(&web, overlay)).collect();
    // A directory without a kustomization is applied with all that is below it.
    let is_reached = |path: &RepoPath| path.upwards().any(|up| reached.contains(&up));
    let all = kustomizations(&workspace.revision).into_iter();
    all.filter(|path| !is_reached(path)).map(|path| path.to_string()).collect()
}
