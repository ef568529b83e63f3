//! Replacements that lead into JSON or YAML which the text of a scalar holds: the annotation
//! `{"host": "a"}`, a file in a ConfigMap.

use super::writing::{Writing, shown};
use crate::kustomize::fieldpath;
use crate::kustomize::gojson::GoJson;
use crate::yaml::{Node, Scalar};

/// Follows the path through the first scalar on its way and writes that scalar's text anew; whether it
/// could. Where it could not, the path is followed as if nothing were special about scalars.
pub(super) fn write(writing: &Writing<'_>, object: &mut Node, path: &[String]) -> bool {
    let scalar = (1..path.len()).find_map(|length| {
        let (way, rest) = path.split_at(length);
        let found = fieldpath::find(object, way).ok()??;
        let scalar = object.follow(&found)?;
        scalar.as_scalar()?;
        Some((found, fieldpath::read_inner(scalar).ok()?, rest))
    });
    let Some((found, mut inner, rest)) = scalar else { return false };
    let written = writing.walk(&mut inner, rest, &mut |reached| {
        writing.put(reached.node, reached.made, shown(writing.value));
        Ok(())
    });
    if !written.is_ok_and(|count| count > 0) {
        return false;
    }
    let Some(field) = object.follow_mut(&found) else { return false };
    let Some(scalar) = field.as_scalar() else { return false };
    let Some(text) = text(&inner, &scalar.text) else { return false };
    let scalar = Scalar { text: text.into(), ..scalar.clone() };
    field.overwrite(writing.scalar(scalar));
    true
}

/// The text of changed data, in the format that the text had before.
fn text(inner: &Node, before: &str) -> Option<String> {
    if !before.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let json = GoJson::try_of(inner)?;
    Some(if before.contains('\n') && before.contains("  ") { json.indented() } else { json.to_string() })
}
