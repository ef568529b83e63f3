//! A [`Report`] written out: one file per format, each over the same report.
//!
//! A format decides how things look. What is found, what counts and in which order it stands is decided
//! below. Text of the repository reaches a format's output only through [`text`] or an escape of its own,
//! so that it can steer neither a terminal nor the runner of a CI system.

pub mod diff;
mod github;
mod human;
pub mod input;
mod json;
mod options;
pub mod policy;
pub mod promote;
pub mod reasons;
pub mod status;
mod summary;
#[cfg(test)]
mod tests;
mod text;
pub mod trace;
pub mod units;

use std::io::{self, Write};

use crate::finding::Report;

pub use options::Options;
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

/// Writes `report` in `format`. Colours are written always: the edge strips them where they are not wanted.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(report: &Report, format: Format, out: &mut dyn Write, options: Options) -> io::Result<()> {
    let text = match format {
        Format::Human => human::render(report, options),
        Format::Github => github::render(report),
        Format::Summary => summary::render(report),
        Format::Json => json::render(report)?,
    };
    out.write_all(text.as_bytes())
}
