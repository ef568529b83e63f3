//! The nearest name that there is.

use crate::schema::nearest;
use crate::source::Problem;

/// Adds the candidate to a problem that is spelt most like `word`, where one is near.
pub(super) fn near(problem: Problem, word: &str, candidates: impl IntoIterator<Item = impl AsRef<str>>) -> Problem {
    let candidates: Vec<_> = candidates.into_iter().collect();
    match nearest(word, candidates.iter().map(AsRef::as_ref)) {
        Some(name) => problem.hint(format!("did you mean `{name}`?")),
        None => problem,
    }
}
