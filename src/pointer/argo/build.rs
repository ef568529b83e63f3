//! A source that kustomize builds: its parameters are edited into the kustomization of its directory first.

use super::application::Application;
use super::edits;
use super::environment::Environment;
use super::options::BuildOptions;
use super::parameters::Parameters;
use super::source::Source;
use crate::kustomize::{Render, Renderer, StandIn};
use crate::pointer::kustomization::{append, own};
use crate::source::{Problem, Reason, Revision};
use crate::yaml::{Cause, Node, Origin};

/// The version whose results are reproduced.
const VERSION: &str = "5.8.1";

/// What `kustomize build` prints of the directory of a source.
///
/// # Errors
/// When a parameter cannot be edited in, and where kustomize fails.
pub(super) fn build(
    revision: &Revision,
    source: &Source,
    application: &Application<'_>,
    options: BuildOptions,
) -> Result<Render, Problem> {
    let parameters = Parameters::read(source.node())?;
    let environment = Environment::of(application, source.node());
    let stand_in = stand_in(revision, source, &parameters, &environment, options)?;
    let renderer = Renderer::new(revision, options.options);
    let mut render = renderer.attempt_as(source.directory(), stand_in.as_ref()).result?;
    let wanted = parameters.version.and_then(Node::as_str).unwrap_or(VERSION);
    if wanted.trim_start_matches('v') != VERSION {
        render.quirks.push(
            Problem::new(format!("kustomize `{wanted}` is wanted, and this is what {VERSION} prints"))
                .at(parameters.version.and_then(|version| version.origin.span))
                .hint("other versions may print other objects: leave `version` out, or compare what they print"),
        );
    }
    Ok(render)
}

/// The kustomization that is built in the place of the directory's own; `None` where nothing changes it.
fn stand_in(
    revision: &Revision,
    source: &Source,
    parameters: &Parameters<'_>,
    environment: &Environment,
    options: BuildOptions,
) -> Result<Option<StandIn>, Problem> {
    let changes = parameters.edits() || !parameters.patches.is_empty() || !parameters.components.is_empty();
    if !changes && !options.labels_managed {
        return Ok(None);
    }
    let Some(own) = own(revision, source.directory())? else {
        return Err(source
            .problem("kustomize", format!("`{}` has no kustomization, and Argo CD edits one", source.directory()))
            .reason(Reason::Missing)
            .hint("add a `kustomization.yaml`, or remove the `kustomize` parameters"));
    };
    let mut kustomization = edits::edited(revision, source.directory(), &own, parameters, environment)?;
    if let Some(map) = kustomization.as_map_mut().filter(|_| options.labels_managed) {
        let option = Node::string("managedByLabel", Origin::new(source.span(), Cause::BuildMetadata));
        append(map, "buildMetadata", [option]);
    }
    Ok(Some(StandIn { file: Some(own.path), kustomization }))
}
