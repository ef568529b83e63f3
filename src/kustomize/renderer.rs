//! Renders directories of one revision. A base is loaded once however many overlays use it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::config::Config;
use super::decode::Text;
use super::finish;
use super::gathered::Accumulated;
use super::hash;
use super::journal::{Journal, Notes};
use super::load::Loader;
use super::manifest::{self, Role};
use super::metadata::Tracker;
use super::render::{Attempt, Manifest, Options, Render, StandIn};
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
    /// Bases, by directory.
    bases: Mutex<HashMap<RepoPath, Arc<Base>>>,
}

/// A base that was gathered without fault.
struct Base {
    gathered: Arc<Accumulated>,
    /// What that took.
    notes: Notes,
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
        self.attempt(directory).result
    }

    /// Renders a directory as `kustomize build` does, and says what the result follows from, a problem too.
    #[must_use]
    pub fn attempt(&self, directory: &RepoPath) -> Attempt {
        self.attempt_as(directory, None)
    }

    /// The same with another kustomization in the place of the directory's own.
    #[must_use]
    pub fn attempt_as(&self, directory: &RepoPath, stand_in: Option<&StandIn>) -> Attempt {
        let journal = Journal::new(self.revision);
        let result = self.run(&journal, directory, stand_in);
        let inputs = Arc::new(journal.into_inputs());
        let result = result.map(|render| Render { inputs: inputs.clone(), ..render });
        Attempt { result, inputs }
    }

    fn run(&self, journal: &Journal<'_>, directory: &RepoPath, stand_in: Option<&StandIn>) -> Result<Render, Problem> {
        let loader = Loader::new(journal, self.options.restrictor, directory)?;
        let session = Session::new(self.options.parts);
        let mut target = Target::load(self, &session, loader, None, stand_in)?;
        target.tracker = Tracker::start(&target.kustomization.build_metadata);
        let mut gathered = target.accumulate(Accumulated::default())?;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let resources = gathered.resources.all_mut();
        hash::apply(resources)?;
        gathered.resources.check_unique()?;
        let resources = gathered.resources.all_mut();
        names::apply(resources, &config.name_reference, &mut gathered.quirks)?;
        let is_open = !gathered.unseen.is_empty();
        vars::resolve(resources, &gathered.vars, &config.var_reference, is_open, &mut gathered.quirks)?;
        // A replacement may have taken away what every object needs.
        resources.iter().try_for_each(|resource| manifest::check(&resource.node, Role::Resource))?;
        resources.retain(|resource| !is_local(resource));
        scope::report(resources, &mut gathered.quirks);
        order::apply(resources, target.kustomization.sort_options.as_ref(), self.options.order)?;
        finish::finish(resources, &target.kustomization.build_metadata)?;
        let resources = gathered.resources.into_vec().into_iter();
        let resources = resources.map(|Resource { node, removed, .. }| Manifest { node, removed }).collect();
        // A base that is reached twice, or a field of many objects, says the same of one text.
        let mut said = HashSet::new();
        gathered.quirks.retain(|quirk| said.insert((quirk.span(), quirk.message().to_owned())));
        Ok(Render { resources, quirks: gathered.quirks, unseen: gathered.unseen, inputs: Arc::default() })
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
        let (directory, stack, journal) = (loader.root(), loader.stack().to_vec(), loader.journal());
        // What a base gathers is the same for all but for the types that are known and the way that led to it.
        let shared = tracker.is_none() && session.custom_types().is_none();
        if let Some(known) = self.known(&directory).filter(|known| shared && journal.repeat(&stack, &known.notes)) {
            return Ok(known.gathered.clone());
        }
        let (gathered, notes) = journal.part(&stack, || self.gather(session, loader, entry, tracker));
        let gathered = Arc::new(gathered?);
        if shared && session.is_open() {
            // Two threads may gather the same base at once; both come to the same result.
            let base = Arc::new(Base { gathered: gathered.clone(), notes });
            self.bases.lock().unwrap_or_else(PoisonError::into_inner).insert(directory, base);
        }
        Ok(gathered)
    }
}

impl Renderer<'_> {
    fn gather(
        &self,
        session: &Session,
        loader: Loader<'_>,
        entry: &Text,
        tracker: Option<Tracker>,
    ) -> Result<Accumulated, Problem> {
        loader.journal().count_kustomization().map_err(|problem| problem.at(entry.span))?;
        let target = Target::load(self, session, loader, tracker, None).map_err(|problem| problem.via(entry.span))?;
        if target.kustomization.component {
            return Err(Problem::new(format!("`{}` is a component", &**entry))
                .at(entry.span)
                .hint("list it under `components`"));
        }
        target.accumulate(Accumulated::default()).map_err(|problem| problem.via(entry.span))
    }

    fn known(&self, directory: &RepoPath) -> Option<Arc<Base>> {
        self.bases.lock().unwrap_or_else(PoisonError::into_inner).get(directory).cloned()
    }
}

/// Whether the object is there for other objects to read from only.
fn is_local(resource: &Resource) -> bool {
    metadata_map(&resource.node, "annotations")
        .any(|(key, value)| key == "config.kubernetes.io/local-config" && value != "false")
}
