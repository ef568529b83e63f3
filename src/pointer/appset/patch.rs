//! `templatePatch`: a text that is filled in, read as YAML, and merged into the Application.

use super::template::Filling;
use crate::source::Problem;
use crate::yaml::{Dialect, Node, Text, parse_first};

/// Merges the patch into an Application: maps field by field, `null` takes away, anything else is replaced.
pub(super) fn apply(application: &mut Node, text: &Node, filling: &Filling<'_>) -> Result<(), Problem> {
    let span = text.origin.span;
    let filled = filling.text(text.as_str().unwrap_or_default(), span)?;
    let read = parse_first(&Text::loose(&filled), Dialect::Config).map_err(|problem| {
        Problem::new(format!("`templatePatch` is no YAML when it is filled in: {problem}"))
            .at(span)
            .hint("look at the blanks that the template leaves")
    })?;
    let Some(mut patch) = read else { return Ok(()) };
    if patch.as_map().is_none() {
        return Err(Problem::new("`templatePatch` is a map").at(span));
    }
    mark(&mut patch, text);
    merge(application, patch);
    Ok(())
}

/// Gives what was read the place of the text that it is from.
fn mark(node: &mut Node, text: &Node) {
    node.origin.span = text.origin.span;
    if let Some(items) = node.as_seq_mut() {
        for item in items {
            mark(item, text);
        }
    } else if let Some(map) = node.as_map_mut() {
        for entry in map.iter_mut() {
            entry.key.span = text.origin.span;
            mark(&mut entry.value, text);
        }
    }
}

fn merge(target: &mut Node, patch: Node) {
    let Some(changes) = patch.as_map() else {
        target.overwrite(patch);
        return;
    };
    let Some(map) = target.as_map_mut() else {
        *target = patch;
        return;
    };
    for change in changes.iter() {
        if change.value.is_null() {
            map.remove(&change.key.text);
        } else if let Some(known) = map.get_mut(&change.key.text) {
            merge(known, change.value.clone());
        } else {
            map.set(change.key.clone(), change.value.clone());
        }
    }
}
