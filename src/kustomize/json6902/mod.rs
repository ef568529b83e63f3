//! JSON 6902 patches, as kustomize 5.8.1 applies them with evanphx/json-patch 4: more lenient than the
//! RFC, and by way of JSON with 64-bit floats (docs/kustomize.md, "Patches").
//!
//! Which objects a patch is for is the caller's.

mod pointer;
mod round_trip;

use pointer::{Pointer, index};
pub use round_trip::Integers;

use super::effects::{Effects, Removal};
use super::gojson::GoJson;
use super::limits;
use super::nodes::{form, relabel, weight};
use crate::source::{Problem, Reason, Span};
use crate::yaml::{self, Cause, Dialect, Key, Node, Origin, Path, Scalar, Segment, Text, Value};

/// Most bytes that the `copy` operations of one patch may add. kustomize has no limit.
const MAX_COPIED: usize = 16 << 20;

/// One operation, as written. It is judged when it is applied: kustomize does not look at the operations
/// of a patch that finds no object.
#[derive(Debug, Clone)]
pub(super) struct Op {
    span: Option<Span>,
    name: Option<Node>,
    path: Option<Node>,
    from: Option<Node>,
    value: Option<Node>,
    /// Whether its value is written as Go would not write it: kustomize compares the text of JSON, and then finds
    /// nothing the same.
    odd: bool,
}

/// Reads the operations of a patch. Text that starts with `[` must be JSON, other text is YAML. Members that JSON 6902
/// does not know are ignored.
///
/// # Errors
/// When it is neither, or no list of maps.
pub(super) fn read(text: &Text<'_>) -> Result<Vec<Op>, Problem> {
    if !text.content.starts_with('[') {
        let root = yaml::parse_first(text, Dialect::Config)?;
        return root.map_or_else(|| Ok(Vec::new()), |root| parse_ops(&root));
    }
    let mut is_odd = |scalar: &Scalar, raw: &str| {
        let node = Node::new(Value::Scalar(scalar.clone()), Origin::default());
        GoJson::of(&node).to_string() != raw
    };
    let (root, odd) = yaml::parse_json(text, &mut is_odd)?;
    let mut ops = parse_ops(&root)?;
    for path in odd {
        if let [Segment::Index(at), Segment::Key(key), ..] = path.as_slice() {
            ops.get_mut(*at).filter(|_| &**key == "value").into_iter().for_each(|op| op.odd = true);
        }
    }
    Ok(ops)
}

fn parse_ops(patch: &Node) -> Result<Vec<Op>, Problem> {
    if patch.is_null() {
        return Ok(Vec::new());
    }
    let no_list = || {
        Problem::new(format!("a JSON 6902 patch is a list of operations, this is {}", form(patch)))
            .at(patch.origin.span)
            .hint("write `- {op: replace, path: /spec/replicas, value: 2}`")
    };
    patch.as_seq().ok_or_else(no_list)?.iter().map(Op::parse).collect()
}

/// Applies operations to an object, in order. What they take away, and what kustomize does unasked, is added
/// to `effects`.
///
/// Values that an operation gives have the span of its `value` and [`Cause::JsonPatch`]; copied and moved
/// ones keep their origin.
///
/// # Errors
/// When an operation is wrong, does not fit the object, or a `test` fails; and when the object cannot be
/// written as JSON. The object is of no use then.
pub(super) fn apply(object: &mut Node, ops: &[Op], effects: &mut Effects) -> Result<(), Problem> {
    round_trip::check(object)?;
    let mut copied = 0;
    for op in ops {
        op.apply(object, effects, &mut copied)?;
    }
    if object.as_map().is_none() {
        return Err(Problem::new(format!("the patch makes {} of the object", form(object)))
            .at(object.origin.span)
            .hint("an object is a map"));
    }
    round_trip::settle(object, Integers::AsFloats, &mut effects.quirks);
    Ok(())
}

/// Makes of an object what is left of it when it is written as JSON and read again, with 64-bit floats for numbers but
/// maybe integers.
///
/// # Errors
/// When JSON cannot say what is in it.
pub fn through_json(object: &mut Node, integers: Integers) -> Result<(), Problem> {
    round_trip::to_json(object)?;
    round_trip::check(object)?;
    round_trip::settle(object, integers, &mut Vec::new());
    Ok(())
}

/// Where a value goes or comes from: the map or list, and the last step.
type Place<'n, 'p> = (&'n mut Node, &'p str);

