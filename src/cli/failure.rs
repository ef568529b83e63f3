//! Why a command could not do its work, and how that is told.

use std::io;
use std::sync::Arc;

use super::exit::Exit;
use crate::finding::Masks;
use crate::report::style::{CYAN, RED, RESET};
use crate::report::{Sink, quote};
use crate::source::{Files, Problem};

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something is wrong with the input.
    Problems(Vec<Problem>, Option<Places>),
    /// The output could not be written.
    Output(io::Error),
}

/// What places of problems refer to.
#[derive(Clone)]
pub(super) struct Places {
    /// The files they are in.
    pub(super) files: Arc<Files>,
    /// What leads from the working directory to where paths start; empty where that is the same.
    pub(super) prefix: String,
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem], None)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// Tells why on `err`.
    pub(super) fn print(&self, err: &mut Sink<'_>) -> Exit {
        match self {
            // Who closed the pipe has read enough and wants to hear nothing.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Self::Output(error) => {
                let _ = err.line(&format!("{RED}error{RESET}: the output cannot be written: {error}"));
            }
            Self::Problems(problems, places) => {
                let masks = places.as_ref().map(|places| Masks::of(&places.files)).unwrap_or_default();
                for problem in problems {
                    // Nothing is left to tell a failure of standard error to.
                    let _ = err.text(&explain(problem, places.as_ref(), &masks));
                }
            }
        }
        Exit::NotJudged
    }
}

/// A problem as people read it: what, where, the way there, what to do.
fn explain(problem: &Problem, places: Option<&Places>, masks: &Masks) -> String {
    let shown = |text: &str| match places {
        Some(places) => quote(&masks.message(&places.files, problem.span(), text)),
        None => quote(text),
    };
    let mut text = format!("{RED}error{RESET}: {}\n", shown(problem.message()));
    let prefix = places.map(|places| places.prefix.as_str()).unwrap_or_default();
    let at = |span| {
        places.map(|places| {
            let location = places.files.location(span);
            quote(&format!("{prefix}{}:{}:{}", location.path, location.line, location.column))
        })
    };
    match (problem.span().and_then(at), problem.path()) {
        (Some(place), _) => text.push_str(&format!("  {CYAN}-->{RESET} {place}\n")),
        (None, Some(path)) => {
            let path = if path.is_root() { prefix.trim_end_matches('/') } else { &format!("{prefix}{path}") };
            let path = if path.is_empty() { "." } else { path };
            text.push_str(&format!("  {CYAN}-->{RESET} {}\n", quote(path)));
        }
        (None, None) => {}
    }
    for (word, places) in [("see also", problem.besides()), ("read from", problem.chain())] {
        for place in places.iter().copied().filter_map(at) {
            text.push_str(&format!("  {word} {place}\n"));
        }
    }
    if let Some(hint) = problem.hint_text() {
        text.push_str(&format!("  {CYAN}help{RESET}: {}\n", shown(hint)));
    }
    text
}
