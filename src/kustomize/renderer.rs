//! Renders directories of one revision. A base is loaded once however many overlays use it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::config::Config;
use super::decode::Text;
use super::finish;
use super::gathered::Accumulated;
use super::hash;
use super::load::Loader;
use super::manifest::{self, Role};
use super::metadata::Tracker;
use super::render::{Manifest, Options, Render};
use super::resource::{Resource, metadata_map};
use super::scope;
use super::session::Session;
use super::target::{Bases, Target};
use super::transform::{names, order, vars};
use crate::source::{Problem, RepoPath, Revision};

/// Renders directories of one revision.
pub struct Renderer<'a> {
    revision: &'a Revision,
    options: Options,
    /// What bases gather, by directory, before names are settled.
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
        let session = Session::default();
        let mut target = Target::load(self, &session, loader, None)?;
        target.tracker = Tracker::start(&target.kustomization.build_metadata);
        let mut gathered = target.accumulate(Accumulated::default())?;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let resources = gathered.resources.all_mut();
        hash::apply(resources);
        names::apply(resources, &config.name_reference, &mut gathered.quirks)?;
        vars::resolve(resources, &gathered.vars, &config.var_reference, &mut gathered.quirks)?;
        // A replacement may have taken away what every object needs.
        resources.iter().try_for_each(|resource| manifest::check(&resource.node, Role::Resource))?;
        resources.retain(|resource| !is_local(resource));
        scope::report(resources, &mut gathered.quirks);
        order::apply(resources, target.kustomization.sort_options.as_ref(), self.options.order)?;
        finish::finish(resources, &target.kustomization.build_metadata)?;
        let resources = gathered.resources.into_vec().into_iter();
        let resources = resources.map(|Resource { node, removed, .. }| Manifest { node, removed }).collect();
        gathered.inputs.sort();
        gathered.inputs.dedup();
        // A base that is reached twice, or a field of many objects, says the same of one text.
        let mut said = HashSet::new();
        gathered.quirks.retain(|quirk| said.insert((quirk.span(), quirk.message().to_owned())));
        Ok(Render { resources, quirks: gathered.quirks, inputs: gathered.inputs })
    }
}

impl Bases for Renderer<'_> {
    fn base(
        &self,
        session: &Session,
        loader: Loader<'_>,
        entry: &Text,
        tracker: Option<Tracker>,
    ) -> Result<Arc<Accumulated>, Problem> {
        let directory = loader.root();
        // What a base gathers is the same for all but for the types that are known and the way that led to it.
        let shared = tracker.is_none() && session.custom_types().is_none();
        if let Some(known) = self.known(&directory).filter(|_| shared) {
            return Ok(known);
        }
        session.enter().map_err(|problem| problem.at(entry.span))?;
        let target = Target::load(self, session, loader, tracker).map_err(|problem| problem.via(entry.span))?;
        if target.kustomization.component {
            return Err(Problem::new(format!("`{}` is a component", &**entry))
                .at(entry.span)
                .hint("list it under `components`"));
        }
        let gathered = target.accumulate(Accumulated::default()).map_err(|problem| problem.via(entry.span))?;
        let gathered = Arc::new(gathered);
        if shared && session.is_open() {
            // Two threads may gather the same base at once; both come to the same result.
            self.bases.lock().unwrap_or_else(PoisonError::into_inner).insert(directory, gathered.clone());
        }
        Ok(gathered)
    }
}

impl Renderer<'_> {
    fn known(&self, directory: &RepoPath) -> Option<Arc<Accumulated>> {
        self.bases.lock().unwrap_or_else(PoisonError::into_inner).get(directory).cloned()
    }
}

/// Whether the object is there for other objects to read from only.
fn is_local(resource: &Resource) -> bool {
    metadata_map(&resource.node, "annotations")
        .any(|(key, value)| key == "config.kubernetes.io/local-config" && value != "false")
}
