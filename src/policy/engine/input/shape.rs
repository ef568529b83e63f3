//! What is known of a value before anything is evaluated: a place in a schema, or nothing.
//!
//! All that is ever said of a shape is which fields it cannot have. So values that have no fields at all, such as
//! text and `null`, need no shape of their own beside others: they would have none of them either.

use std::ptr;

use serde_json::Value as Json;

use crate::policy::engine::annotations::LABEL;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape<'s> {
    /// Nothing with fields has been seen here.
    Bare,
    /// It may be anything.
    Unknown,
    /// It fits one of these.
    Schema(Vec<Node<'s>>),
    /// A list, a set or an object of such values.
    Many(Box<Self>),
    /// An array with these items.
    Tuple(Vec<Self>),
}

/// A place in a schema.
#[derive(Debug, Clone)]
pub(super) struct Node<'s> {
    schema: &'s Json,
    /// The whole schema, in which `$ref` leads.
    root: &'s Json,
    /// How a policy gets there: `input.environments[_]`.
    label: String,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.schema, other.schema)
    }
}

impl Node<'_> {
    fn is_metadata(&self) -> bool {
        self.label.starts_with(LABEL)
    }
}

/// Something that a value cannot have.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Missing {
    /// How a policy gets to the value.
    pub(super) label: String,
    /// What the value is, in words; `None` for an object.
    pub(super) what: Option<&'static str>,
    /// The field; `None` where it was taken for a list.
    pub(super) field: Option<String>,
    /// The fields that there are.
    pub(super) known: Vec<String>,
}

/// What one type that a schema allows has to say.
enum Found<'s> {
    Anything,
    At(&'s Json),
    Lacks(Option<&'static str>),
}

impl<'s> Shape<'s> {
    /// What fits `schema`, a part of `root` that policies know as `label`.
    pub(super) fn of(schema: &'s Json, root: &'s Json, label: &str) -> Self {
        Self::Schema(vec![Node { schema, root, label: label.to_owned() }])
    }

    /// What is this or that.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Bare, other) | (other, Self::Bare) => other,
            (Self::Schema(mut nodes), Self::Schema(more)) => {
                for node in more {
                    if !nodes.contains(&node) {
                        nodes.push(node);
                    }
                }
                Self::Schema(nodes)
            }
            (Self::Tuple(left), Self::Tuple(right)) if left.len() == right.len() => {
                Self::Tuple(left.into_iter().zip(right).map(|(left, right)| left.or(right)).collect())
            }
            (Self::Tuple(items), other) | (other, Self::Tuple(items)) if items.is_empty() => other,
            (left @ (Self::Many(_) | Self::Tuple(_)), right @ (Self::Many(_) | Self::Tuple(_))) => {
                Self::Many(Box::new(left.inner().or(right.inner())))
            }
            _ => Self::Unknown,
        }
    }

    fn inner(self) -> Self {
        match self {
            Self::Many(inner) => *inner,
            Self::Tuple(items) => Self::any(items),
            other => other,
        }
    }

    /// What is one of these.
    pub(super) fn any(shapes: impl IntoIterator<Item = Self>) -> Self {
        shapes.into_iter().fold(Self::Bare, Self::or)
    }

    /// The value of a field.
    ///
    /// # Errors
    /// When no value of this shape has the field.
    pub(super) fn field(&self, name: &str) -> Result<Self, Missing> {
        match self {
            Self::Bare => Ok(Self::Bare),
            Self::Unknown | Self::Tuple(_) => Ok(Self::Unknown),
            Self::Many(inner) => Ok(inner.as_ref().clone()),
            Self::Schema(nodes) => {
                let label = |label: &str| step(label, name);
                follow(nodes, label, Some(name), |schema, kind| field(schema, kind, name))
            }
        }
    }

    /// One item of a list or a set, or one value of an object.
    ///
    /// # Errors
    /// When no value of this shape has any.
    pub(super) fn item(&self) -> Result<Self, Missing> {
        match self {
            Self::Bare | Self::Unknown | Self::Many(_) | Self::Tuple(_) => Ok(self.clone().inner()),
            // There may well be none.
            Self::Schema(nodes) if nodes.iter().any(Node::is_metadata) => Ok(Self::Unknown),
            Self::Schema(nodes) => follow(nodes, |label| format!("{label}[_]"), None, item),
        }
    }

    /// This for someone who cannot know which rule's METADATA it is, and so is right to ask for what is not there.
    pub(super) fn for_any_rule(self) -> Self {
        match self {
            Self::Schema(nodes) if nodes.iter().any(Node::is_metadata) => Self::Unknown,
            Self::Many(inner) => Self::Many(Box::new(inner.for_any_rule())),
            Self::Tuple(items) => Self::Tuple(items.into_iter().map(Self::for_any_rule).collect()),
            other => other,
        }
    }

    /// The item at a place, where the place is known.
    pub(super) fn nth(&self, index: usize) -> Self {
        match self {
            Self::Tuple(items) => items.get(index).cloned().unwrap_or(Self::Bare),
            other => other.item().unwrap_or(Self::Unknown),
        }
    }
}

fn step(label: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    if plain { format!("{label}.{name}") } else { format!("{label}[{}]", Json::from(name)) }
}

