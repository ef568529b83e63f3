//! What unit tests of policies and cases gave, written out: one file per format, each over the same results.

mod coverage;
mod github;
mod human;
mod json;
mod junit;
mod lines;
mod tested;

use std::io;

use super::sink::Sink;

pub use lines::percent;
pub use tested::Tested;

/// A format that results of tests can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// As `opa test --format=json` writes it.
    Json,
    /// As CI servers read it.
    Junit,
    /// Annotations of GitHub Actions, as workflow commands.
    Github,
    /// The coverage, as `opa test --coverage` writes it.
    Coverage,
    /// The coverage, as `lcov` writes it.
    Lcov,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Human, Self::Json, Self::Junit, Self::Github, Self::Coverage, Self::Lcov];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Coverage => "coverage",
            Self::Lcov => "lcov",
        }
    }

    /// Whom it is for.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Human => "for people at a terminal",
            Self::Json => "as `opa test --format=json` writes it",
            Self::Junit => "XML for CI servers",
            Self::Github => "annotations of GitHub Actions",
            Self::Coverage => "what the tests reach, as `opa test --coverage` writes it",
            Self::Lcov => "what the tests reach, for editors and coverage services",
        }
    }

    /// Whether it tells what tests reach.
    #[must_use]
    pub fn is_coverage(self) -> bool {
        matches!(self, Self::Coverage | Self::Lcov)
    }
}

/// Writes what was tested in `format`. `verbose` shows people what is fine too.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(tested: &Tested<'_>, format: Format, verbose: bool, out: &mut Sink<'_>) -> io::Result<()> {
    match format {
        Format::Human => out.text(&human::render(tested, verbose)),
        Format::Json => out.escaped(&json::render(tested)?),
        Format::Junit => out.escaped(&junit::render(tested)),
        Format::Github => out.escaped(&github::render(tested)),
        Format::Coverage => out.escaped(&coverage::json(tested)?),
        Format::Lcov => out.escaped(&coverage::lcov(tested)),
    }
}
