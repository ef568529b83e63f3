//! Dotted paths into objects, as `replacements` and `vars` write them:
//! `spec.template.spec.containers.[name=api].image`.
//!
//! Upstream walks them in two ways that differ in detail: [`find`] names one value exactly, [`Walk`] reaches
//! every value that fits and may make what is missing.

use super::pattern;
use crate::source::{Problem, Span};
use crate::yaml::{self, Dialect, Key, Map, Node, Origin, Path, Scalar, Segment, Tag, Value};

/// Splits a path at its dots. `\.` stands for a dot in a key; so does a dot in `[a.b/c]`, which is the key
/// `a.b/c`. Brackets that hold `=` pick items of a list and are kept.
pub(super) fn split(path: &str) -> Vec<String> {
    let mut parts = escaped(path).into_iter();
    let mut result = Vec::new();
    while let Some(mut part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            result.push(part);
            continue;
        }
        for next in parts.by_ref() {
            part.push('.');
            part.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        result.push(if part.contains('=') { part } else { part.trim_matches(['[', ']']).to_owned() });
    }
    result
}

/// Splits at dots that no backslash escapes; a leading dot is dropped.
fn escaped(path: &str) -> Vec<String> {
    let path = path.strip_prefix('.').unwrap_or(path);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('.') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Divides `[key=value]`.
fn item_of(part: &str) -> Option<Result<(&str, &str), Problem>> {
    let inner = part.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split_once('=').ok_or_else(|| {
        Problem::new(format!("`{part}` picks no item of a list"))
            .hint("write `[key=value]` to pick an item; a key of a map needs no brackets unless it holds a dot")
    }))
}

/// Where the one value is that a path names; `None` where there is none. A number is an index, `-` the last
/// item, `[key=value]` the first item whose key has exactly that value.
///
/// # Errors
/// When the path asks for a key of a list, an item of a map, or `*`.
pub(super) fn find(root: &Node, path: &[String]) -> Result<Option<Path>, Problem> {
    let mut found = Path::default();
    let mut node = root;
    for part in path.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let Some(step) = step(node, part)? else { return Ok(None) };
        let Some(next) = node.follow(std::slice::from_ref(&step)) else { return Ok(None) };
        found.push(step);
        node = next;
    }
    Ok(Some(found))
}

fn step(node: &Node, part: &str) -> Result<Option<Segment>, Problem> {
    if let Ok(index) = part.parse::<i64>() {
        let index =
            usize::try_from(index).map_err(|_| Problem::new(format!("the index `{part}` should not be negative")))?;
        items(node, part)?;
        return Ok(Some(Segment::Index(index)));
    }
    if part == "-" {
        return Ok(items(node, part)?.len().checked_sub(1).map(Segment::Index));
    }
    if part == "*" {
        return Err(Problem::new("`*` names several values, and one is wanted").hint("name one item of the list"));
    }
    if let Some(item) = item_of(part) {
        let (key, value) = item?;
        let fits =
            |item: &Node| if key.is_empty() { shown(item) == value } else { item.get(key).map(shown) == Some(value) };
        return Ok(items(node, part)?.iter().position(fits).map(Segment::Index));
    }
    match &node.value {
        Value::Map(map) => Ok(map.entry(part).map(|entry| Segment::Key(entry.key.text.clone()))),
        _ if node.is_null() => Ok(None),
        _ => Err(wrong(node, part, "a map")),
    }
}

/// The text of a scalar; nothing for maps and lists.
fn shown(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| &scalar.text)
}

fn items<'a>(node: &'a Node, part: &str) -> Result<&'a [Node], Problem> {
    match &node.value {
        Value::Seq(items) => Ok(items),
        _ if node.is_null() => Ok(&[]),
        _ => Err(wrong(node, part, "a list")),
    }
}

fn wrong(node: &Node, part: &str, wanted: &str) -> Problem {
    let found = match &node.value {
        Value::Map(_) => "a map",
        Value::Seq(_) => "a list",
        Value::Scalar(_) => "a single value",
    };
    Problem::new(format!("`{part}` asks for {wanted}, but finds {found}")).beside(node.origin.span)
}