impl Op {
    fn parse(node: &Node) -> Result<Self, Problem> {
        if node.as_map().is_none() && !node.is_null() {
            return Err(Problem::new(format!("an operation of a JSON 6902 patch is a map, this is {}", form(node)))
                .at(node.origin.span)
                .hint("write `- {op: replace, path: /spec/replicas, value: 2}`"));
        }
        let member = |name: &str| node.get(name).cloned();
        let mut value = member("value");
        if let Some(value) = &mut value {
            round_trip::to_json(value)?;
            relabel(value, Cause::JsonPatch);
        }
        Ok(Self {
            span: node.origin.span,
            name: member("op"),
            path: member("path"),
            from: member("from"),
            value,
            odd: false,
        })
    }

    fn apply(&self, object: &mut Node, effects: &mut Effects, copied: &mut usize) -> Result<(), Problem> {
        match self.name.as_ref().and_then(Node::as_str) {
            Some("add") => {
                let path = self.pointer(self.path.as_ref(), "path")?;
                let value = self.value(&path, effects);
                self.add(object, &path, value, effects)
            }
            Some("remove") => {
                let pointer = self.pointer(self.path.as_ref(), "path")?;
                let path = pointer.path(object);
                let value = self.take(object, &pointer)?;
                effects.removals.push(Removal { path, value, by: self.span });
                Ok(())
            }
            Some("replace") => self.replace(object, effects),
            Some("move") => {
                let from = self.pointer(self.from.as_ref(), "from")?;
                let left = from.path(object);
                let value = self.take(object, &from)?;
                effects.removals.push(Removal { path: left, value: value.clone(), by: self.span });
                let path = self.pointer(self.path.as_ref(), "path")?;
                self.add(object, &path, value, effects)
            }
            Some("copy") => {
                let from = self.pointer(self.from.as_ref(), "from")?;
                let value = self.look(object, &from)?.cloned().unwrap_or_else(|| self.null());
                let path = self.pointer(self.path.as_ref(), "path")?;
                *copied += weight(&value);
                if *copied > MAX_COPIED {
                    return Err(self.problem("the `copy` operations of this patch add too much").reason(Reason::Limit));
                }
                limits::object(object, &value, path.span)?;
                self.add(object, &path, value, effects)
            }
            Some("test") => self.test(object),
            op => {
                let what = match op {
                    Some(op) => format!("`op: {op}` is no operation of JSON 6902"),
                    None => "the operation has no `op`".to_owned(),
                };
                Err(Problem::new(what)
                    .at(self.name.as_ref().and_then(|name| name.origin.span))
                    .at(self.span)
                    .hint("write `add`, `remove`, `replace`, `move`, `copy` or `test`"))
            }
        }
    }

    fn add(&self, object: &mut Node, pointer: &Pointer, value: Node, effects: &mut Effects) -> Result<(), Problem> {
        limits::path(pointer.len(), Some(&value), pointer.span)?;
        let path = pointer.path(object);
        let (parent, step) = self.parent(object, pointer)?;
        match &mut parent.value {
            Value::Map(map) => {
                self.replaces(map.get(step), &path, effects);
                map.set(Key::new(step, pointer.span), value);
                return Ok(());
            }
            Value::Seq(items) => {
                let place = if step == "-" { Some(items.len()) } else { index(step, items.len() + 1) };
                if let Some(place) = place {
                    items.insert(place, value);
                    return Ok(());
                }
            }
            Value::Scalar(_) => {}
        }
        Err(pointer.missing(object).at(self.span))
    }

    fn replace(&self, object: &mut Node, effects: &mut Effects) -> Result<(), Problem> {
        let pointer = self.pointer(self.path.as_ref(), "path")?;
        if pointer.is_root() {
            let value = self.value.clone().filter(|value| value.as_scalar().is_none());
            let Some(value) = value else {
                return Err(self.problem("an object can only be replaced by a map"));
            };
            self.replaces(Some(object), &Path::default(), effects);
            object.overwrite(value);
            return Ok(());
        }
        let value = self.value(&pointer, effects);
        limits::path(pointer.len(), Some(&value), pointer.span)?;
        let path = pointer.path(object);
        let (parent, step) = self.parent(object, &pointer)?;
        match &mut parent.value {
            // kustomize adds a key that is not there.
            Value::Map(map) => {
                self.replaces(map.get(step), &path, effects);
                map.set(Key::new(step, pointer.span), value);
            }
            Value::Seq(items) => match index(step, items.len()).and_then(|place| items.get_mut(place)) {
                Some(item) => {
                    self.replaces(Some(item), &path, effects);
                    item.overwrite(value);
                }
                None => return Err(pointer.missing(object).at(self.span)),
            },
            Value::Scalar(_) => return Err(pointer.missing(object).at(self.span)),
        }
        Ok(())
    }

