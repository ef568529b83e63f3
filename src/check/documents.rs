//! What policies see, to be shown to people: the same documents as `gate check` hands to them.

use serde_json::Value as Json;

use super::named::{documents, find};
use crate::change::{Loaded, Renderers, Request, Tense};
use crate::facts::Facts;
use crate::finding::Masks;
use crate::repo::App;
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
    let loaded = Loaded::to_be_shown(request)?;
    find(&loaded.head.layout.apps, name).and_then(|app| shown(&loaded, &app)).map_err(|problem| vec![problem])
}

fn shown(loaded: &Loaded<'_>, app: &App) -> Result<Vec<Json>, Problem> {
    let (documents, masks) = documents(loaded, app)?;
    Ok(documents.iter().map(|document| masks.scrub_json(document.to_json())).collect())
}

/// The document that policies see of the repository as a whole, which `schemas/input.schema.json` describes under
/// `repository_input`.
///
/// # Errors
/// When the configuration is wrong.
pub fn of_repository(request: Request<'_>) -> Result<Json, Vec<Problem>> {
    let loaded = Loaded::to_be_shown(request)?;
    let renderers = Renderers::new(&loaded);
    let document = Facts::new(&loaded, &renderers).repository(Tense::Now).to_json();
    let mut masks = Masks::of(loaded.head.revision.files());
    loaded.head.layout.apps.iter().for_each(|app| masks.add_name(&app.name));
    Ok(masks.scrub_json(document))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use rayon::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::cases::{Revisions, cases};
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
            let Ok(loaded) = Loaded::to_be_shown(case.request(&[])) else { return 0 };
            let renderers = Renderers::new(&loaded);
            let found = breaches(&repository, &Facts::new(&loaded, &renderers).repository(Tense::Now).to_json());
            assert!(found.is_empty(), "{directory}: {found:?}");
            // What cannot be rendered is seen by nobody.
            let documents = loaded.head.layout.apps.iter().filter_map(|app| shown(&loaded, app).ok());
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