/// What is made where a path ends and nothing is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Create {
    /// A single value.
    Scalar,
    /// A map.
    Map,
    /// A list.
    Seq,
}

/// A value that a [`Walk`] reached.
pub(super) struct Reached<'a> {
    pub(super) node: &'a mut Node,
    /// The way to it. What upstream changes without effect is not there.
    pub(super) at: &'a Path,
    /// Whether it was made on the way: then it has no type yet.
    pub(super) made: bool,
}

/// Reaches every value that a path fits: `*` is every item of a list, `[key=expression]` those items whose
/// key matches the regular expression anywhere.
pub(super) struct Walk<'a> {
    /// What is made where nothing is found; nothing if `None`.
    pub(super) create: Option<Create>,
    /// The origin of what is made.
    pub(super) origin: &'a Origin,
    /// The text that asks for it.
    pub(super) span: Option<Span>,
    pub(super) set: &'a mut dyn FnMut(Reached<'_>) -> Result<(), Problem>,
    /// Where it is.
    pub(super) at: Path,
}

impl Walk<'_> {
    /// Sets the values below `node` and counts them.
    ///
    /// # Errors
    /// When the path does not fit the shape of the object, and what `set` reports.
    pub(super) fn run(&mut self, node: &mut Node, path: &[String]) -> Result<usize, Problem> {
        self.walk(node, path, false)
    }

    fn walk(&mut self, node: &mut Node, path: &[String], made: bool) -> Result<usize, Problem> {
        let Some((part, rest)) = path.split_first() else {
            (self.set)(Reached { node, at: &self.at, made })?;
            return Ok(1);
        };
        // Upstream makes things below a null that are never printed; here they go into a tree of their own.
        if node.is_null() && self.create.is_some() {
            let mut lost = self.empty(Some(part));
            return self.walk(&mut lost, path, true);
        }
        if let Ok(index) = part.parse::<usize>() {
            return self.index(node, index, part, rest, made);
        }
        if let Some(item) = item_of(part) {
            let (key, expression) = item?;
            return self.matching(node, (part, key, expression), rest, made);
        }
        if part == "*" {
            return self.each(node, part, |walk, at, item| walk.enter(at, item, rest, made));
        }
        self.field(node, part, rest, made)
    }

    fn enter(&mut self, step: Segment, node: &mut Node, path: &[String], made: bool) -> Result<usize, Problem> {
        self.at.push(step);
        let count = self.walk(node, path, made);
        self.at.pop();
        count
    }

    fn each(
        &mut self,
        node: &mut Node,
        part: &str,
        mut visit: impl FnMut(&mut Self, Segment, &mut Node) -> Result<usize, Problem>,
    ) -> Result<usize, Problem> {
        items(node, part)?;
        let mut count = 0;
        for (at, item) in node.as_seq_mut().into_iter().flatten().enumerate() {
            count += visit(self, Segment::Index(at), item)?;
        }
        Ok(count)
    }

    fn index(
        &mut self,
        node: &mut Node,
        index: usize,
        part: &str,
        rest: &[String],
        made: bool,
    ) -> Result<usize, Problem> {
        let count = items(node, part)?.len();
        let append = index == count && self.create.is_some();
        let new = append.then(|| self.empty(rest.first()));
        if let (Some(items), Some(new)) = (node.as_seq_mut(), new) {
            items.push(new);
        }
        match node.as_seq_mut().and_then(|items| items.get_mut(index)) {
            Some(item) => self.enter(Segment::Index(index), item, rest, made || append),
            None => {
                Err(Problem::new(format!("there is no item {index}: the list has {count}")).beside(node.origin.span))
            }
        }
    }

    fn matching(
        &mut self,
        node: &mut Node,
        (part, key, expression): (&str, &str, &str),
        rest: &[String],
        made: bool,
    ) -> Result<usize, Problem> {
        let regex = pattern::compile(expression)
            .ok_or_else(|| Problem::new(format!("`{expression}` in `{part}` is not a valid regular expression")))?;
        let count = self.each(node, part, |walk, at, item| {
            if key.is_empty() {
                // Upstream does not follow the path beyond items without a key.
                return if regex.is_match(&printed(item)?) { walk.enter(at, item, &[], made) } else { Ok(0) };
            }
            match item.get(key) {
                Some(value) if regex.is_match(&printed(value)?) => walk.enter(at, item, rest, made),
                _ => Ok(0),
            }
        })?;
        let Some(items) = node.as_seq_mut().filter(|_| count == 0 && self.create.is_some()) else { return Ok(count) };
        if !regex.is_match(expression) {
            return Err(Problem::new(format!(
                "`{expression}` in `{part}` does not match itself, so no item can be made"
            ))
            .hint("escape what is special in regular expressions, or let the item exist"));
        }
        // What tells the item from others is said by the path itself.
        let origin = Origin::new(self.span, self.origin.cause);
        let value = Node::new(Value::Scalar(Scalar::plain(expression)), origin);
        let mut item = value.clone();
        if !key.is_empty() {
            let mut map = Map::default();
            map.push(self.key(key), value);
            item.value = Value::Map(map);
        }
        let at = Segment::Index(items.len());
        items.push(item);
        match items.last_mut() {
            Some(item) => self.enter(at, item, if key.is_empty() { &[] } else { rest }, true),
            None => Ok(0),
        }
    }

    fn field(&mut self, node: &mut Node, name: &str, rest: &[String], made: bool) -> Result<usize, Problem> {
        if node.is_null() {
            return Ok(0);
        }
        if node.as_map().is_none() {
            return Err(wrong(node, name, "a map"));
        }
        let missing = node.get(name).is_none();
        if missing && self.create.is_some() {
            let (key, value) = (self.key(name), self.empty(rest.first()));
            if let Some(map) = node.as_map_mut() {
                map.push(key, value);
            }
        }
        let Some(child) = node.get_mut(name) else { return Ok(0) };
        if child.as_scalar().is_some() && !rest.is_empty() {
            // What the text of a scalar holds is searched, but changes to it are not written back.
            let mut inner = read_inner(child)?;
            return self.enter(Segment::from(name), &mut inner, rest, false);
        }
        self.enter(Segment::from(name), child, rest, made || missing)
    }

    /// What is made for a value that the path's next part is to be found in.
    fn empty(&self, next: Option<&String>) -> Node {
        let value = match (next, self.create) {
            (Some(next), _) if item_of(next).is_some() || next.parse::<usize>().is_ok() => Value::Seq(Vec::new()),
            (None, Some(Create::Seq)) => Value::Seq(Vec::new()),
            (None, Some(Create::Scalar)) => Value::Scalar(Scalar::plain("")),
            _ => Value::Map(Map::default()),
        };
        Node::new(value, self.origin.clone())
    }

    /// A key that is made stands without quotes: it may come out as a number or a boolean.
    fn key(&self, name: &str) -> Key {
        Key::plain(name, self.span)
    }
}

