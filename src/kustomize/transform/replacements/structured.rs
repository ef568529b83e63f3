//! Replacements that lead into JSON or YAML which the text of a scalar holds: the annotation
//! `{"host": "a"}`, a file in a ConfigMap.

use super::writing::{Writing, shown};
use crate::kustomize::fieldpath;
use crate::kustomize::gojson::GoJson;
use crate::source::{Problem, Reason};
use crate::yaml::{Manuscript, Node, Scalar};

/// Follows the path through the first scalar on its way and writes that scalar's text anew; whether it
/// could. Where it could not, the path is followed as if nothing were special about scalars.
pub(super) fn write(writing: &Writing<'_>, object: &mut Node, path: &[String]) -> Result<bool, Problem> {
    let scalar = (1..path.len()).find_map(|length| {
        let (way, rest) = path.split_at(length);
        let found = fieldpath::find(object, way).ok()??;
        let scalar = object.follow(&found)?;
        scalar.as_scalar()?;
        Some((found, fieldpath::read_inner(scalar).ok()?, rest))
    });
    let Some((found, mut inner, rest)) = scalar else { return Ok(false) };
    let written = writing.walk(&mut inner, rest, &mut |reached| {
        writing.put(reached.node, reached.made, shown(writing.value));
        Ok(())
    });
    if !written.is_ok_and(|count| count > 0) {
        return Ok(false);
    }
    let Some(field) = object.follow_mut(&found) else { return Ok(false) };
    let Some(scalar) = field.as_scalar() else { return Ok(false) };
    if inner.is_null() {
        // What is made below a null is never written.
        return Ok(true);
    }
    let text = if scalar.text.trim_start().starts_with(['{', '[']) {
        json(&inner, &scalar.text)
    } else {
        Some(reprinted(writing, &scalar.text, &inner).ok_or_else(|| uncertain(writing, field))?)
    };
    let Some(text) = text else { return Ok(false) };
    let scalar = Scalar { text: text.into(), ..scalar.clone() };
    field.overwrite(writing.scalar(scalar));
    Ok(true)
}

/// The text of changed data as YAML.
fn reprinted(writing: &Writing<'_>, before: &str, inner: &Node) -> Option<String> {
    // Of a map or list, kustomize takes the style that it has in the source.
    writing.value.as_scalar()?;
    Manuscript::read(before)?.print(inner).map(|text| text.trim().to_owned())
}

fn uncertain(writing: &Writing<'_>, field: &Node) -> Problem {
    Problem::new("kustomize writes the YAML in this text anew, and how it would do that is not reproduced")
        .at(writing.path.span)
        .beside(field.origin.span)
        .reason(Reason::Limit)
        .hint("keep comments out of the text, or above a key or behind a value; use no anchors, tags or folded blocks")
}

/// The text of changed data as JSON.
fn json(inner: &Node, before: &str) -> Option<String> {
    let json = GoJson::try_of(inner)?;
    Some(if before.contains('\n') && before.contains("  ") { json.indented() } else { json.to_string() })
}
