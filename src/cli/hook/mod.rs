//! `gate hook`: what git's pre-push hook runs. What is compared with what is left to [`push`].

mod push;

use std::io::{IsTerminal, Read, stdin};
use std::path::{Path, PathBuf};

use clap::Args;

use super::base::{Compared, is_zero, resolve};
use super::check::Judging;
use super::ci::{Ci, PreCommit};
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::repository;
use crate::finding::Outcome;
use crate::report::{Console, Format, Options, Sink, quote, quote_line, write};
use crate::source::{GitRepository, Problem};
use push::{Push, Todo};

/// Judge each branch of a push against what the remote has of it
///
/// For git's pre-push hook, whose arguments and lines on standard input it reads, and for the frameworks that run
/// it. Where nothing says what is pushed, what is checked out is judged, as by `gate check --base auto`. A hook is
/// advice: `git push --no-verify` skips it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The remote that is pushed to
    #[arg(value_name = "REMOTE")]
    remote: Option<String>,

    /// Where the remote is
    #[arg(value_name = "URL")]
    url: Option<String>,

    #[command(flatten)]
    judging: Judging,
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let typed = stdin().is_terminal();
        let mut lines = String::new();
        if !typed {
            stdin().read_to_string(&mut lines)?;
        }
        // Git may run this outside of the work tree, where it was told which one it is.
        let (git, here) = match GitRepository::of_environment()? {
            Some(git) => {
                let inside = Path::new(".").canonicalize().is_ok_and(|here| here.starts_with(git.root()));
                let here = if inside { PathBuf::from(".") } else { git.root().to_owned() };
                (git, here)
            }
            None => (repository(Path::new("."))?, PathBuf::from(".")),
        };
        let mut pushes = pushes(&lines)?;
        if lines.trim().is_empty() {
            pushes.extend(of_pre_commit(&ci.pre_commit, &git)?);
            if pushes.is_empty() && !typed && self.remote.is_some() && self.url.is_some() {
                out.line("nothing is pushed, so nothing is judged")?;
                return Ok(Exit::Passed);
            }
        }
        let remote = self.remote.as_deref().or(ci.pre_commit.remote.as_deref()).unwrap_or("origin");
        let mut run = Run { judging: &self.judging, here: &here, ci, failed: false, problems: Vec::new() };
        if pushes.is_empty() {
            let compared = resolve(Some("auto"), None, ci, || Ok(git))?;
            run.judge("HEAD", compared, None, out)?;
            return run.end();
        }
        let is_environment = |branch: &str, rules: &str| self.judging.is_environment(&here, branch, rules);
        for push in &pushes {
            match push.compared(&git, remote, is_environment) {
                Ok(Todo::Judge(first, second)) => run.judge(push.name(), *first, second.map(|second| *second), out)?,
                Ok(Todo::Tell(why)) => out.text(&format!("{}: {}\n\n", quote_line(push.name()), quote(&why)))?,
                Err(problem) => run.problems.push(told(push.name(), &problem)),
            }
        }
        run.end()
    }
}

/// What has been judged so far.
struct Run<'a> {
    judging: &'a Judging,
    here: &'a Path,
    ci: &'a Ci,
    failed: bool,
    problems: Vec<Problem>,
}

impl Run<'_> {
    /// Judges what is called `name`. Where it does not pass, the second comparison counts.
    fn judge(
        &mut self,
        name: &str,
        first: Compared,
        second: Option<Compared>,
        out: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        let mut notes = first.notes();
        let mut judged = self.judging.judge(self.here, first, self.ci);
        if let Some(second) = second.filter(|_| !matches!(&judged, Ok(report) if report.outcome() == Outcome::Passed)) {
            notes = second.notes();
            judged = self.judging.judge(self.here, second, self.ci);
        }
        out.text(&format!("{}: {}\n\n", quote_line(name), quote(&notes.join("\n"))))?;
        match judged {
            Ok(report) => {
                write(&report, Format::Human, out, Options { verbose: self.judging.verbose })?;
                out.line("")?;
                match report.outcome() {
                    Outcome::Incomplete => self.problems.push(Problem::new(format!("`{name}` was not judged"))),
                    Outcome::Failed => self.failed = true,
                    // Nothing to judge is no reason to stop a push, and the report says so.
                    Outcome::Passed | Outcome::Nothing => {}
                }
                Ok(())
            }
            Err(Failure::Problems(found, _)) => {
                self.problems.extend(found.iter().map(|problem| told(name, problem)));
                Ok(())
            }
            Err(other) => Err(other),
        }
    }

    fn end(self) -> Result<Exit, Failure> {
        match (self.problems.is_empty(), self.failed) {
            (false, _) => Err(Failure::Problems(self.problems, None)),
            (true, true) => Ok(Exit::Failed),
            (true, false) => Ok(Exit::Passed),
        }
    }
}

/// A problem with something, with its name.
fn told(name: &str, problem: &Problem) -> Problem {
    let told = Problem::new(format!("`{name}`: {problem}"));
    match problem.hint_text() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// What git's lines say: local name, local commit, remote name, remote commit.
fn pushes(lines: &str) -> Result<Vec<Push>, Problem> {
    let mut pushes = Vec::new();
    for line in lines.lines() {
        // The local name is as it was typed, and may hold blanks: `HEAD@{1 day ago}`.
        let fields: Vec<&str> = line.rsplitn(4, ' ').collect();
        let [base, remote, head, _] = fields.as_slice() else { return Err(unknown(line)) };
        let is_object = |id: &str| matches!(id.len(), 40 | 64) && id.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_object(base) || !is_object(head) {
            return Err(unknown(line));
        }
        let object = |id: &str| (!is_zero(id)).then(|| id.to_owned());
        pushes.push(Push { reference: (*remote).to_owned(), head: object(head), base: object(base) });
    }
    Ok(pushes)
}

fn unknown(line: &str) -> Problem {
    Problem::new(format!("`{line}` is no line of git's pre-push hook"))
        .hint("each has a local name and commit, and a remote name and commit")
}

/// What pre-commit, which reads git's lines itself, says is pushed. Where the whole history is new to the remote it
/// names the branch only.
fn of_pre_commit(said: &PreCommit, git: &GitRepository) -> Result<Option<Push>, Problem> {
    let reference = said.branch.clone().unwrap_or_else(|| "HEAD".to_owned());
    match (&said.from, &said.to, &said.local) {
        (Some(from), Some(to), _) => {
            Ok(Some(Push { reference, head: Some(git.commit(to)?), base: Some(git.commit(from)?) }))
        }
        (_, _, Some(local)) => Ok(Some(Push { reference, head: Some(git.commit(local)?), base: None })),
        _ => Ok(None),
    }
}