/// Reads the YAML or JSON that the text of a scalar holds.
///
/// # Errors
/// When the text is no YAML, or empty.
pub(super) fn read_inner(scalar: &Node) -> Result<Node, Problem> {
    let text = shown(scalar);
    let nothing = || Problem::new("a single value stands where a map or list is wanted").beside(scalar.origin.span);
    let parsed = yaml::parse_first(&yaml::Text::loose(text), Dialect::Resource).map_err(|_| nothing())?;
    let comment = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    match parsed {
        Some(node) => Ok(node),
        None if text.lines().all(comment) => Err(nothing()),
        None => Ok(Node::new(Value::Scalar(Scalar::null()), Origin::default())),
    }
}

/// A value as YAML prints it in one piece: expressions are matched against that, quotes included.
fn printed(node: &Node) -> Result<String, Problem> {
    Ok(match node.as_scalar() {
        Some(scalar) if scalar.quoted => format!("\"{}\"", scalar.text),
        Some(scalar) if scalar.tag == Tag::Str && Tag::of_plain(&scalar.text, Dialect::Resource) != Tag::Str => {
            format!("\"{}\"", scalar.text)
        }
        Some(scalar) => scalar.text.trim().to_owned(),
        None => yaml::emit(node)?.trim().to_owned(),
    })
}
