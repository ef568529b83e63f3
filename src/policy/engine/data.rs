//! Values as policies see them, built straight from nodes and facts, cheap to share.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use regorus::Value as Rego;
use serde_json::Value as Json;

use super::term::term;
use crate::secrecy;
use crate::yaml::{Decoded, Map, Node, Scalar, Tag, Value};

/// What stands in the place of each value of a Secret.
pub const REDACTED: &str = "(redacted)";

/// The annotation in which kubectl keeps a whole manifest, a Secret's values included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A value that policies can read. Clones share what they hold.
#[derive(Clone, PartialEq)]
pub struct Data(pub(super) Rego);

impl Data {
    /// Null.
    #[must_use]
    pub fn null() -> Self {
        Self(Rego::Null)
    }

    /// An object; of equal keys the last counts.
    #[must_use]
    pub fn object<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (Rego::String(key.into()), value.0));
        Self(Rego::from(entries.collect::<BTreeMap<_, _>>()))
    }

    /// An array.
    #[must_use]
    pub fn array(items: impl IntoIterator<Item = Self>) -> Self {
        Self(Rego::from(items.into_iter().map(|item| item.0).collect::<Vec<_>>()))
    }

    /// Anything that can be written as JSON.
    ///
    /// # Errors
    /// When a map has keys that are not strings, or the value's own `Serialize` fails.
    pub fn of(value: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        Ok(serde_json::to_value(value)?.into())
    }

    /// A rendered resource. No policy sees a value of a Secret, nor of one inside of another object: `(redacted)`
    /// stands in its place.
    #[must_use]
    pub fn manifest(node: &Node) -> Self {
        let mut hidden = HashSet::new();
        secrecy::parts(node, &mut |path, node, part| {
            // What annotations say is no value, but for the copy of the whole that `kubectl` keeps in one.
            let last = path.last().is_some_and(|last| *last == LAST_APPLIED.into());
            if part != secrecy::Part::Beside || last {
                hidden.insert(std::ptr::from_ref(node));
            }
        });
        Self(if hidden.is_empty() { rego(node) } else { redacted(node, &hidden) })
    }

    /// A node that holds nothing secret.
    #[must_use]
    pub fn node(node: &Node) -> Self {
        Self(rego(node))
    }

    /// The text, where this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Rego::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, where this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.0 {
            Rego::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, where this is a whole one that an `i64` holds, however it is written.
    #[must_use]
    pub fn as_whole(&self) -> Option<i64> {
        match &self.0 {
            Rego::Number(number) => number.as_i64().or_else(|| {
                // Beyond that, floats leave whole numbers out.
                let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15)?;
                format!("{float:.0}").parse().ok()
            }),
            _ => None,
        }
    }

    /// Whether this is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self.0, Rego::Object(_))
    }

    /// The value of a key, where this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        match &self.0 {
            Rego::Object(object) => object.get(&Rego::from(key)).cloned().map(Self),
            _ => None,
        }
    }

    /// The items of an array or, in order, of a set; `None` for everything else.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        match &self.0 {
            Rego::Array(items) => Some(items.iter().cloned().map(Self).collect()),
            Rego::Set(items) => Some(items.iter_sorted().cloned().map(Self).collect()),
            _ => None,
        }
    }

    /// The entries of an object in the order of their keys; keys that are not strings are left out.
    #[must_use]
    pub fn entries(&self) -> Option<Vec<(Arc<str>, Self)>> {
        let Rego::Object(object) = &self.0 else { return None };
        let entries = object.iter_sorted().filter_map(|(key, value)| match key {
            Rego::String(key) => Some((key.clone(), Self(value.clone()))),
            _ => None,
        });
        Some(entries.collect())
    }

    /// The entries of an object in the order of their keys; a key that is no string is as Rego writes it.
    pub(in crate::policy) fn members(&self) -> Option<Vec<(String, Self)>> {
        let Rego::Object(object) = &self.0 else { return None };
        let key = |key: &Rego| match key {
            Rego::String(key) => key.to_string(),
            other => term(other),
        };
        Some(object.iter_sorted().map(|(name, value)| (key(name), Self(value.clone()))).collect())
    }

    /// The value as JSON; sets become arrays, keys text.
    #[must_use]
    pub fn to_json(&self) -> Json {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<Json> for Data {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::null(),
            Json::Bool(value) => value.into(),
            Json::Number(number) => Self(match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), ..) => Rego::from(value),
                (_, Some(value), _) => Rego::from(value),
                (.., value) => Rego::from(value.unwrap_or_default()),
            }),
            Json::String(text) => text.into(),
            Json::Array(items) => Self::array(items.into_iter().map(Self::from)),
            Json::Object(entries) => Self::object(entries.into_iter().map(|(key, value)| (key, Self::from(value)))),
        }
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self(Rego::from(text))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self(Rego::from(text))
    }
}

