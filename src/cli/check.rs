//! `gate check`: the main job.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::base::{Compared, resolve};
use super::ci::Ci;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::given::GivenArguments;
use super::output::Output;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace, repository};
use crate::change::Request;
use crate::check::{check, reasons};
use crate::finding::Report;
use crate::report::reasons::human;
use crate::report::{Console, Format, Options, Sink, write};
use crate::source::Severity;

/// Judge a repository, or what a change does to it
///
/// In GitHub Actions and GitLab CI the base is found from the event, and the commit that is checked out is judged
/// rather than the files as they are.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory of the repository; only overlays in it are judged
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Judge what changed since history left this revision; its configuration, policies, waivers and owners count.
    /// `none` judges the tree as it is, `auto` takes the default branch [default: in CI `auto`, else `none`]
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// The revision to judge [default: the files as they are]
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// How to report, and where to; may be given more than once
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", value_parser = Output::<Format>::parse,
          long_help = Output::<Format>::help())]
    format: Vec<Output<Format>>,

    /// Show for each rule of the policies that `--policy` names, else of all, what it finds in the app that `--app`
    /// names, or which of its conditions is the first that never holds
    #[arg(long, requires = "app")]
    trace: bool,

    /// The app to trace policies in
    #[arg(long, value_name = "APP", requires = "trace")]
    app: Option<String>,

    #[command(flatten)]
    judging: Judging,
}

/// How strictly, by what and when a revision is judged.
#[derive(Debug, Args)]
pub(super) struct Judging {
    /// The least severity that fails the check, and whether what the base is guilty of already does too; may be
    /// given more than once [default: error, new]
    #[arg(long, value_name = "SEVERITY|new|known")]
    fail_on: Vec<FailOn>,

    /// Show what does not count too, how the repository was understood and what policies `print`
    #[arg(long, short)]
    pub(super) verbose: bool,

    /// How many overlays to work on at a time [default: the number of processors]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,

    #[command(flatten)]
    given: GivenArguments,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Info,
    Warning,
    Error,
    /// Only what the change introduces
    New,
    /// What the base has, too
    Known,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::New | Self::Known => None,
        }
    }
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let git = || repository(&self.path);
        let compared = resolve(self.base.as_deref(), self.head.as_deref(), ci, git)?;
        let notes = compared.notes();
        if let Some(app) = &self.app {
            return self.judging.trace(&self.path, compared, ci, app, &mut console.out);
        }
        let report = self.judging.judge(&self.path, compared, ci)?;
        for note in notes {
            // Who reads the log must see what was judged, whichever report is asked for.
            console.err.line(&format!("note: {note}"))?;
        }
        for line in report.prints.iter().filter(|_| self.judging.verbose) {
            console.err.line(&format!("print: {line}"))?;
        }
        console.err.flush()?;
        for output in &self.format {
            let options = Options { verbose: self.judging.verbose };
            output.write(&mut console.out, |out| write(&report, output.format, out, options))?;
        }
        Ok(report.outcome().into())
    }
}

impl Judging {
    /// Judges what is to be compared in the repository around `path`.
    pub(super) fn judge(&self, path: &Path, compared: Compared, ci: &Ci) -> Result<Report, Failure> {
        let notes = compared.notes();
        let mut report =
            self.asked(path, compared, ci, |request, _| Ok(pool(self.jobs)?.install(|| check(request))))?;
        report.notes.splice(0..0, notes);
        Ok(report)
    }

    /// Whether a branch is that of an environment, by the configuration of the revision `rules`.
    pub(super) fn is_environment(&self, path: &Path, branch: &str, rules: &str) -> bool {
        let compared = Compared { base: Some(rules.to_owned()), head: Some(rules.to_owned()), ..Compared::default() };
        Workspace::between(path, &self.config, compared).is_ok_and(|workspace| workspace.is_environment(branch))
    }

    /// Tells of each rule of the policies what becomes of it in an app.
    fn trace(&self, path: &Path, compared: Compared, ci: &Ci, app: &str, out: &mut Sink<'_>) -> Result<Exit, Failure> {
        self.asked(path, compared, ci, |request, workspace| {
            let files = request.head.files().clone();
            let reasons = reasons::of_app(request, app).map_err(|problems| workspace.failure(problems))?;
            out.text(&human(&reasons, &files, workspace.prefix()))?;
            Ok(Exit::Passed)
        })
    }

    /// Does something with what a run is asked.
    fn asked<T>(
        &self,
        path: &Path,
        compared: Compared,
        ci: &Ci,
        run: impl FnOnce(Request<'_>, &Workspace) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let workspace = Workspace::between(path, &self.config, compared)?;
        let severity = self.fail_on.iter().rev().find_map(|choice| choice.severity());
        let known = self.fail_on.iter().rev().find(|choice| choice.severity().is_none());
        let elsewhere = workspace.elsewhere()?;
        let (given, policies) = self.given.read(&workspace)?;
        let request = Request {
            given,
            policies,
            fail_on: severity.unwrap_or_default(),
            fail_on_known: known == Some(&FailOn::Known),
            ..workspace.request(&elsewhere, self.clock.now(ci)?)?
        };
        run(request, &workspace)
    }
}
