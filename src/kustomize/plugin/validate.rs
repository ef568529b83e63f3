//! Validators: plugins that look at the resources, and may leave nothing behind but a label.

use super::Plugin;
use crate::kustomize::gathered::Accumulated;
use crate::kustomize::resource::Resource;
use crate::kustomize::transform::Context;
use crate::source::Problem;
use crate::yaml::Node;

/// The label that a validator may leave.
const LABEL: &str = "validated-by";

impl Plugin {
    /// Runs the plugin as a validator.
    ///
    /// # Errors
    /// When it fails, or changes a resource.
    pub(in crate::kustomize) fn validate(
        &self,
        context: &Context<'_>,
        gathered: &mut Accumulated,
    ) -> Result<(), Problem> {
        let before = gathered.resources.clone();
        self.transform(context, gathered)?;
        let mut pairs = before.iter().zip(gathered.resources.iter());
        let changed = match pairs.find(|(before, after)| !is_unchanged(before, after)) {
            Some((resource, _)) => Some(resource),
            None if before.as_slice().len() == gathered.resources.as_slice().len() => None,
            None => before.iter().last(),
        };
        let Some(resource) = changed else { return Ok(()) };
        Err(Problem::new(format!("a validator may change nothing, and this one changes `{}`", resource.id()))
            .at(self.config.node.get("kind").and_then(|kind| kind.origin.span))
            .via(self.entry)
            .hint("list it under `transformers` if the change is meant"))
    }
}

fn is_unchanged(before: &Resource, after: &Resource) -> bool {
    before.history.len() == after.history.len()
        && before.prefixes.len() == after.prefixes.len()
        && before.suffixes.len() == after.suffixes.len()
        && before.node.same_data(&without_label(&after.node))
}

fn without_label(node: &Node) -> Node {
    let mut node = node.clone();
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_map_mut) else { return node };
    let Some(labels) = metadata.get_mut("labels").and_then(Node::as_map_mut) else { return node };
    if labels.remove(LABEL).is_some() && labels.is_empty() {
        metadata.remove("labels");
    }
    node
}
