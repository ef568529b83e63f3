//! `gate check`: the main job.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace};
use crate::check::{Request, Severity, check};
use crate::report::Options;

/// Judge a repository, or what a change does to it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory of the repository; only overlays in it are judged
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Judge what changed since this revision; its configuration, policies and waivers count
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// The revision to judge [default: the files as they are]
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// How to report, and where to; may be given more than once
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", value_parser = Output::parse,
          long_help = Output::help())]
    format: Vec<Output>,

    /// The least severity that fails the check
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: Level,

    /// Show what does not count too, and how the repository was understood
    #[arg(long, short)]
    verbose: bool,

    /// How many overlays to work on at a time [default: the number of processors]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Info,
    Warning,
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::between(&self.path, &self.config, self.base.as_deref(), self.head.as_deref())?;
        let request = Request { fail_on: self.fail_on.into(), ..workspace.request(self.clock.now()) };
        let report = pool(self.jobs)?.install(|| check(request));
        for output in &self.format {
            output.write(&report, Options { verbose: self.verbose }, out)?;
        }
        Ok(report.outcome().into())
    }
}
