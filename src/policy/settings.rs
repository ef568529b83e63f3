//! What can be set about policies: their own defaults, and what the repository's configuration says instead.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::engine::Data;
use super::metadata::{Metadata, Setting};
use crate::schema::{Schema, type_of};
use crate::source::Problem;
use crate::yaml::Node;

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
        values.insert(&entry.key.text, Data::node(&entry.value));
    }
    Ok(Data::object(values))
}

/// The JSON Schema of a policy's settings. A setting that does not say its type has that of its default.
pub(super) fn schema(settings: &[Setting]) -> Json {
    let properties = settings.iter().map(|setting| {
        let mut schema = setting.schema.clone();
        let default = setting.default_value();
        if let Some(object) = schema.as_object_mut().filter(|object| !default.is_null() && !object.contains_key("type"))
        {
            object.insert("type".to_owned(), type_of(&default).into());
        }
        (setting.name.clone(), schema)
    });
    json!({"type": "object", "additionalProperties": false, "properties": properties.collect::<Map<_, _>>()})
}
