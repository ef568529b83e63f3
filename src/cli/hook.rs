//! `gate hook`: what git's pre-push hook runs.

use std::io::{IsTerminal, Read, Write, stdin};
use std::path::Path;

use clap::Args;

use super::base::{Compared, against, is_zero};
use super::check::Judging;
use super::ci::{Ci, PreCommit};
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::repository;
use crate::report::{Format, Options, quote, write};
use crate::source::{GitRepository, Parting, Problem};

/// Judge each branch of a push against what the remote has of it
///
/// For git's pre-push hook, whose arguments and lines on standard input it reads, and for the frameworks that run
/// it. A hook is advice: `git push --no-verify` skips it.
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

/// A branch that is pushed.
#[derive(Debug, PartialEq, Eq)]
struct Push {
    /// Its name over there.
    branch: String,
    /// The commit that it will be at.
    head: String,
    /// The commit that it is at; `None` where it is new.
    base: Option<String>,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let ci = Ci::read();
        let typed = stdin().is_terminal();
        let mut lines = String::new();
        if !typed {
            stdin().read_to_string(&mut lines)?;
        }
        let here = Path::new(".");
        let git = repository(here)?;
        let mut pushes = pushes(&lines)?;
        if lines.trim().is_empty() {
            pushes.extend(of_pre_commit(&ci.pre_commit, &git)?);
            if typed && pushes.is_empty() {
                return Err(Problem::new("nothing says what is pushed: git runs this with lines on standard input")
                    .hint("run `gate check --base auto` to judge what you are working on")
                    .into());
            }
        }
        let remote = self.remote.as_deref().or(ci.pre_commit.remote.as_deref()).unwrap_or("origin");
        let (mut failed, mut problems) = (false, Vec::new());
        for push in &pushes {
            let name = quote(&push.branch);
            let compared = match push.compared(&git, remote) {
                Ok(Some(compared)) => compared,
                Ok(None) => {
                    writeln!(out, "{name}: the remote has it all already\n")?;
                    continue;
                }
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            writeln!(out, "{name}: {}\n", quote(compared.note.as_deref().unwrap_or_default()))?;
            match self.judging.judge(here, compared) {
                Ok(report) => {
                    write(&report, Format::Human, out, Options { verbose: self.judging.verbose })?;
                    writeln!(out)?;
                    match report.outcome().into() {
                        Exit::NotJudged => problems.push(Problem::new(format!("`{}` was not judged", push.branch))),
                        Exit::Failed => failed = true,
                        // Nothing to judge is no reason to stop a push.
                        Exit::Passed | Exit::Nothing => {}
                    }
                }
                Err(Failure::Problems(found, _)) => problems.extend(found.iter().map(|problem| push.told(problem))),
                Err(other) => return Err(other),
            }
        }
        match (problems.is_empty(), failed) {
            (false, _) => Err(Failure::Problems(problems, None)),
            (true, true) => Ok(Exit::Failed),
            (true, false) => Ok(Exit::Passed),
        }
    }
}

impl Push {
    /// What the branch is compared with; `None` where the remote has all of it.
    fn compared(&self, git: &GitRepository, remote: &str) -> Result<Option<Compared>, Problem> {
        let head = git.commit(&self.head).map_err(|problem| self.told(&problem))?;
        let from = |base: Option<String>, note: String| {
            let differs = base.as_ref() != Some(&head);
            Ok(differs.then(|| Compared { base, head: Some(head.clone()), note: Some(note) }))
        };
        // What others pushed in the meantime may not be here; git will refuse the push then, unless it is forced.
        if let Some(base) = self.base.as_deref().and_then(|base| git.object(base)) {
            let note = format!("compared with `{base}`, which the remote has");
            return from(Some(base), note);
        }
        let Some(branch) = git.default_branch(remote) else {
            if git.knows_remote(remote) {
                let problem = Problem::new(format!("`{}`: the default branch of the remote is not known", self.branch));
                let fetch = format!("run `git fetch {remote} && git remote set-head {remote} --auto`");
                return Err(problem.hint(fetch));
            }
            return from(None, "judged as it is: nothing is known of what the remote has".to_owned());
        };
        match against(git, &head, &branch) {
            Ok(base) => {
                let note = format!("compared with `{base}`, where it left `{branch}`");
                from(Some(base), note)
            }
            Err(Parting::Unrelated) => {
                from(None, format!("judged as it is: `{branch}` has no commit in common with it"))
            }
            Err(Parting::Shallow) => {
                let message = format!("`{}`: this clone does not hold where it left `{branch}`", self.branch);
                Err(Problem::new(message).hint(format!("run `git fetch --unshallow {remote}`")))
            }
            Err(Parting::Unreadable(cause)) => {
                Err(Problem::new(format!("`{}`: its history cannot be read: {cause}", self.branch)))
            }
        }
    }

    /// A problem with it that names it.
    fn told(&self, problem: &Problem) -> Problem {
        let told = Problem::new(format!("`{}`: {problem}", self.branch));
        match problem.hint_text() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}

/// The branches of git's lines: local name, local commit, remote name, remote commit. Deletions bring nothing,
/// tags run nowhere by themselves.
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
        let Some(branch) = remote.strip_prefix("refs/heads/").filter(|_| !is_zero(head)) else { continue };
        let base = (!is_zero(base)).then(|| (*base).to_owned());
        pushes.push(Push { branch: branch.to_owned(), head: (*head).to_owned(), base });
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
    let branch = said.branch.as_deref().unwrap_or("HEAD");
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch).to_owned();
    match (&said.from, &said.to, &said.local) {
        (Some(from), Some(to), _) => Ok(Some(Push { branch, head: git.commit(to)?, base: Some(git.commit(from)?) })),
        (_, _, Some(local)) => Ok(Some(Push { branch, head: git.commit(local)?, base: None })),
        _ => Ok(None),
    }
}
