//! An app by its name, and the documents that policies see of it.

use crate::change::{Is, Loaded, Renderers, Tense, compare};
use crate::facts::Facts;
use crate::finding::Masks;
use crate::judge::masks;
use crate::policy::Data;
use crate::repo::App;
use crate::schema::nearest;
use crate::source::Problem;

/// The app of that name, with those of its overlays that are meant.
pub(super) fn find(apps: &[App], name: &str) -> Result<App, Problem> {
    if let Some(app) = apps.iter().find(|app| app.name == name) {
        return Ok(app.clone());
    }
    let mut names = Vec::new();
    for app in apps {
        let mut meant = app.clone();
        meant.overlays.retain(|overlay| {
            let environment = format!("{}/{}", app.name, overlay.environment);
            let cluster = overlay.cluster.as_ref().map(|cluster| format!("{environment}/{cluster}"));
            let fits = name == environment || cluster.as_deref() == Some(name);
            names.extend([Some(environment), cluster].into_iter().flatten());
            fits
        });
        if !meant.overlays.is_empty() {
            return Ok(meant);
        }
        names.push(app.name.clone());
    }
    let problem = Problem::new(format!("there is no app `{name}`"));
    Err(match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint("`gate status` lists the apps and their environments"),
    })
}

/// The documents that policies get for an app, one for each view, and what must not be printed of them.
///
/// # Errors
/// When an overlay cannot be rendered, or history cannot be read.
pub(super) fn documents(loaded: &Loaded<'_>, app: &App) -> Result<(Vec<Data>, Masks), Problem> {
    let renderers = Renderers::new(loaded);
    let mut facts = Facts::new(loaded, &renderers);
    let change = compare(loaded, &renderers, app);
    if facts.depends_on_history(&change) {
        facts.look_back(&[&change]);
    }
    let broken = change.deployments.iter().find_map(|deployment| match &deployment.is {
        Is::Unrenderable(problem) => Some(problem),
        Is::Rendered(_) | Is::Gone => None,
    });
    if let Some(problem) = broken.or_else(|| facts.unread_history()) {
        return Err(problem.clone());
    }
    let documents = change.views().iter().map(|view| facts.document(&change, view, Tense::Now)).collect();
    let mut masks = masks(&change);
    masks.learn(loaded.head.revision.files());
    Ok((documents, masks))
}
