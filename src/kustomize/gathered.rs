//! What has been gathered of a rendering.

use std::sync::Arc;

use super::config::Config;
use super::fieldspec::FieldSpec;
use super::kustomization::Image;
use super::resource::Resource;
use super::resources::Resources;
use super::transform::images;
use super::transform::vars::Var;
use super::unseen::UnseenPart;
use crate::source::{Problem, Reason};

/// What has been gathered so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Accumulated {
    pub(super) resources: Resources,
    pub(super) config: Option<Arc<Config>>,
    pub(super) vars: Vec<Arc<Var>>,
    /// What kustomize does silently and users should know.
    pub(super) quirks: Vec<Problem>,
    /// The parts that cannot be seen here.
    pub(super) unseen: Vec<UnseenPart>,
    /// How many components have worked on it.
    pub(super) components: usize,
}

impl Accumulated {
    /// Whether there are parts that cannot be seen: what is not there may be in them.
    pub(super) fn is_open(&self) -> bool {
        !self.unseen.is_empty()
    }

    /// Takes in what a generator made. What it is to be merged into may be in a part that cannot be seen.
    pub(super) fn absorb(&mut self, resource: Resource) -> Result<(), Problem> {
        let is_open = self.is_open();
        let edits = is_open.then(|| UnseenPart::generated(&resource));
        match (self.resources.absorb(resource), edits) {
            (Err(problem), Some(edits)) if problem.kind() == Reason::Absent => self.unseen.push(edits),
            (absorbed, _) => return absorbed,
        }
        Ok(())
    }

    /// Changes the images that an entry of `images` matches.
    pub(super) fn set_image(&mut self, image: &Image, specs: &[FieldSpec]) -> Result<(), Problem> {
        let is_open = self.is_open();
        let unseen = is_open.then_some(&mut self.unseen);
        images::apply(self.resources.all_mut(), image, specs, unseen, &mut self.quirks)
    }

    /// Makes values that kustomize holds as one the same again.
    pub(super) fn settle(&mut self) {
        if self.resources.iter().any(|resource| resource.ties.any()) {
            let quirks = &mut self.quirks;
            self.resources.all_mut().iter_mut().for_each(|resource| resource.settle(quirks));
        }
    }
}
