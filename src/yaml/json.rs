//! Nodes as JSON values, for those who need data without places.

use serde_json::Value as Json;

use super::decoded::Decoded;
use super::node::{Key, Map, Node, Value};
use super::origin::{Cause, Origin};
use super::scalar::Scalar;
use super::tag::Tag;

impl Node {
    /// The data of this node. What JSON cannot say becomes the text that was written: dates, infinities,
    /// not-a-number. Keys are texts, whatever they mean.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Scalar(scalar) => scalar.to_json(),
            Value::Seq(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(map) => {
                Json::Object(map.iter().map(|entry| (entry.key.text.to_string(), entry.value.to_json())).collect())
            }
        }
    }
}

impl Node {
    /// Data that no text of the repository holds. It has no places.
    #[must_use]
    pub fn from_json(json: &Json) -> Self {
        let value = match json {
            Json::Null => Value::Scalar(Scalar::null()),
            Json::String(text) => Value::Scalar(Scalar::string(text.as_str())),
            Json::Bool(_) | Json::Number(_) => Value::Scalar(Scalar::plain(json.to_string())),
            Json::Array(items) => Value::Seq(items.iter().map(Self::from_json).collect()),
            Json::Object(entries) => {
                let mut map = Map::default();
                for (key, value) in entries {
                    map.push(Key::new(key.as_str(), None), Self::from_json(value));
                }
                Value::Map(map)
            }
        };
        Self::new(value, Origin::new(None, Cause::Manifest))
    }
}

impl Scalar {
    fn to_json(&self) -> Json {
        let text = || Json::String(self.text.to_string());
        if self.tag == Tag::Timestamp {
            return text();
        }
        match self.decode() {
            Decoded::Null => Json::Null,
            Decoded::Bool(value) => value.into(),
            Decoded::Int(value) => value.into(),
            Decoded::Uint(value) => value.into(),
            Decoded::Float(value) => serde_json::Number::from_f64(value).map_or_else(text, Json::Number),
            Decoded::Str(value) => value.into(),
        }
    }
}