    fn replaces(&self, old: Option<&Node>, path: &Path, effects: &mut Effects) {
        if let Some(old) = old {
            effects.replaces(path, old, self.span);
        }
    }

    fn test(&self, object: &mut Node) -> Result<(), Problem> {
        let pointer = self.pointer(self.path.as_ref(), "path")?;
        let found = if pointer.is_root() { Some(&*object) } else { self.look(object, &pointer)? };
        let same = match (found, &self.value) {
            (Some(found), Some(wanted)) => round_trip::same(found, wanted),
            // A key that is not there passes for null.
            (None, wanted) => wanted.as_ref().is_none_or(Node::is_null),
            (Some(found), None) => found.is_null(),
        };
        if same && !self.odd {
            return Ok(());
        }
        Err(self
            .problem(format!("`test` fails: `{pointer}` has another value"))
            .hint("the object changed since the patch was written: see whether the patch still makes sense"))
    }

    /// The value at a place; `None` for a key that is not there.
    fn look<'n>(&self, object: &'n Node, pointer: &Pointer) -> Result<Option<&'n Node>, Problem> {
        let missing = || pointer.missing(object).at(self.span);
        let (step, way) = self.split(pointer)?;
        let parent = pointer::follow(object, way).ok_or_else(missing)?;
        match parent.as_seq() {
            Some(items) => index(step, items.len()).and_then(|place| items.get(place)).map(Some).ok_or_else(missing),
            None => Ok(parent.get(step)),
        }
    }

    /// Takes a value out.
    fn take(&self, object: &mut Node, pointer: &Pointer) -> Result<Node, Problem> {
        let (parent, step) = self.parent(object, pointer)?;
        let taken = match &mut parent.value {
            Value::Map(map) => map.remove(step).map(|entry| entry.value),
            Value::Seq(items) => index(step, items.len()).map(|place| items.remove(place)),
            Value::Scalar(_) => None,
        };
        taken.ok_or_else(|| pointer.missing(object).at(self.span))
    }

    fn parent<'n, 'p>(&self, object: &'n mut Node, pointer: &'p Pointer) -> Result<Place<'n, 'p>, Problem> {
        let (step, way) = self.split(pointer)?;
        if pointer::follow(object, way).is_none() {
            return Err(pointer.missing(object).at(self.span));
        }
        match pointer::follow_mut(object, way) {
            Some(parent) => Ok((parent, step)),
            None => Err(self.problem(format!("`{pointer}` does not exist"))),
        }
    }

    fn split<'p>(&self, pointer: &'p Pointer) -> Result<(&'p str, &'p [String]), Problem> {
        pointer.split_last().ok_or_else(|| {
            self.problem(format!("`{pointer}` names no place in the object")).hint("start the path with `/`")
        })
    }

    fn pointer(&self, member: Option<&Node>, name: &str) -> Result<Pointer, Problem> {
        match member {
            Some(node) if node.as_str().is_some() => Ok(Pointer::parse(node)),
            Some(node) if !node.is_null() => {
                Err(Problem::new(format!("`{name}` is not a string")).at(node.origin.span).hint("put it in quotes"))
            }
            _ => Err(self
                .problem(format!("the operation has no `{name}`"))
                .hint(format!("write `{name}` as the way to a value: `/spec/replicas`"))),
        }
    }

    /// The value of the operation. kustomize takes one that is left out for null.
    fn value(&self, pointer: &Pointer, effects: &mut Effects) -> Node {
        if let Some(value) = &self.value {
            return value.clone();
        }
        effects.quirks.push(
            self.problem(format!("the operation has no `value`: kustomize sets `{pointer}` to null"))
                .hint("write `value`, or use `remove`"),
        );
        self.null()
    }

    fn null(&self) -> Node {
        Node::new(Value::Scalar(Scalar::null()), Origin::new(self.span, Cause::JsonPatch))
    }

    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(message).at(self.span)
    }
}
