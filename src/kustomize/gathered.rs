//! What has been gathered of a rendering.

use std::sync::Arc;

use super::config::Config;
use super::resources::Resources;
use super::transform::vars::Var;
use crate::source::Problem;

/// What has been gathered so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Accumulated {
    pub(super) resources: Resources,
    pub(super) config: Option<Arc<Config>>,
    pub(super) vars: Vec<Arc<Var>>,
    /// What kustomize does silently and users should know.
    pub(super) quirks: Vec<Problem>,
    /// How many components have worked on it.
    pub(super) components: usize,
}

impl Accumulated {
    /// Makes values that kustomize holds as one the same again.
    pub(super) fn settle(&mut self) {
        if self.resources.iter().any(|resource| resource.ties.any()) {
            let quirks = &mut self.quirks;
            self.resources.all_mut().iter_mut().for_each(|resource| resource.settle(quirks));
        }
    }
}
