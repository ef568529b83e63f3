//! Renders what is applied in one revision, whoever applies it. A repository does not say all that clusters hold: what
//! only they know stays open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::applied::{Applied, Applier, PointerPlace};
use super::argo::{self, BuildOptions};
use super::cluster::Cluster;
use super::object::{Pointer, PointerKind};
use super::{appset, charts, flux};
use crate::kustomize::{Attempt, Manifest, Options, Parts, Render, Renderer};
use crate::source::{Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;

/// Renders what is applied in one revision.
pub struct Builder<'a> {
    revision: &'a Revision,
    kustomize: Renderer<'a>,
    /// What Flux sees of the revision.
    artifact: OnceLock<Result<Revision, Problem>>,
    /// The Applications that each `ApplicationSet` makes.
    made: Mutex<HashMap<PointerPlace, Applications>>,
    /// What renders pointers.
    parents: Mutex<HashMap<Applied, Arc<Result<Render, Problem>>>>,
    cluster: Cluster,
    parts: Parts,
}

/// What an `ApplicationSet` makes, or why it cannot be told.
type Applications = Arc<Result<Vec<Manifest>, Problem>>;

impl<'a> Builder<'a> {
    /// A builder for `revision`, for which parts may be missing that cannot be seen here; nothing is rendered yet.
    #[must_use]
    pub fn new(revision: &'a Revision, parts: Parts) -> Self {
        Self {
            revision,
            kustomize: Renderer::new(revision, Options { parts, ..Options::default() }),
            artifact: OnceLock::new(),
            made: Mutex::default(),
            parents: Mutex::default(),
            cluster: Cluster::open(),
            parts,
        }
    }

    /// Renders what is applied.
    ///
    /// # Errors
    /// Where the controller, or kustomize, fails, and where the network, Helm or a program would be needed.
    pub fn render(&self, applied: &Applied) -> Result<Render, Problem> {
        self.attempt(applied).result
    }

    /// Renders what is applied, and says what the result follows from, a problem too. Of what a controller applies that is
    /// not all: whether a revision would answer alike, only [`super::reads`] can tell.
    #[must_use]
    pub fn attempt(&self, applied: &Applied) -> Attempt {
        let mut attempt = self.attempt_seen(applied);
        if let Some(render) = attempt.result.as_mut().ok().filter(|_| self.parts == Parts::Seen) {
            let mut inputs = (*attempt.inputs).clone();
            if charts::add(self.revision, render, &mut inputs) {
                attempt.inputs = Arc::new(inputs);
                render.inputs = attempt.inputs.clone();
            }
        }
        attempt
    }

    /// The same without what Helm will make of the objects.
    fn attempt_seen(&self, applied: &Applied) -> Attempt {
        let (result, file) = match &applied.by {
            Applier::Unknown => return self.kustomize.attempt(&applied.directory),
            Applier::ClusterRoot => (self.cluster_root(&applied.directory), None),
            Applier::Pointer(place) => (self.pointed(place), Some(&place.file)),
        };
        let mut inputs = result.as_ref().map(|render| (*render.inputs).clone()).unwrap_or_default();
        if let Some(file) = file {
            inputs.add(file);
        }
        let inputs = Arc::new(inputs);
        Attempt { result: result.map(|render| Render { inputs: inputs.clone(), ..render }), inputs }
    }

    fn pointed(&self, place: &PointerPlace) -> Result<Render, Problem> {
        let missing = || {
            Problem::new(format!("`{}` has no {} `{}` any more", place.file, place.kind.name(), place.name))
                .within(&place.file)
                .reason(Reason::Missing)
        };
        let found = match &place.parent {
            None => Pointer::all(self.revision, &place.file)?,
            Some(parent) => {
                let render = self.parent(parent);
                let render = render.as_ref().as_ref().map_err(Problem::clone)?;
                render.resources.iter().filter_map(|manifest| Pointer::of(manifest.node.clone())).collect()
            }
        };
        let mut of_name: Vec<Pointer> = found.into_iter().filter(|pointer| place.is_of(pointer)).collect();
        // Two of one name may stand in a file.
        let exact = of_name.iter().position(|pointer| place.is_exactly(pointer)).unwrap_or_default();
        let pointer = if of_name.is_empty() { return Err(missing()) } else { of_name.swap_remove(exact) };
        match pointer.kind {
            PointerKind::FluxKustomization => self.flux(&pointer.object),
            PointerKind::ArgoApplication => argo::render(self.revision, &pointer.object, self.argo_options(place)?),
            PointerKind::ApplicationSet => {
                let made = self.made(place, &pointer);
                let made = made.as_ref().as_ref().map_err(Problem::clone)?;
                let name = place.called();
                let application = made.iter().find(|made| made.name() == name).ok_or_else(missing)?;
                argo::render(self.revision, &application.node, self.argo_options(place)?)
            }
        }
    }

    /// What renders pointers, which is rendered once for all of them.
    fn parent(&self, applied: &Applied) -> Arc<Result<Render, Problem>> {
        if let Some(known) = self.parents.lock().unwrap_or_else(PoisonError::into_inner).get(applied) {
            return known.clone();
        }
        let render = Arc::new(self.render(applied));
        self.parents.lock().unwrap_or_else(PoisonError::into_inner).insert(applied.clone(), render.clone());
        render
    }

    /// The Applications of an `ApplicationSet`, which is evaluated once for all of them.
    fn made(&self, place: &PointerPlace, set: &Pointer) -> Applications {
        let place = PointerPlace { made: None, ..place.clone() };
        if let Some(known) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return known.clone();
        }
        let made: Applications = Arc::new(appset::render(self.revision, &set.object).map(|render| render.resources));
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(place, made.clone());
        made
    }

    fn argo_options(&self, place: &PointerPlace) -> Result<BuildOptions, Problem> {
        argo::options_of(place.setting.as_ref(), self.parts)
    }

    fn flux(&self, object: &Node) -> Result<Render, Problem> {
        flux::render_in(self.artifact()?, object, &self.cluster, self.parts)
    }

    fn cluster_root(&self, directory: &RepoPath) -> Result<Render, Problem> {
        flux::render_root(self.artifact()?, directory, &self.cluster, self.parts)
    }

    fn artifact(&self) -> Result<&Revision, Problem> {
        self.artifact.get_or_init(|| flux::artifact(self.revision)).as_ref().map_err(Problem::clone)
    }
}
