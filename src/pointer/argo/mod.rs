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

pub(super) use links::bad as bad_links;
pub use options::BuildOptions;

use crate::kustomize::Render;
use crate::source::{Problem, Reason, RepoPath, Revision};
use crate::yaml::Node;
use application::Application;
use parameters::Parameters;
use source::{Source, Tool};

/// The first directory of the repository that an `Application` has applied, and the other paths that what is applied may
/// follow from, though no kustomization names them.
///
/// Which repository a source is, is not written in it: one that has the directory counts.
///
/// # Errors
/// When there is none, and where Helm or a plugin renders one of them.
pub(super) fn source(revision: &Revision, object: &Node) -> Result<(RepoPath, Vec<RepoPath>), Problem> {
    let application = Application::read(object)?;
    let mut directories = Vec::new();
    for written in &application.sources {
        let Some(source) = Source::read(revision, written, &application)? else { continue };
        match source.tool()? {
            Tool::Kustomize | Tool::Directory => directories.push(source.directory().clone()),
            Tool::Helm | Tool::Plugin => return Err(unseen(&source)),
        }
        directories.extend(additions::named(source.directory(), &Parameters::read(source.node())?));
    }
    let mut directories = directories.into_iter();
    let first = directories.next().ok_or_else(|| {
        Problem::new("the Application has no directory applied").at(application.span).hint("set the `path` of a source")
    })?;
    Ok((first, directories.collect()))
}

/// Why what a source holds is not rendered.
fn unseen(source: &Source) -> Problem {
    let directory = source.directory();
    let (field, tool, name, reason) = match source.tool() {
        Ok(Tool::Helm) => ("helm", "Helm", "Helm", Reason::Helm),
        _ => ("plugin", "a plugin of Argo CD", "the plugin", Reason::Plugin),
    };
    source
        .problem(field, format!("`{directory}` is rendered by {tool}"))
        .reason(reason)
        .hint(format!("commit what {name} renders, and name its directory"))
}

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
            Tool::Helm | Tool::Plugin => return Err(unseen(&source)),
        }
    }
    objects::drop_repeated(&mut render, application.destination_namespace);
    Ok(render)
}