/// One step from each of the nodes.
fn follow<'s>(
    nodes: &[Node<'s>],
    label: impl Fn(&str) -> String,
    name: Option<&str>,
    step: impl Fn(&'s Json, &str) -> Vec<Found<'s>>,
) -> Result<Shape<'s>, Missing> {
    let mut next: Vec<Node<'s>> = Vec::new();
    let mut known = Vec::new();
    let mut what = None;
    let mut only_bare = true;
    for node in nodes {
        let Some(schemas) = expanded(node.schema, node.root, 0) else { return Ok(Shape::Unknown) };
        for schema in schemas {
            let Some(kinds) = kinds(schema) else { return Ok(Shape::Unknown) };
            for found in kinds.into_iter().flat_map(|kind| step(schema, kind)) {
                match found {
                    Found::Anything => return Ok(Shape::Unknown),
                    Found::At(schema) => {
                        let node = Node { schema, root: node.root, label: label(&node.label) };
                        if !next.contains(&node) {
                            next.push(node);
                        }
                    }
                    Found::Lacks(None) => only_bare = false,
                    Found::Lacks(Some(word)) => what = Some(what.unwrap_or(word)),
                }
            }
            let properties = schema.get("properties").and_then(Json::as_object);
            known.extend(properties.into_iter().flatten().map(|(key, _)| key.clone()));
        }
    }
    if !next.is_empty() {
        return Ok(Shape::Schema(next));
    }
    let label = nodes.first().map(|node| node.label.clone()).unwrap_or_default();
    known.sort();
    known.dedup();
    Err(Missing { label, what: what.filter(|_| only_bare), field: name.map(str::to_owned), known })
}

fn field<'s>(schema: &'s Json, kind: &str, name: &str) -> Vec<Found<'s>> {
    if kind != "object" {
        return bare(kind);
    }
    if schema.get("patternProperties").is_some() {
        return vec![Found::Anything];
    }
    let property = schema.get("properties").and_then(|properties| properties.get(name));
    match (property, schema.get("additionalProperties")) {
        (Some(property), _) => vec![Found::At(property)],
        (None, Some(Json::Bool(false))) => vec![Found::Lacks(None)],
        (None, Some(other @ Json::Object(_))) => vec![Found::At(other)],
        (None, _) => vec![Found::Anything],
    }
}

fn item<'s>(schema: &'s Json, kind: &str) -> Vec<Found<'s>> {
    match kind {
        "array" if schema.get("prefixItems").is_some() => vec![Found::Anything],
        "array" => vec![schema.get("items").map_or(Found::Anything, Found::At)],
        "object" => {
            if schema.get("patternProperties").is_some() {
                return vec![Found::Anything];
            }
            let properties = schema.get("properties").and_then(Json::as_object);
            let mut found: Vec<_> = properties.into_iter().flatten().map(|(_, schema)| Found::At(schema)).collect();
            match schema.get("additionalProperties") {
                Some(Json::Bool(false)) => {}
                Some(other @ Json::Object(_)) => found.push(Found::At(other)),
                _ => return vec![Found::Anything],
            }
            found
        }
        _ => bare(kind),
    }
}

fn bare<'s>(kind: &str) -> Vec<Found<'s>> {
    vec![match kind {
        "null" => return Vec::new(),
        "array" => Found::Lacks(Some("a list")),
        "string" => Found::Lacks(Some("text")),
        "boolean" => Found::Lacks(Some("true or false")),
        "integer" | "number" => Found::Lacks(Some("a number")),
        _ => Found::Anything,
    }]
}

/// The types of values that fit; `None` where nothing says them.
fn kinds(schema: &Json) -> Option<Vec<&str>> {
    match schema.get("type") {
        Some(Json::String(kind)) => return Some(vec![kind]),
        Some(Json::Array(kinds)) => return kinds.iter().map(Json::as_str).collect(),
        _ => {}
    }
    let choices = match (schema.get("enum"), schema.get("const")) {
        (Some(Json::Array(choices)), _) => choices.iter().collect(),
        (_, Some(one)) => vec![one],
        _ => return None,
    };
    let kind = |choice: &&Json| match choice {
        Json::Null => Some("null"),
        Json::Bool(_) => Some("boolean"),
        Json::Number(_) => Some("number"),
        Json::String(_) => Some("string"),
        Json::Array(_) | Json::Object(_) => None,
    };
    choices.iter().map(kind).collect()
}

/// The alternatives that a schema stands for; `None` where this does not understand it.
fn expanded<'s>(schema: &'s Json, root: &'s Json, depth: usize) -> Option<Vec<&'s Json>> {
    const DEEPEST: usize = 16;
    let has = |keys: &[&str]| keys.iter().any(|key| schema.get(key).is_some());
    let several = has(&["$ref", "oneOf", "anyOf"]) && has(&["properties", "additionalProperties", "items"]);
    if depth > DEEPEST || several || has(&["allOf", "if", "dependentSchemas", "$dynamicRef"]) {
        return None;
    }
    if let Some(target) = schema.get("$ref") {
        let target = root.pointer(target.as_str()?.strip_prefix('#')?)?;
        return expanded(target, root, depth + 1);
    }
    let Some(branches) = schema.get("oneOf").or_else(|| schema.get("anyOf")) else { return Some(vec![schema]) };
    let branches: Option<Vec<_>> =
        branches.as_array()?.iter().map(|branch| expanded(branch, root, depth + 1)).collect();
    Some(branches?.concat())
}
