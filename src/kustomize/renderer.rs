//! Renders directories of one revision. A base is loaded once however many overlays use it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::accumulate::{Accumulated, Target};
use super::config::Config;
use super::hash;
use super::load::Loader;
use super::render::{Manifest, Options, Render};
use super::resource::{Resource, metadata_map};
use super::transform::{names, order, vars};
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::{Node, Tag, Value};

/// Renders directories of one revision.
pub struct Renderer<'a> {
    revision: &'a Revision,
    options: Options,
    /// What bases gather, by directory.
    bases: Mutex<HashMap<RepoPath, Arc<Accumulated>>>,
}

impl<'a> Renderer<'a> {
    /// A renderer of the directories of `revision`.
    #[must_use]
    pub fn new(revision: &'a Revision, options: Options) -> Self {
        Self { revision, options, bases: Mutex::default() }
    }

    /// Renders a directory as `kustomize build` does.
    ///
    /// # Errors
    /// Where kustomize fails, and where the network, Helm or a program would be needed.
    pub fn render(&self, directory: &RepoPath) -> Result<Render, Problem> {
        let loader = Loader::new(self.revision, self.options.restrictor, directory)?;
        let target = Target::load(self, loader)?;
        let mut gathered = target.accumulate(Accumulated::default())?;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let resources = gathered.resources.all_mut();
        hash::apply(resources);
        names::apply(resources, &config.name_reference)?;
        vars::resolve(resources, &gathered.vars, &config.var_reference, &mut gathered.quirks)?;
        resources.retain(|resource| !is_local(resource));
        order::apply(resources, target.kustomization().sort_options.as_ref(), self.options.order)?;
        let resources = gathered.resources.into_vec().into_iter().map(|mut resource| {
            write_annotations_as_text(&mut resource.node);
            Manifest { node: resource.node, removed: resource.removed }
        });
        let resources = resources.collect();
        gathered.inputs.sort();
        gathered.inputs.dedup();
        Ok(Render { resources, quirks: gathered.quirks, inputs: gathered.inputs })
    }

    /// What the base at the loader's directory gathers, before names are settled.
    pub(super) fn base(&self, loader: Loader<'_>) -> Result<Arc<Accumulated>, Problem> {
        let directory = loader.root();
        if let Some(known) = self.bases.lock().unwrap_or_else(PoisonError::into_inner).get(&directory) {
            return Ok(known.clone());
        }
        let target = Target::load(self, loader)?;
        if target.kustomization().component {
            return Err(Problem::new(format!("`{directory}` is a component"))
                .within(&directory)
                .hint("list it under `components`, not under `resources`"));
        }
        let gathered = Arc::new(target.accumulate(Accumulated::default())?);
        // Two threads may gather the same base at once; both come to the same result.
        self.bases.lock().unwrap_or_else(PoisonError::into_inner).insert(directory, gathered.clone());
        Ok(gathered)
    }
}

/// Whether the object is there for other objects to read from only.
fn is_local(resource: &Resource) -> bool {
    metadata_map(&resource.node, "annotations")
        .any(|(key, value)| key == "config.kubernetes.io/local-config" && value != "false")
}

/// Taking its own annotations out again, kustomize writes all others as strings and drops an empty map.
fn write_annotations_as_text(node: &mut Node) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    let Some(annotations) = metadata.get_mut("annotations") else { return };
    let Some(map) = annotations.as_map_mut().filter(|map| !map.is_empty()) else {
        metadata.remove("annotations");
        return;
    };
    for entry in map.iter_mut() {
        if let Value::Scalar(scalar) = &mut entry.value.value {
            scalar.tag = Tag::Str;
        }
    }
}
