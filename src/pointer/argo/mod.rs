//! What Argo CD makes of an `Application`: each of its sources read with the source parameters of its directory, built by
//! kustomize or read as plain manifests, and put together.

mod additions;
mod application;
mod build;
mod directory;
mod edits;
mod environment;
mod glob;
mod images;
mod links;
mod merged;
mod metadata;
mod named;
mod objects;
mod options;
mod parameters;
mod replicas;
mod source;

pub use options::BuildOptions;

use crate::kustomize::Render;
use crate::source::{Problem, Reason, Revision};
use crate::yaml::Node;
use application::Application;
use source::{Source, Tool};

/// What the controller hands to the apply for an `Application`.
pub(super) fn render(revision: &Revision, object: &Node, options: BuildOptions) -> Result<Render, Problem> {
    let application = Application::read(object)?;
    links::check(revision)?;
    let mut render = Render::default();
    for written in &application.sources {
        let Some(source) = Source::read(revision, written, &application)? else { continue };
        match source.tool()? {
            Tool::Kustomize => {
                let built = build::build(revision, &source, &application, options)?;
                render.quirks.extend(built.quirks);
                render.resources.extend(objects::expanded(built.resources)?);
            }
            Tool::Directory => render.resources.extend(objects::expanded(directory::read(revision, &source)?)?),
            Tool::Helm => {
                return Err(source
                    .problem("helm", format!("`{}` is rendered by Helm", source.directory()))
                    .reason(Reason::Helm)
                    .hint("commit what Helm renders, and name its directory"));
            }
            Tool::Plugin => {
                return Err(source
                    .problem("plugin", format!("`{}` is rendered by a plugin of Argo CD", source.directory()))
                    .reason(Reason::Plugin)
                    .hint("commit what the plugin renders, and name its directory"));
            }
        }
    }
    objects::drop_repeated(&mut render, application.destination_namespace);
    Ok(render)
}
