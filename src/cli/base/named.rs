//! What a change is compared with where people name a revision: that revision or, where it has moved on since the
//! change left it, the commit that they have in common.

use super::compared::{Compared, no_fork};
use crate::source::{GitRepository, Parting, Problem};

/// Compares what is there, or the revision `head`, with where its history left `base`, by the rules of `base`.
pub(super) fn compared(base: &str, head: Option<&str>, git: &GitRepository) -> Result<Compared, Problem> {
    let tip = git.commit(base)?;
    let plain = Compared {
        base: Some(base.to_owned()),
        head: head.map(str::to_owned),
        target: git.branch(base),
        ..Compared::default()
    };
    let commit = match head {
        Some(head) => git.commit(head)?,
        None => match git.head() {
            Ok(commit) => commit,
            // Nothing is committed yet that could have left it.
            Err(_) => return Ok(plain),
        },
    };
    if git.contains(&commit, &tip) {
        return Ok(plain);
    }
    let name = head.map_or_else(|| "HEAD".to_owned(), |head| format!("`{head}`"));
    match git.merge_base(&commit, &tip) {
        Ok(fork) => {
            let nothing =
                if fork == commit { format!(": {name} has no commit that `{base}` has not") } else { String::new() };
            let note = Some(format!("compared with `{fork}`, where history left `{base}`{nothing}"));
            Ok(Compared { base: Some(fork), note, ..plain }.by(base, &tip))
        }
        Err(parting @ Parting::Unrelated) => {
            let note = Some(format!("{}: their trees are compared", no_fork(&parting, &name, base)));
            Ok(Compared { note, ..plain })
        }
        Err(parting) => {
            let problem = Problem::new(no_fork(&parting, &name, base));
            Err(problem.hint("run `git fetch --unshallow origin`, or name a commit that it has grown from"))
        }
    }
}
