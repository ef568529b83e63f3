//! From a YAML map to the fields of a kustomization, as Go's JSON decoder does it: keys in any case,
//! unknown keys refused, null as if the key were not there.

use std::sync::Arc;

use super::folding;
use crate::schema::nearest;
use crate::source::{Problem, Span};
use crate::yaml::{Decoded, Entry, Map, Node, Scalar, Tag, Value};

/// A string and where it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub(super) text: Arc<str>,
    pub(super) span: Option<Span>,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// What to say of keys that are there twice, of which kustomize takes the last.
pub(super) fn repeated(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => problems.extend(items.iter().flat_map(repeated)),
        Value::Map(map) => {
            for Entry { key, value } in map.iter() {
                if value.origin.over.is_some() {
                    let message = format!("the key `{}` is there twice: kustomize takes the last one", key.text);
                    problems.push(Problem::new(message).at(key.span).hint("keep one of them"));
                }
                problems.extend(repeated(value));
            }
        }
    }
    problems
}

/// Reads a value from the fields of its map.
type Read<T> = fn(&mut Fields<'_>) -> Result<T, Problem>;

/// How much a reader puts up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// As kustomizations are read: every key must be known, every string must be one.
    Strict,
    /// As configurations of generators are read: unknown keys are passed over.
    Lenient,
    /// As configurations of transformers are read, and files they name: numbers and booleans count as text,
    /// too.
    Coercing,
}

