//! The place that a finding names, as its policy writes it: whether it can be one. Whether it is there is for those to
//! say who know what was rendered.

use serde_json::Value as Json;

use crate::schema::nearest;

/// What to do about a place that is none.
pub(super) const HINT: &str =
    r#"write it as `{"environment", "resource": {"kind", "name", "namespace"?}, "path": [...]}` or `{"file", "line"}`"#;

/// What a value has to be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    List,
    Resource,
    Place,
}

/// A key of a place, and its value.
type Key = (&'static str, Kind);

const PLACE: [Key; 10] = [
    ("environment", Kind::Text),
    ("resource", Kind::Resource),
    ("path", Kind::List),
    ("lower", Kind::Place),
    ("app", Kind::Text),
    ("file", Kind::Text),
    ("line", Kind::Number),
    ("column", Kind::Number),
    ("end_line", Kind::Number),
    ("end_column", Kind::Number),
];

const RESOURCE: [Key; 3] = [("kind", Kind::Text), ("name", Kind::Text), ("namespace", Kind::Text)];

/// What is wrong with a place, to be said of a finding.
pub(super) fn slip(at: &Json) -> Option<String> {
    wrong(at, "at", &PLACE)
}

/// What is wrong with an object called `name`. What is null is not said.
fn wrong(value: &Json, name: &str, keys: &[Key]) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let Some(entries) = value.as_object() else { return Some(format!("whose `{name}` is no object")) };
    entries.iter().find_map(|(key, value)| {
        let Some((_, kind)) = keys.iter().find(|(known, _)| known == key) else {
            let known = || keys.iter().map(|(known, _)| *known);
            let near = nearest(key, known()).or_else(|| known().find(|known| known.starts_with(key.as_str())));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Some(format!("whose `{name}` has the unknown key `{key}`{near}"));
        };
        let inner = format!("{name}.{key}");
        let fits = match kind {
            Kind::Text => value.is_string(),
            Kind::Number => value.is_number(),
            Kind::List => value.is_array(),
            Kind::Place => return wrong(value, &inner, &PLACE),
            Kind::Resource => return wrong(value, &inner, &RESOURCE).or_else(|| unnamed(value, &inner)),
        };
        (!fits && !value.is_null()).then(|| format!("whose `{inner}` is no {}", word(*kind)))
    })
}

/// That a resource lacks what names it.
fn unnamed(resource: &Json, name: &str) -> Option<String> {
    let missing = ["kind", "name"].into_iter().find(|key| resource.get(key).is_none_or(Json::is_null));
    missing.filter(|_| !resource.is_null()).map(|key| format!("whose `{name}` has no `{key}`"))
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::List => "list",
        Kind::Resource | Kind::Place => "object",
    }
}
