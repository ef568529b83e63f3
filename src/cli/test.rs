//! `gate test`: unit tests of policies, and cases.

use std::path::{Path, PathBuf};
use std::slice;
use std::time::Duration;

use clap::{ArgAction, Args};
use jiff::SignedDuration;
use rayon::prelude::*;
use regex::Regex;

use super::ci::Ci;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace};
use crate::cases::{CaseResult, Update, cases, run, update};
use crate::check::checked;
use crate::policy::{Run, find, test};
use crate::report::Console;
use crate::report::units::{self, Format, Tested};
use crate::source::write::{self, Before, Draft};
use crate::source::{FileId, Problem, RepoPath};

/// Run the unit tests of policies, rules named `test_...`, and cases: small repositories whose lines say which
/// findings are due on them
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and directories with policies, their tests and cases [default: those that gate.yaml lists]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    units: Units,

    /// Write into cases what is due in them, as comments on the lines or in the file `expected`
    #[arg(long)]
    update: bool,

    /// How to report, and where to; may be given more than once
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", value_parser = Output::<Format>::parse,
          long_help = Output::<Format>::help())]
    format: Vec<Output<Format>>,

    /// Show tests that passed too
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

/// Which unit tests are run, and how.
#[derive(Debug, Args)]
struct Units {
    /// Run only unit tests whose name fits, as in `data.gate.team_test.test_name`
    #[arg(long, short, value_name = "REGEX")]
    run: Option<Regex>,

    /// How long one unit test may take
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    timeout: Duration,

    /// Run each unit test so often; one that does not pass each time fails
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,

    /// Whether it is an error that there is no unit test to run
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
          require_equals = true, action = ArgAction::Set)]
    fail_on_empty: bool,

    /// Measure what the unit tests reach: a rule has to hold, an expression to be evaluated
    #[arg(long, short)]
    coverage: bool,

    /// Fail where the tests reach a smaller share of the policies' lines
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    threshold: Option<f64>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no duration such as `5s` or `500ms`");
    let parsed: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(parsed).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is no number from 0 to 100"))
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
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
        let (files, revision) = (workspace.revision.files(), &workspace.revision);
        let cases: Vec<RepoPath> = paths.iter().flat_map(|path| cases(revision, path)).collect();
        // A directory that holds nothing but cases has no policies.
        let only_cases = |path: &RepoPath| {
            cases.iter().any(|case| case.is_within(path)) && find(revision, slice::from_ref(path)).is_err()
        };
        let paths: Vec<RepoPath> = paths.into_iter().filter(|path| !only_cases(path)).collect();
        let user = find(revision, &paths).map_err(fail)?;
        // Policies of cases are theirs.
        let own = |id: &FileId| !cases.iter().any(|case| files.get(*id).path().is_within(case));
        let user: Vec<FileId> = user.into_iter().filter(own).collect();
        let judging: Vec<FileId> =
            user.iter().copied().filter(|id| !files.get(*id).path().as_str().ends_with("_test.rego")).collect();
        let how = Run {
            now: self.clock.nanoseconds(ci)?,
            only: self.units.run.clone(),
            count: self.units.count,
            limit: self.units.timeout,
            coverage: self.units.coverage
                || self.units.threshold.is_some()
                || self.format.iter().any(|output| output.format.is_coverage()),
            may_be_empty: !self.units.fail_on_empty,
        };
        let ((cases, notes), units) = pool(None)?.install(|| -> Result<_, Failure> {
            let units = (!user.is_empty() || cases.is_empty()).then(|| test(files, &user, &how));
            // Policies that cannot be used find nothing, which is not what is due in a case.
            let units = units.transpose().map_err(fail)?;
            Ok((self.cases(&workspace, &cases, &judging)?, units))
        })?;
        notes.iter().try_for_each(|note| console.err.line(note))?;
        console.err.flush()?;
        let measured = units.iter().filter_map(|units| units.coverage.as_ref()).flatten();
        if self.units.threshold.is_some() && measured.into_iter().all(|file| file.points.is_empty()) {
            let problem = Problem::new("there are no policies of which the tests could reach anything");
            return Err(problem.hint("name the policies beside their tests, or leave out `--threshold`").into());
        }
        let tested = Tested {
            units: units.as_ref(),
            cases: &cases,
            files,
            prefix: workspace.prefix(),
            threshold: self.units.threshold,
        };
        for output in &self.format {
            output.write(&mut console.out, |out| units::write(&tested, output.format, self.verbose, out))?;
        }
        Ok(if tested.is_fine() { Exit::Passed } else { Exit::Failed })
    }

    /// Runs cases, and brings them up to date where that is wanted.
    fn cases(
        &self,
        workspace: &Workspace,
        cases: &[RepoPath],
        policies: &[FileId],
    ) -> Result<(Vec<CaseResult>, Vec<String>), Failure> {
        let revision = &workspace.revision;
        let done = |problems: Vec<Problem>| if problems.is_empty() { Ok(()) } else { Err(workspace.failure(problems)) };
        if !self.update {
            let ran = cases.par_iter().map(|case| run(revision, case, policies, checked)).collect();
            let (ran, problems) = parted(ran);
            return done(problems).map(|()| (ran, Vec::new()));
        }
        let updated = cases.par_iter().map(|case| update(revision, case, policies, checked)).collect();
        let (updated, problems) = parted(updated);
        done(problems)?;
        let mut notes = Vec::new();
        for update in &updated {
            notes.extend(save(workspace, update)?);
        }
        Ok((updated.into_iter().map(|update| update.result).collect(), notes))
    }
}

/// What came of cases, and all that is wrong with them.
fn parted<T>(results: Vec<Result<T, Vec<Problem>>>) -> (Vec<T>, Vec<Problem>) {
    let (mut done, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(result) => done.push(result),
            Err(more) => problems.extend(more),
        }
    }
    (done, problems)
}

/// Writes the files of a case that differ, and says which.
fn save(workspace: &Workspace, update: &Update) -> Result<Vec<String>, Failure> {
    let drafts = update.files.iter().map(|(path, old, new)| {
        let place = write::within(workspace.disk(), path)?;
        let before = old.as_deref().map_or(Before::Absent, Before::Holds);
        Ok(Draft { place, content: new, before, executable: false })
    });
    write::put(&drafts.collect::<Result<Vec<_>, Problem>>()?)?;
    let note = |(path, ..): &(RepoPath, _, _)| format!("note: `{}{path}` is brought up to date", workspace.prefix());
    Ok(update.files.iter().map(note).collect())
}
