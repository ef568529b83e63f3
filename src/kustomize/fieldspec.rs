//! Field specifications: which field of which type a transformer touches, and the walk to it.

use super::id::{Gvk, group_version};
use crate::source::Problem;
use crate::yaml::{Key, Node, Origin, Scalar, Value};

/// Which field of which type a transformer touches (docs/kustomize.md, "Field specifications").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldSpec {
    /// The types that have the field.
    pub(super) gvk: Gvk,
    /// Keys from the root of the object; a key that ends in `[]` leads to a list.
    pub(super) path: Vec<String>,
    /// Whether the field is made where it is missing.
    pub(super) create: bool,
}

impl FieldSpec {
    /// A specification that fits every type.
    pub(super) fn any(path: &str, create: bool) -> Self {
        Self { gvk: Gvk::default(), path: split_path(path), create }
    }
}

/// Splits a path at `/`; `\/` stands for a slash in a key.
pub(super) fn split_path(path: &str) -> Vec<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// What is made where a field is missing and may be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Create {
    /// Nothing.
    Nothing,
    /// An empty scalar.
    Scalar,
    /// An empty map.
    Map,
}

/// Adds specifications; those that say the same are kept once.
///
/// # Errors
/// When two differ only in whether the field is created.
pub(super) fn merge(into: &mut Vec<FieldSpec>, more: &[FieldSpec]) -> Result<(), Problem> {
    for spec in more {
        let known = into.iter().find(|known| {
            known.path == spec.path && spec.gvk.fits(&known.gvk.group, &known.gvk.version, &known.gvk.kind)
        });
        match known {
            Some(known) if known.create != spec.create => {
                return Err(Problem::new(format!("conflicting field specifications for `{}`", spec.path.join("/")))
                    .hint("give both the same `create`"));
            }
            Some(_) => {}
            None => into.push(spec.clone()),
        }
    }
    Ok(())
}

/// Calls `set` on every node that the specification leads to; `origin` is given to what is made on the way.
///
/// # Errors
/// What `set` reports, and a path that leads through a scalar.
pub(super) fn visit(
    object: &mut Node,
    spec: &FieldSpec,
    create: Create,
    origin: &Origin,
    set: &mut dyn FnMut(&mut Node) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let text = |key: &str| object.get(key).and_then(Node::as_scalar).map_or("", |scalar| &*scalar.text);
    let (group, version) = group_version(text("apiVersion"));
    if !spec.gvk.fits(group, version, text("kind")) {
        return Ok(());
    }
    let create = if spec.create { create } else { Create::Nothing };
    walk(object, &spec.path, create, origin, set)
}

/// Calls `set` on every node that the path leads to, whatever the object's type; nothing is made.
///
/// # Errors
/// As [`visit`].
pub(super) fn visit_path(
    object: &mut Node,
    path: &[String],
    set: &mut dyn FnMut(&mut Node) -> Result<(), Problem>,
) -> Result<(), Problem> {
    walk(object, path, Create::Nothing, &Origin::default(), set)
}

fn walk(
    node: &mut Node,
    path: &[String],
    create: Create,
    origin: &Origin,
    set: &mut dyn FnMut(&mut Node) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let Some((step, rest)) = path.split_first() else { return set(node) };
    if node.is_null() {
        return Ok(());
    }
    match &mut node.value {
        // Steps name keys only: every item of a list is tried with the same step.
        Value::Seq(items) => items.iter_mut().try_for_each(|item| walk(item, path, create, origin, set)),
        Value::Map(map) => {
            let (key, list) = step.strip_suffix("[]").map_or((step.as_str(), false), |key| (key, true));
            names_a_key(key)?;
            let make = if list { Create::Nothing } else { create };
            let wanted = if rest.is_empty() { make } else { Create::Map };
            let mut made = false;
            if map.get(key).is_none() {
                if make == Create::Nothing {
                    return Ok(());
                }
                map.push(Key::new(key, origin.span), empty(wanted, origin));
                made = true;
            }
            let Some(child) = map.get_mut(key) else { return Ok(()) };
            if child.is_null() {
                if list {
                    // Upstream takes the hint: what was null prints as `[]`.
                    child.value = Value::Seq(Vec::new());
                } else if make != Create::Nothing {
                    child.overwrite(empty(wanted, origin));
                    made = true;
                }
            }
            walk(child, rest, create, origin, set)?;
            if made && rest.is_empty() && child.as_scalar().is_some() {
                // The empty text that was made for `set` is nothing that it replaced.
                let made = child.origin.over.take();
                child.origin.over = made.and_then(|made| made.origin.over.clone());
            }
            Ok(())
        }
        Value::Scalar(_) => {
            Err(Problem::new(format!("`{step}` cannot be found in a single value: a map or list was expected"))
                .at(node.origin.span))
        }
    }
}

/// kustomize takes some keys for places in lists, and there is none where a map is.
fn names_a_key(key: &str) -> Result<(), Problem> {
    let is_place = key == "*" || key == "-" || key.parse::<i64>().is_ok() || key.starts_with('[') && key.ends_with(']');
    if !is_place {
        return Ok(());
    }
    Err(Problem::new(format!("`{key}` in the path of a field names no key of a map"))
        .hint("name the key, or the field above it: the items of lists need no step of their own"))
}

fn empty(create: Create, origin: &Origin) -> Node {
    match create {
        Create::Map => Node::empty_map(origin.clone()),
        Create::Scalar | Create::Nothing => Node::new(Value::Scalar(Scalar::string("")), origin.clone()),
    }
}
