//! A revision and the apps that are found in it.

use std::sync::Arc;

use super::request::Request;
use crate::kustomize::Web;
use crate::repo::{Before, Config, Layout};
use crate::source::Revision;

/// A revision and its apps.
pub struct Side<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// The apps to be judged, and the environments.
    pub layout: Arc<Layout>,
    /// The same with every app, also those that are not to be judged.
    pub whole: Arc<Layout>,
}

impl<'a> Side<'a> {
    /// Finds the apps of a revision; the overlays of the base stay overlays.
    pub(super) fn find(request: &Request<'a>, config: &Config, web: &Web<'a>, before: Option<Before<'_>>) -> Self {
        let whole = Arc::new(Layout::find_in(config, web, &request.elsewhere, &request.here, before));
        if request.within.is_root() {
            return Self { revision: web.revision(), layout: whole.clone(), whole };
        }
        let mut layout = Layout::clone(&whole);
        layout.apps.retain_mut(|app| {
            app.overlays.retain(|overlay| overlay.applied.directory.is_within(&request.within));
            !app.overlays.is_empty()
        });
        Self { revision: web.revision(), layout: Arc::new(layout), whole }
    }
}
