//! Since when an environment has run its images, told by the history of the protected branch.
//!
//! The branch is followed back from the base revision, first parents only. An overlay is rendered at those commits
//! alone that touched what it is made of.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::facts;
use crate::kustomize::{Options, Renderer, Web};
use crate::source::{History, Landing, Problem, RepoPath, Revision};

/// Commits that are looked at; what has run for longer has run for long.
const MAX_COMMITS: usize = 5000;

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

/// What names an image: repository, tag and digest.
type Key = (String, Option<String>, Option<String>);

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
    let mut found = Vec::new();
    let mut open: Option<BTreeSet<Key>> = None;
    let mut newer: Option<(Revision, Landing)> = None;
    for landing in history.landings().take(MAX_COMMITS) {
        let landing = landing?;
        let revision = history.revision(&landing.commit)?;
        let changed = newer.as_ref().is_none_or(|(newer, _)| touches(newer, &revision, directory));
        let runs = changed.then(|| images(&revision, directory, environment));
        let still = match (&mut open, runs) {
            (open @ None, Some(runs)) => open.insert(runs),
            (Some(open), Some(runs)) => {
                // What this older commit does not run came with the newer one.
                let came: Vec<Key> = open.difference(&runs).cloned().collect();
                for key in came {
                    open.remove(&key);
                    found.extend(newer.as_ref().map(|(_, at)| tell(key, at, false)));
                }
                open
            }
            (Some(open), None) => open,
            (None, None) => break,
        };
        let old_enough = Timestamp::from_second(landing.time).is_ok_and(|time| time <= enough);
        if still.is_empty() || old_enough || landing.parent.is_none() {
            let cut = landing.cut && !old_enough;
            found.extend(std::mem::take(still).into_iter().map(|key| tell(key, &landing, cut)));
            break;
        }
        newer = Some((revision, landing));
    }
    // More commits than are looked at: as long as the oldest of them.
    for key in open.into_iter().flatten() {
        found.extend(newer.as_ref().map(|(_, at)| tell(key, at, false)));
    }
    found.sort_by(|a, b| (&a.repository, &a.tag, &a.digest).cmp(&(&b.repository, &b.tag, &b.digest)));
    Ok(found)
}

fn tell((repository, tag, digest): Key, at: &Landing, cut: bool) -> Soaked {
    let since = Timestamp::from_second(at.time).unwrap_or_default().to_string();
    Soaked { repository, tag, digest, since, cut }
}

/// Whether something that the overlay is made of differs between two commits.
fn touches(newer: &Revision, older: &Revision, directory: &RepoPath) -> bool {
    let reach = Web::new(newer).reach(directory);
    reach.iter().any(|path| newer.identity(path) != older.identity(path))
}

/// What an overlay runs; nothing where it cannot be rendered, as then nobody deployed it.
fn images(revision: &Revision, directory: &RepoPath, environment: &str) -> BTreeSet<Key> {
    let Ok(render) = Renderer::new(revision, Options::default()).render(directory) else { return BTreeSet::new() };
    let images = facts::images(environment, &render.resources).into_iter();
    images.filter_map(|image| Some((image.repository?, image.tag, image.digest))).collect()
}
