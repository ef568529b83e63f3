//! What one overlay is to get.

use super::task::Task;
use crate::kustomize::Render;
use crate::repo::Overlay;

/// An overlay that gets images, as it is and with what it shall get.
pub(super) struct Target<'a> {
    pub(super) overlay: &'a Overlay,
    pub(super) before: &'a Render,
    pub(super) tasks: Vec<Task<'a>>,
}
