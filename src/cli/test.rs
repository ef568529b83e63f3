//! `gate test`: unit tests of policies, and cases.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::slice;

use clap::Args;

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::check::case::{cases, run};
use crate::policy::{find, test};
use crate::report::units::{close_cases, human, write_case};
use crate::source::{FileId, Problem, RepoPath};

/// Run the unit tests of policies, rules named `test_...`, and cases: small repositories whose lines say which
/// findings are due on them
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and directories with policies, their tests and cases [default: those that gate.yaml lists]
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
        let (revision, prefix) = (&workspace.revision, workspace.prefix());
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
        let mut fine = self.run_cases(&workspace, &cases, &judging, out)?;
        if user.is_empty() && !cases.is_empty() {
            return Ok(if fine { Exit::Passed } else { Exit::Failed });
        }
        let report = test(files, &user, self.clock.nanoseconds()?).map_err(fail)?;
        human(&report, files, prefix, self.verbose, out)?;
        fine &= report.results.iter().all(|result| result.outcome.is_fine());
        Ok(if fine { Exit::Passed } else { Exit::Failed })
    }

    /// Runs cases, and says whether all found what is due.
    fn run_cases(
        &self,
        workspace: &Workspace,
        cases: &[RepoPath],
        policies: &[FileId],
        out: &mut dyn Write,
    ) -> Result<bool, Failure> {
        let mut failed = 0;
        for case in cases {
            let result =
                run(&workspace.revision, case, policies).map_err(|problem| workspace.failure(vec![problem]))?;
            failed += usize::from(!result.faults.is_empty());
            write_case(&result, workspace.prefix(), self.verbose, out)?;
        }
        close_cases(cases.len(), failed, out)?;
        Ok(failed == 0)
    }
}
