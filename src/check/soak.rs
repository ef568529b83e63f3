//! Since when an environment has run its images, told by the history of the protected branch.

use jiff::Timestamp;
use serde::Serialize;

use super::facts::images;
use super::since::since;
use crate::source::{History, Problem, RepoPath};

/// An image that an environment runs on the base revision, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Soaked {
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
    /// When it came, RFC 3339; no later than that where it was not followed further back.
    since: String,
    /// Whether it may have run for longer than this clone can tell.
    cut: bool,
}

/// Since when the overlay at `directory`, whose environment is `environment`, has run what it runs. History older
/// than `enough` is not looked at.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn soaked(
    history: &History,
    directory: &RepoPath,
    environment: &str,
    enough: Timestamp,
) -> Result<Vec<Soaked>, Problem> {
    let found = since(history, &[(directory, environment)], Some(enough), |environment, render| {
        let images = images(environment, &render.resources).into_iter();
        images.filter_map(|image| Some((image.repository?, image.tag, image.digest))).collect()
    })?;
    let tell = |((repository, tag, digest), since): ((String, _, _), super::since::Since)| Soaked {
        repository,
        tag,
        digest,
        since: since.time.to_string(),
        cut: since.cut,
    };
    Ok(found.into_iter().flatten().map(tell).collect())
}
