//! Choices of the reader.

/// What the reader may choose about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Show findings that do not count (known or waived) too, and the notes of the run.
    pub verbose: bool,
}
