//! Renders what is applied in one revision, whoever applies it. A repository does not say all that clusters hold: what
//! only they know stays open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::applied::{Applied, Applier, BuildSetting, PointerPlace, fingerprint_of};
use super::argo::{self, BuildOptions};
use super::cluster::Cluster;
use super::object::{Pointer, PointerKind};
use super::{appset, charts, elsewhere, flux};
use crate::kustomize::{Attempt, Options, Parts, Render, Renderer};
use crate::source::{Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;

/// Renders what is applied in one revision.
pub struct Builder<'a> {
    revision: &'a Revision,
    kustomize: Renderer<'a>,
    /// What Flux sees of the revision.
    artifact: OnceLock<Result<Revision, Problem>>,
    /// The pointers of files, and of what renders them.
    found: Mutex<HashMap<Home, Found>>,
    /// The Applications that each `ApplicationSet` makes.
    made: Mutex<HashMap<PointerPlace, Applications>>,
    /// What renders pointers.
    parents: Mutex<HashMap<Applied, Arc<Result<Render, Problem>>>>,
    cluster: Cluster,
    parts: Parts,
}

/// Where pointers are found: in a file, or in what renders them.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Home {
    File(RepoPath),
    Render(Box<Applied>),
}

/// Pointers with what tells each from others, or why there are none.
type Found = Arc<Result<Vec<(Pointer, String)>, Problem>>;

/// What an `ApplicationSet` makes, by name, or why it cannot be told.
type Applications = Arc<Result<HashMap<String, Node>, Problem>>;

impl<'a> Builder<'a> {
    /// A builder for `revision`, for which parts may be missing that cannot be seen here; nothing is rendered yet.
    #[must_use]
    pub fn new(revision: &'a Revision, parts: Parts) -> Self {
        Self {
            revision,
            kustomize: Renderer::new(revision, Options { parts, ..Options::default() }),
            artifact: OnceLock::new(),
            found: Mutex::default(),
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
        let (result, place) = match &applied.by {
            Applier::Unknown => return self.kustomize.attempt(&applied.directory),
            Applier::ClusterRoot => (self.cluster_root(&applied.directory), None),
            Applier::Pointer(place) => (self.pointed(place), Some(place)),
        };
        let mut inputs = result.as_ref().map(|render| (*render.inputs).clone()).unwrap_or_default();
        if let Some(place) = place {
            inputs.add(&place.file);
            place.setting.iter().flat_map(BuildSetting::files).for_each(|file| inputs.add(file));
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
        let found = self.found(place);
        let found = found.as_ref().as_ref().map_err(Problem::clone)?;
        let pointer = chosen(found, place).ok_or_else(missing)?;
        match pointer.kind {
            _ if place.elsewhere && place.made.is_none() => {
                Ok(elsewhere::render(self.revision, pointer.kind, &pointer.object, place.setting.as_ref()))
            }
            PointerKind::FluxKustomization => self.flux(&pointer.object, place.setting.as_ref()),
            PointerKind::ArgoApplication => argo::render(self.revision, &pointer.object, self.argo_options(place)?),
            PointerKind::ApplicationSet => {
                let made = self.made(place, pointer);
                let made = made.as_ref().as_ref().map_err(Problem::clone)?;
                let application = made.get(place.called()).ok_or_else(missing)?;
                if place.elsewhere {
                    return Ok(elsewhere::render(self.revision, PointerKind::ArgoApplication, application, None));
                }
                argo::render(self.revision, application, self.argo_options(place)?)
            }
        }
    }

    /// The object of a pointer, or the Application that an `ApplicationSet` makes; `None` where there is none.
    pub(super) fn object(&self, place: &PointerPlace) -> Option<Node> {
        let found = self.found(place);
        let pointer = chosen(found.as_ref().as_ref().ok()?, place)?;
        if place.made.is_none() {
            return Some(pointer.object.clone());
        }
        self.made(place, pointer).as_ref().as_ref().ok()?.get(place.called()).cloned()
    }

    /// The pointers beside one, itself included. A file may have thousands, which are read once for all of them.
    fn found(&self, place: &PointerPlace) -> Found {
        let home = place.parent.clone().map_or_else(|| Home::File(place.file.clone()), Home::Render);
        if let Some(known) = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(&home) {
            return known.clone();
        }
        let pointers = match &home {
            Home::File(file) => Pointer::all(self.revision, file),
            Home::Render(parent) => {
                // The first of them first: a long row of parents is rendered one after the other, not one within the other.
                let above: Vec<&Applied> = place.ancestors().collect();
                above.into_iter().skip(1).rev().for_each(|one| drop(self.parent(one)));
                let render = self.parent(parent);
                let pointers = |render: &Render| {
                    render.resources.iter().filter_map(|manifest| Pointer::of(manifest.node.clone())).collect()
                };
                render.as_ref().as_ref().map(pointers).map_err(Problem::clone)
            }
        };
        let told = |pointer: Pointer| {
            let fingerprint = fingerprint_of(&pointer.object);
            (pointer, fingerprint)
        };
        let found: Found = Arc::new(pointers.map(|pointers| pointers.into_iter().map(told).collect()));
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(home, found.clone());
        found
    }

    /// Keeps what was rendered of something that renders pointers: it is not rendered again for these.
    pub(super) fn keep(&self, applied: &Applied, render: Render) {
        let mut parents = self.parents.lock().unwrap_or_else(PoisonError::into_inner);
        parents.entry(applied.clone()).or_insert_with(|| Arc::new(Ok(render)));
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
        let place = PointerPlace { made: None, setting: None, elsewhere: false, ..place.clone() };
        if let Some(known) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return known.clone();
        }
        let by_name = |render: Render| {
            // Of two of one name the first counts.
            render.resources.into_iter().rev().map(|made| (made.name().to_owned(), made.node)).collect()
        };
        let made: Applications = Arc::new(appset::render(self.revision, &set.object).map(by_name));
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(place, made.clone());
        made
    }

    fn argo_options(&self, place: &PointerPlace) -> Result<BuildOptions, Problem> {
        argo::options_of(place.setting.as_ref(), self.parts)
    }

    fn flux(&self, object: &Node, setting: Option<&BuildSetting>) -> Result<Render, Problem> {
        let known = setting.and_then(|setting| match setting {
            BuildSetting::Variables(config_maps) => Some(flux::cluster(self.revision, object, config_maps)),
            BuildSetting::Options { .. } | BuildSetting::Revision { .. } => None,
        });
        flux::render_in(self.artifact()?, object, known.as_ref().unwrap_or(&self.cluster), self.parts)
    }

    fn cluster_root(&self, directory: &RepoPath) -> Result<Render, Problem> {
        flux::render_root(self.artifact()?, directory, &self.cluster, self.parts)
    }

    fn artifact(&self) -> Result<&Revision, Problem> {
        self.artifact.get_or_init(|| flux::artifact(self.revision)).as_ref().map_err(Problem::clone)
    }
}

/// The pointer that is meant among those beside it. Two of one name may stand in a file.
fn chosen<'f>(found: &'f [(Pointer, String)], place: &PointerPlace) -> Option<&'f Pointer> {
    let of_name = || found.iter().filter(|(pointer, _)| place.is_of(pointer));
    let exact = of_name().find(|(_, fingerprint)| *fingerprint == place.fingerprint);
    exact.or_else(|| of_name().next()).map(|(pointer, _)| pointer)
}
