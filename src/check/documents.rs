//! What policies see, to be shown to people: the same documents as `gate check` hands to them.

use serde_json::Value as Json;

use super::app;
use super::mask::Masks;
use super::setting::{Request, Setting};
use super::whole;
use crate::repo::App;
use crate::schema::nearest;
use crate::source::Problem;

/// The documents that policies see of an app, each as `schemas/input.schema.json` describes it: one, or one for each
/// cluster of the highest environment. `name` is the app, the app and an environment of it, or these and a
/// cluster: then the document is that of a run over this overlay alone.
///
/// Values of Secrets are masked also where a policy would see them, in another text than the Secret.
///
/// # Errors
/// When the configuration is wrong, nothing is called `name`, or something cannot be rendered.
pub fn of_app(request: Request<'_>, name: &str) -> Result<Vec<Json>, Vec<Problem>> {
    let setting = Setting::to_be_shown(request)?;
    find(&setting.layout.apps, name).and_then(|app| shown(&setting, &app)).map_err(|problem| vec![problem])
}

fn shown(setting: &Setting<'_>, app: &App) -> Result<Vec<Json>, Problem> {
    let (documents, masks) = app::documents(setting, app)?;
    Ok(documents.iter().map(|document| masked(document.to_json(), &masks)).collect())
}

/// The document that policies see of the repository as a whole, which `schemas/input.schema.json` describes under
/// `repository_input`.
///
/// # Errors
/// When the configuration is wrong.
pub fn of_repository(request: Request<'_>) -> Result<Json, Vec<Problem>> {
    Ok(whole::document(&Setting::to_be_shown(request)?, false).to_json())
}

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

/// A document without the values of Secrets.
pub(super) fn masked(document: Json, masks: &Masks) -> Json {
    match document {
        Json::String(text) => masks.scrub(&text).into(),
        Json::Array(items) => items.into_iter().map(|item| masked(item, masks)).collect(),
        Json::Object(entries) => {
            entries.into_iter().map(|(key, value)| (masks.scrub(&key).into_owned(), masked(value, masks))).collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use rayon::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::check::case::{Revisions, cases};
    use crate::schema::Schema;
    use crate::source::{DiskTree, Files, RepoPath, Revision};
    use crate::yaml::{Dialect, Text, parse_first};

    /// What of a document the schema does not allow.
    fn breaches(schema: &Schema, document: &Json) -> Vec<Problem> {
        schema.validate(&parse_first(&Text::loose(&document.to_string()), Dialect::Resource).unwrap().unwrap())
    }

    #[test]
    fn the_schema_describes_what_policies_see() {
        let schema: Json = serde_json::from_str(include_str!("../../schemas/input.schema.json")).unwrap();
        let repository = json!({"$ref": "#/$defs/repository_input", "$defs": schema["$defs"]});
        let (schema, repository) = (Schema::new(schema).unwrap(), Schema::new(repository).unwrap());
        let revision = Revision::new(DiskTree::new("testdata").unwrap(), Arc::new(Files::default()));
        let mut directories = cases(&revision, &RepoPath::new("cases").unwrap());
        directories.push(RepoPath::new("shop").unwrap());
        let seen = directories.par_iter().map(|directory| {
            let case = Revisions::read(&revision, directory).unwrap();
            let Ok(setting) = Setting::to_be_shown(case.request(&[])) else { return 0 };
            let found = breaches(&repository, &whole::document(&setting, false).to_json());
            assert!(found.is_empty(), "{directory}: {found:?}");
            // What cannot be rendered is seen by nobody.
            let documents = setting.layout.apps.iter().filter_map(|app| shown(&setting, app).ok());
            let documents: Vec<Json> = documents.flatten().collect();
            for document in &documents {
                let found = breaches(&schema, document);
                assert!(found.is_empty(), "{directory}: {found:?}");
            }
            documents.len()
        });
        assert!(seen.sum::<usize>() > 100);
    }
}
