//! A [`Report`] written out: one file per format, each over the same report.
//!
//! A format decides how things look. What is found, what counts and in which order it stands is decided
//! below. Text of the repository reaches a format's output only through [`text`] or an escape of its own, and the
//! output the world only through a [`Sink`], so that it can steer neither a terminal nor the runner of a CI system.

mod ascii;
pub mod diff;
mod github;
mod human;
mod json;
pub mod layout;
mod options;
pub mod policy;
pub mod promote;
pub mod reasons;
pub mod sink;
pub mod status;
pub(crate) mod style;
mod summary;
#[cfg(test)]
mod tests;
mod text;
pub mod trace;
pub mod units;

use std::io;

use crate::finding::Report;

pub use options::Options;
pub use sink::{Charset, Colors, Console, Sink};
pub use text::{quote, quote_line};

/// A format that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// Annotations of GitHub Actions, as workflow commands.
    Github,
    /// Markdown for the summary of a GitHub Actions step.
    Summary,
    /// For programs; `schemas/report.schema.json` describes it.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Human, Self::Github, Self::Summary, Self::Json];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Github => "github",
            Self::Summary => "summary",
            Self::Json => "json",
        }
    }

    /// Whom it is for.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Human => "for people at a terminal",
            Self::Github => "annotations of GitHub Actions",
            Self::Summary => "Markdown for a step summary",
            Self::Json => "for programs, as schemas/report.schema.json describes it",
        }
    }
}

/// Writes `report` in `format`. Colours are written always: the sink strips them where they are not wanted.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(report: &Report, format: Format, out: &mut Sink<'_>, options: Options) -> io::Result<()> {
    match format {
        Format::Human => out.text(&human::render(report, options)),
        Format::Github => out.escaped(&github::render(report)),
        Format::Summary => out.escaped(&summary::render(report)),
        Format::Json => out.json(&json::document(report)),
    }
}
