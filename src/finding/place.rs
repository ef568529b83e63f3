//! Places in files, with the lines around them as far as they may be seen.

use crate::source::Location;

/// A place in a file with the lines around it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// Where, relative to [`super::Report::root`].
    #[serde(flatten)]
    pub location: Location,
    /// The lines around it, Secret values masked.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// Some whole lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first: u32,
    /// The lines, without their ends.
    pub lines: Vec<String>,
}

/// A second place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Related {
    /// What is to be seen there, as a short phrase.
    pub label: String,
    /// Where it is.
    pub place: Place,
}