/// The fields of one map. Every field that is asked for counts as known; [`Fields::finish`] refuses the rest.
pub(super) struct Fields<'a> {
    what: &'a str,
    map: &'a Map,
    span: Option<Span>,
    mode: Mode,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Opens a map of a kustomization; `what` names it in errors.
    pub(super) fn of(node: &'a Node, what: &'a str) -> Result<Self, Problem> {
        Self::open(node, what, Mode::Strict)
    }

    /// Opens a map; `what` names it in errors.
    pub(super) fn open(node: &'a Node, what: &'a str, mode: Mode) -> Result<Self, Problem> {
        match &node.value {
            Value::Map(map) => Ok(Self { what, map, span: node.origin.span, mode, known: Vec::new() }),
            _ => Err(entry_is_text(node, what).unwrap_or_else(|| wrong_type(node, what, "a map"))),
        }
    }

    /// Where the map is written.
    pub(super) fn span(&self) -> Option<Span> {
        self.span
    }

    /// The entry of a field, where it is there and not null.
    pub(super) fn entry(&mut self, name: &'static str) -> Option<&'a Entry> {
        self.known.push(name);
        let entry = self.map.entry(name).or_else(|| {
            // Of keys that differ in case only, the last one counts.
            self.map.iter().rfind(|entry| folding::is(&entry.key.text, name))
        })?;
        (!entry.value.is_null()).then_some(entry)
    }

    /// The value of a field.
    pub(super) fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// A field that holds a string.
    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<Text>, Problem> {
        self.node(name).map(|node| self.as_text(node, name)).transpose()
    }

    /// A field that holds a boolean; `false` where it is not there.
    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool, Problem> {
        let Some(node) = self.node(name) else { return Ok(false) };
        match node.as_scalar().map(Scalar::decode) {
            Some(Decoded::Bool(value)) => Ok(value),
            _ => Err(wrong_type(node, name, "`true` or `false`")),
        }
    }

    /// A field that holds a list; empty where it is not there.
    pub(super) fn list(&mut self, name: &'static str) -> Result<&'a [Node], Problem> {
        let Some(node) = self.node(name) else { return Ok(&[]) };
        node.as_seq().ok_or_else(|| wrong_type(node, name, "a list"))
    }

    /// A field that holds a list of strings.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Vec<Text>, Problem> {
        self.list(name)?
            .iter()
            .map(|node| if node.is_null() { Ok(Text::default()) } else { self.as_text(node, name) })
            .collect()
    }

    /// A field that holds a map of strings, sorted by key.
    pub(super) fn pairs(&mut self, name: &'static str) -> Result<Vec<(Text, Text)>, Problem> {
        let Some(node) = self.node(name) else { return Ok(Vec::new()) };
        let map = node.as_map().ok_or_else(|| wrong_type(node, name, "a map"))?;
        let mut pairs = Vec::new();
        for entry in map.iter() {
            if entry.key.tag != Tag::Str {
                return Err(Problem::new(format!("the key `{}` is no string in a kustomization", entry.key.text))
                    .at(entry.key.span)
                    .hint("put it in quotes: YAML 1.1 takes words such as `y` and `on` for booleans"));
            }
            let key = Text { text: entry.key.text.clone(), span: entry.key.span };
            let value = if entry.value.is_null() { Text::default() } else { self.as_text(&entry.value, name)? };
            pairs.push((key, value));
        }
        pairs.sort_by(|a, b| a.0.text.cmp(&b.0.text));
        Ok(pairs)
    }

    /// A field that holds a map, read as `read` does; `what` names it in errors.
    pub(super) fn map<T>(&mut self, name: &'static str, what: &str, read: Read<T>) -> Result<Option<T>, Problem> {
        self.node(name).map(|node| self.inner(node, what, read)).transpose()
    }

    /// A field that holds a list of maps, each read as `read` does; `what` names one of them in errors.
    pub(super) fn maps<T>(&mut self, name: &'static str, what: &str, read: Read<T>) -> Result<Vec<T>, Problem> {
        self.list(name)?.iter().map(|node| self.inner(node, what, read)).collect()
    }

    fn inner<T>(&self, node: &Node, what: &str, read: Read<T>) -> Result<T, Problem> {
        // Null as an entry of a list is one without fields.
        let nothing = node.is_null().then(|| Node::empty_map(node.origin.clone()));
        let mut fields = Fields::open(nothing.as_ref().unwrap_or(node), what, self.mode)?;
        let value = read(&mut fields)?;
        fields.finish()?;
        Ok(value)
    }

    /// A string, or an error that says what stands there instead.
    fn as_text(&self, node: &Node, what: &str) -> Result<Text, Problem> {
        let span = node.origin.span;
        match &node.value {
            Value::Scalar(scalar) if matches!(scalar.tag, Tag::Str | Tag::Timestamp | Tag::Binary) => {
                Ok(Text { text: scalar.text.clone(), span })
            }
            Value::Scalar(scalar) if self.mode == Mode::Coercing => match scalar.decode().coerced() {
                Some(text) => Ok(Text { text: text.into(), span }),
                None => Err(wrong_type(node, what, "a string")),
            },
            _ => Err(wrong_type(node, what, "a string")),
        }
    }

    /// Refuses what was not asked for.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.mode != Mode::Strict {
            return Ok(());
        }
        let known = |key: &str| self.known.iter().any(|name| folding::is(key, name));
        let Some(entry) = self.map.iter().find(|entry| !known(&entry.key.text)) else { return Ok(()) };
        let problem = Problem::new(format!("unknown field `{}` in {}", entry.key.text, self.what)).at(entry.key.span);
        Err(match nearest(&entry.key.text, self.known.iter().copied()) {
            Some(name) => problem.hint(format!("did you mean `{name}`?")),
            None => problem.hint(format!("known fields: {}", self.known.join(", "))),
        })
    }
}

/// What to say of an entry of `patches` that is the path of a file, as the fields that came before had them.
fn entry_is_text(node: &Node, what: &str) -> Option<Problem> {
    let path = node.as_str().filter(|text| what.starts_with("an entry of `patches") && !text.contains('\n'))?;
    let problem = Problem::new(format!("{what} should be a map, not a string")).at(node.origin.span);
    Some(problem.hint(format!("name the file as `- path: {path}`")))
}

/// `what` should be of another type.
pub(super) fn wrong_type(node: &Node, what: &str, wanted: &str) -> Problem {
    let found = match &node.value {
        Value::Map(_) => "a map",
        Value::Seq(_) => "a list",
        Value::Scalar(scalar) => match scalar.tag {
            Tag::Null => "nothing",
            Tag::Bool => "a boolean",
            Tag::Int | Tag::Float => "a number",
            Tag::Str | Tag::Timestamp | Tag::Binary => "a string",
        },
    };
    // What names an entry in words brings its own backticks.
    let what = if what.contains('`') || what.contains(' ') { what.to_owned() } else { format!("`{what}`") };
    let problem = Problem::new(format!("{what} should be {wanted}, not {found}")).at(node.origin.span);
    if wanted == "a string" && node.as_scalar().is_some_and(|scalar| scalar.tag != Tag::Null) {
        return problem.hint("put it in quotes");
    }
    problem
}
