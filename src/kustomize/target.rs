//! One kustomization at work: what it reads, and what it takes from others.

use std::sync::Arc;

use super::config;
use super::decode::Text;
use super::gathered::Accumulated;
use super::generate;
use super::kustomization::Kustomization;
use super::load::{Found, Loader};
use super::manifest::{self, Role};
use super::metadata::Tracker;
use super::render::StandIn;
use super::resource::Resource;
use super::schema::Schema;
use super::session::Session;
use super::transform::vars;
use crate::source::{Problem, RepoPath};

/// Gathers what the directories that a kustomization names as its bases render.
pub(super) trait Bases {
    /// What the directory of `loader` gathers, which `entry` names.
    fn base(
        &self,
        session: &Session,
        loader: Loader<'_>,
        entry: &Text,
        tracker: Option<Tracker>,
    ) -> Result<Arc<Accumulated>, Problem>;
}

/// One kustomization at work.
pub(super) struct Target<'a> {
    /// Where what other directories gather is.
    pub(super) bases: &'a dyn Bases,
    pub(super) session: &'a Session,
    pub(super) loader: Loader<'a>,
    pub(super) kustomization: Kustomization,
    /// Notes where resources come from, where `buildMetadata` of the top kustomization wants it.
    pub(super) tracker: Option<Tracker>,
}

impl<'a> Target<'a> {
    /// Reads the kustomization of the loader's directory, or the one that stands in for it.
    pub(super) fn load(
        bases: &'a dyn Bases,
        session: &'a Session,
        loader: Loader<'a>,
        tracker: Option<Tracker>,
        stand_in: Option<&StandIn>,
    ) -> Result<Self, Problem> {
        let kustomization = loader.kustomization(stand_in)?;
        generate::mark(&kustomization.secrets, &loader);
        Ok(Self { bases, session, loader, kustomization, tracker })
    }

    /// The name of the kustomization's file.
    pub(super) fn file_name(&self) -> &str {
        self.kustomization.path.as_ref().map_or("", RepoPath::file_name)
    }

    pub(super) fn tracker_below(&self, entry: &Text) -> Option<Tracker> {
        self.tracker.as_ref().map(|tracker| tracker.enter(entry))
    }

    /// Reads a file, or gathers what a directory renders.
    pub(super) fn add_resource(&self, entry: &Text, gathered: &mut Accumulated) -> Result<(), Problem> {
        match self.loader.find(entry)? {
            Found::File => {
                let objects = manifest::read(&self.loader.read_text(entry)?.yaml(), Role::Resource);
                for object in objects.map_err(|problem| problem.via(entry.span))? {
                    let mut resource = Resource::new(object);
                    if is_unknown(&resource) {
                        self.loader.journal().ask();
                    }
                    if let Some(tracker) = &self.tracker {
                        tracker.read_from(&mut resource, entry);
                    }
                    gathered.resources.append(resource).map_err(|problem| problem.via(entry.span))?;
                }
                Ok(())
            }
            Found::Directory(directory) => {
                let loader = self.loader.enter(&directory, entry)?;
                let base = self.bases.base(self.session, loader, entry, self.tracker_below(entry))?;
                let base = Arc::unwrap_or_clone(base);
                gathered.resources.append_all(base.resources.into_vec()).map_err(|problem| problem.via(entry.span))?;
                if let Some(config) = &base.config {
                    config::merge_shared(&mut gathered.config, config)?;
                }
                vars::merge(&mut gathered.vars, base.vars)?;
                gathered.quirks.extend(base.quirks);
                gathered.unseen.extend(base.unseen);
                Ok(())
            }
        }
    }
}

/// Whether kustomize has to read its schema to learn the scope of the type.
fn is_unknown(resource: &Resource) -> bool {
    Schema::builtin().is_namespaced(&resource.api_version(), &resource.kind()).is_none()
}
