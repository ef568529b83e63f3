//! What can be set about policies: their own defaults, and what the repository's configuration says instead. Rust reads
//! here what Rego sees, so that the two never disagree about a setting.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::builtin::BUILTINS;
use super::engine::{Data, Source};
use super::metadata::{self, Metadata, Setting};
use crate::repo::Policies;
use crate::schema::{Schema, type_of};
use crate::source::{Files, Problem, RepoPath};
use crate::yaml::Node;

/// The settings of one policy, as it sees them itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(pub(super) Data);

impl Settings {
    /// The settings of a built-in policy where no policies are loaded; empty for an id that none has.
    ///
    /// # Errors
    /// As [`of_policy`].
    pub fn of_builtin(id: &str, chosen: &Policies) -> Result<Self, Vec<Problem>> {
        let files = Files::default();
        let text = BUILTINS.iter().find(|builtin| builtin.id == id).map(|builtin| builtin.source).unwrap_or_default();
        let file = files.add(RepoPath::root().child(id), text.into());
        let header = Source::new(&files, file, true).and_then(|source| metadata::read(&source));
        let declared = header.map_err(|problem| vec![problem])?.map(|(metadata, _)| metadata.settings);
        of_policy(&declared.unwrap_or_default(), chosen.settings.get(id)).map(Self)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_whole()
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    /// The texts of a map, by key.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<(String, String)> {
        let entries = self.0.get(name).and_then(|map| map.entries()).unwrap_or_default();
        entries.into_iter().filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned()))).collect()
    }
}

impl Metadata {
    /// The JSON Schema of the policy's settings, with their defaults.
    #[must_use]
    pub fn settings_schema(&self) -> Json {
        schema(&self.settings)
    }
}

/// The settings of one policy: its defaults, with `chosen` in their place where it says something.
///
/// # Errors
/// When `chosen` sets what the policy does not have, or to a value that does not fit; each at its place.
pub(super) fn of_policy(settings: &[Setting], chosen: Option<&Node>) -> Result<Data, Vec<Problem>> {
    let mut values: BTreeMap<&str, Data> =
        settings.iter().map(|setting| (setting.name.as_str(), Data::from(setting.default_value()))).collect();
    let Some(chosen) = chosen else { return Ok(Data::object(values)) };
    let problems = Schema::new(schema(settings)).map_err(|problem| vec![problem])?.validate(chosen);
    if !problems.is_empty() {
        return Err(problems);
    }
    for entry in chosen.as_map().into_iter().flat_map(|map| map.iter()) {
        let value = Data::node(&entry.value);
        // `24.0` is as whole a number as `24`.
        let is_whole = settings.iter().any(|setting| setting.name == *entry.key.text && is_integer(setting));
        let whole = value.as_whole().filter(|_| is_whole).map(Data::from);
        values.insert(&entry.key.text, whole.unwrap_or(value));
    }
    Ok(Data::object(values))
}

/// The JSON Schema of a policy's settings. A setting that does not say its type has that of its default.
pub(super) fn schema(settings: &[Setting]) -> Json {
    let properties = settings.iter().map(|setting| (setting.name.clone(), typed(setting)));
    json!({"type": "object", "additionalProperties": false, "properties": properties.collect::<Map<_, _>>()})
}

fn typed(setting: &Setting) -> Json {
    let mut schema = setting.schema.clone();
    let default = setting.default_value();
    if let Some(object) = schema.as_object_mut().filter(|object| !default.is_null() && !object.contains_key("type")) {
        object.insert("type".to_owned(), type_of(&default).into());
    }
    schema
}

fn is_integer(setting: &Setting) -> bool {
    typed(setting).get("type").and_then(Json::as_str) == Some("integer")
}
