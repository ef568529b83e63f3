//! Paths of JSON 6902: `/spec/template/metadata/labels/app.kubernetes.io~1name`.

use std::fmt;
use std::sync::Arc;

use super::{Path, Segment};
use crate::source::{Problem, Span};
use crate::yaml::{Node, Value};

/// Most keys that an error lists.
const MAX_LISTED: usize = 12;

/// A path and where it is written.
pub(super) struct Pointer {
    text: String,
    steps: Vec<String>,
    pub(super) span: Option<Span>,
}

impl Pointer {
    /// Reads a path. As in evanphx/json-patch, what stands before the first `/` does not count.
    pub(super) fn parse(node: &Node) -> Self {
        let text = node.as_str().unwrap_or_default().to_owned();
        let steps = text.split('/').skip(1).map(unescape).collect();
        Self { text, steps, span: node.origin.span }
    }

    /// Whether it is empty: the whole object.
    pub(super) fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The last step and those before it; `None` where there is no step.
    pub(super) fn split_last(&self) -> Option<(&str, &[String])> {
        self.steps.split_last().map(|(last, way)| (last.as_str(), way))
    }

    /// The path in the terms of nodes, as far as the object tells lists from maps.
    pub(super) fn path(&self, object: &Node) -> Path {
        let mut node = Some(object);
        self.steps
            .iter()
            .map(|part| {
                let place = node.and_then(Node::as_seq).and_then(|items| index(part, items.len()));
                node = node.and_then(|node| step(node, part));
                place.map_or_else(|| Segment::Key(Arc::from(part.as_str())), Segment::Index)
            })
            .collect()
    }

    /// The problem that the place is not there: where the way ends, and what is there instead.
    pub(super) fn missing(&self, object: &Node) -> Problem {
        let mut parent = object;
        let mut path = Path::default();
        let mut missing = "";
        for part in &self.steps {
            missing = part;
            let Some(next) = step(parent, part) else { break };
            path.push(match &parent.value {
                Value::Seq(items) => Segment::Index(index(part, items.len()).unwrap_or_default()),
                _ => Segment::Key(Arc::from(part.as_str())),
            });
            parent = next;
        }
        let place = if path.is_empty() { "the object".to_owned() } else { format!("`{path}`") };
        let problem = Problem::new(format!("`{}` does not exist: {place} has no `{missing}`", self.text));
        let problem = problem.beside(parent.origin.span);
        match &parent.value {
            Value::Map(map) => {
                let prefix = format!("{missing}/");
                if let Some(entry) = map.iter().find(|entry| entry.key.text.starts_with(&prefix)) {
                    let escaped = entry.key.text.replace('~', "~0").replace('/', "~1");
                    return problem.hint(format!("write a `/` in a key as `~1`: `{escaped}`"));
                }
                let mut keys: Vec<String> = map.iter().map(|entry| format!("`{}`", entry.key.text)).collect();
                keys.sort_unstable();
                let more = if keys.len() > MAX_LISTED { ", ..." } else { "" };
                keys.truncate(MAX_LISTED);
                let there = if keys.is_empty() {
                    format!("{place} is empty")
                } else {
                    format!("{place} has {}{more}", keys.join(", "))
                };
                if path.len() + 1 == self.steps.len() {
                    return problem.hint(there);
                }
                problem.hint(format!("{there}; to add below `{missing}`, add it first with the value `{{}}`"))
            }
            Value::Seq(items) if items.is_empty() => problem.hint(format!("{place} is an empty list")),
            Value::Seq(items) => problem.hint(format!("{place} has the entries 0 to {}", items.len() - 1)),
            Value::Scalar(_) if parent.is_null() => problem.hint(format!("{place} is null: add a map there first")),
            Value::Scalar(_) => problem.hint(format!("{place} is a single value")),
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `~1` is `/`, `~0` is `~`.
fn unescape(step: &str) -> String {
    let mut parts = step.split('~');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match (part.strip_prefix('1'), part.strip_prefix('0')) {
            (Some(rest), _) => out.extend(["/", rest]),
            (_, Some(rest)) => out.extend(["~", rest]),
            _ => out.extend(["~", part]),
        }
    }
    out
}

/// A position in a list of `len` places; negative ones count from the end.
pub(super) fn index(step: &str, len: usize) -> Option<usize> {
    let number: i64 = step.parse().ok()?;
    let place = match usize::try_from(number) {
        Ok(place) => place,
        Err(_) => len.checked_sub(usize::try_from(number.unsigned_abs()).ok()?)?,
    };
    (place < len).then_some(place)
}

fn step<'n>(node: &'n Node, step: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Map(map) => map.get(step),
        Value::Seq(items) => items.get(index(step, items.len())?),
        Value::Scalar(_) => None,
    }
}

/// Follows steps to a map or list.
pub(super) fn follow<'n>(object: &'n Node, steps: &[String]) -> Option<&'n Node> {
    let found = steps.iter().try_fold(object, |node, part| step(node, part))?;
    found.as_scalar().is_none().then_some(found)
}

/// [`follow`], to change.
pub(super) fn follow_mut<'n>(object: &'n mut Node, steps: &[String]) -> Option<&'n mut Node> {
    steps.iter().try_fold(object, |node, part| match &mut node.value {
        Value::Map(map) => map.get_mut(part),
        Value::Seq(items) => {
            let place = index(part, items.len())?;
            items.get_mut(place)
        }
        Value::Scalar(_) => None,
    })
}
