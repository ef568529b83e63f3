//! `gate input`: what policies see.

use std::path::PathBuf;

use clap::Args;

use super::base::resolve;
use super::ci::Ci;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace, repository};
use crate::check::documents;
use crate::report::Console;

/// Print the document that policies see as `input`, as JSON without the values of Secrets
///
/// It is the document that `gate check` would hand to them, and schemas/input.schema.json describes it. Where the
/// highest environment has clusters, there is one for each.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// An app; with an environment, as in `payments/production`, it is seen as if it had no other
    #[arg(value_name = "APP[/ENV]", required_unless_present = "repository")]
    app: Option<String>,

    /// Print what policies see whose METADATA says `input: repository`
    #[arg(long, conflicts_with = "app")]
    repository: bool,

    /// Compare with this revision, as `gate check` does
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// The revision to look at [default: the files as they are]
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// A directory of the repository; only overlays in it are seen
    #[arg(long, value_name = "PATH", default_value = ".")]
    path: PathBuf,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let compared = resolve(self.base.as_deref(), self.head.as_deref(), ci, || repository(&self.path))?;
        let workspace = Workspace::between(&self.path, &self.config, compared)?;
        let elsewhere = workspace.elsewhere()?;
        let request = workspace.request(&elsewhere, self.clock.now(ci)?)?;
        let documents = match &self.app {
            Some(app) => documents::of_app(request, app),
            None => documents::of_repository(request).map(|document| vec![document]),
        };
        for document in documents.map_err(|problems| workspace.failure(problems))? {
            out.json(&document)?;
        }
        Ok(Exit::Passed)
    }
}
