//! Since when environments have run their images, told by the history of the protected branch.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::images::images;
use crate::change::{Loaded, Renderers, Since, since};
use crate::repo::Overlay;
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

/// What the lower environments run on the base revision and since when, by directory. Empty where no policy wants to
/// know, or no app in a protected environment is touched.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn soaks(
    loaded: &Loaded<'_>,
    renderers: &Renderers<'_>,
) -> Result<BTreeMap<RepoPath, Vec<Soaked>>, Problem> {
    let (Some(base), Some((history, enough))) = (&loaded.base, wanted(loaded)) else { return Ok(BTreeMap::new()) };
    let environments = &loaded.head.layout.environments;
    let protected =
        |overlay: &Overlay| environments.find(&overlay.environment).is_some_and(|environment| environment.protected);
    let here = |overlay: &&Overlay| !protected(overlay) && !renderers.is_elsewhere(&overlay.environment);
    let promoted = loaded.apps().into_iter().filter(|app| app.overlays.iter().any(protected));
    let lower = promoted.flat_map(|app| {
        let directory = |overlay| base.directory(&app.name, overlay).unwrap_or(&overlay.directory);
        let now = app.overlays.iter().filter(here).map(move |overlay| (directory(overlay), overlay));
        // What the change takes away has run there, too.
        let gone = base.extent.removed_of(&app.name).filter(here).map(|overlay| (&overlay.directory, overlay));
        now.chain(gone).map(|(directory, overlay)| (directory, overlay.environment.as_str()))
    });
    let overlays: Vec<(&RepoPath, &str)> = lower.collect();
    if overlays.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = since(history, &overlays, Some(enough), |environment, render| {
        let images = images(environment, &render.resources).into_iter();
        images.filter_map(|image| Some((image.repository?, image.tag, image.digest))).collect()
    })?;
    let tell = |((repository, tag, digest), since): ((String, _, _), Since)| Soaked {
        repository,
        tag,
        digest,
        since: since.time.to_string(),
        cut: since.cut,
    };
    let directories = overlays.into_iter().map(|(directory, _)| directory.clone());
    Ok(directories.zip(found).map(|(directory, found)| (directory, found.into_iter().map(tell).collect())).collect())
}

/// The time before which it does not matter since when something has run, and the history that tells; `None` where
/// no policy wants to know or nothing tells.
fn wanted<'a>(loaded: &Loaded<'a>) -> Option<(&'a History, Timestamp)> {
    let settings = loaded.rules.config.policies.settings.get("digest-matches-staging")?;
    let hours: i64 = settings.get("min_soak")?.text()?.parse().ok().filter(|hours| *hours > 0)?;
    let enough = loaded.request.now.checked_sub(SignedDuration::from_hours(hours)).ok()?;
    Some((loaded.request.history?, enough))
}
