//! `$patch` in maps and lists, and the directives that kustomize does not know.

use crate::kustomize::nodes::form;
use crate::source::{Problem, Span};
use crate::yaml::{Map, Node, Path, Value};

pub(super) const KEY: &str = "$patch";

/// What a patch wants done with the value that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

impl Directive {
    fn read(value: &Node) -> Result<Self, Problem> {
        match raw(value) {
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            "delete" => Ok(Self::Delete),
            other => {
                let what = if value.as_scalar().is_some() { format!("`{other}`") } else { form(value).to_owned() };
                Err(Problem::new(format!("`{KEY}` is {what}, which kustomize does not know"))
                    .at(value.origin.span)
                    .hint("write `delete`, `replace` or `merge`"))
            }
        }
    }
}

/// Whether a patch wants to be the object itself.
pub(super) fn replaces(patch: &Node) -> bool {
    patch.get(KEY).is_some_and(|value| raw(value) == "replace")
}

/// Takes the directive out of a map of the patch.
pub(super) fn of_map(map: &mut Map) -> Result<(Directive, Option<Span>), Problem> {
    let Some(value) = map.get(KEY) else { return Ok((Directive::Merge, None)) };
    let found = (Directive::read(value)?, value.origin.span);
    map.remove(KEY);
    Ok(found)
}

/// Takes the directive out of a list of the patch: the first entry with a `$patch`, if it has nothing else.
/// With it go all entries with the same `$patch`, and empty ones.
pub(super) fn of_list(items: &mut Vec<Node>) -> Result<(Directive, Option<Span>), Problem> {
    let first = items.iter().find_map(|item| Some((item.as_map()?, item.get(KEY)?)));
    let Some((_, value)) = first.filter(|(map, _)| map.len() == 1) else { return Ok((Directive::Merge, None)) };
    let found = (Directive::read(value)?, value.origin.span);
    let word = raw(value).to_owned();
    items.retain(|item| match &item.value {
        Value::Map(map) => !map.is_empty() && map.get(KEY).is_none_or(|value| raw(value) != word),
        _ => !item.is_null(),
    });
    Ok(found)
}

/// A scalar's text, null or not; nothing for a list or a map. kustomize compares values by it.
pub(super) fn raw(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| &scalar.text)
}

/// Finds the directives of `kubectl` that end up in the output.
pub(super) fn report_unsupported(patch: &Node, quirks: &mut Vec<Problem>) {
    match &patch.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|item| report_unsupported(item, quirks)),
        Value::Map(map) => {
            for entry in map.iter() {
                let key = &*entry.key.text;
                if key == "$retainKeys"
                    || key.starts_with("$setElementOrder/")
                    || key.starts_with("$deleteFromPrimitiveList/")
                {
                    quirks.push(
                        Problem::new(format!("kustomize does not know `{key}` and prints it as a field"))
                            .at(entry.key.span)
                            .hint("leave it out: only `$patch` works in kustomize"),
                    );
                }
                report_unsupported(&entry.value, quirks);
            }
        }
    }
}

/// Finds `$patch` where a list is taken as it is written.
pub(super) fn report_literal(path: &Path, node: &Node, quirks: &mut Vec<Problem>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|item| report_literal(path, item, quirks)),
        Value::Map(map) => {
            for entry in map.iter() {
                if &*entry.key.text == KEY {
                    quirks.push(
                        Problem::new(format!("`{path}` is replaced as a whole: `{KEY}` in it is printed as a field"))
                            .at(entry.key.span)
                            .hint("write the whole list as it shall be, or use a JSON 6902 patch"),
                    );
                }
                report_literal(path, &entry.value, quirks);
            }
        }
    }
}
