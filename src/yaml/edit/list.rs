//! Lists of maps: items added in the way in which those that are there are written.

use super::place::{Edit, bytes, insert_below, is_flow, line_start, place, string};
use crate::yaml::node::{Entry, Node};

/// Adds items, each a map of strings, to the list that `entry` holds or leaves out.
#[must_use]
pub fn append(source: &str, entry: &Entry, items: &[Vec<(&str, &str)>]) -> Option<Edit> {
    let list = &entry.value;
    let whole = place(list)?;
    let Some(present) = list.as_seq() else {
        // A value left out has the place of its key.
        let key = bytes(entry.key.span?);
        let text = format!("[{}]", flow(items)?);
        if !list.is_null() {
            return None;
        }
        if whole != key {
            return Some(Edit { range: whole, text });
        }
        let colon = key.end + source.get(key.end..)?.find(':')? + 1;
        return Some(Edit { range: colon..colon, text: format!(" {text}") });
    };
    let Some(last) = present.last() else {
        return Some(Edit { range: whole, text: format!("[{}]", flow(items)?) });
    };
    let last = place(last)?;
    // A list without indentation has the place of its first item.
    let in_brackets = is_flow(source, &whole) && place(present.first()?)?.start > whole.start;
    // An alias stands for what is written elsewhere.
    if last.start < whole.start || last.end > whole.end {
        return None;
    }
    if in_brackets {
        return Some(Edit { range: last.end..last.end, text: format!(", {}", flow(items)?) });
    }
    let dash = source.get(line_start(source, last.start)?..last.start)?;
    if dash.trim() != "-" || dash.contains('\t') {
        return None;
    }
    let lines = if is_flow(source, &last) {
        items.iter().map(|item| Some(format!("{dash}{}", flow(std::slice::from_ref(item))?))).collect::<Option<_>>()?
    } else {
        block(dash, items)?
    };
    insert_below(source, last.end, &lines)
}

/// Adds a list of maps of strings under a key that the map `root` of a whole document does not have, at its end.
#[must_use]
pub fn append_section(source: &str, root: &Node, key: &str, items: &[Vec<(&str, &str)>]) -> Option<Edit> {
    let whole = place(root)?;
    let map = root.as_map()?;
    if is_flow(source, &whole) {
        let end = place(&map.iter().next_back()?.value)?.end;
        return Some(Edit { range: end..end, text: format!(", {key}: [{}]", flow(items)?) });
    }
    let dash = map.iter().find_map(|entry| dash(source, &entry.value)).unwrap_or("- ");
    let margin = " ".repeat(whole.start - line_start(source, whole.start)?);
    let mut lines = vec![format!("{margin}{key}:")];
    lines.extend(block(dash, items)?);
    // Behind the last line of the document; comments at its end stay where they are.
    let rest = source.get(whole.end..)?;
    let marker = ["\n---", "\n..."].iter().filter_map(|marker| rest.find(marker)).min();
    let end = match marker {
        Some(at) => whole.end + at,
        None => source.strip_suffix('\n').unwrap_or(source).len(),
    };
    insert_below(source, end, &lines)
}

/// What stands before the items of a list in a block.
fn dash<'s>(source: &'s str, list: &Node) -> Option<&'s str> {
    let first = place(list.as_seq()?.first()?)?;
    let dash = source.get(line_start(source, first.start)?..first.start)?;
    (dash.trim() == "-" && !dash.contains('\t')).then_some(dash)
}

fn block(dash: &str, items: &[Vec<(&str, &str)>]) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for item in items {
        for (at, (key, text)) in item.iter().enumerate() {
            let lead = if at == 0 { dash.to_owned() } else { " ".repeat(dash.len()) };
            lines.push(format!("{lead}{key}: {}", string(text)?));
        }
    }
    Some(lines)
}

fn flow(items: &[Vec<(&str, &str)>]) -> Option<String> {
    let item = |item: &Vec<(&str, &str)>| {
        let fields = item.iter().map(|(key, text)| Some(format!("{key}: {}", string(text)?)));
        Some(format!("{{{}}}", fields.collect::<Option<Vec<_>>>()?.join(", ")))
    };
    Some(items.iter().map(item).collect::<Option<Vec<_>>>()?.join(", "))
}
