//! Since when environments have run their images, told by the history of the protected branch.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::images;
use super::setting::Setting;
use super::since::{Since, since};
use crate::repo::Overlay;
use crate::source::{Problem, RepoPath};

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
pub(super) fn soaks(setting: &Setting<'_>) -> Result<BTreeMap<RepoPath, Vec<Soaked>>, Problem> {
    let (Some(base), Some((history, enough))) = (&setting.base, setting.soak()) else { return Ok(BTreeMap::new()) };
    let protected = |overlay: &Overlay| {
        setting.layout.environments.find(&overlay.environment).is_some_and(|environment| environment.protected)
    };
    let here = |overlay: &&Overlay| !protected(overlay) && !setting.elsewhere.contains_key(&overlay.environment);
    let promoted = setting.apps().into_iter().filter(|app| app.overlays.iter().any(protected));
    let lower = promoted.flat_map(|app| {
        let now = app.overlays.iter().filter(here).map(|overlay| (base.directory(app, overlay), overlay));
        // What the change takes away has run there, too.
        let gone = base.removed(app).filter(here).map(|overlay| (overlay.directory.clone(), overlay));
        now.chain(gone)
    });
    let overlays: Vec<(RepoPath, &Overlay)> = lower.collect();
    let overlays: Vec<(&RepoPath, &str)> =
        overlays.iter().map(|(directory, overlay)| (directory, overlay.environment.as_str())).collect();
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
