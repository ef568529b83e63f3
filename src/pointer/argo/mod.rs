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
mod reads;
mod replicas;
mod revision;
mod settings;
mod source;
mod unseen;

pub(super) use links::bad as bad_links;
pub use options::BuildOptions;
pub(super) use revision::{fixed, is_fixed};
pub(super) use settings::{KEY as SETTINGS_KEY, Settings, options as options_of};

use crate::kustomize::{Render, UnseenPart};
use crate::source::{Problem, RepoPath, Revision};
use crate::yaml::Node;
use application::Application;
use parameters::Parameters;
use reads::reads;
use source::{Source, Tool};

/// The first directory of the repository that an `Application` has applied, and the other paths that what is applied may
/// follow from, though no kustomization names them.
///
/// Which repository a source is, is not written in it: one that has the directory counts.
///
/// # Errors
/// When there is none.
pub(super) fn source(revision: &Revision, object: &Node) -> Result<(RepoPath, Vec<RepoPath>), Problem> {
    let application = Application::read(object)?;
    let (mut directories, mut elsewhere) = (Vec::new(), None);
    for written in &application.sources {
        match Source::read(revision, written, &application) {
            Ok(None) => {}
            Ok(Some(source)) => {
                Parameters::read(source.node())?;
                let directory = source.directory();
                directories.push(directory.clone());
                directories.extend(reads(revision, source.node(), Some(directory), &application));
            }
            Err(problem) if unseen::is_elsewhere(&problem) => {
                directories.extend(reads(revision, written, None, &application));
                elsewhere = elsewhere.or(Some(problem));
            }
            Err(problem) => return Err(problem),
        }
    }
    let mut directories = directories.into_iter();
    let nothing = || {
        let problem = Problem::new("the Application has no directory applied").at(application.span);
        elsewhere.unwrap_or_else(|| problem.hint("set the `path` of a source"))
    };
    let first = directories.next().ok_or_else(nothing)?;
    Ok((first, directories.collect()))
}

/// The files of the repository that an Application reads whose sources are elsewhere: values of charts.
pub(super) fn reads_elsewhere(revision: &Revision, object: &Node) -> Vec<RepoPath> {
    let Ok(application) = Application::read(object) else { return Vec::new() };
    application.sources.iter().flat_map(|written| reads::reads(revision, written, None, &application)).collect()
}

/// The sources of an Application as parts that cannot be seen, but for those that the others only refer to.
///
/// # Errors
/// When it has none.
pub(super) fn elsewhere(revision: &Revision, object: &Node) -> Result<Vec<UnseenPart>, Problem> {
    let application = Application::read(object)?;
    let is_applied = |written: &&&Node| !matches!(Source::read(revision, written, &application), Ok(None));
    let applied = application.sources.iter().filter(is_applied);
    Ok(applied.map(|written| unseen::elsewhere(revision, written, &application)).collect())
}

/// What the controller hands to the apply for an `Application`.
pub(super) fn render(revision: &Revision, object: &Node, options: BuildOptions) -> Result<Render, Problem> {
    let application = Application::read(object)?;
    links::check(revision)?;
    let mut render = Render::default();
    for written in &application.sources {
        let source = match Source::read(revision, written, &application) {
            Err(problem) if options.takes(&problem) => {
                render.unseen.push(unseen::elsewhere(revision, written, &application));
                continue;
            }
            source => source?,
        };
        let Some(source) = source else { continue };
        match source.tool()? {
            Tool::Kustomize => {
                let built = build::build(revision, &source, &application, options)?;
                render.quirks.extend(built.quirks);
                render.unseen.extend(built.unseen);
                render.resources.extend(objects::expanded(built.resources)?);
            }
            Tool::Directory => match directory::read(revision, &source) {
                // Jsonnet is a program.
                Err(problem) if options.takes(&problem) => {
                    render.unseen.push(unseen::in_directory(revision, &source, &application, &problem));
                }
                objects => render.resources.extend(objects::expanded(objects?)?),
            },
            Tool::Helm | Tool::Plugin => {
                let problem = unseen::problem(&source);
                if !options.takes(&problem) {
                    return Err(problem);
                }
                render.unseen.push(unseen::in_directory(revision, &source, &application, &problem));
            }
        }
    }
    objects::drop_repeated(&mut render, application.destination_namespace);
    Ok(render)
}
