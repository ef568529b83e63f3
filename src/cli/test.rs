//! `gate test`: unit tests of policies.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::policy::{find, test};
use crate::report::units::human;
use crate::source::Problem;

/// Run the unit tests of policies: rules named `test_...`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and directories with policies and their tests [default: those that gate.yaml lists]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Show tests that passed too, and which lines no test reached
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let place = self.paths.first().map_or(Path::new("."), PathBuf::as_path);
        let workspace = Workspace::open(place, &self.config)?;
        let paths = if self.paths.is_empty() {
            workspace.config()?.policies.paths
        } else {
            self.paths.iter().map(|path| workspace.inside(path)).collect::<Result<_, _>>()?
        };
        if paths.is_empty() {
            let problem = Problem::new("no policies are named");
            return Err(problem.hint("name a directory, or list it under `policies.paths` in gate.yaml").into());
        }
        let fail = |problems| workspace.failure(problems);
        let files = workspace.revision.files();
        let user = find(&workspace.revision, &paths).map_err(fail)?;
        let report = test(files, &user, self.clock.nanoseconds()?).map_err(fail)?;
        human(&report, files, workspace.prefix(), self.verbose, out)?;
        let fine = report.results.iter().all(|result| result.outcome.is_fine());
        Ok(if fine { Exit::Passed } else { Exit::Failed })
    }
}
