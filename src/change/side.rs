//! A revision and the apps that are found in it.

use super::request::Request;
use crate::kustomize::Web;
use crate::repo::{App, Config, Layout};
use crate::source::Revision;

/// A revision and its apps.
pub struct Side<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// The apps to be judged, and the environments.
    pub layout: Layout,
    /// Every app, also those that are not to be judged.
    pub all_apps: Vec<App>,
}

impl<'a> Side<'a> {
    /// Finds the apps of a revision; overlays of `before`, the layout of the base, stay overlays.
    pub(super) fn find(request: &Request<'a>, config: &Config, web: &Web<'a>, before: Option<&Layout>) -> Self {
        let mut layout = Layout::find_in(config, web, &request.elsewhere, &request.here, before);
        let all_apps = layout.apps.clone();
        layout.apps.retain_mut(|app| {
            app.overlays.retain(|overlay| overlay.directory.is_within(&request.within));
            !app.overlays.is_empty()
        });
        Self { revision: web.revision(), layout, all_apps }
    }
}