impl From<Arc<str>> for Data {
    fn from(text: Arc<str>) -> Self {
        Self(Rego::String(text))
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Self {
        Self(Rego::from(value))
    }
}

impl From<i64> for Data {
    fn from(value: i64) -> Self {
        Self(Rego::from(value))
    }
}

impl<T: Into<Self>> From<Option<T>> for Data {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::null, Into::into)
    }
}

fn rego(node: &Node) -> Rego {
    match &node.value {
        Value::Map(map) => rego_map(map, |_, value| rego(value)),
        Value::Seq(items) => Rego::from(items.iter().map(rego).collect::<Vec<_>>()),
        Value::Scalar(scalar) => rego_scalar(scalar),
    }
}

fn rego_map(map: &Map, value: impl Fn(&str, &Node) -> Rego) -> Rego {
    let entry = |entry: &crate::yaml::Entry| {
        let text = value(&entry.key.text, &entry.value);
        (Rego::String(entry.key.text.clone()), text)
    };
    Rego::from(map.iter().map(entry).collect::<BTreeMap<_, _>>())
}

fn rego_scalar(scalar: &Scalar) -> Rego {
    if scalar.tag == Tag::Str {
        return Rego::String(scalar.text.clone());
    }
    match scalar.decode() {
        Decoded::Null => Rego::Null,
        Decoded::Bool(value) => Rego::from(value),
        Decoded::Int(value) => Rego::from(value),
        Decoded::Uint(value) => Rego::from(value),
        Decoded::Float(value) if value.is_finite() => Rego::from(value),
        // JSON has no infinities.
        Decoded::Float(_) => Rego::String(scalar.text.clone()),
        Decoded::Str(text) => Rego::from(text),
    }
}

/// A value less what is `hidden` in it.
fn redacted(node: &Node, hidden: &HashSet<*const Node>) -> Rego {
    let here = hidden.contains(&std::ptr::from_ref(node));
    match &node.value {
        Value::Map(map) if here => rego_map(map, |_, _| Rego::from(REDACTED)),
        Value::Scalar(scalar) if here && scalar.tag == Tag::Null => Rego::Null,
        _ if here => Rego::from(REDACTED),
        Value::Map(map) => rego_map(map, |_, value| redacted(value, hidden)),
        Value::Seq(items) => Rego::from(items.iter().map(|item| redacted(item, hidden)).collect::<Vec<_>>()),
        Value::Scalar(_) => rego(node),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::yaml::{Dialect, Text, parse_first};

    fn manifest(text: &str) -> String {
        let node = parse_first(&Text::loose(text), Dialect::Resource).unwrap().unwrap();
        Data::manifest(&node).to_json().to_string()
    }

    #[test]
    fn scalars_have_the_types_that_kustomize_gives_them() {
        let text =
            "a: 1\nb: '1'\nc: 1.5\nd: yes\ne: true\nf: ~\ng: 0o17\nh: 2026-01-02\ni: .inf\nj: 18446744073709551615\n";
        insta::assert_snapshot!(manifest(text), @r#"{"a":1,"b":"1","c":1.5,"d":"yes","e":true,"f":null,"g":15,"h":"2026-01-02T00:00:00Z","i":".inf","j":18446744073709551615}"#);
    }

    #[test]
    fn no_value_of_a_secret_reaches_a_policy() {
        let text = "apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations: {kubectl.kubernetes.io/last-applied-configuration: s3cret, owner: me}
data: {password: s3cret}
stringData: s3cret
";
        insta::assert_snapshot!(manifest(text), @r#"{"apiVersion":"v1","data":{"password":"(redacted)"},"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"(redacted)","owner":"me"},"name":"db"},"stringData":"(redacted)"}"#);
        let list = "kind: SecretList\nitems: [{kind: Secret, apiVersion: v1, data: {a: s3cret}}]\n";
        insta::assert_snapshot!(manifest(list), @r#"{"items":[{"apiVersion":"v1","data":{"a":"(redacted)"},"kind":"Secret"}],"kind":"SecretList"}"#);
    }
}
