//! Where pointers lead: the directory that each has applied, and what else that follows from.

use super::applied::{Applied, BuildSetting, Made, PointerPlace, fingerprint_of};
use super::object::{Pointer, PointerKind};
use super::places::Places;
use super::{appset, argo, fields, flux};
use crate::kustomize::{Manifest, Web};
use crate::source::{Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;

/// Whether an object says where it takes things from. A patch of one need not.
pub(super) fn is_whole(pointer: &Pointer) -> bool {
    let has = |path: &[&str]| fields::value(&pointer.object, path).is_some();
    match pointer.kind {
        PointerKind::FluxKustomization => has(&["spec", "sourceRef"]),
        PointerKind::ArgoApplication => {
            fields::sources(&pointer.object).any(|source| fields::value(source, &["repoURL"]).is_some())
        }
        PointerKind::ApplicationSet => has(&["spec", "generators"]),
    }
}

/// A pointer and what it has applied.
#[derive(Clone)]
pub(super) struct Sourced {
    pub(super) place: PointerPlace,
    pub(super) object: Node,
    pub(super) source: Source,
}

/// A directory, and what else is read.
type Source = Result<(RepoPath, Vec<RepoPath>), Problem>;

/// Where pointers lead.
pub(super) struct Sources<'r, 'a> {
    revision: &'r Revision,
    artifact: Result<&'r Revision, &'r Problem>,
    settings: argo::Settings,
    held: flux::Held<'r, 'a>,
    config_maps: flux::ConfigMaps<'r>,
    flux_sources: flux::FluxSources<'r>,
}

impl<'r, 'a> Sources<'r, 'a> {
    /// Those of a revision, of which Flux sees an artifact.
    pub(super) fn new(
        web: &'r Web<'a>,
        artifact: Result<&'r Revision, &'r Problem>,
        settings: argo::Settings,
        places: &'r Places<'r>,
    ) -> Self {
        let revision = web.revision();
        Self {
            revision,
            artifact,
            settings,
            held: flux::Held::new(web, &places.kustomizations, places.cluster),
            config_maps: flux::ConfigMaps::new(revision, &places.config_maps, &places.pointers),
            flux_sources: flux::FluxSources::new(&places.sources),
        }
    }

    /// What a pointer has applied: of an `ApplicationSet`, what each of its Applications has. `parent` renders it, where it
    /// is not as its file has it.
    pub(super) fn of(&self, file: &RepoPath, pointer: &Pointer, parent: Option<&Applied>) -> Vec<Sourced> {
        let place = PointerPlace {
            file: file.clone(),
            kind: pointer.kind,
            namespace: pointer.metadata("namespace").to_owned(),
            name: pointer.metadata("name").to_owned(),
            fingerprint: fingerprint_of(&pointer.object),
            made: None,
            parent: parent.cloned().map(Box::new),
            setting: None,
            elsewhere: false,
        };
        let sourced = |place, object: &Node, source| Sourced { place, object: object.clone(), source };
        match pointer.kind {
            PointerKind::FluxKustomization => {
                let above = place.ancestors().filter_map(|parent| Some(&parent.pointer()?.file));
                let homes: Vec<&RepoPath> = std::iter::once(file).chain(above).collect();
                if let Some(fixed) = self.flux_sources.fixed(&self.held, &pointer.object, &homes) {
                    return vec![sourced(
                        PointerPlace { setting: Some(fixed), ..place },
                        &pointer.object,
                        Err(stays()),
                    )];
                }
                let artifact = self.artifact.map_err(Problem::clone);
                let source = artifact.and_then(|artifact| flux::source(artifact, &pointer.object));
                let variables = self.config_maps.of(&self.held, &pointer.object, &homes);
                let setting = (!variables.is_empty()).then_some(BuildSetting::Variables(variables));
                vec![sourced(PointerPlace { setting, ..place }, &pointer.object, source)]
            }
            PointerKind::ArgoApplication => {
                let (setting, source) = self.of_argo(file, &pointer.object);
                vec![sourced(PointerPlace { setting, ..place }, &pointer.object, source)]
            }
            PointerKind::ApplicationSet => match appset::render(self.revision, &pointer.object) {
                Ok(render) => {
                    let of = |made: &Manifest| {
                        let made_place = Made { name: made.name().to_owned(), fingerprint: fingerprint_of(&made.node) };
                        let (setting, source) = self.of_argo(file, &made.node);
                        let place = PointerPlace { made: Some(made_place), setting, ..place.clone() };
                        sourced(place, &made.node, source)
                    };
                    render.resources.iter().map(of).collect()
                }
                Err(problem) => vec![sourced(place, &pointer.object, Err(problem))],
            },
        }
    }

    /// What says how an Application of `file` is built, and what it has applied.
    fn of_argo(&self, file: &RepoPath, application: &Node) -> (Option<BuildSetting>, Source) {
        match argo::fixed(application, file) {
            Some(fixed) => (Some(fixed), Err(stays())),
            None => (self.settings.of(application), argo::source(self.revision, application)),
        }
    }
}

/// Why what a pointer has applied is not in the tree at hand.
fn stays() -> Problem {
    Problem::new("its source stays at a revision, whatever this tree holds").reason(Reason::Remote)
}
