//! The one shape of everything that goes wrong with input: what, where, and what to do about it.

use std::fmt;

use super::files::Span;
use super::path::RepoPath;

/// Something that cannot be read, parsed, rendered or judged.
///
/// The message is one sentence: lowercase, no full stop, literals in backticks. Values of Secrets never
/// appear in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    span: Option<Span>,
    path: Option<RepoPath>,
    hint: Option<String>,
    trail: Vec<Span>,
    /// How many of the trail come first that were given by [`Problem::beside`].
    besides: usize,
    key: Option<String>,
    reason: Reason,
}

/// What kind of obstacle it is, where callers treat kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The input is wrong.
    Invalid,
    /// It would need the network.
    Remote,
    /// It would need Helm.
    Helm,
    /// It would need a program of the repository's to run.
    Plugin,
    /// A limit was reached.
    Limit,
    /// A file or directory is not there.
    Missing,
    /// A file is not there, and Git is told to ignore it: something makes it.
    Ignored,
    /// A path leads out of the tree.
    Outside,
    /// A text of the input applies to nothing.
    Unmatched,
    /// An object that a text of the input is about is not there.
    Absent,
    /// What is done has no effect in a cluster.
    Harmless,
}

impl Problem {
    /// A problem with that message.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            message: message.into(),
            span: None,
            path: None,
            hint: None,
            trail: Vec::new(),
            besides: 0,
            key: None,
            reason: Reason::Invalid,
        }))
    }

    /// Puts the problem at a place, unless it has one.
    #[must_use]
    pub fn at(mut self, span: impl Into<Option<Span>>) -> Self {
        self.0.span = self.0.span.or(span.into());
        self
    }

    /// Puts the problem into a file or directory, where no closer place is known.
    #[must_use]
    pub fn within(mut self, path: &RepoPath) -> Self {
        self.0.path.get_or_insert_with(|| path.clone());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Says what kind of obstacle it is.
    #[must_use]
    pub fn reason(mut self, reason: Reason) -> Self {
        self.0.reason = reason;
        self
    }

    /// Says what it is about, where the message holds values that change.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Adds the entry of the kustomization that led here; called from the inside out.
    #[must_use]
    pub fn via(mut self, span: impl Into<Option<Span>>) -> Self {
        self.0.trail.extend(span.into());
        self
    }

    /// Adds another place that has a part in it: the first of two that are the same, the object of a patch.
    #[must_use]
    pub fn beside(mut self, span: impl Into<Option<Span>>) -> Self {
        if let Some(span) = span.into() {
            self.0.trail.insert(self.0.besides, span);
            self.0.besides += 1;
        }
        self
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The text that caused it.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The file or directory it is in; only meant where [`Self::span`] is `None`.
    #[must_use]
    pub fn path(&self) -> Option<&RepoPath> {
        self.0.path.as_ref()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// All other places: [`Self::besides`], then [`Self::chain`].
    #[must_use]
    pub fn trail(&self) -> &[Span] {
        &self.0.trail
    }

    /// The other places that have a part in it.
    #[must_use]
    pub fn besides(&self) -> &[Span] {
        self.0.trail.get(..self.0.besides).unwrap_or_default()
    }

    /// The entries of kustomizations that led to it, innermost first.
    #[must_use]
    pub fn chain(&self) -> &[Span] {
        self.0.trail.get(self.0.besides..).unwrap_or_default()
    }

    /// What it is about, where that was said; else the message.
    #[must_use]
    pub fn key_text(&self) -> &str {
        self.0.key.as_deref().unwrap_or(&self.0.message)
    }

    /// What kind of obstacle it is.
    #[must_use]
    pub fn kind(&self) -> Reason {
        self.0.reason
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Problem {}

impl From<super::revision::ReadError> for Problem {
    fn from(error: super::revision::ReadError) -> Self {
        use super::revision::ReadError;
        let reason = match &error {
            ReadError::Missing(_) => Reason::Missing,
            ReadError::TooLarge { .. } => Reason::Limit,
            _ => Reason::Invalid,
        };
        Self::new(error.to_string()).reason(reason)
    }
}
